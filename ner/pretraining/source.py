"""A transformer with a head that fills in masked pieces, out of a folder or the hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from ner.errors import ConfigError
from ner.model.embedding.transformer import refusals
from ner.training.transformer import Source, find, quietly, specials_of

KEY = "--transformer"
MOST = 512  # pieces of a block


@dataclass(frozen=True)
class Filler:
    """What is trained on.

    Args:
        model: of transformers, with a head over the vocabulary.
        tokenizer: of transformers, a fast one.
        around: the special pieces before and after a text.
        mask: the number of its mask.
        special: those of all special pieces, unknown ones included.
        longest: pieces of a block, at most.
        new: the names of weights that the folder lacked, and that begin at random.
    """

    model: Any
    tokenizer: Any
    around: tuple[list[int], list[int]]
    mask: int
    special: list[int]
    longest: int
    new: frozenset[str]

    @property
    def head(self) -> nn.Module:
        """What gives each piece's score; of most models its weights are those of the embedding."""
        found: nn.Module = self.model.get_output_embeddings()
        return found

    def scores(self, shown: Tensor, holes: Tensor) -> Tensor:
        """Scores of all pieces of the vocabulary in the holes alone: (holes, vocabulary)."""
        hook = self.head.register_forward_pre_hook(lambda _, states: (states[0][holes],))
        try:
            found: Tensor = self.model(input_ids=shown).logits
            return found
        finally:
            hook.remove()


def load(name: str) -> Filler:
    """The transformer at ``name``; what its folder lacks of a head begins at random.

    Args:
        name: a folder, or a name on the hub.

    Raises:
        ConfigError: it cannot be read, or cannot fill in masks.
    """
    place = find(name, [Path(name).expanduser()], key=KEY)
    from transformers import AutoModelForMaskedLM, AutoTokenizer

    models: Any = AutoModelForMaskedLM
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(place.name, use_fast=True, **place.how)
        with quietly():
            model, told = models.from_pretrained(
                place.name, weights_only=True, output_loading_info=True, **place.how
            )
    except refusals() as error:
        raise place.refused("transformer that fills in masks", error) from error
    return _filler(place, model.float(), tokenizer, frozenset(told["missing_keys"]))


def _filler(place: Source, model: Any, tokenizer: Any, new: frozenset[str]) -> Filler:
    if tokenizer.mask_token_id is None:
        raise ConfigError(f"{KEY}: {place.name}: its tokeniser has no mask")
    if model.get_output_embeddings() is None:
        found = type(model).__name__
        raise ConfigError(f"{KEY}: {place.name}: {found} has no head over the vocabulary")
    specials = specials_of(tokenizer, model.config, MOST, place)
    return Filler(
        model,
        tokenizer,
        (list(specials.before), list(specials.after)),
        tokenizer.mask_token_id,
        sorted({*tokenizer.all_special_ids, specials.unknown}),
        specials.window,
        new,
    )
