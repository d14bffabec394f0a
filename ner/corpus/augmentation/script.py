"""Sentences in traditional characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.augmentation.places import stretches
from ner.corpus.edits import Edit
from ner.document import Document
from ner.settings import ScriptSettings

HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff]+")


def traditional(settings: ScriptSettings, material: Material) -> Augmentation:
    """Each sentence is written in traditional characters with probability rate, by OpenCC.

    ``variant`` is s2t (OpenCC's standard), s2tw (Taiwan), s2hk (Hong Kong) or s2twp, which gives
    Taiwan's words, too: 软件 → 軟體. Words are told from the whole sentence wherever no character
    more or less comes of it, else from what stands between two borders.
    """
    convert = _converter(settings.variant)

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        drawn = [one for one in document.sentences if generator.random() < settings.rate]
        kept = [(one.start, one.end) for one in drawn]
        return [edit for span in kept for edit in _edits(document, span, convert)]

    return each(edits_of)


@lru_cache(maxsize=4)
def _converter(variant: str) -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC(variant).convert
    return convert


def _edits(
    document: Document, span: tuple[int, int], convert: Callable[[str], str]
) -> Iterator[Edit]:
    start, end = span
    own = [(max(a, start), min(b, end)) for a, b in stretches(document) if a < end and b > start]
    for run in HAN.finditer(document.text, start, end):
        whole = convert(run[0])
        if len(whole) == len(run[0]):
            pieces = [(place, place + 1) for place in range(*run.span())]
            changed = list(whole)
        else:
            pieces = [(max(a, run.start()), min(b, run.end())) for a, b in own]
            pieces = [(a, b) for a, b in pieces if a < b]
            changed = [convert(document.text[a:b]) for a, b in pieces]
        for (a, b), text in zip(pieces, changed, strict=True):
            if document.text[a:b] != text:
                yield Edit(a, b, text)
