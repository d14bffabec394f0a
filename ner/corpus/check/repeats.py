"""Sentences that stand in a corpus more than once: in one split, in two, with other entities.

Of every different sentence 20 bytes are kept, so that a corpus of any size is looked through once:
a hash of its text, one of its entities, and its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from ner.corpus.check.check import Check, Thresholds
from ner.corpus.comparison import Corpus
from ner.corpus.repeats import plain, plain_spans
from ner.document import Document
from ner.errors import Place
from ner.formats import Finding

REPEATED = "sentences that stand in their split more than once"
LEAKED = "sentences that stand in {} too"
OTHERWISE = "sentences annotated otherwise than the same text before"
BLOCK = 1 << 16  # sentences that are gathered before they are looked up


class Seen(NamedTuple):
    """A sentence as it is remembered.

    Args:
        text: a hash.
        entities: a hash of those annotated in it.
        file: its number in the order of their reading.
        line: where its document begins; 0 if that is not known.
    """

    text: int
    entities: int
    file: int
    line: int


class Repeats(Check):
    """Repeated sentences, by the letters that count (``ner.corpus.repeats.plain``)."""

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._files: list[tuple[str, str]] = []  # split and path
        self._waiting: list[tuple[Seen, str]] = []
        # All that are known, a field an array, in the order of ``text``.
        kinds = {"text": np.uint64, "entities": np.uint32, "file": np.uint32, "line": np.uint32}
        self._known = {name: np.empty(0, kind) for name, kind in kinds.items()}

    def see(self, document: Document, split: str) -> Iterator[Finding]:
        path, line = document.place or Place("")
        if self._files[-1:] != [(split, path)]:
            self._files.append((split, path))
        file = len(self._files) - 1
        for sentence in document.sentences:
            text = plain(sentence.text)
            if text:
                seen = Seen(_hash(text, 8), _hash(repr(plain_spans(sentence)), 4), file, line or 0)
                self._waiting.append((seen, sentence.text))
        if len(self._waiting) >= BLOCK:
            yield from self._look_up()

    def conclude(self, corpus: Corpus) -> Iterator[Finding]:
        yield from self._look_up()

    def _look_up(self) -> Iterator[Finding]:
        """Compares those that wait with all before them, and remembers the new ones."""
        waiting, self._waiting = self._waiting, []
        known = self._known
        wanted = np.array([seen.text for seen, _ in waiting], np.uint64)
        places = np.searchsorted(known["text"], wanted)
        new: dict[int, Seen] = {}
        for (seen, text), place in zip(waiting, places.tolist(), strict=True):
            if place < len(known["text"]) and int(known["text"][place]) == seen.text:
                first = Seen(*(int(known[name][place]) for name in Seen._fields))
            else:
                first = new.setdefault(seen.text, seen)
            if first is not seen:
                yield from self._compared(seen, first, text)
        self._remember([new[text] for text in sorted(new)])

    def _remember(self, new: list[Seen]) -> None:
        at = np.searchsorted(self._known["text"], np.array([one.text for one in new], np.uint64))
        for name, known in self._known.items():
            values = np.array([getattr(one, name) for one in new], known.dtype)
            self._known[name] = np.insert(known, at, values)

    def _compared(self, seen: Seen, first: Seen, text: str) -> Iterator[Finding]:
        (split, path), (earlier, other) = self._files[seen.file], self._files[first.file]
        place, before = Place(path, seen.line or None), Place(other, first.line or None)
        said = f"{text} (as {before})"
        if split != earlier:
            yield Finding("warning", LEAKED.format(earlier), place, said)
        else:
            yield Finding("note", REPEATED, place, said)
        if seen.entities != first.entities:
            yield Finding("warning", OTHERWISE, place, said)


def _hash(text: str, size: int) -> int:
    raw = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=size).digest(), "big")
