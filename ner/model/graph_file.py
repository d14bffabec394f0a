"""An exported network on disk: an ONNX graph from features to emissions, and the chain beside it.

model.onnx    the graph; its metadata hold under "ner" as JSON: format_version, quantized, weights
              (a mark of the weights file it was made of), start, end, between, continues
model.onnx.data  its arrays of over a megabyte, which are mapped into memory
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ner.errors import ModelError
from ner.lattice import Transitions
from ner.model.folder import GRAPH, WEIGHTS, find

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

__all__ = ["GRAPH", "METADATA", "Graph", "about", "read_graph"]

FORMAT_VERSION = 1
MARKS, MARKED = 64, 4096  # places of a weights file, and how many bytes of each
METADATA = "ner"
# ONNX Runtime's joined kernel of sum and norm is many times slower than the two by themselves.
SLOW = ["SkipLayerNormFusion"]


@dataclass(frozen=True, slots=True)
class Graph:
    """What is needed to tag by it."""

    session: InferenceSession
    transitions: Transitions


def about(transitions: Transitions, *, quantized: str, weights: str) -> str:
    """What stands in a graph's metadata."""
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "quantized": quantized,
            "weights": weights,
            "start": transitions.start.tolist(),
            "end": transitions.end.tolist(),
            "between": transitions.between.tolist(),
            "continues": transitions.continues.tolist(),
        }
    )


def read_graph(path: str | Path, *, threads: int) -> Graph:
    """The graph in a model or run folder, to be computed by so many threads at a time.

    Raises:
        ModelError: there is none, it is damaged, of another format version, or of other weights.
    """
    place = find(path) / GRAPH
    if not place.is_file():
        raise ModelError(f"{place}: no such file; ner export makes it")
    session = _session(place, threads)
    saved = session.get_modelmeta().custom_metadata_map.get(METADATA)
    try:
        found = json.loads(saved) if saved else {}
        version = found.get("format_version")
        if version != FORMAT_VERSION:
            why = f"graph format {version!r}, this version of ner reads format {FORMAT_VERSION}"
            raise ModelError(f"{place}: {why}; ner export makes it anew")
        _refuse_stale(place, found["weights"])
        return Graph(session, _transitions(found))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{place}: damaged: {error}") from error


def _session(place: Path, threads: int) -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    options = SessionOptions()
    options.log_severity_level = 3  # errors
    options.intra_op_num_threads = threads
    refusals = (errors.InvalidProtobuf, errors.InvalidGraph, errors.Fail, errors.NoSuchFile)
    more = (errors.InvalidArgument, errors.NotImplemented, errors.RuntimeException)
    try:
        return InferenceSession(
            str(place),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=SLOW,
        )
    except (*refusals, *more) as error:
        raise ModelError(f"{place}: damaged, or of another version: {error}") from error


def mark_of(weights: Path) -> str:
    """What other weights of the same network do not have: the file's size and a digest of it.

    It is of 4 KiB in each of 64 places, so that a model does not load the slower for it; training
    changes all weights but the vectors that are kept.
    """
    size = weights.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with open(weights, "rb") as stream:
        for place in range(MARKS):
            stream.seek(place * max(size - MARKED, 0) // (MARKS - 1))
            digest.update(stream.read(MARKED))
    return digest.hexdigest()


def _refuse_stale(place: Path, mark: str) -> None:
    """Makes sure that the weights beside the graph, if there are any, are those it was made of."""
    weights = place.with_name(WEIGHTS)
    if weights.is_file() and mark_of(weights) != mark:
        raise ModelError(f"{place}: made of other weights than {WEIGHTS}; ner export makes it anew")


def _transitions(found: dict[str, Any]) -> Transitions:
    start, end, between = (
        np.asarray(found[name], dtype=np.float64) for name in ("start", "end", "between")
    )
    return Transitions(start, end, between, np.asarray(found["continues"], dtype=np.bool_))
