"""The encoder–decoder: an LSTM writes tag after tag and attends to the encoder's states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ner.model import attention
from ner.model.attention.heads import Memory
from ner.model.decoders.beam import Written, search
from ner.model.decoders.decoder import Decoder
from ner.model.decoders.rules import Rules
from ner.model.decoders.soft import SoftTargets
from ner.settings import Seq2SeqSettings


@dataclass(frozen=True, slots=True)
class Step:
    """The decoder after a tag: its LSTM's two states, (batch, size) each."""

    hidden: Tensor
    cell: Tensor

    def taken(self, rows: Tensor) -> Step:
        """These rows of the batch, in this order."""
        return Step(self.hidden[rows], self.cell[rows])


class Seq2SeqDecoder(Decoder):
    """p(tag_t | tags before, sentence), written from left to right (Bahdanau 2015; Liu 2016).

    At each character the query is the LSTM's last state with the aligned encoder state; the LSTM
    is fed the last tag, the aligned state and the attention's context; all three choose the tag.
    Training feeds the true tags, and more and more the decoder's own (scheduled sampling, Bengio
    2015). Decoding is a beam search among legal tags. A Python step a character makes it several
    times as slow as a CRF.
    """

    steps: Tensor

    def __init__(
        self, settings: Seq2SeqSettings, *, size: int, tags: Sequence[str], scheme: str
    ) -> None:
        super().__init__()
        self.settings = settings
        self.rules = Rules.of(tags, scheme)
        self.tags = nn.Embedding(len(tags) + 1, settings.tag_size)  # the last: nothing yet
        self.attention = attention.build(
            settings.attention, size=size, query_size=settings.size + size
        )
        self.cell = nn.LSTMCell(settings.tag_size + 2 * size, settings.size)
        self.dropout = nn.Dropout(settings.dropout)
        self.linear = nn.Linear(settings.size + 2 * size, len(tags))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    @property
    def sampling(self) -> float:
        """The share of the decoder's own tags that the next loss feeds."""
        return self.settings.sampling * min(int(self.steps) / self.settings.sampling_steps, 1.0)

    def losses(
        self, states: Tensor, mask: Tensor, tags: Tensor, soft: SoftTargets | None = None
    ) -> Tensor:
        """The negative log-likelihood of each sentence's tags, (batch)."""
        if soft is not None:
            raise TypeError("the encoder–decoder writes tags: it cannot learn from soft targets")
        memory, step = self.attention.remember(states, mask), self.begin(len(states))
        share = self.sampling if self.training else 0.0
        self.steps += int(self.training)
        last = torch.full_like(tags[:, 0], self.nothing)  # (batch)
        losses = []
        for place in range(states.shape[1]):
            scores, step = self.step(states, memory, step, last=last, place=place)
            losses.append(cross_entropy(scores, tags[:, place], reduction="none"))  # (batch)
            last = tags[:, place]
            if share:
                own = scores.detach().softmax(dim=-1).multinomial(1)[:, 0]  # (batch)
                drawn = torch.rand(own.shape, device=own.device) < share
                last = torch.where(drawn, own, last)
        return (torch.stack(losses, dim=1) * mask).sum(dim=1)

    def decode(self, states: Tensor, mask: Tensor) -> Written:
        """The tags that the beam search finds, always legal."""
        beam = self.settings.beam
        wide = states.repeat_interleave(beam, dim=0)  # (batch × beam, length, size)
        memory = self.attention.remember(wide, mask.repeat_interleave(beam, dim=0))

        def step(before: Step, last: Tensor, place: int) -> tuple[Tensor, Step]:
            return self.step(wide, memory, before, last=last, place=place)

        return search(step, self.begin(len(wide)), mask, self.rules, beam=beam)

    def weights(self, states: Tensor, mask: Tensor) -> Tensor:
        """What each tag that decoding writes attended to: (batch, heads, length, length)."""
        path = torch.from_numpy(self.decode(states, mask).path).to(states.device)  # (batch, length)
        memory, step = self.attention.remember(states, mask), self.begin(len(states))
        looked = []
        last = torch.full_like(path[:, 0], self.nothing)
        for place in range(states.shape[1]):
            query = torch.cat([step.hidden, states[:, place]], dim=-1)[:, None]
            looked.append(self.attention.weigh(query, memory, first=place))
            _, step = self.step(states, memory, step, last=last, place=place)
            last = path[:, place]
        return torch.cat(looked, dim=2)

    @property
    def nothing(self) -> int:
        """The number that stands for the tag before the first."""
        return self.tags.num_embeddings - 1

    def begin(self, batch: int) -> Step:
        """The state before the first tag."""
        zeros = self.linear.weight.new_zeros(batch, self.settings.size)
        return Step(zeros, zeros)

    def step(
        self, states: Tensor, memory: Memory, step: Step, *, last: Tensor, place: int
    ) -> tuple[Tensor, Step]:
        """The scores of the tags at ``place`` after the tags ``last``, (batch, tags)."""
        aligned = states[:, place]  # (batch, states' size)
        query = torch.cat([step.hidden, aligned], dim=-1)[:, None]  # (batch, 1, query size)
        context = self.attention.attend(query, memory, first=place)[:, 0]  # (batch, states' size)
        fed = torch.cat([self.tags(last), aligned, context], dim=-1)
        hidden, cell = self.cell(fed, (step.hidden, step.cell))  # (batch, size) each
        seen = torch.cat([hidden, aligned, context], dim=-1)
        return self.linear(self.dropout(seen)).float(), Step(hidden, cell)
