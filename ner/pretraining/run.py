"""From raw texts to a transformer that knows them: blocks, holes, steps, a folder."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from ner.errors import ConfigError, CorpusError
from ner.features.tokeniser import whole_texts
from ner.formats import Findings
from ner.formats.raw import Inputs
from ner.pretraining.blocks import Numbers, cut_blocks
from ner.pretraining.masking import draw
from ner.pretraining.plan import Plan
from ner.pretraining.progress import DivergedError, Look, Progress, what_of
from ner.pretraining.source import Filler
from ner.storage import SURROGATE, dumps, write_text
from ner.training import checkpoint
from ner.training.run import accelerator
from ner.training.transformer import quietly
from ner.version import __version__

LOOKS = 10  # how often a run is measured, after it was measured once before it begins
LEAST = 2  # blocks: one to train on, one to measure
FEW_HELD_OUT = 20  # blocks, at least, where that is no more than a tenth
MOST_HELD_OUT = 2_000  # blocks
KEPT_EVERY = 300.0  # seconds of a run that are lost at most when it is killed
ABOUT = "pretraining.json"
DIVERGED = "is no number any more: lower --learning-rate"
BEGINNING = Progress()
LONE = "lone surrogates, read as U+FFFD"


class Pretraining:
    """A transformer that is trained on.

    Args:
        filler: the transformer; is changed.
        plan: how.
        device: a name as ``--device`` takes it.
        mixed_precision: as ``training.mixed_precision``.

    Raises:
        ConfigError: a block is longer than the transformer's, or too short to hold anything; there
            is no such device.
    """

    def __init__(self, filler: Filler, plan: Plan, *, device: str, mixed_precision: str) -> None:
        _refuse_length(plan, filler)
        self.plan = plan
        self._filler = filler
        self._accelerator = accelerator(device, mixed_precision)
        self._device = self._accelerator.device
        self._model = filler.model.to(self._device)
        self._fixed = torch.zeros(self._model.config.vocab_size, dtype=torch.bool)
        self._fixed[filler.special] = True
        self._fixed = self._fixed.to(self._device)
        self._optimiser = torch.optim.AdamW(self._groups(), lr=plan.rate, fused=True)

    def run(
        self,
        blocks: Numbers,
        told: Callable[[float], None],
        progress: Progress = BEGINNING,
        part: Path | None = None,
    ) -> Iterator[Look]:
        """Trains on the blocks; looks come as they are made, before the first step and at the end.

        Args:
            blocks: (blocks, pieces).
            told: is told the share of the way after every step.
            progress: where it begins; what it has behind it is in the weights (``restore``).
            part: the file that a run is gone on with from, if one is to be kept.

        Raises:
            DivergedError: the loss is no number any more.
        """
        own, held_out = _apart(blocks, self.plan)
        batch = max(1, self.plan.batch // self.plan.length)
        steps = self.plan.epochs * -(-len(own) // batch)
        began = perf_counter() - progress.seconds
        if not progress.looks:
            found = self._look(held_out, batch)
            first = Look(0, 0.0, *found, 0, perf_counter() - began)
            progress = replace(progress, looks=(first,))
            yield first
        passed, written = self._passed(progress.step / steps, progress.seconds), perf_counter()
        batches = _batches(own, batch, self.plan)
        for rows in islice(batches, progress.step, None):
            if passed >= 1:
                break
            self._set_rates(passed + 0.5 / steps)  # as in the middle of the step
            self._step(self._on_device(blocks[rows]), progress.step)
            progress = replace(progress, step=progress.step + 1, seconds=perf_counter() - began)
            passed = self._passed(progress.step / steps, progress.seconds)
            told(passed)
            if passed * LOOKS >= math.floor(progress.looks[-1].passed * LOOKS) + 1:
                found = self._look(held_out, batch)
                pieces = _gone_through(own, batch, progress.step) * self.plan.length
                look = Look(progress.step, passed, *found, pieces, perf_counter() - began)
                progress = replace(progress, looks=(*progress.looks, look), seconds=look.seconds)
                yield look
            if part is not None and perf_counter() - written >= KEPT_EVERY:
                checkpoint.save(part, self._model, self._optimiser, progress)
                written = perf_counter()

    def what(self, blocks: Numbers) -> dict[str, Any]:
        """What a run must have in common with one that it goes on with."""
        return what_of(self.plan, self._filler.name, blocks)

    def restore(self, part: Path) -> None:
        """Takes over the weights and the optimiser's moments of a run that left this file.

        Raises:
            ModelError: it is damaged, or of another transformer.
        """
        checkpoint.load(part, self._model, self._optimiser, Progress.of)

    def save(self, folder: Path, about: dict[str, Any]) -> None:
        """Writes the transformer, its tokeniser and what it is into the folder.

        Raises:
            OSError: it cannot be written.
        """
        with quietly():
            self._filler.model.save_pretrained(folder)
            self._filler.tokenizer.save_pretrained(folder)
        write_text(folder / ABOUT, dumps(about, indent=1) + "\n")

    def _passed(self, steps: float, seconds: float) -> float:
        """The share of the way: of the steps, or of the time if that is further."""
        minutes = self.plan.minutes
        return min(1.0, steps if minutes is None else max(steps, seconds / (60 * minutes)))

    def _set_rates(self, passed: float) -> None:
        for group in self._optimiser.param_groups:
            group["lr"] = group["initial_lr"] * self.plan.share(passed)

    def _groups(self) -> list[dict[str, Any]]:
        """The weights by rate and decay; norms and biases have none."""
        plan = self.plan
        found: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
        for name, parameter in self._model.named_parameters():
            rate = plan.rate * (plan.new_rate if name in self._filler.new else 1)
            decay = plan.decay if parameter.dim() > 1 else 0.0
            found.setdefault((rate, decay), []).append(parameter)
        return [
            {"params": parameters, "initial_lr": rate, "weight_decay": decay}
            for (rate, decay), parameters in found.items()
        ]

    def _step(self, ids: Tensor, step: int) -> None:
        holes, dropout = np.random.SeedSequence((self.plan.seed, step)).generate_state(2).tolist()
        generator = torch.Generator(self._device).manual_seed(holes)
        torch.manual_seed(dropout)
        self._model.train()
        loss, _ = self._loss(ids, generator)
        self._accelerator.backward(loss)
        norm = torch.nn.utils.clip_grad_norm_(self._model.parameters(), self.plan.clip)
        if not torch.isfinite(norm):
            raise DivergedError(f"the gradient {DIVERGED}")
        self._optimiser.step()
        self._optimiser.zero_grad()

    def _loss(self, ids: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """The mean loss of a piece in a hole, and whether each hole's best piece is right."""
        plan = self.plan
        shown, holes = draw(
            ids,
            self._fixed,
            self._filler.mask,
            share=plan.masked,
            longest=plan.longest,
            generator=generator,
        )
        with self._accelerator.autocast():
            scores = self._filler.scores(shown, holes)
        right = scores.argmax(dim=-1) == ids[holes]
        if not len(right):
            return scores.sum(), right  # of nothing
        return cross_entropy(scores.float(), ids[holes]), right

    @torch.no_grad()
    def _look(self, held_out: Numbers, batch: int) -> tuple[float, float]:
        """Loss and share of right pieces on held-out blocks, with the same holes every time.

        Raises:
            DivergedError: the loss is no number.
        """
        self._model.eval()
        generator = torch.Generator(self._device).manual_seed(self.plan.seed)
        loss, right, holes = 0.0, 0, 0
        for start in range(0, len(held_out), batch):
            mean, found = self._loss(self._on_device(held_out[start : start + batch]), generator)
            loss += float(mean) * len(found)
            right, holes = right + int(found.sum()), holes + len(found)
        if not math.isfinite(loss):
            raise DivergedError(f"the loss {DIVERGED}")
        return loss / max(1, holes), right / max(1, holes)

    def _on_device(self, rows: Numbers) -> Tensor:
        return torch.from_numpy(rows.astype(np.int64)).to(self._device)


