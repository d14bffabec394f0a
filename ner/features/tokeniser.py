"""A pretrained transformer's tokeniser, which gives every character of any text a piece."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ner.features.pieces import Pieces, windowed

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Specials:
    """The numbers that are no pieces of a text, and how many places a window has with them."""

    unknown: int
    before: Sequence[int]
    after: Sequence[int]
    window: int


class Tokeniser:
    """Pieces in the order of the text, each character's among them.

    What has no piece (blanks, control characters) gets a piece of its own, [UNK], at its place. A
    word that the vocabulary lacks is read character by character. A character that it lacks is
    read as the normalised one, if it has that: ``Ａ`` as ``a``, while ``，`` stays.

    Args:
        model: of the library tokenizers, as JSON.
        encoder: the config of the transformer, from which the network is built.
        specials: its special numbers.
    """

    def __init__(self, model: str, encoder: Mapping[str, Any], specials: Specials) -> None:
        self.model, self.encoder, self.specials = model, dict(encoder), specials
        self._alone: dict[str, int] = {}

    def __call__(self, text: str, normalised: str) -> Pieces:
        """The windows of a text's pieces; ``normalised`` is the text as other features see it."""
        ids, index = self.aligned(self._readable(text, normalised))
        around = (self.specials.before, self.specials.after)
        size = self.specials.window - sum(map(len, around))
        return windowed(ids, index, size=size, around=around)

    def aligned(self, text: str) -> tuple[list[int], list[int]]:
        """The pieces of a text without surrogates, and for each character the first that it has."""
        ids: list[int] = []
        index: list[int] = []

        def alone(end: int) -> None:
            """The characters up to ``end`` that no piece has covered."""
            for character in text[len(index) : end]:
                index.append(len(ids))
                ids.append(self.alone(character))

        found = self._tokenizer.encode(text, add_special_tokens=False)
        for number, (start, end) in zip(found.ids, found.offsets, strict=True):
            if number != self.specials.unknown:
                alone(start)
                index += [len(ids)] * (end - len(index))
                ids.append(number)
        alone(len(text))
        return ids, index

    def alone(self, character: str) -> int:
        """The first piece of a character that stands by itself."""
        number = self._alone.get(character)
        if number is None:
            found = self._tokenizer.encode(character, add_special_tokens=False).ids
            unknown = self.specials.unknown
            number = unknown if unknown in found else next(iter(found), unknown)
            self._alone[character] = number
        return number

    def _readable(self, text: str, normalised: str) -> str:
        """The text without surrogates, and with the normalised ones of characters it lacks."""
        unknown, own = self.specials.unknown, SURROGATE.sub("\ufffd", text)
        other = SURROGATE.sub("\ufffd", normalised)
        return "".join(
            second
            if first != second and self.alone(first) == unknown != self.alone(second)
            else first
            for first, second in zip(own, other, strict=True)
        )

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return whole_texts(self.model)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that ``from_dict`` reads back."""
        return {"model": self.model, "encoder": self.encoder, "specials": asdict(self.specials)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Tokeniser:
        """The tokeniser that was saved."""
        return cls(data["model"], data["encoder"], Specials(**data["specials"]))


def whole_texts(model: str) -> Tokenizer:
    """The tokeniser of that JSON, which cuts nothing off, adds nothing, and sees only text.

    It may have been saved with a length of its own, to which it cut and filled up.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # "[SEP]" in a text is five characters of it
    return tokenizer
