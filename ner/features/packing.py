"""Plain data with arrays in it ↔ plain data for JSON, and the arrays by their places in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.deflation import ArrayError as ArrayError
from ner.features.deflation import Deflated, deflated, inflated

Array = NDArray[Any]

HEAD = 8  # bytes of safetensors that say how long its header is
KINDS = {"U8": "u1", "U16": "<u2", "U32": "<u4", "I32": "<i4", "I64": "<i8", "F64": "<f8"}
DEFLATED = "deflated"
WORTH, SAVED = 2048, 0.1  # bytes of an array and the share of them that deflating saves, at least


def split(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Array]]:
    """The data without its arrays, and the arrays: ``a.b`` is the one called ``b`` in ``a``."""
    plain: dict[str, Any] = {}
    arrays: dict[str, Array] = {}
    for key, value in data.items():
        if isinstance(value, np.ndarray):
            arrays[key] = np.ascontiguousarray(value)
        elif isinstance(value, Mapping):
            plain[key], inner = split(value)
            arrays |= {f"{key}.{name}": array for name, array in inner.items()}
        else:
            plain[key] = value
    return plain, arrays


def joined(plain: Mapping[str, Any], arrays: Mapping[str, Array]) -> dict[str, Any]:
    """The data whose parts these are.

    Raises:
        TypeError: where an array belongs the data has something else than an object.
    """
    data = dict(plain)
    groups: dict[str, dict[str, Array]] = {}
    for name, array in arrays.items():
        key, dot, rest = name.partition(".")
        if dot:
            groups.setdefault(key, {})[rest] = array
        else:
            data[key] = array
    for key, own in groups.items():
        inner = data.get(key, {})
        if not isinstance(inner, Mapping):
            raise TypeError(f"{key}: got {type(inner).__name__}, expected an object")
        data[key] = joined(inner, own)
    return data


def written(arrays: Mapping[str, Array]) -> bytes:
    """The arrays as a file of safetensors, those deflated that are the smaller for it.

    What these are is told in the metadata's entry ``deflated``.
    """
    from safetensors.numpy import save

    about: dict[str, Deflated] = {}
    saved = dict(arrays)
    for name, array in arrays.items():
        if array.nbytes >= WORTH and len(small := deflated(array)) < (1 - SAVED) * array.nbytes:
            saved[name], about[name] = np.frombuffer(small, dtype=np.uint8), Deflated.of(array)
    told = {name: [one.kind, list(one.shape)] for name, one in about.items()}
    return save(saved, {DEFLATED: json.dumps(told)} if told else None)


def mapped(path: Path) -> dict[str, Array]:
    """The arrays of numbers in a sound file of safetensors, mapped into memory or inflated.

    Raises:
        ArrayError: there are arrays of other kinds, or damaged ones.
    """
    whole = np.memmap(path, dtype=np.uint8, mode="r")
    start = HEAD + int(whole[:HEAD].view("<u8")[0])
    header = json.loads(whole[HEAD:start].tobytes())
    told = json.loads(header.pop("__metadata__", {}).get(DEFLATED, "{}"))
    found = {name: _mapped(whole[start:], **about) for name, about in header.items()}
    for name, (kind, shape) in told.items():
        if name not in found:
            raise ArrayError(f"{name}: missing")
        found[name] = inflated(found[name], Deflated(kind, tuple(shape)), name)
    return found


def _mapped(content: Array, dtype: str, shape: list[int], data_offsets: list[int]) -> Array:
    if dtype not in KINDS:
        raise ArrayError(f"got numbers of the kind {dtype}, expected one of {', '.join(KINDS)}")
    first, end = data_offsets
    return np.frombuffer(content[first:end], dtype=KINDS[dtype]).reshape(shape)


def whole_numbers(data: Mapping[str, Any], name: str, *, below: int | None = None) -> Array:
    """The array ``name`` of whole numbers, with ``below`` all of them in 0…below-1.

    Raises:
        ArrayError: it is not that.
    """
    array = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype.kind not in "iu":
        raise ArrayError(f"{name}: missing, or no row of whole numbers")
    if below is not None and len(array) and not 0 <= array.min() <= array.max() < below:
        raise ArrayError(f"{name}: {array.min()}…{array.max()}, expected 0…{below - 1}")
    return array


def real_numbers(data: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> Array:
    """The array ``name`` of numbers, none of them infinite or undefined.

    Raises:
        ArrayError: it is not that.
    """
    array = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(array, np.ndarray) or array.dtype != np.float64 or array.shape != shape:
        raise ArrayError(f"{name}: missing, or not numbers of the shape {shape}")
    if not np.isfinite(array).all():
        raise ArrayError(f"{name}: numbers that are infinite or undefined")
    return array


def smallest(array: Array) -> Array:
    """The same numbers, 0 or more, in as few bytes as hold them."""
    return array.astype(np.min_scalar_type(int(array.max(initial=0))))
