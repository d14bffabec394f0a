"""Taggers in processes of their own, as one: all cores at once, results in order.

Each process computes in one thread and is started when there is work for it. A GPU has one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from queue import LifoQueue
from threading import Lock
from typing import Any

from ner.document import Document
from ner.errors import ConfigError, NerError, WorkerError, refuse_unless_whole
from ner.model.catalogue import locate
from ner.tagging.bulk.blocks import Block, gathered
from ner.tagging.bulk.process import Process
from ner.tagging.cores import cores
from ner.tagging.given import documents_of, texts_of
from ner.tagging.loading import Loading

AHEAD_OF_WORKERS = 2  # blocks that wait for each process or for those before them
CLOSED = "the pool is closed"


class Pool:
    """Finds entities as a ``Tagger`` does, in several processes, each with the model.

        with ner.Pool("runs/quickstart", workers=4) as pool:
            for document in pool.pipe(lines):
                ...

    Several threads may use it at once. Texts are tagged in blocks of 8 × ``batch_characters``; it
    reads on while it is asked for results, at most two blocks for each process.

    Args:
        models: a model, run or bag folder, or a name that ``ner models`` lists; or several, whose
            scores are averaged.
        workers: how many processes at most; as many as there are cores, at most 16, without.
        loading: how they are loaded.

    Raises:
        ConfigError: no model is named, or less than one worker.
        ModelError: there is no model of a name.
    """

    def __init__(
        self,
        models: str | Path | Sequence[str | Path],
        *,
        workers: int | None = None,
        loading: Loading | None = None,
    ) -> None:
        listed = [models] if isinstance(models, (str, Path)) else models
        if not listed:
            raise ConfigError("models: got none, expected one or more")
        if workers is not None:
            refuse_unless_whole("workers", workers, least=1)
        self._models = [locate(one) for one in listed]
        self._loading = loading or Loading()
        self._most = workers or cores()
        self._workers: list[Process] = []
        self._places: LifoQueue[Process | None] = LifoQueue()  # idle, or not there yet
        self._places.put(None)
        self._widened = False
        self._lock = Lock()
        self._closed = False
        self._threads = ThreadPoolExecutor(self._most)  # each waits for one process
        if self._loading.device == "cpu":
            self._widen("cpu")

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes, whatever they are at."""
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.close()

    @property
    def processes(self) -> list[int]:
        """The numbers of the processes that were started, without those that failed."""
        return [worker.number for worker in self._workers]

    def pipe(self, texts: Iterable[str]) -> Iterator[Document]:
        """Documents in the order of the texts.

        Raises:
            TypeError: a text is none.
            WorkerError: a process ended before its time, or the pool is closed.
        """
        documents = map(Document, texts_of(texts))
        blocks = (Block(0, group) for group in gathered(documents, self.block))
        for _, found in self._mapped(blocks, "texts"):
            yield from found

    def pipe_documents(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents with the tagger's entities instead of theirs, sentence by sentence.

        Raises:
            TypeError: a document is none.
            WorkerError: a process ended before its time, or the pool is closed.
        """
        blocks = (Block(0, group) for group in gathered(documents_of(documents), self.block))
        for _, found in self.tagged(blocks):
            yield from found

    def tagged(self, blocks: Iterable[Block]) -> Iterator[tuple[Block, list[Document]]]:
        """Each block with its documents as ``pipe_documents`` gives them.

        An error of the blocks comes after the results of those before it.
        """
        return self._mapped(blocks, "documents")

    @property
    def block(self) -> int:
        """How many characters are handed out at once."""
        return self._loading.block

    def _mapped(self, blocks: Iterable[Block], kind: str) -> Iterator[tuple[Block, list[Document]]]:
        coming = _Coming(blocks)
        flying: deque[tuple[Block, Future[list[Document]]]] = deque()
        try:
            while True:
                while self._has_room(flying) and (block := coming.next()):
                    flying.append((block, self._submitted(block, kind)))
                if not flying:
                    break
                block, future = flying.popleft()
                yield block, self._result(future)
        finally:
            for _, future in flying:
                future.cancel()
        coming.raise_failure()

    def _has_room(self, flying: deque[tuple[Block, Future[list[Document]]]]) -> bool:
        """Whether to read on: not where the next result is there, nor far ahead of the workers."""
        if not flying:
            return True
        most = AHEAD_OF_WORKERS * self._most
        held = sum(block.characters for block, _ in flying)
        return not flying[0][1].done() and len(flying) < most and held < most * self.block

    def _submitted(self, block: Block, kind: str) -> Future[list[Document]]:
        with self._lock:
            self._refuse_closed()
            return self._threads.submit(self._tag, block, kind)

    def _result(self, future: Future[list[Document]]) -> list[Document]:
        try:
            return future.result()
        except (CancelledError, WorkerError):
            self._refuse_closed()
            raise

    def _refuse_closed(self) -> None:
        """Makes sure that the pool is open.

        Raises:
            WorkerError: it is closed.
        """
        if self._closed:
            raise WorkerError(CLOSED) from None

    def _tag(self, block: Block, kind: str) -> list[Document]:
        items: Sequence[Any] = block.documents
        if kind == "texts":
            items = [document.text for document in block.documents]
        if not items:
            return []
        worker = self._places.get()
        try:
            worker = worker or self._started()
            self._widen(worker.device())
            return worker.tagged(kind, items)
        finally:
            self._places.put(self._kept(worker))

    def _started(self) -> Process:
        """A new process.

        Raises:
            WorkerError: the pool is closed.
        """
        with self._lock:
            self._refuse_closed()
            worker = Process(self._models, self._loading)
            self._workers.append(worker)
            return worker

    def _widen(self, device: str) -> None:
        """Makes place for all processes if they compute on a CPU; a GPU has one."""
        with self._lock:
            known, self._widened = self._widened, True
        if device == "cpu" and not known:
            for _ in range(self._most - 1):
                self._places.put(None)

    def _kept(self, worker: Process | None) -> Process | None:
        """The process if it goes on serving; else it is ended, and another may take its place."""
        if worker is None or worker.serves:
            return worker
        with self._lock:
            if self._closed:
                return None
            self._workers.remove(worker)
        worker.kill()
        worker.close()
        return None


class _Coming:
    """Blocks as long as there are some, and the error that ended them."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = iter(blocks)
        self._failure: NerError | OSError | None = None

    def next(self) -> Block | None:
        if self._failure:
            return None
        try:
            return next(self._blocks, None)
        except (NerError, OSError) as error:
            self._failure = error
            return None

    def raise_failure(self) -> None:
        """Raises the error, if there was one."""
        if self._failure:
            raise self._failure
