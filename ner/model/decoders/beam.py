"""Beam search for a decoder that writes tag after tag, among legal tags only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ner.model.decoders.rules import Rules

Step = Callable[[Any, Tensor, int], tuple[Tensor, Any]]


@dataclass(frozen=True, slots=True)
class Written:
    """The tags that were written, and how sure the writer was of each, given those before."""

    path: NDArray[np.int64]  # (batch, length)
    chances: NDArray[np.float64]  # (batch, length, tags)
    lengths: NDArray[np.int64]  # (batch)
    continues: NDArray[np.bool_]  # (tags, tags)

    @property
    def tags(self) -> list[list[int]]:
        """The tags of each sentence's real characters."""
        pairs = zip(self.path.tolist(), self.lengths.tolist(), strict=True)
        return [path[:length] for path, length in pairs]

    def probability(self, sentence: int, start: int, end: int) -> float:
        """That, after the tags before ``start``, these characters are one entity with their tags.

        The chain rule's product along the path, and that the next tag does not go on with it.
        """
        path = self.path[sentence]
        chances = self.chances[sentence]
        share = float(np.prod([chances[place, path[place]] for place in range(start, end)]))
        if end < self.lengths[sentence]:
            share *= float(chances[end, ~self.continues[path[end - 1]]].sum())
        return min(share, 1.0)

    def probabilities(
        self,
        sentences: NDArray[np.int64],
        starts: NDArray[np.int64],
        ends: NDArray[np.int64],
        *,
        temperature: float = 1.0,
    ) -> NDArray[np.floating]:
        """As ``probability``, of many spans; a writer's choices know no temperature."""
        spans = zip(sentences.tolist(), starts.tolist(), ends.tolist(), strict=True)
        return np.array([self.probability(*span) for span in spans])


def search(step: Step, begin: Any, mask: Tensor, rules: Rules, *, beam: int) -> Written:
    """The best legal path that a beam of ``beam`` paths a sentence finds; 1 is greedy.

    Args:
        step: gives the scores (batch × beam, tags) of the next tag and the next state, for a state,
            the tags before (``tags`` for none), and the place. A state has ``taken(rows)``.
        begin: the state before the first tag, with ``beam`` rows a sentence.
        mask: (batch, length), true at real characters.
        rules: what is legal.
        beam: how many paths are kept.
    """
    batch, length = mask.shape
    device = mask.device
    follows = torch.from_numpy(np.concatenate([rules.between, rules.start[None]])).to(device)
    ends = torch.from_numpy(rules.end).to(device)
    tags = len(rules.end)
    first_row = torch.arange(batch, device=device)[:, None] * beam  # (batch, 1)
    totals = torch.full((batch, beam), -torch.inf, device=device)
    totals[:, 0] = 0.0
    last = torch.full((batch * beam,), tags, device=device)
    lengths = mask.sum(dim=1)
    state, history = begin, []
    for place in range(length):
        scores, state = step(state, last, place)  # (batch × beam, tags)
        final = (lengths == place + 1).repeat_interleave(beam)[:, None]
        open_ = follows[last] & (ends | ~final)  # (batch × beam, tags)
        chances = scores.float().masked_fill(~open_, -torch.inf).log_softmax(dim=-1)
        real = mask[:, place].repeat_interleave(beam)[:, None]
        stay = torch.full_like(chances, -torch.inf).index_fill(1, last.new_zeros(1), 0.0)
        paths = totals[..., None] + torch.where(real, chances, stay).reshape(batch, beam, -1)
        totals, best = paths.flatten(1).topk(beam, dim=-1)  # (batch, beam)
        parents, chosen = best // tags, best % tags  # (batch, beam)
        history.append((parents, chosen, chances.reshape(batch, beam, -1)))
        last = torch.where(real[:, 0], chosen.flatten(), last[(first_row + parents).flatten()])
        state = state.taken((first_row + parents).flatten())
    return _traced(history, lengths, rules)


def _traced(history: list[tuple[Tensor, Tensor, Tensor]], lengths: Tensor, rules: Rules) -> Written:
    """The best path of each sentence, from its end backwards."""
    rows = torch.arange(len(lengths), device=lengths.device)
    kept = torch.zeros_like(lengths)  # the best path is the first of the beam
    path, looked = [], []
    for parents, chosen, chances in reversed(history):
        path.append(chosen[rows, kept])  # (batch)
        kept = parents[rows, kept]
        looked.append(chances[rows, kept].exp())  # (batch, tags)
    return Written(
        path=torch.stack(path[::-1], dim=1).cpu().numpy(),
        chances=torch.stack(looked[::-1], dim=1).double().cpu().numpy(),
        lengths=lengths.cpu().numpy(),
        continues=rules.continues,
    )
