"""NETWORK → GRAPH with numbers of 32, 8 or 4 bits."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor, nn

from ner.export.finer import refined
from ner.export.graph import make_graph, quiet
from ner.features.batch import Batch
from ner.model.embedding.rounded import PackedTable, RoundedTable
from ner.model.embedding.table import Table
from ner.model.network import Network

if TYPE_CHECKING:
    from onnx import ModelProto

Quantisation = Callable[[Network, Batch], "ModelProto"]
MATRIX = 2  # dimensions
LARGE = 16384  # rows of a table


def exact(network: Network, example: Batch) -> ModelProto:
    """The network as it is."""
    return make_graph(network, example)


def int8(network: Network, example: Batch) -> ModelProto:
    """Weights of matrix products and LSTMs in 8 bits, what they multiply rounded as it comes.

    It is ONNX Runtime's dynamic quantisation. The last product, whose results are the emissions,
    stays as it is: it is small. So do those of the embedding's projection, whose columns are no
    constants in the graph: of what they multiply, vectors of frequent and of rare names, one scale
    would leave the rare ones little. The embedding's tables are rounded to 8 bits, too, row by row,
    a single table each. A network whose LSTM reads them as they are, without a projection, needs
    more: remainders beside them (``finer``), and a scale for each column of a matrix, for which
    products with a matrix for each head stay as they are. The network is changed and of no more
    use.
    """
    _round_tables(network, large=RoundedTable)
    return _dynamic(network, example)


def int4(network: Network, example: Batch) -> ModelProto:
    """As ``int8``, with large tables in 4 bits: half as much room for the names of a model.

    Small tables, that of the characters as a rule, stay in 8 bits: they save little, and each of
    their rows counts often.
    """
    _round_tables(network, large=PackedTable)
    return _dynamic(network, example)


def _dynamic(network: Network, example: Batch) -> ModelProto:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    fine = refined(network)
    graph = make_graph(network, example)
    with tempfile.TemporaryDirectory() as folder, quiet():
        place = Path(folder) / "quantised.onnx"
        quantize_dynamic(
            graph,
            place,
            op_types_to_quantize=["MatMul", "Gemm", "LSTM"],
            nodes_to_exclude=_small_products(graph, by_head=fine),
            weight_type=QuantType.QInt8,
            per_channel=fine,
        )
        return onnx.load(place)


def _round_tables(network: Network, *, large: Callable[[Tensor], nn.Module]) -> None:
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, Table):
                halves = child.rows >= LARGE and child.size % 2 == 0
                setattr(module, name, (large if halves else RoundedTable)(child.joined()))


def _small_products(graph: ModelProto, *, by_head: bool) -> list[str]:
    """The product that makes the emissions; those with a matrix for each head too, if so told."""
    products = [node for node in graph.graph.node if node.op_type in ("MatMul", "Gemm")]
    stacked = {one.name for one in graph.graph.initializer if len(one.dims) > MATRIX}
    small = [node for node in products[:-1] if by_head and not stacked.isdisjoint(node.input)]
    return [node.name for node in (*small, *products[-1:])]


QUANTISATIONS: dict[str, Quantisation] = {"none": exact, "int8": int8, "int4": int4}
