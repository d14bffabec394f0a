"""Every legal path, written out, and sentences to decode."""

from __future__ import annotations

from functools import cache
from itertools import combinations, product

import pytest
import torch
from torch import Tensor

from ner.tags import WRITABLE, legal, tag_set

LABEL = ("人名",)

every_scheme = pytest.mark.parametrize("scheme", WRITABLE)


@cache
def legal_paths(scheme: str, length: int, labels: tuple[str, ...] = LABEL) -> list[tuple[int, ...]]:
    """All paths of this length in which the scheme forbids nothing, as numbers of tags."""
    tags = tag_set(labels, scheme=scheme)

    def allowed(path: tuple[int, ...]) -> bool:
        edged = [None, *(tags[number] for number in path), None]
        pairs = zip(edged, edged[1:], strict=False)
        return all(legal(before, after, scheme=scheme) for before, after in pairs)

    return [path for path in product(range(len(tags)), repeat=length) if allowed(path)]


def batch_of(lengths: list[int], size: int, *, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Random states (batch, length, size) and their mask."""
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(len(lengths), max(lengths), size, generator=generator)
    return states, torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


def spans(length: int) -> list[tuple[int, int]]:
    """Every place and the places after it where a span may end."""
    return list(combinations(range(length + 1), 2))
