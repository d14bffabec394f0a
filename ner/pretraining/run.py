"""From raw texts to a transformer that knows them: blocks, holes, steps, a folder."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from ner.errors import ConfigError, CorpusError, NerError
from ner.formats import Findings
from ner.formats.raw import Inputs
from ner.pretraining.blocks import Numbers, cut_blocks
from ner.pretraining.masking import draw
from ner.pretraining.plan import Plan
from ner.pretraining.source import Filler
from ner.storage import dumps, write_text
from ner.training.run import accelerator
from ner.training.transformer import quietly
from ner.version import __version__

LOOKS = 10  # how often a run is measured
MOST_HELD_OUT = 2_000  # blocks
ABOUT = "pretraining.json"


@dataclass(frozen=True, slots=True)
class Look:
    """How far a run is, and how well it fills in what it is not trained on.

    Args:
        step: steps that are done.
        passed: the share of the way.
        loss: of a piece in a hole, in nats; on held-out blocks.
        right: the share of holes whose best piece is the right one.
        pieces: that were gone through.
        seconds: from the first step on.
    """

    step: int
    passed: float
    loss: float
    right: float
    pieces: int
    seconds: float


class Pretraining:
    """A transformer that is trained on.

    Args:
        filler: the transformer; is changed.
        plan: how.
        device: a name as ``--device`` takes it.
        mixed_precision: as ``training.mixed_precision``.
    """

    def __init__(self, filler: Filler, plan: Plan, *, device: str, mixed_precision: str) -> None:
        self.plan = plan
        self._filler = filler
        self._accelerator = accelerator(device, mixed_precision)
        self._device = self._accelerator.device
        self._model = filler.model.to(self._device)
        self._fixed = torch.zeros(self._model.config.vocab_size, dtype=torch.bool)
        self._fixed[filler.special] = True
        self._fixed = self._fixed.to(self._device)
        self._optimiser = torch.optim.AdamW(self._groups(), lr=plan.rate, fused=True)

    def run(self, blocks: Numbers, told: Callable[[float], None]) -> Iterator[Look]:
        """Trains on the blocks; looks come as they are made, the last one at the end.

        Args:
            blocks: (blocks, pieces).
            told: is told the share of the way after every step.

        Raises:
            NerError: the loss is no number any more.
        """
        plan = self.plan
        order = np.random.default_rng(plan.seed).permutation(len(blocks))
        aside = min(MOST_HELD_OUT, max(1, round(plan.held_out * len(blocks))))
        held_out, own = blocks[np.sort(order[:aside])], order[aside:]
        generator = torch.Generator(self._device).manual_seed(plan.seed)
        batch = max(1, plan.batch // plan.length)
        steps = plan.epochs * -(-len(own) // batch)
        began, step, pieces, passed, looked = perf_counter(), 0, 0, 0.0, 0
        for rows in _batches(own, batch, plan):
            if passed >= 1:
                break
            for group in self._optimiser.param_groups:
                group["lr"] = group["initial_lr"] * plan.share(max(passed, 1 / steps))
            self._step(self._on_device(blocks[rows]), generator)
            step, pieces = step + 1, pieces + rows.size * plan.length
            passed = self._passed(step / steps, perf_counter() - began)
            told(passed)
            if passed * LOOKS >= looked + 1:
                looked = math.floor(passed * LOOKS)
                yield Look(
                    step, passed, *self._look(held_out, batch), pieces, perf_counter() - began
                )

    def save(self, out: Path, about: dict[str, Any]) -> None:
        """Writes the folder, whole or not at all; one that is there is replaced.

        Raises:
            OSError: it cannot be written.
        """
        with _whole_folder(out) as folder:
            with quietly():
                self._filler.model.save_pretrained(folder)
                self._filler.tokenizer.save_pretrained(folder)
            write_text(folder / ABOUT, dumps(about, indent=1) + "\n")

    def _passed(self, steps: float, seconds: float) -> float:
        """The share of the way: of the steps, or of the time if that is further."""
        minutes = self.plan.minutes
        return min(1.0, steps if minutes is None else max(steps, seconds / (60 * minutes)))

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

    def _step(self, ids: Tensor, generator: torch.Generator) -> None:
        self._model.train()
        loss, _ = self._loss(ids, generator)
        self._accelerator.backward(loss)
        norm = torch.nn.utils.clip_grad_norm_(self._model.parameters(), self.plan.clip)
        if not torch.isfinite(norm):
            raise NerError("the gradient is no number any more: lower --learning-rate")
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
        """Loss and share of right pieces on held-out blocks, with the same holes every time."""
        self._model.eval()
        generator = torch.Generator(self._device).manual_seed(self.plan.seed)
        loss, right, holes = 0.0, 0, 0
        for start in range(0, len(held_out), batch):
            mean, found = self._loss(self._on_device(held_out[start : start + batch]), generator)
            loss += float(mean) * len(found)
            right, holes = right + int(found.sum()), holes + len(found)
        return loss / max(1, holes), right / max(1, holes)

    def _on_device(self, rows: Numbers) -> Tensor:
        return torch.from_numpy(rows.astype(np.int64)).to(self._device)


@contextmanager
def blocks_of(inputs: Inputs, filler: Filler, plan: Plan, findings: Findings) -> Iterator[Numbers]:
    """The blocks of the inputs, for as long as the block lasts.

    Raises:
        ConfigError: a block is longer than the transformer's, or too short to hold anything.
        CorpusError: an input cannot be read, or there is too little in it.
    """
    least = sum(map(len, filler.around)) + plan.longest
    if not least <= plan.length <= filler.longest:
        raise ConfigError(
            f"--length: got {plan.length}, expected {least} to {filler.longest} pieces"
        )
    texts = inputs.texts(findings, purpose="blocks of pieces")
    with tempfile.TemporaryDirectory(prefix="ner-pretraining-") as folder:
        blocks = cut_blocks(
            texts,
            filler.tokenizer.backend_tokenizer,
            length=plan.length,
            around=filler.around,
            path=Path(folder) / "blocks",
        )
        if len(blocks) < 2:
            why = f"its text has {len(blocks)} blocks of {plan.length} pieces, expected 2 or more"
            raise CorpusError(why, path=inputs.name)
        yield blocks


def about(inputs: Inputs, transformer: str, plan: Plan, last: Look) -> dict[str, Any]:
    """What a folder says of its making."""
    return {
        "made_by": f"zhuyi-ner {__version__}",
        "transformer": Path(transformer).name,
        "texts": [path.name for path in inputs.paths],
        "plan": asdict(plan),
        "last": asdict(last),
    }


def _batches(own: NDArray[np.int64], batch: int, plan: Plan) -> Iterator[NDArray[np.int64]]:
    """The numbers of the blocks of each step, in another order every epoch."""
    for epoch in range(plan.epochs):
        order = np.random.default_rng((plan.seed, epoch)).permutation(own)
        for start in range(0, len(order), batch):
            yield np.sort(order[start : start + batch])


@contextmanager
def _whole_folder(out: Path) -> Iterator[Path]:
    """A folder that stands at ``out`` once the block has ended without an error."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".ner-") as temporary:
        made, old = Path(temporary) / "made", Path(temporary) / "old"
        made.mkdir()
        yield made
        if out.exists():
            os.replace(out, old)
        shutil.move(made, out)
