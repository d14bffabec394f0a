"""Training speed in characters/s, and which part of the network and of the loop the time goes to.

    python benchmarks/training_speed.py configs/msra.yaml --characters 60000 --threads 2

Each part is timed by itself on the batches of one epoch: its forward pass, and the backward pass
of its output, on inputs that were computed beforehand. The whole loop is then timed once,
evaluation left out; what the loop takes beyond the network and the optimiser is the framework's
share.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from ner.config import load_config
from ner.model.inputs import Inputs
from ner.model.network import Network
from ner.training.loop import batches_of_epoch, step
from ner.training.run import Run


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def leaf(tensor: Tensor) -> Tensor:
    """The same values as an input of their own that wants a gradient."""
    return tensor.detach().requires_grad_()


def pass_through(part: Callable[[Tensor], Tensor], given: Tensor) -> tuple[float, Tensor]:
    """Seconds for a part's forward and backward pass, and its output."""
    began = time.perf_counter()
    output = part(given)
    output.backward(torch.ones_like(output))
    return time.perf_counter() - began, output


def parts(network: Network, inputs: Inputs) -> dict[str, float]:
    """Seconds by part for one batch."""
    seconds = {}
    began = time.perf_counter()
    vectors = network.embedding(inputs)
    vectors.backward(torch.ones_like(vectors))
    seconds["embedding"] = time.perf_counter() - began
    seconds["LSTM"], states = pass_through(lambda x: network.encoder(x, inputs.mask), leaf(vectors))

    def attend(given: Tensor) -> Tensor:
        for layer in network.attention:
            given = layer(given, inputs.mask, None)
        return given

    if network.attention:
        seconds["attention"], states = pass_through(attend, leaf(states))
    assert inputs.tags is not None
    tags = inputs.tags
    seconds["emissions and CRF"], _ = pass_through(
        lambda x: network.decoder.losses(x, inputs.mask, tags).mean(), leaf(states)
    )
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config")
    parser.add_argument("--characters", type=int, default=60_000, help="train on so many")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        run = Run(load_config(options.config, options.set), Path(folder) / "run", device="cpu")
    model, optimiser = run.accelerator.prepare(run.task.network, run.optimiser)
    batches, size = [], 0
    for batch in batches_of_epoch(run.task, run.accelerator, epoch=1):
        if size < options.characters:
            batches.append(batch)
            size += batch.size
    rows = [measure(run, model, optimiser, batches) for _ in range(options.repeats + 1)][1:]
    middle = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    whole = middle.pop("whole loop")
    middle["the framework around it"] = whole - sum(middle.values())
    shares = {name: round(seconds / whole, 4) for name, seconds in middle.items()}
    print(
        json.dumps(
            {
                "config": options.config,
                "threads": options.threads,
                "characters": size,
                "characters_per_second": round(size / whole),
                "shares": shares,
            },
            indent=2,
        )
    )


def measure(run: Run, model: Network, optimiser: torch.optim.Optimizer, batches: list) -> dict:
    """Seconds by part for all batches."""
    clip = run.config.training.clip
    rate = run.config.training.learning_rate
    model.train()
    total: dict[str, float] = {}
    for batch in batches:
        inputs = Inputs.of(batch, run.accelerator.device)
        optimiser.zero_grad()
        for name, seconds in parts(run.task.network, inputs).items():
            total[name] = total.get(name, 0.0) + seconds

        def update() -> None:
            run.accelerator.clip_grad_norm_(model.parameters(), clip)
            optimiser.step()
            run.task.average.update(run.task.network, step=1000)

        total["optimiser, averaging"] = total.get("optimiser, averaging", 0.0) + timed(update)

    def train() -> None:
        for batch in batches:
            step(model, optimiser, run.accelerator, batch, rate, clip)
            run.task.average.update(run.task.network, step=1000)

    total["whole loop"] = timed(train)
    return total


if __name__ == "__main__":
    main()
