"""Tags by ONNX Runtime: a model that ``ner export`` has written, on a CPU, without PyTorch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from ner.features.batch import Batch
from ner.features.parts import parts
from ner.lattice import Lattice
from ner.model.flat import CONTEXT, flat, without_context
from ner.model.folder import Description
from ner.model.graph_file import read_graph
from ner.tagging.cores import cores, threads_of_environment

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


# Characters of a product: its numbers stay in the processor's cache, which makes a fifth.
AT_ONCE = 768

Given = TypeVar("Given")
Made = TypeVar("Made")


class OnnxRuntime:
    """An exported graph; it gives emissions, the chain is decoded here.

    Args:
        path: the model folder.
        description: of the model.
        device: ``auto`` or ``cpu``.
        threads: that compute; as many as OMP_NUM_THREADS says or as there are cores without.

    Raises:
        ModelError: the folder holds no graph, or a damaged one, or one of other weights.
    """

    DEVICES = ("auto", "cpu")
    batch_characters = 8192  # features and decoding like many, the graph gets fewer at once

    def __init__(
        self, path: Path, description: Description, *, device: str, threads: int | None
    ) -> None:
        count = threads or threads_of_environment() or cores()
        features = description.featurizer
        apart = not features.settings.context and features.tokeniser is None
        # Parts side by side use the threads better than one product does; what has no parts cannot.
        graph = read_graph(path, threads=1 if apart else count)
        self._threads = _Threads(count) if apart and count > 1 else None
        self._session: InferenceSession = graph.session
        self._transitions = graph.transitions
        self._names = {one.name for one in graph.session.get_inputs()}
        self._reads_context = any(name.startswith(CONTEXT) for name in self._names)

    def __call__(self, batch: Batch) -> Lattice:
        lengths = batch.lengths
        return Lattice(self.emissions(batch), lengths, self._transitions)

    def emissions(self, batch: Batch) -> NDArray[np.float32]:
        """The score of each tag for each character, (batch, length, tags)."""
        tags = len(self._transitions.start)
        found = np.zeros((*batch.mask.shape, tags), dtype=np.float32)
        places = list(parts(batch, characters=AT_ONCE))
        each = self._threads.map if self._threads and len(places) > 1 else map
        computed = each(self._computed, [part for _, _, part in places])
        for (start, end, part), scores in zip(places, computed, strict=True):
            found[start:end, : part.mask.shape[1]] = scores
        return found

    def _computed(self, batch: Batch) -> NDArray[np.float32]:
        arrays = flat(batch)
        if self._reads_context and batch.context is None:
            arrays |= without_context(batch)
        read = {name: array for name, array in arrays.items() if name in self._names}
        found: NDArray[np.float32] = self._session.run(None, read)[0]
        return found


class _Threads:
    """Threads that compute side by side; a forked process, which inherits none, starts its own."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count)
        self._process = os.getpid()

    def map(self, function: Callable[[Given], Made], items: Iterable[Given]) -> Iterator[Made]:
        """The results in the order of the items."""
        if self._process != os.getpid():
            self._pool = ThreadPoolExecutor(self._count)
            self._process = os.getpid()
        return self._pool.map(function, items)
