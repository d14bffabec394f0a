"""What turns a text into numbers: one object for training and tagging, saved with the model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ner.features.channels import (
    CHANNELS,
    Bigrams,
    Channel,
    Characters,
    LACCharacters,
    Segmentation,
)
from ner.features.channels.listed import Listed
from ner.features.channels.vocabulary import UNKNOWN_ID, Vocabulary
from ner.features.lexicon import Lexicon, Matches
from ner.features.limits import limited
from ner.features.normalisation import Normaliser
from ner.features.pieces import Pieces
from ner.features.texts import Integers, Texts
from ner.features.tokeniser import Tokeniser
from ner.features.word_lists import lexicon_words
from ner.settings import FeatureSettings

CHARACTERS, WORDS, BIGRAMS, LAC = "characters", "words", "bigrams", "lac"


@dataclass(frozen=True, slots=True)
class Features:
    """A row of numbers for each channel, as long as the text."""

    rows: Mapping[str, Integers]
    matches: Matches | None = None  # of the lexicon, where there is one
    context: Features | None = None  # of what stands before, where that is attended to
    pieces: Pieces | None = None  # of a pretrained transformer, where there is one

    def __len__(self) -> int:
        return len(self.rows[CHARACTERS])

    @property
    def cost(self) -> int:
        """How many characters are computed, the context included; none for an empty text."""
        return len(self) + len(self.context or ()) if len(self) else 0

    @property
    def unknown(self) -> int:
        """How many characters the vocabulary does not know."""
        return int((self.rows[CHARACTERS] == UNKNOWN_ID).sum())


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before train is read: names with a vector, lists, what others have trained."""

    names: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by channel, or WORDS
    root: Path = Path()  # of the user's own lists
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)  # learned, though not of train
    tokeniser: Tokeniser | None = None
    lac: LACCharacters | None = None

    def of(self, channel: str) -> Sequence[str]:
        """Those that a vector is known of."""
        return self.names.get(channel, ())


