"""Tags by PyTorch: any model, on any device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ner.features.batch import Batch
from ner.model.folder import Description, load_network

if TYPE_CHECKING:
    from ner.model.decoders import Decoded
    from ner.model.network import Network


class TorchRuntime:
    """A network on a device.

    Args:
        path: the model folder.
        description: of the model.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        threads: that compute; PyTorch has one number for the whole program, so it is left as it is
            without.
    """

    batch_characters = 4096

    def __init__(
        self, path: Path, description: Description, *, device: str, threads: int | None
    ) -> None:
        from ner.model.device import pick

        if threads is not None:
            import torch

            torch.set_num_threads(threads)
        self._device = pick(device)
        self._network = load_network(path, description).to(self._device)

    @property
    def device(self) -> str:
        """The kind of device that computes."""
        return self._device.type

    @property
    def network(self) -> Network:
        """What computes."""
        return self._network

    def __call__(self, batch: Batch) -> Decoded:
        from ner.model.inputs import Inputs

        return self._network.decode(Inputs.of(batch, self._device))