def blocks_of(
    inputs: Inputs, filler: Filler, plan: Plan, findings: Findings, path: Path
) -> Numbers:
    """The blocks of the inputs, (blocks, pieces), kept in the file at ``path``.

    Raises:
        CorpusError: an input cannot be read, or there is too little in it.
    """
    blocks = cut_blocks(
        _texts(inputs, findings),
        whole_texts(filler.tokenizer.backend_tokenizer.to_str()),
        length=plan.length,
        around=filler.around,
        path=path,
    )
    if len(blocks) < LEAST:
        found = "1 block" if len(blocks) else "no block"
        why = f"its text fills {found} of {plan.length} pieces, expected {LEAST} or more"
        raise CorpusError(why, path=inputs.name)
    return blocks


def about(inputs: Inputs, filler: Filler, plan: Plan, looks: Sequence[Look]) -> dict[str, Any]:
    """What a folder says of its making."""
    return {
        "made_by": f"zhuyi-ner {__version__}",
        "transformer": filler.name,
        "texts": [path.name or str(path) for path in inputs.paths],
        "plan": asdict(plan),
        "first": asdict(looks[0]),
        "last": asdict(looks[-1]),
    }


def _texts(inputs: Inputs, findings: Findings) -> Iterator[str]:
    """The texts as any tokeniser can read them."""
    for document in inputs.documents(findings):
        text, lone = SURROGATE.subn("\ufffd", document.text)
        if lone:
            findings[LONE] += lone
        yield text


def _refuse_length(plan: Plan, filler: Filler) -> None:
    least = sum(map(len, filler.around)) + plan.longest
    if not least <= plan.length <= filler.longest:
        expected = f"expected {least} to {filler.longest} pieces of {filler.name}"
        raise ConfigError(f"--length: got {plan.length}, {expected}")


def _apart(blocks: Numbers, plan: Plan) -> tuple[NDArray[np.int64], Numbers]:
    """The numbers of the blocks that are trained on, and those that are held out."""
    order = np.random.default_rng(plan.seed).permutation(len(blocks))
    wanted = max(round(plan.held_out * len(blocks)), min(FEW_HELD_OUT, len(blocks) // 10))
    aside = max(1, min(MOST_HELD_OUT, wanted))
    return order[aside:], np.array(blocks[np.sort(order[:aside])])


def _gone_through(own: NDArray[np.int64], batch: int, step: int) -> int:
    """How many blocks the first steps go through."""
    epochs, more = divmod(step, -(-len(own) // batch))
    return epochs * len(own) + min(more * batch, len(own))


def _batches(own: NDArray[np.int64], batch: int, plan: Plan) -> Iterator[NDArray[np.int64]]:
    """The numbers of the blocks of each step, in another order every epoch."""
    for epoch in range(plan.epochs):
        order = np.random.default_rng((plan.seed, epoch)).permutation(own)
        for start in range(0, len(order), batch):
            yield np.sort(order[start : start + batch])
