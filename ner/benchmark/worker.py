"""The process in which something is measured: it answers requests, a line of JSON each.

    {"do": "load", …}                                    → {"seconds": 1.2}
    {"do": "tag", "texts": […]}                          → {"spans": [[[0, 3, "PER"], …], …]}
    {"do": "measure", "texts": […], "seconds": 1, "repeats": 7}   → times, and the peak of memory
    {"do": "profile", "texts": […], "seconds": 1}        → seconds by stage

It ends with its input. What can be put right is answered as {"error": message}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TextIO

from ner.benchmark.memory import peak_bytes
from ner.benchmark.passes import Span, Tag, portion, timed_passes
from ner.benchmark.stages import by_stage
from ner.errors import NerError

Request = Mapping[str, Any]
Load = Callable[[Request], Tag]
CHECKED = 0.2  # seconds between two looks at the memory of the process tree


class Server:
    """Answers requests about what ``load`` gives."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._tag: Tag | None = None

    def answer(self, request: Request) -> dict[str, Any]:
        """What is asked for.

        Raises:
            NerError, ModuleNotFoundError: the tagger cannot be loaded.
        """
        if request["do"] == "load":
            began = time.perf_counter()
            self._tag = self._load(request)
            return {"seconds": time.perf_counter() - began}
        assert self._tag is not None, "nothing is loaded"
        actions = {"tag": _spans, "measure": _measured, "profile": _profiled}
        return actions[request["do"]](self._tag, request)


def _spans(tag: Tag, request: Request) -> dict[str, Any]:
    return {"spans": [list(found) for found in tag(request["texts"])]}


def _measured(tag: Tag, request: Request) -> dict[str, Any]:
    texts, seconds = request["texts"], request["seconds"]
    passes = timed_passes(tag, texts, seconds=seconds, repeats=request["repeats"])
    return {**asdict(passes), "peak_bytes": _peak(tag, portion(texts, passes.characters))}


def _peak(tag: Tag, texts: Sequence[str]) -> int | None:
    """The peak after one more pass, during which the children, if any, are looked at."""
    peak, looked = peak_bytes(), time.perf_counter()
    for _ in tag(texts):
        if time.perf_counter() - looked > CHECKED:
            peak, looked = _higher(peak, peak_bytes()), time.perf_counter()
    return _higher(peak, peak_bytes())


def _higher(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


def _profiled(tag: Tag, request: Request) -> dict[str, Any]:
    amount = timed_passes(tag, request["texts"], seconds=request["seconds"], repeats=1).characters
    chosen = portion(request["texts"], amount)

    def once() -> None:
        for _ in tag(chosen):
            pass

    return {"stages": by_stage(once), "characters": sum(map(len, chosen))}


def serve(load: Load) -> None:
    """Answers the requests on standard input until it ends."""
    with _answers() as stream:
        server = Server(load)
        for line in sys.stdin:
            print(json.dumps(_answered(server, json.loads(line))), file=stream, flush=True)


def _answers() -> TextIO:
    """Standard output for answers alone; what programs print goes to standard error instead."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return stream


def _answered(server: Server, request: Request) -> dict[str, Any]:
    try:
        return server.answer(request)
    except NerError as error:
        return {"error": str(error)}
    except ModuleNotFoundError as error:
        return {"error": str(error), "missing": error.name}


def load_tagger(request: Request) -> Tag:
    """Our tagger, from a request's ``model`` and ``loading``, the keywords of ``ner.load``."""
    from ner.tagging.loading import load

    tagger = load(request["model"], **request["loading"])

    def tag(texts: Sequence[str]) -> Iterator[Sequence[Span]]:
        for document in tagger.pipe(texts):
            yield [(one.start, one.end, one.label) for one in document.entities]

    return tag


if __name__ == "__main__":
    serve(load_tagger)
