"""Jiagu: words by its segmenter, then BIO tags of the words by its perceptron."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ner.benchmark.passes import Span, Tag
from ner.benchmark.worker import Request, serve
from ner.tags import decode


def load(request: Request) -> Tag:
    import jiagu

    jiagu.init()

    def tag(texts: Sequence[str]) -> Iterator[list[Span]]:
        for text in texts:
            words = jiagu.seg(text)
            yield list(_spans(text, words, jiagu.ner(words)))

    return tag


def _spans(text: str, words: Sequence[str], tags: Sequence[str]) -> Iterator[Span]:
    """Places in the text; the segmenter may leave out what stands between words."""
    places, end = [], 0
    for word in words:
        start = text.index(word, end)
        end = start + len(word)
        places.append((start, end))
    for first, last, label in decode(tags):
        yield places[first][0], places[last - 1][1], label


if __name__ == "__main__":
    serve(load)
