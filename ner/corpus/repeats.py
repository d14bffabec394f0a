"""Which texts are the same, where one repeats another, and whether both say the same entities.

Two texts are the same if they are after ``plain``: compatibility forms made one (Unicode's NFKC,
character by character: full-width letters become half-width ones), blanks and line breaks left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ner.corpus.splits import Split
from ner.document import Document, Sentence
from ner.formats import Findings
from ner.tags import Span

REPEATED = "sentences whose text has stood before"
CONFLICTING = "sentences annotated otherwise than the same text before"
LEAKED = "sentences whose text stands in an earlier part too"


def plain(text: str) -> str:
    """What is compared of a text."""
    return text.translate(PLAIN)


class _Plain(dict[int, str]):
    """What stands for each character, found when it is met."""

    def __missing__(self, code: int) -> str:
        self[code] = _plain(chr(code))
        return self[code]


PLAIN = _Plain()


@lru_cache(maxsize=65536)
def _plain(character: str) -> str:
    return "".join(unicodedata.normalize("NFKC", character).split())


def tell_repeated(documents: Iterable[Document], findings: Findings) -> None:
    """Counts the sentences that repeat another, and those of them with other entities."""
    first: dict[str, tuple[Span, ...]] = {}
    for document in documents:
        for sentence in document.sentences:
            text = plain(sentence.text)
            if not text:
                continue
            spans = plain_spans(sentence)
            if text in first:
                findings.note(REPEATED, document.place, sentence.text)
            if first.setdefault(text, spans) != spans:
                findings.note(CONFLICTING, document.place, sentence.text)


def tell_leaked(splits: Sequence[Split], findings: Findings) -> None:
    """Counts the sentences of each part whose text stands in a part before it."""
    earlier: set[str] = set()
    for split in splits:
        own: set[str] = set()
        for document in split.documents:
            for sentence in document.sentences:
                text = plain(sentence.text)
                if text in earlier:
                    findings.note(LEAKED, document.place, sentence.text)
                own.add(text)
        earlier |= own - {""}


def plain_spans(sentence: Sentence) -> tuple[Span, ...]:
    """The entities by their places in the plain text, in order."""
    edges = sorted({edge for one in sentence.entities for edge in (one.start, one.end)})
    places: dict[int, int] = {}  # in the sentence → in its plain text
    last = length = 0
    for edge in edges:
        length += len(plain(sentence.text[last:edge]))
        places[edge], last = length, edge
    return tuple(
        sorted((places[one.start], places[one.end], one.label) for one in sentence.entities)
    )
