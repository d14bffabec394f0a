"""MATCHES → THOSE THAT COUNT, by precedence.

1. A match that another rule forbids, of the same span and label, is out.
2. What is forced goes before what is preferred, and that before what is filled in.
3. Of matches of one mode that overlap, the longest counts; of equally long ones that of the higher
   priority, then that of the earlier rule, then the one that stands first.

Two kinds are kept whole: what is forbidden, since it takes no place, and what is filled in, since
only the model's entities decide which of it is free.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ner.tagging.dictionary.finding import Matches
from ner.tagging.dictionary.rule_table import ORDER, RuleTable
from ner.tagging.dictionary.rules import ANY, FILL, FORBID, FORCE


def chosen(found: Matches, table: RuleTable) -> Matches:
    """The matches that count, the first in precedence first."""
    modes = table.modes.take(found.rules)
    forbidden = modes == ORDER.index(FORBID)
    if forbidden.any():
        found = found[_allowed(found, forbidden, table.labels)]
        modes = table.modes.take(found.rules)
    priorities = table.priorities.take(found.rules)
    keys = (found.starts, found.rules, -priorities, found.starts - found.ends, modes)
    order = np.lexsort(keys)
    found, modes = found[order], modes[order]
    kept = modes >= ORDER.index(FILL)
    claiming = np.flatnonzero(~kept)
    kept[claiming] = apart(found[claiming])
    filling, forced = modes == ORDER.index(FILL), kept & (modes == ORDER.index(FORCE))
    if filling.any() and forced.any():
        kept[filling] = ~touched(found[filling], found[forced])
    return found[kept]


def _allowed(
    found: Matches, forbidden: NDArray[np.bool_], labels: tuple[str, ...]
) -> NDArray[np.bool_]:
    """Which matches no rule forbids; the forbidding ones are among them."""
    kept = np.ones(len(found), dtype=np.bool_)
    suspected = np.isin(found.starts, found.starts[forbidden]) & ~forbidden
    if not suspected.any():
        return kept
    closed = found[forbidden & np.isin(found.starts, found.starts[suspected])]
    rows = zip(closed.starts.tolist(), closed.ends.tolist(), closed.rules.tolist(), strict=True)
    bans = {(start, end, labels[rule]) for start, end, rule in rows}
    for place in np.flatnonzero(suspected).tolist():
        span, label = (int(found.starts[place]), int(found.ends[place])), labels[found.rules[place]]
        kept[place] = (*span, label) not in bans and (*span, ANY) not in bans
    return kept


def apart(found: Matches) -> NDArray[np.bool_]:
    """Which matches, the first taking its place first, overlap none that was taken."""
    kept = np.ones(len(found), dtype=np.bool_)
    if len(found) < 2:
        return kept
    order = np.argsort(found.starts, kind="stable")
    starts, reached = found.starts[order], np.maximum.accumulate(found.ends[order])
    free = starts[1:] >= reached[:-1]  # of all before
    alone = np.append(True, free) & np.append(free, True)
    crowded = np.sort(order[~alone])
    if not len(crowded):
        return kept
    pairs = zip(found.starts[crowded].tolist(), found.ends[crowded].tolist(), strict=True)
    taken = bytearray(int(reached[-1]))
    for place, (start, end) in zip(crowded.tolist(), pairs, strict=True):
        if 1 in taken[start:end]:
            kept[place] = False
        else:
            taken[start:end] = b"\1" * (end - start)
    return kept


def touched(found: Matches, others: Matches) -> NDArray[np.bool_]:
    """Which matches overlap one of the others."""
    if not len(found) or not len(others):
        return np.zeros(len(found), dtype=np.bool_)
    size = int(max(found.ends.max(), others.ends.max())) + 1
    edges = np.zeros(size, dtype=np.int64)
    np.add.at(edges, others.starts, 1)
    np.add.at(edges, others.ends, -1)
    covered = np.append(0, np.cumsum(np.cumsum(edges)))  # characters under the others, before each
    return np.asarray(covered[found.ends] > covered[found.starts], dtype=np.bool_)
