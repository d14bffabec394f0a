"""What a model found in a text and what it looked at on the way, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ner.document import Entity

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layer:
    """The weights of one attention mechanism over one piece of a text.

    A row attends to the columns. Rows are the piece's characters or, where an encoder–decoder
    wrote tags, its tags; there is always one for each character. Columns are characters: first
    ``context`` of the sentences before, then the piece's own.
    """

    name: str  # as shown: "soft, relative"
    chosen: bool  # hard: each row of a head holds one 1 and zeros
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    context: int
    weights: Floats  # (heads, rows, columns), each row sums to 1


@dataclass(frozen=True, slots=True)
class Chain:
    """A linear chain's scores of one piece: a path's score is the sum of what it passes."""

    emissions: Floats  # (length, tags)
    start: Floats  # (tags)
    between: Floats  # (tags, tags), from row to column; closed ones are below -1000
    end: Floats  # (tags)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch ``start…end`` of the text that was tagged as one; pieces of long texts overlap.

    What it says of ``owned_start…owned_end`` counts; the owned parts of all pieces make up the
    text.
    """

    start: int
    end: int
    owned_start: int
    owned_end: int
    tags: tuple[str, ...]  # the best tag of each character
    layers: tuple[Layer, ...]
    chain: Chain | None  # None where tags are written one by one


@dataclass(frozen=True, slots=True)
class Explanation:
    """A text, its entities, and what was looked at, piece by piece."""

    text: str
    entities: tuple[Entity, ...]
    tag_names: tuple[str, ...]  # the columns of ``Chain.emissions``
    pieces: tuple[Piece, ...]
