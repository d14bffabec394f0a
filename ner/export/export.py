"""MODEL FOLDER → GRAPH FILE: the whole way, with a look whether both say the same."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ner.calibration import CALIBRATION
from ner.errors import ModelError, choose
from ner.export.quantisation import QUANTISATIONS
from ner.features.batch import Batch, collate
from ner.model.decoders.linear import LinearChain
from ner.model.folder import (
    CARD,
    GRAPH,
    GRAPH_ARRAYS,
    WEIGHTS,
    Description,
    find,
    holds_run,
    load_network,
    read_description,
    write_description,
)
from ner.model.graph_file import METADATA, about, mark_of
from ner.model.graph_weights import PLACES, locate
from ner.model.inputs import Inputs
from ner.model.network import Network
from ner.storage import dumps
from ner.tagging.runtimes import OnnxRuntime

if TYPE_CHECKING:
    from onnx import ModelProto

# Made-up sentences of different lengths, with characters of several kinds.
EXAMPLES = (
    "昨天下午，陶小满从衢州寄来两封信，说他下个月要去青禾书店工作。",
    "会议在丽水举行。",
    "ＡＢＣ公司2019年的收入是3.5億元",
)


MAPPED = 1 << 20  # arrays of so many bytes stand apart


@dataclass(frozen=True, slots=True)
class Exported:
    """Where the graph is, and how far its emissions are from those of the network."""

    graph: Path
    size: int  # of its files, in bytes
    difference: float  # the largest, over the example sentences
    missing: tuple[str, ...]  # parameters that cannot be read back out of the graph


def export(path: str | Path, out: Path | None = None, *, quantize: str = "none") -> Exported:
    """Writes a model's graph beside its weights or, to tag without them, into another folder.

    Args:
        path: a model or run folder.
        out: another folder; it gets all that tagging needs.
        quantize: ``none``, ``int8`` or ``int4``.

    Raises:
        ConfigError: there is no such quantisation.
        ModelError: there is no model, its decoder has no emissions, PyTorch cannot follow it, the
            other folder is one of a run, or there is a graph alone and no other folder.
    """
    quantisation = choose(quantize, QUANTISATIONS, kind="quantisation")
    folder, description = find(path), read_description(path)
    if out is not None and holds_run(out):
        raise ModelError(f"{out}: is a run folder, whose model another one beside it would hide")
    target = folder if out is None or _same(folder, out) else out
    mark = _mark(folder / WEIGHTS, target)
    network = load_network(path, description)
    if not isinstance(network.decoder, LinearChain):
        kind = description.settings.decoder.kind
        raise ModelError(f"{folder}: its decoder, {kind}, is no linear chain (crf, softmax)")
    before = EXAMPLES[0] if description.featurizer.settings.context else ""
    batch = collate([description.featurizer(text, before) for text in EXAMPLES])
    expected = _emissions(network, batch)
    weights, transitions = network.state_dict(), network.decoder.transitions()
    graph = quantisation(network, batch)
    _note(graph, METADATA, about(transitions, quantized=quantize, weights=mark))
    places, missing = locate(weights, graph, transitions)
    if not missing:
        _note(graph, PLACES, dumps(places))
    if target is not folder:
        _describe(folder, description, target)
    _write(graph, target)
    runtime = OnnxRuntime(target, description, device="cpu", threads=1)
    gaps = np.abs(runtime.emissions(batch) - expected)[batch.mask]
    files = (place for name in (GRAPH, GRAPH_ARRAYS) if (place := target / name).is_file())
    size = sum(place.stat().st_size for place in files)
    return Exported(target / GRAPH, size, float(gaps.max()), missing)


def _mark(weights: Path, target: Path) -> str:
    """What tells the weights from others; of a graph alone another one can be made elsewhere."""
    if weights.is_file():
        return mark_of(weights)
    if target == weights.parent:
        why = f"no {WEIGHTS} to make a graph of"
        raise ModelError(f"{target}: {why}; -o FOLDER makes another of its graph's numbers")
    return ""


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.samefile(other)


def _note(graph: ModelProto, key: str, value: str) -> None:
    entry = graph.metadata_props.add()
    entry.key, entry.value = key, value


def _write(graph: ModelProto, target: Path) -> None:
    """The graph and, apart, its large arrays, which processes that map them then share.

    The two belong together, so there is no graph while the arrays change.
    """
    import onnx

    with tempfile.TemporaryDirectory(dir=target, prefix=".ner-") as name:
        made = Path(name)
        onnx.save_model(
            graph,
            made / GRAPH,
            save_as_external_data=True,
            location=GRAPH_ARRAYS,
            size_threshold=MAPPED,
        )
        for old in (target / GRAPH, target / GRAPH_ARRAYS):
            old.unlink(missing_ok=True)
        if (made / GRAPH_ARRAYS).is_file():
            (made / GRAPH_ARRAYS).chmod((made / GRAPH).stat().st_mode)
            os.replace(made / GRAPH_ARRAYS, target / GRAPH_ARRAYS)
        os.replace(made / GRAPH, target / GRAPH)


def _describe(folder: Path, description: Description, out: Path) -> None:
    """A model folder without weights."""
    out.mkdir(parents=True, exist_ok=True)
    write_description(out, description)
    for name in (CARD, CALIBRATION):
        if (folder / name).is_file():
            shutil.copyfile(folder / name, out / name)


def _emissions(network: Network, batch: Batch) -> NDArray[np.float32]:
    import torch

    inputs = Inputs.of(batch, torch.device("cpu"))
    with torch.inference_mode():
        found: NDArray[np.float32] = network.emissions(inputs).numpy()
    return found