class Featurizer:
    """Normalisation, channels, lexicon and pieces.

    Args:
        settings: which of them are on.
        channels: by name, the characters among them.
        script: the traditional-to-simplified table.
        lexicon: of normalised words, where there is one.
        tokeniser: of a pretrained transformer, where there is one.
    """

    def __init__(
        self,
        settings: FeatureSettings,
        channels: Mapping[str, Channel],
        script: Mapping[str, str],
        lexicon: Lexicon | None = None,
        tokeniser: Tokeniser | None = None,
    ) -> None:
        self.settings = settings
        self.channels = dict(channels)
        self.lexicon = lexicon
        self.tokeniser = tokeniser
        self.normalise = Normaliser(settings.normalise, script)

    @classmethod
    def fitted(
        cls, settings: FeatureSettings, texts: Iterable[str], known: Known | None = None
    ) -> Featurizer:
        """A featurizer whose vocabularies and counts are those of ``texts``.

        Args:
            settings: what is on.
            texts: of train.
            known: names that get a number although they are not in the texts, and what is ready.

        Raises:
            CorpusError: a list of words cannot be read.
        """
        known = known or Known()
        normaliser = Normaliser.of(settings.normalise)
        normalise, script = normaliser.text, normaliser.script
        normalised = [normalise(text) for text in texts]
        channels: dict[str, Channel] = {
            CHARACTERS: Characters.fitted(
                normalised,
                min_count=settings.min_count,
                known=known.of(CHARACTERS),
                more=known.more.get(CHARACTERS, ()),
                limit=settings.limits.characters,
            )
        }
        if settings.segmentation:
            channels[WORDS] = Segmentation(speech=settings.segmentation == "speech")
        if settings.bigrams:
            channels[BIGRAMS] = Bigrams.fitted(
                normalised,
                min_count=settings.bigram_min_count,
                known=known.of(BIGRAMS),
                more=known.more.get(BIGRAMS, ()),
                limit=settings.limits.bigrams,
            )
        lexicon = None
        if settings.lexicon is not None:
            words: Mapping[str, str] = lexicon_words(
                settings.lexicon, root=known.root, normalise=normalise
            )
            able = known.of(WORDS)
            words = limited(words, normalised, settings, known=able, root=known.root)
            lexicon = Lexicon.fitted(words, normalised, known=able)
        if known.lac is not None:
            channels[LAC] = known.lac
        return cls(settings, channels, script, lexicon, known.tokeniser)

    def __call__(self, text: str, context: str = "") -> Features:
        """The features of ``text``, and of ``context``, the text before it."""
        return self.each([text], [context])[0]

    def each(self, texts: Sequence[str], contexts: Sequence[str]) -> list[Features]:
        """The features of each text and of its context, several times as fast as one by one."""
        own = Texts.of(texts)
        normalised = self.normalise.texts(own)
        rows = self.rows(own, normalised)
        spans = zip(own.starts.tolist(), own.ends.tolist(), strict=True)
        matches, around = self._matches(normalised), self._around(contexts)
        found = zip(spans, matches, around, self.pieces(own, normalised), strict=True)
        return [
            Features({name: row[start:end] for name, row in rows.items()}, words, before, pieces)
            for (start, end), words, before, pieces in found
        ]

    def _around(self, contexts: Sequence[str]) -> list[Features | None]:
        """The features of each context; of an empty one none."""
        real = [one for one in contexts if one]
        found = iter(self.each(real, [""] * len(real)) if real else ())
        return [next(found) if one else None for one in contexts]

    def _matches(self, normalised: Texts) -> list[Matches | None]:
        """The matches of each text, where there is a lexicon."""
        lengths = normalised.lengths.tolist()
        if self.lexicon is None:
            return [None for _ in lengths]
        found, width = self.lexicon(normalised), max(lengths)
        return [
            found.of_rows(place, place + 1, width=width, length=length)
            for place, length in enumerate(lengths)
        ]

    def rows(self, texts: Texts, normalised: Texts) -> dict[str, Integers]:
        """A number for each place of joined texts, by channel; 0 at the borders.

        jieba knows the words of simplified script alone, and those by their width and case.
        """
        told = self.normalise.simplified(texts)
        return {name: channel(told, normalised) for name, channel in self.channels.items()}

    def pieces(self, texts: Texts, normalised: Texts) -> list[Pieces | None]:
        """The pieces of each text, where a transformer reads them."""
        if self.tokeniser is None:
            return [None for _ in texts.texts]
        return [self.tokeniser(*pair) for pair in zip(texts.texts, normalised.parts(), strict=True)]

    @property
    def vocabulary(self) -> Vocabulary:
        """That of the characters."""
        characters = self.channels[CHARACTERS]
        assert isinstance(characters, Characters)
        return characters.vocabulary

    def names(self) -> dict[str, int]:
        """How many characters, bigrams and words of a lexicon it knows, as far as it looks."""
        listed = {
            name: len(channel.vocabulary.listed)
            for name, channel in self.channels.items()
            if isinstance(channel, Listed)
        }
        return listed if self.lexicon is None else {**listed, WORDS: len(self.lexicon)}

    def seeing(self, characters: int) -> Featurizer:
        """The same featurizer for windows of so many characters, 16 or more."""
        return self.cutting(self.settings.model_copy(update={"max_length": characters}))

    def cutting(self, settings: FeatureSettings) -> Featurizer:
        """The same featurizer with settings that differ in the windows alone."""
        own = (self.normalise.script, self.lexicon, self.tokeniser)
        return Featurizer(settings, self.channels, *own)

    def grown(
        self, texts: Iterable[str], *, min_count: int, kept: Collection[str] = ()
    ) -> Featurizer:
        """The same featurizer that also knows what stands so often in texts.

        Args:
            texts: of another corpus.
            min_count: of a character or bigram that is unknown so far.
            kept: names of channels that stay as they are.
        """
        normalised = [self.normalise.text(text) for text in texts]
        channels = {
            name: channel.grown(normalised, min_count=min_count)
            if isinstance(channel, Listed) and name not in kept
            else channel
            for name, channel in self.channels.items()
        }
        own = (self.normalise.script, self.lexicon, self.tokeniser)
        return Featurizer(self.settings, channels, *own)

    def to_dict(self) -> dict[str, Any]:
        """Plain data and arrays that ``from_dict`` reads back."""
        return {
            "settings": self.settings.model_dump(mode="json"),
            "channels": {name: channel.to_dict() for name, channel in self.channels.items()},
            "script": self.normalise.script,
            "lexicon": None if self.lexicon is None else self.lexicon.to_dict(),
            "tokeniser": None if self.tokeniser is None else self.tokeniser.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Featurizer:
        """The featurizer that was saved.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        settings = FeatureSettings.model_validate(data["settings"])
        saved = data["channels"]
        channels = {name: CHANNELS[name].from_dict(saved[name]) for name in saved}
        if CHARACTERS not in channels:
            raise KeyError(CHARACTERS)
        lexicon = None if data["lexicon"] is None else Lexicon.from_dict(data["lexicon"])
        pieces = data.get("tokeniser")
        tokeniser = None if pieces is None else Tokeniser.from_dict(pieces)
        return cls(settings, channels, data["script"], lexicon, tokeniser)
