"""Characters a second by batch size on one device, beside what its matrix products take.

    python benchmarks/batch_speed.py MODEL TEXT --device cuda

All sizes are measured in one process, which a GPU's start would otherwise take most of. A row has
the median and the 95 % interval of passes from texts to entities; the network alone, from arrays on
the device to emissions; and what share of the device's own rate of matrix products its useful
operations are (``ner.benchmark.operations``), so how long they would take at that rate.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from matrix_rate import rates
from speed import length_of

import ner
from ner.benchmark.interval import interval
from ner.benchmark.operations import operations
from ner.benchmark.passes import portion, timed_passes
from ner.benchmark.texts import texts_of
from ner.benchmark.worker import load_tagger
from ner.features.batch import batch_of, plan
from ner.model.device import pick
from ner.model.folder import load_network, read_description
from ner.model.inputs import Inputs

SIZES = (1024, 4096, 16_384, 65_536, 262_144)
PRODUCT = {"cpu": 1024, "cuda": 8192}  # rows of a matrix that keeps the device busy


def main() -> None:
    """Measures each size and prints a row."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("text", type=Path, help="its lines are tagged")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--batch-size", type=int, nargs="+", default=SIZES, help="characters")
    parser.add_argument("--seconds", type=float, default=1.0, help="of a pass, about")
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    device = pick(options.device)
    texts = [text for text in texts_of(options.text) if text]
    each, limit = operations_of(options.model, texts), matrix_rate(device, options.seconds)
    print(f"ner {ner.__version__}, torch {torch.__version__}, {name_of(device)}")
    print(f"{each:,.0f} operations a character, {limit / 1e12:.3g} T matrix operations/s: ", end="")
    print(f"{1e9 * each / limit:.1f} ns a character at that rate")
    print("| batch | characters/s | 95 % interval | network alone | of the matrix rate |")
    print("|---|---|---|---|---|")
    for size in options.batch_size:
        print(row(options, device, texts, size, each / limit), flush=True)


def row(
    options: argparse.Namespace, device: torch.device, texts: list[str], size: int, least: float
) -> str:
    """What a batch size comes to; ``least`` is the seconds of a character's products alone."""
    loading = {"device": str(device), "batch_characters": size, "runtime": "torch"}
    tag = load_tagger({"model": str(options.model), "loading": loading})
    found = timed_passes(tag, texts, seconds=options.seconds, repeats=options.repeats)
    speeds = interval([found.characters / seconds for seconds in found.seconds])
    alone = network_speed(options, device, portion(texts, 4 * size), size)
    shown = f"{speeds.median:,.0f} | {speeds.low:,.0f} – {speeds.high:,.0f} | {alone:,.0f}"
    return f"| {size:,} | {shown} | {least * speeds.median:.2%}, {least * alone:.2%} |"


@torch.inference_mode()
def network_speed(
    options: argparse.Namespace, device: torch.device, texts: Sequence[str], size: int
) -> float:
    """Characters a second from arrays on the device to emissions."""
    description = read_description(options.model)
    network = load_network(options.model, description).to(device)
    longest = description.featurizer.settings.max_length
    texts = [text[:longest] for text in texts]
    places = plan([len(text) for text in texts], budget=size)
    batches = [batch_of(description.featurizer, [texts[n] for n in own]) for own in places]
    inputs = [Inputs.of(batch, device) for batch in batches]

    def once() -> None:
        for one in inputs:
            network.emissions(one)
        wait(device)

    seconds = [clocked(once) for _ in range(options.repeats + 1)][1:]
    return sum(map(len, texts)) / statistics.median(seconds)


def clocked(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def matrix_rate(device: torch.device, seconds: float) -> float:
    """Operations a second of large products of this device's 32-bit numbers, as torch does them."""
    size = PRODUCT.get(device.type, PRODUCT["cpu"])
    own = torch.randn(size, size, device=device)

    def product() -> None:
        own @ own
        wait(device)

    return statistics.median(rates(product, seconds=seconds, repeats=5, size=size))


def wait(device: torch.device) -> None:
    """Until the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def operations_of(model: Path, texts: Sequence[str]) -> float:
    """Useful operations for a character of sentences as in these texts."""
    network = load_network(model, read_description(model))
    return sum(operations(network, length=length_of(texts)).values())


def name_of(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


if __name__ == "__main__":
    main()
