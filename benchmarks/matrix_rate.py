"""How many operations a second this machine does in large matrix products, by type of number.

    OMP_NUM_THREADS=1 python benchmarks/matrix_rate.py --seconds 1 --repeats 5

prints JSON: float32 by NumPy; float32, bfloat16 and int8 by torch where it is there and does them.
An n × n product counts as 2 n³ operations. It is the limit that a network's rate is held against.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

SIZE = 1024


def products() -> Iterator[tuple[str, Callable[[], Any]]]:
    """What multiplies two matrices once, by the name of its numbers."""
    import numpy as np

    numbers = np.random.default_rng(0).standard_normal((SIZE, SIZE), dtype=np.float32)
    yield "float32, NumPy", lambda: numbers @ numbers
    try:
        import torch
    except ModuleNotFoundError:
        return
    own = torch.from_numpy(numbers)
    yield "float32, torch", lambda: own @ own
    half = own.to(torch.bfloat16)
    yield "bfloat16, torch", lambda: half @ half
    small = (own * 30).clamp(-127, 127).to(torch.int8)
    if hasattr(torch, "_int_mm"):  # no public name yet
        yield "int8, torch", lambda: torch._int_mm(small, small)


def rates(
    product: Callable[[], Any], *, seconds: float, repeats: int, size: int = SIZE
) -> list[float]:
    """Operations a second of each repeat, n × n for n = ``size``, after one that is not counted."""
    product()
    began = time.perf_counter()
    product()
    count = max(1, round(seconds / (time.perf_counter() - began)))
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        for _ in range(count):
            product()
        found.append(count * 2 * size**3 / (time.perf_counter() - began))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    found = {}
    for name, product in products():
        try:
            found[name] = rates(product, seconds=options.seconds, repeats=options.repeats)
        except RuntimeError as error:  # torch has no such product for this processor
            found[name] = str(error).splitlines()[0]
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
