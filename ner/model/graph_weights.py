"""GRAPH FILE → WEIGHTS: an exported network's parameters, read back out of its graph.

A graph holds all weights, under the exporter's names: turned, with the gates of recurrent layers in
ONNX's order, tables joined, matrices rounded to 8 bits. So an export looks for each parameter among
the graph's arrays, by value, and writes down where it found it; reading follows that.

The metadata hold under "ner.weights" as JSON: {parameter: [array, [step, …]]}.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from ner.errors import ModelError
from ner.lattice import Transitions
from ner.model.embedding.rounded import PackedTable
from ner.model.graph_file import METADATA
from ner.model.recurrent import GATES, reordered

if TYPE_CHECKING:
    from onnx import ModelProto

__all__ = ["PLACES", "array_of", "locate", "read_weights"]

Held = tuple[str, tuple[str, ...]]  # an array's name, and what is done to it
PLACES = "ner.weights"
NIBBLES = ".nibbles"  # how arrays of 4 bits are named in our tables
# How arrays in few bits, their scales and zero points are named: ONNX Runtime's, and our tables'.
ROUNDINGS = (
    ("_quantized", "_scale", "_zero_point"),
    (".steps", ".scales", ""),
    (NIBBLES, ".scales", ""),
)
BESIDE = ("_scale", "_zero_point", ".scales")  # what is no parameter by itself
# How far a value may be off, as a share of the array's largest.
EXACT, ROUNDED, COARSE = 1e-3, 1e-2, 0.2
SAMPLE = 4096  # numbers that are compared first
WAYS = 2  # directions of a recurrent layer
MATRIX = 2  # dimensions


def locate(
    weights: Mapping[str, Tensor], graph: ModelProto, transitions: Transitions
) -> tuple[dict[str, Held], tuple[str, ...]]:
    """Where each parameter stands in a graph, and the names of those that do not.

    Args:
        weights: a network's, before anything is made of them for the graph.
        graph: made of that network.
        transitions: that the graph's metadata hold.
    """
    arrays = _arrays(graph) | _chain(transitions)
    found, missing = {}, []
    for name, weight in weights.items():
        if not weight.numel():
            continue
        place = _nearest(weight.float(), arrays)
        if place is None:
            missing.append(name)
        else:
            found[name] = place
    return found, tuple(missing)


def read_weights(path: Path, fresh: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """All parameters of the network in a graph file.

    Args:
        path: the graph.
        fresh: the parameters of a new network of the same description: their names and shapes.

    Raises:
        ModelError: the graph is damaged, of another network, or does not say where they stand.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        graph = onnx.load(path)
    except (DecodeError, OSError, ValueError, onnx.checker.ValidationError) as error:
        raise ModelError(f"{path}: damaged: {error}") from error
    metadata = {one.key: one.value for one in graph.metadata_props}
    if PLACES not in metadata:
        why = "it does not say where the network's weights stand in it"
        raise ModelError(f"{path}: {why}; ner export makes it anew from weights.safetensors")
    try:
        places, about = json.loads(metadata[PLACES]), json.loads(metadata[METADATA])
        chain = {name: torch.tensor(about[name]) for name in ("start", "end", "between")}
        return _read(places, _arrays(graph) | chain, fresh)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RuntimeError) as error:
        raise ModelError(f"{path}: damaged, or of another network: {error!r}") from error


