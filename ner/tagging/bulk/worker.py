"""A process that tags for another: documents come in by its standard input, answers go out.

It ends as soon as the other process does, however that ends. What libraries print goes to stderr.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from ner.document import Document
from ner.errors import NerError

if TYPE_CHECKING:
    from ner.tagging.bulk.answers import Answering

EXPECTED = (NerError, OSError, ImportError)  # the other process tells them as its own
READY, DONE, FAILED = "ready", "done", "failed"

TASKS: dict[str, Callable[[Any, list[Any]], list[Document]]] = {
    "texts": lambda tagger, texts: list(tagger.pipe(texts)),
    "documents": lambda tagger, documents: list(tagger.pipe_documents(documents)),
}


def main() -> None:
    """Loads the tagger that it is told to load, and tags what comes until nothing comes."""
    sys.excepthook = _die
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=[tasks], daemon=True).start()
    try:
        _serve(tasks, answers)
    except BrokenPipeError:  # nobody waits for the answer
        os._exit(0)


def _serve(tasks: SimpleQueue[Any], answers: IO[bytes]) -> None:
    from ner.tagging.bulk.answers import tagger_of

    models, how = tasks.get()
    try:
        tagger = tagger_of(models, how)
    except EXPECTED as error:
        _send(answers, FAILED, error)
        return
    _send(answers, READY, tagger.device)
    while True:
        _send(answers, *_done(tagger, *tasks.get()))


def _done(tagger: Answering, kind: str, items: list[Any]) -> tuple[str, Any]:
    """What is answered to a task: its documents, or why there are none."""
    try:
        return DONE, TASKS[kind](tagger, items)
    except EXPECTED as error:
        return FAILED, error


def _send(answers: IO[bytes], kind: str, what: Any) -> None:
    pickle.dump((kind, what), answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()


def _listen(tasks: SimpleQueue[Any]) -> None:
    """Takes tasks while others are worked on, and ends the process where no more can come."""
    with os.fdopen(os.dup(0), "rb") as stream:
        while True:
            try:
                tasks.put(pickle.load(stream))
            except (EOFError, pickle.UnpicklingError):
                os._exit(0)


def _die(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Shows what nobody expected, and ends, though the other thread still listens."""
    sys.__excepthook__(kind, error, trace)
    sys.stderr.flush()
    os._exit(1)
