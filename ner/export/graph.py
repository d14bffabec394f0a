"""NETWORK → ONNX: from the arrays of a batch to emissions, however many and long its sentences."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ner.errors import ModelError
from ner.export.operators import TRANSLATIONS
from ner.features.batch import Batch
from ner.model.flat import CONTEXT, flat
from ner.model.inputs import Inputs, PieceInputs, WordMatches
from ner.model.network import Network

if TYPE_CHECKING:
    from onnx import ModelProto

EMISSIONS = "emissions"


class Emissions(nn.Module):
    """A network from its inputs by name to its emissions."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, arrays: dict[str, Tensor]) -> Tensor:
        """(batch, length, tags)."""
        return self.network.emissions(nested(arrays))


def nested(arrays: Mapping[str, Tensor]) -> Inputs:
    """The inputs whose arrays have these names (``ner.model.flat``)."""
    around = {
        name.removeprefix(CONTEXT): array
        for name, array in arrays.items()
        if name.startswith(CONTEXT)
    }
    matches, pieces = _under("matches.", arrays), _under("pieces.", arrays)
    return Inputs(
        rows=_under("rows.", arrays),
        mask=arrays["mask"],
        matches=WordMatches(**matches) if matches else None,
        context=nested(around) if around else None,
        pieces=PieceInputs(**pieces) if pieces else None,
    )


def make_graph(network: Network, example: Batch) -> ModelProto:
    """The graph of a network in evaluation mode.

    Args:
        network: whose decoder is a linear chain.
        example: any batch of two or more sentences, of two or more characters each, with a context
            if the network attends to what stands before a sentence.

    Raises:
        ModelError: PyTorch cannot follow one of its parts.
    """
    given = {name: torch.from_numpy(array) for name, array in flat(example).items()}
    any_size = torch.export.Dim.DYNAMIC
    shapes = {name: dict.fromkeys(range(one.ndim), any_size) for name, one in given.items()}
    with quiet():
        try:
            followed = torch.export.export(
                Emissions(network).eval(), (given,), dynamic_shapes=(shapes,), strict=False
            )
            return _translated(followed, list(given))
        except _refusals() as error:
            first = str(error).strip().split("\n")[0]
            raise ModelError(f"this network cannot be written as a graph: {first}") from error


def _translated(followed: Any, names: list[str]) -> ModelProto:
    from onnxscript import optimizer

    program = torch.onnx.export(
        followed,
        dynamo=True,
        verbose=False,
        optimize=False,  # once, below
        input_names=names,
        output_names=[EMISSIONS],
        custom_translation_table=TRANSLATIONS,
    )
    assert program is not None
    everything = 2**62  # what depends on weights alone is computed now
    optimizer.optimize_ir(program.model, input_size_limit=everything, output_size_limit=everything)
    return without_places(program.model_proto)


def without_places(graph: ModelProto) -> ModelProto:
    """The graph without what the exporter notes of its origin: code, lines, folders of a machine.

    It tells readers of the graph little, somebody else's machine nothing, and takes room.
    """
    inner = graph.graph
    noted = (graph, inner, *graph.functions, *inner.initializer, *inner.value_info)
    functions = [
        one for function in graph.functions for one in (*function.node, *function.value_info)
    ]
    for one in (*noted, *inner.node, *inner.input, *inner.output, *functions):
        one.ClearField("metadata_props")
        one.ClearField("doc_string")
    return graph


def _refusals() -> tuple[type[Exception], ...]:
    from torch._dynamo.exc import TorchDynamoException
    from torch.onnx import OnnxExporterError

    return TorchDynamoException, OnnxExporterError, RuntimeError, NotImplementedError


def _under(prefix: str, arrays: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }


@contextmanager
def quiet() -> Iterator[None]:
    """Without what exporters and quantisers say of themselves, some of it by the root logger."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
