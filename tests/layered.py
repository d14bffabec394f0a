"""Random documents of any shape: entities that nest, overlap or share a place, and sentences."""

from __future__ import annotations

from itertools import compress, pairwise

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from strategies import LABELS, ODD, characters, entities

from ner.document import Document

WRITTEN = "苏州她昨天买了己已未末是事时Aa１ＺbZ9,，。e\u0301İß"
letters = st.sampled_from(WRITTEN) | st.sampled_from(ODD) | characters(surrogates=True)


def stretches(length: int) -> SearchStrategy[tuple[int, int]]:
    """Places ``(start, end)`` in a text, start before end."""
    ends = st.lists(st.integers(0, length), min_size=2, max_size=2, unique=True)
    return ends.map(lambda drawn: (min(drawn), max(drawn)))


@st.composite
def layered(draw: st.DrawFn, *, max_size: int = 12) -> Document:
    """A text that may be empty, entities in any relation, sentences that are not empty."""
    text = draw(st.text(letters, max_size=max_size))
    if not text:
        return Document(text)
    one = st.tuples(stretches(len(text)), st.sampled_from(LABELS))
    found = [(start, end, label) for (start, end), label in draw(st.lists(one, max_size=4))]
    return Document(text, entities(text, found), draw(sentences(len(text))))


def sentences(length: int) -> SearchStrategy[tuple[tuple[int, int], ...]]:
    """Sentences in order, none at all, some that touch, some with something between them."""
    cuts = st.lists(st.integers(0, length), max_size=5, unique=True).map(sorted)
    kept = st.lists(st.booleans(), min_size=4, max_size=4)
    return st.tuples(cuts, kept).map(lambda drawn: tuple(compress(pairwise(drawn[0]), drawn[1])))
