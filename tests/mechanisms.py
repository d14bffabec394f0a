"""Every mechanism of attention with the options that change its formula, and cases to try it on."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from pydantic import TypeAdapter
from torch import Tensor, nn

from ner.model.attention import ATTENTIONS, Attention, build
from ner.model.attention.estimators import ESTIMATORS
from ner.model.attention.scores import SCORES
from ner.settings import AnyAttention, AttentionSettings, SampledSettings

HEADS, HEAD_SIZE, SIZE = 2, 4, 6
SETTINGS = TypeAdapter(AnyAttention)

# What of a kind is tried besides its defaults; a kind that is not here is tried with them alone.
OPTIONS: dict[str, list[dict[str, object]]] = {
    "sparse": [{"alpha": 1.5}, {"alpha": 1.7}, {"alpha": 2.0}],
    "windowed": [{"width": 2}],
    "location": [{"centre": "predicted", "width": 3}, {"centre": "own", "width": 2}],
    "hard": [{"estimator": name} for name in ESTIMATORS],
    "location_hard": [{"estimator": name, "width": 2} for name in ESTIMATORS],
}
VARIANTS = [{"kind": kind, **some} for kind in ATTENTIONS for some in OPTIONS.get(kind, [{}])]


def name_of(variant: dict[str, object]) -> str:
    """As a test's name has it: sparse-1.7."""
    return "-".join(str(value) for key, value in variant.items() if key != "width")


def is_sampled(variant: dict[str, object]) -> bool:
    return isinstance(SETTINGS.validate_python(variant), SampledSettings)


DETERMINISTIC = [variant for variant in VARIANTS if not is_sampled(variant)]
SAMPLED = [variant for variant in VARIANTS if is_sampled(variant)]

every_variant = pytest.mark.parametrize("variant", VARIANTS, ids=name_of)
every_deterministic_one = pytest.mark.parametrize("variant", DETERMINISTIC, ids=name_of)
every_sampled_one = pytest.mark.parametrize("variant", SAMPLED, ids=name_of)
every_score = pytest.mark.parametrize("score", SCORES)
both_modes = pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
# Evaluation is something else only where something is drawn in training, as a test makes sure.
MODES = [(one, True) for one in VARIANTS] + [(one, False) for one in SAMPLED]
every_mode = pytest.mark.parametrize(
    ("variant", "training"),
    MODES,
    ids=[f"{name_of(one)}-{'training' if mode else 'evaluation'}" for one, mode in MODES],
)


def settings_of(variant: dict[str, object], **options: object) -> AttentionSettings:
    """Small settings of a variant; ``options`` win."""
    small = {"heads": HEADS, "head_size": HEAD_SIZE}
    return SETTINGS.validate_python({**variant, **small, **options})


def mechanism_of(
    variant: dict[str, object],
    *,
    size: int = SIZE,
    query_size: int | None = None,
    **options: object,
) -> Attention:
    """A mechanism with all its parameters random, in training mode, as it is built."""
    torch.manual_seed(0)
    mechanism = build(settings_of(variant, **options), size=size, query_size=query_size)
    for parameter in mechanism.parameters():
        nn.init.normal_(parameter, std=0.4)
    return mechanism


@dataclass(frozen=True, slots=True)
class Case:
    """Sentences that are padded on the right, on the left, on both sides, and not at all."""

    query: Tensor  # (batch, n, size)
    items: Tensor  # (batch, m, size)
    mask: Tensor  # (batch, m)
    first: int

    @property
    def asked(self) -> Tensor:
        """Where the queries stand at real items, (batch, n)."""
        return self.mask[:, self.first : self.first + self.query.shape[1]]


# Queries, items, the first query's place: self-attention of more blocks than one, a sentence after
# its context, one step of a decoder, and the smallest there are.
SHAPES = [(9, 9, 0), (4, 11, 4), (1, 9, 4), (3, 4, 1), (1, 1, 0)]


def case_of(n: int, m: int, first: int, *, size: int = SIZE, query_size: int | None = None) -> Case:
    """Random queries and items; of each sentence, at least the item in the middle is real."""
    generator = torch.Generator().manual_seed(n * 100 + m)
    query = torch.randn(5, n, query_size or size, generator=generator)
    items = torch.randn(5, m, size, generator=generator)
    places, middle = torch.arange(m), m // 2
    begins = torch.tensor([0, 0, middle, middle // 2, middle])[:, None]
    ends = torch.tensor([m, middle + 1, m, (middle + 1 + m) // 2, middle + 1])[:, None]
    return Case(query, items, (places >= begins) & (places < ends), first)


def doubled(case: Case) -> Case:
    """The case in float64."""
    return Case(case.query.double(), case.items.double(), case.mask, case.first)


def dirtied(case: Case, garbage: float) -> Case:
    """Something else at padding."""
    items = case.items.masked_fill(~case.mask[..., None], garbage)
    return Case(case.query, items, case.mask, case.first)


def context_of(mechanism: Attention, case: Case) -> Tensor:
    return mechanism(case.query, case.items, case.mask, first=case.first)


def weights_of(mechanism: Attention, case: Case) -> Tensor:
    return mechanism.weights(case.query, case.items, case.mask, first=case.first)
