"""A transformer with a head that fills in masked pieces, out of a folder or the hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ner.errors import ConfigError
from ner.model.embedding.transformer import refusals
from ner.training.transformer import (
    Source,
    encoder_config,
    fast_tokeniser,
    find,
    quietly,
    specials_of,
)

KEY = "--transformer"
MOST = 512  # pieces of a block


@dataclass(frozen=True)
class Filler:
    """What is trained on.

    Args:
        name: of the transformer: its folder's, or on the hub.
        model: of transformers, with a head over the vocabulary.
        tokenizer: of transformers, a fast one.
        around: the special pieces before and after a text.
        mask: the number of its mask.
        special: those of all special pieces, unknown ones included.
        longest: pieces of a block, at most.
        new: the names of weights that the folder lacked, and that begin at random.
    """

    name: str
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


def load(name: str, *, seed: int) -> Filler:
    """The transformer at ``name``; what its folder lacks of a head begins at random.

    Args:
        name: a folder, or a name on the hub.
        seed: of what begins at random.

    Raises:
        ConfigError: it cannot be read, or cannot fill in masks.
    """
    place = find(name, [Path(name).expanduser()], key=KEY)
    encoder = encoder_config(place)
    _refuse_headless(encoder, place)
    tokenizer = fast_tokeniser(place, encoder)
    if tokenizer.mask_token_id is None:
        raise ConfigError(f"{KEY}: {place.name}: its tokeniser has no mask")
    specials = specials_of(tokenizer, encoder, MOST, place)
    model, new = _model(place, seed)
    return Filler(
        name=Path(place.name).resolve().name if place.local else place.name,
        model=model,
        tokenizer=tokenizer,
        around=(list(specials.before), list(specials.after)),
        mask=tokenizer.mask_token_id,
        special=sorted({*tokenizer.all_special_ids, specials.unknown}),
        longest=specials.window,
        new=new,
    )


def _refuse_headless(encoder: Any, place: Source) -> None:
    """Makes sure that transformers has a head for it, before its weights are read."""
    from transformers import MODEL_FOR_MASKED_LM_MAPPING

    if type(encoder) not in MODEL_FOR_MASKED_LM_MAPPING:
        found = encoder.model_type
        why = f"expected an encoder that fills in masked pieces, got {found}"
        raise ConfigError(f"{KEY}: {place.name}: {why}")


def _model(place: Source, seed: int) -> tuple[Any, frozenset[str]]:
    """The model, and the names of what its folder lacks of the head."""
    from transformers import AutoModelForMaskedLM

    models: Any = AutoModelForMaskedLM
    torch.manual_seed(seed)
    try:
        with quietly():
            model, told = models.from_pretrained(
                place.name, weights_only=True, output_loading_info=True, **place.how
            )
    except refusals() as error:
        raise place.refused("weights", error) from error
    new = frozenset(told["missing_keys"])
    below = sorted(name for name in new if name.startswith(f"{model.base_model_prefix}."))
    if below:
        raise ConfigError(f"{KEY}: {place.name}: it lacks weights: {below[0]}, …")
    if model.get_output_embeddings() is None:
        found = type(model).__name__
        raise ConfigError(f"{KEY}: {place.name}: {found} has no head over the vocabulary")
    return model.float(), new
