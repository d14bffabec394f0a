"""Which spans are likely to be one entity each, on the best path or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ner.lattice.columns import Integers
from ner.lattice.forward_backward import Shares
from ner.lattice.transitions import Floats, Transitions


class Likely(NamedTuple):
    """Spans of one length: their columns and starts, their tags, and how probable each is."""

    columns: Integers  # (spans)
    starts: Integers  # (spans)
    tags: Integers  # (spans, length)
    chances: Floats  # (spans)


def likely_spans(
    shares: Shares, chain: Transitions, ends: Integers, *, opening: Integers, least: float
) -> Iterator[Likely]:
    """All spans with a probability of ``least`` or more that they are one entity with certain tags.

    From every likely first tag on all beginnings go on side by side, a character a step; one that
    is less probable than ``least`` ends, since what it goes on to is no more probable.

    Args:
        shares: of the columns.
        chain: says which tags stay in one entity.
        ends: (batch), the columns' lengths.
        opening: the tags that an entity begins with.
        least: above 0.
    """
    first = np.zeros_like(shares.reached[:, opening])  # the marginals of first tags
    real = (np.arange(len(first))[:, None] < ends)[:, None]  # behind them nothing means anything
    np.multiply(shares.reached[:, opening], shares.leaving[:, opening], out=first, where=real)
    place, number, column = np.nonzero(first >= least)
    tags = opening[number][:, None]
    weight = shares.reached[place, tags[:, 0], column]
    while len(place):
        chances = weight * shares.left(chain, ends, column, place + 1, tags[:, -1])
        whole = np.flatnonzero(chances >= least)
        if len(whole):
            starts = place[whole] + 1 - tags.shape[1]
            yield Likely(column[whole], starts, tags[whole], np.minimum(chances[whole], 1.0))
        onwards = chain.continues[tags[:, -1]] & (place + 1 < ends[column])[:, None]
        of, tag = np.nonzero(onwards)
        place, column = place[of] + 1, column[of]
        weight = weight[of] * shares.steps[tags[of, -1], tag] * shares.local[place, tag, column]
        tags = np.concatenate([tags[of], tag[:, None]], axis=1)
        alive = weight * shares.leaving[place, tag, column] >= least
        place, column, weight, tags = place[alive], column[alive], weight[alive], tags[alive]
