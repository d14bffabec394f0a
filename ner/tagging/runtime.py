"""BATCH → TAGS, by whatever computes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ner.features.batch import Batch
from ner.model.folder import Description, load_network

if TYPE_CHECKING:
    from ner.model.decoders import Decoded


class Runtime(Protocol):
    """What computes the tags of a batch."""

    def __call__(self, batch: Batch) -> Decoded: ...


class TorchRuntime:
    """A network on a device."""

    def __init__(self, path: Path, description: Description, device: str) -> None:
        from ner.model.device import pick

        self._device = pick(device)
        self._network = load_network(path, description).to(self._device)

    @property
    def device(self) -> str:
        """The kind of device that computes."""
        return self._device.type

    def __call__(self, batch: Batch) -> Decoded:
        from ner.model.inputs import Inputs

        return self._network.decode(Inputs.of(batch, self._device))
