"""The best path of each sentence without forbidden entities: Viterbi beside held beginnings."""

from __future__ import annotations

import numpy as np

from ner.lattice.columns import Columns
from ner.lattice.transitions import Floats, Transitions
from ner.tagging.dictionary.held import Held, Turn
from ner.tagging.dictionary.spelling import NONE, Integers


def best_free_paths(columns: Columns, chain: Transitions, held: Held) -> tuple[Integers, Floats]:
    """The best path of each column that is held nowhere to its end, and its score.

    As ``best_paths``, with the held beginnings as further ones that a tag's best may come from:
    O(length · tags²) time, and O(tags) more for each place at which something is held.

    Returns:
        The tags, (length, batch), 0 behind a column's end, and the scores, (batch), −∞ where there
        is no such path and the tags mean nothing.
    """
    scores, came = _beginnings(columns, chain, held)
    length, _, batch = scores.shape
    path = np.zeros((length, batch), dtype=np.int64)
    totals = np.empty(batch)
    into = np.ascontiguousarray(chain.between.T)  # (tags, tags): to the row's tag
    who = np.full(batch, NONE)  # is held, on the path
    for place, behind, here in columns.backwards():
        score = scores[place]
        if behind:
            after = path[place + 1, :behind]
            steps = score[:, :behind] + into[after].T  # (tags, behind)
            steps.argmax(axis=0, out=path[place, :behind])
            if place in held.turns:
                entered = came[place + 1, after, np.arange(behind)]
                who[:behind] = np.where(who[:behind] == NONE, entered, who[:behind])
                _follow(path[place], who, place, held)
        if here > behind:
            ends = score[:, behind:here] + chain.end[:, None]
            ends.argmax(axis=0, out=path[place, behind:here])
            ends.max(axis=0, out=totals[behind:here])
    return path, totals


def _follow(tags: Integers, who: Integers, place: int, held: Held) -> None:
    """Writes the tags of who is held at a place, and lets go of who began there; in place."""
    columns = np.flatnonzero(who != NONE)
    own = who[columns]
    tags[columns] = held.tags(own, place)
    who[columns[held.starts[own] == place]] = NONE


def _beginnings(columns: Columns, chain: Transitions, held: Held) -> tuple[Floats, Integers]:
    """The score of the best free beginning that ends with each tag, and whom it was held by.

    Returns:
        Two of (length, tags, batch): scores, −∞ where a path is held from there on, and who was
        held just before, ``NONE`` where none was.
    """
    emissions = columns.emissions
    length, tags, batch = emissions.shape
    scores = np.empty_like(emissions)
    came = np.full(emissions.shape, NONE, dtype=np.int64)
    paths = np.empty((tags, tags, batch), dtype=emissions.dtype)
    between = chain.between[:, :, None]  # (tags, tags, 1)
    values = np.full(len(held.starts), -np.inf)
    for place in range(length):
        here = columns.active[place]
        score = scores[place, :, :here]
        if place:
            steps = paths[..., :here]
            np.add(scores[place - 1, :, None, :here], between, out=steps)
            np.maximum.reduce(steps, axis=0, out=score)
            turn = held.turns.get(place - 1)
            if turn is not None:
                _release(score, came[place], turn, values, held)
            score += emissions[place, :, :here]
        else:
            np.add(emissions[0], chain.start[:, None], out=score)
        begun = held.begun.get(place)
        if begun is not None:
            first, own = held.first[begun], held.columns[begun]
            values[begun] = score[first, own]
            score[first, own] = -np.inf
    return scores, came


def _release(score: Floats, came: Integers, turn: Turn, values: Floats, held: Held) -> None:
    """Lets the held go free where that is better, and holds them further; in place."""
    who = held.of[turn.steps]
    offered = values[who, None] + held.leaving[turn.steps]  # (steps, tags)
    best = np.maximum.reduceat(offered, turn.firsts)  # (columns, tags)
    columns = held.columns[who[turn.firsts]]
    now = score[:, columns].T
    better = best > now
    if better.any():
        score[:, columns] = np.where(better, best, now).T
        taken = np.where(better, best, np.nan).repeat(turn.sizes, axis=0) == offered
        steps, tags = (places[::-1] for places in np.nonzero(taken))  # the first is written last
        came[tags, held.columns[who[steps]]] = who[steps]
    values[who] += held.gains[turn.steps]