def _read(
    places: Mapping[str, Any], arrays: Mapping[str, Tensor], fresh: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    read = {}
    for name, own in fresh.items():
        if not own.numel():
            read[name] = own
            continue
        array, steps = places[name]
        value = array_of(array, arrays)
        for step in steps:
            value = _taken(value, step)
        if value.shape != own.shape:
            raise ValueError(f"{name}: got {list(value.shape)}, expected {list(own.shape)}")
        read[name] = value.to(own.dtype).contiguous()
    return read


def array_of(name: str, arrays: Mapping[str, Tensor]) -> Tensor:
    """An array of a graph as the numbers that it stands for."""
    array = arrays[name].float()
    for rounded, scale, zero in ROUNDINGS:
        if name.endswith(rounded):
            stem = name.removesuffix(rounded)
            if zero and stem + zero in arrays:
                array = array - _along(arrays[stem + zero].float(), array)
            return array * _along(arrays[stem + scale].float(), array)
    return array


def _along(numbers: Tensor, array: Tensor) -> Tensor:
    """Numbers of a whole array, its columns, its rows or its directions, shaped to meet it.

    A number is for all; (columns) or (rows, 1) belong to a matrix, (2) or (2, columns) to the two
    directions of a recurrent layer.
    """
    if numbers.numel() == 1:
        return numbers.reshape(())
    if array.ndim == MATRIX:
        return numbers
    return numbers.reshape(len(numbers), 1, -1)


def _arrays(graph: ModelProto) -> dict[str, Tensor]:
    from onnx import numpy_helper

    found = {}
    for one in graph.graph.initializer:
        array = numpy_helper.to_array(one)
        if array.dtype.kind in "fiu":
            own = torch.from_numpy(np.array(array))
            found[one.name] = PackedTable.steps_of(own) if one.name.endswith(NIBBLES) else own
    return found


def _chain(transitions: Transitions) -> dict[str, Tensor]:
    names = ("start", "end", "between")
    return {name: torch.from_numpy(np.asarray(getattr(transitions, name))) for name in names}


def _nearest(weight: Tensor, arrays: Mapping[str, Tensor]) -> Held | None:
    """Where the numbers stand that are nearest to a weight's, if they are near enough."""
    best, least = None, float("inf")
    for name, array in arrays.items():
        if array.numel() < weight.numel() or name.endswith(BESIDE):
            continue
        allowed = _allowed(name)
        whole: Tensor | None = None
        for steps in _ways(array.shape, weight.shape):
            whole = array_of(name, arrays) if whole is None else whole
            most = allowed * float(whole.abs().max())
            gap = _gap(weight, _all_taken(whole, steps), most)
            if gap <= most and gap < least:
                best, least = (name, steps), gap
    return best


def _allowed(name: str) -> float:
    """How far a value of this array may be off."""
    if name.endswith(NIBBLES):
        return COARSE
    return ROUNDED if name.endswith(tuple(one for one, *_ in ROUNDINGS)) else EXACT


def _gap(weight: Tensor, value: Tensor, most: float) -> float:
    """The largest difference; of what is off by more than ``most`` anyway that of first numbers."""
    if len(weight) > SAMPLE:
        first = float((weight[:SAMPLE] - value[:SAMPLE]).abs().max())
        if first > most:
            return first
    return float((weight - value).abs().max())


def _ways(shape: tuple[int, ...], wanted: tuple[int, ...]) -> Iterator[tuple[str, ...]]:
    """What can be done to an array of a shape so that it has another."""
    if shape == wanted:
        yield ()
    if shape[::-1] == wanted and len(shape) > 1:
        yield ("turned",)
    if len(shape) == len(wanted) and shape[1:] == wanted[1:] and shape[0] > wanted[0]:
        spare = shape[0] - wanted[0]  # a joined table has both parts, and a row of zeros behind
        yield from (
            (f"rows {start} {start + wanted[0]}",) for start in sorted({0, spare, spare - 1})
        )
    if shape[0] == WAYS and len(shape) == len(wanted) + 1:
        for way in range(WAYS):
            yield from ((f"way {way}", *more) for more in _layers(shape[1:], wanted))


def _layers(shape: tuple[int, ...], wanted: tuple[int, ...]) -> Iterator[tuple[str, ...]]:
    """What can be done to one direction of a recurrent layer."""
    for kind, (gates, _) in GATES.items():
        if wanted[0] % len(gates):
            continue
        if shape == wanted:
            yield (f"gates {kind}",)
        if len(shape) > 1 and shape[::-1] == wanted:
            yield ("turned", f"gates {kind}")
        if len(shape) == MATRIX and (shape[1], shape[0] / 2) == wanted:  # with remainders' weights
            yield ("half 0", "turned", f"gates {kind}")
        if len(shape) == 1 and shape[0] == 2 * wanted[0]:
            yield from ((f"half {half}", f"gates {kind}") for half in range(2))


def _all_taken(array: Tensor, steps: tuple[str, ...]) -> Tensor:
    for step in steps:
        array = _taken(array, step)
    return array


def _taken(array: Tensor, step: str) -> Tensor:
    name, _, given = step.partition(" ")
    if name == "turned":
        return array.T
    if name == "rows":
        start, end = map(int, given.split())
        return array[start:end]
    if name == "way":
        return array[int(given)]
    if name == "half":
        return array.chunk(2)[int(given)]
    if name == "gates":
        own, wanted = GATES[given]
        return reordered(array, wanted, own)
    raise ValueError(f"unknown step {step!r}")
