"""BATCH → TAGS, by whatever computes them: a runtime a file, and their table.

A runtime is called with a ``Batch`` and gives its tags (``Decoded``). To add one: its file, a line
here, and a word of it in ``pick``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ner.errors import ConfigError, nearest
from ner.features.batch import Batch
from ner.model.folder import Description, find
from ner.model.graph_file import GRAPH
from ner.tagging.runtimes.onnx import OnnxRuntime
from ner.tagging.runtimes.torch import TorchRuntime

if TYPE_CHECKING:
    from ner.model.decoders import Decoded

__all__ = ["AUTO", "RUNTIMES", "OnnxRuntime", "Runtime", "TorchRuntime", "pick"]

AUTO = "auto"


class Runtime(Protocol):
    """What computes the tags of a batch."""

    def __call__(self, batch: Batch) -> Decoded: ...


class Opening(Protocol):
    """How a runtime is made of a model folder."""

    batch_characters: int  # that are best computed at once

    def __call__(
        self, path: Path, description: Description, *, device: str, threads: int | None
    ) -> Runtime: ...


RUNTIMES: dict[str, Opening] = {"onnx": OnnxRuntime, "torch": TorchRuntime}


def pick(name: str, *, path: Path, device: str) -> Opening:
    """The runtime of that name; ``auto`` is ONNX where the model is exported and no GPU is wanted.

    Raises:
        ConfigError: there is no such runtime, or it does not run on that device.
        ModelError: the folder holds no model.
    """
    if name not in (AUTO, *RUNTIMES):
        raise ConfigError(f"unknown runtime {name!r} ({nearest(name, (AUTO, *RUNTIMES))})")
    if name != AUTO:
        chosen = RUNTIMES[name]
        if chosen is OnnxRuntime and device not in OnnxRuntime.DEVICES:
            raise ConfigError(f"device: got {device!r}, the onnx runtime knows auto and cpu")
        return chosen
    exported = (find(path) / GRAPH).is_file()
    return OnnxRuntime if exported and device in OnnxRuntime.DEVICES else TorchRuntime
