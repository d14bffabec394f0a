"""Random spans, texts and documents for tests of properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ner.document import Document, Entity
from ner.tags import Span

LABELS = ("PER", "LOC", "ORG")
pieces = st.tuples(st.integers(1, 4), st.sampled_from(("", *LABELS)))
ODD = " \t\r\u3000\u00a0\u0085\u2028\u2029\u200d\ufeff\x00\x1c{0-O\u20dd\U0001f469"


def in_turn(names: Iterable[str]) -> Iterator[str]:
    """The names in a table, for all of which a drawn example must hold.

    Examples cost the time of most properties, so all names have the same ones. The last note of a
    failure is the name that failed.
    """
    for name in names:
        note(name)
        yield name


def characters(*, without: str = "", surrogates: bool = False) -> SearchStrategy[str]:
    """Any character, those that have tripped readers of files more often than others."""
    kinds = [] if surrogates else ["Cs"]
    anything = st.characters(exclude_categories=kinds, exclude_characters=without)
    odd = [character for character in ODD if character not in without]
    return anything | st.sampled_from(odd) | st.sampled_from("苏州她昨天买了")


def spans(length: int) -> SearchStrategy[list[Span]]:
    """Spans in order that do not overlap, in a text of ``length`` characters."""
    return st.lists(pieces, max_size=length).map(lambda drawn: _placed(drawn, length))


def _placed(drawn: list[tuple[int, str]], length: int) -> list[Span]:
    """Pieces one after another, as far as they fit; those without a label are gaps."""
    found: list[Span] = []
    place = 0
    for size, label in drawn:
        if label and place + size <= length:
            found.append((place, place + size, label))
        place += size
    return found


@st.composite
def documents(
    draw: st.DrawFn, alphabet: SearchStrategy[str] | None = None, *, min_size: int = 1
) -> Document:
    """A text, free of line feeds if no alphabet is given, and entities that do not overlap."""
    letters = characters(without="\n") if alphabet is None else alphabet
    text = draw(st.text(letters, min_size=min_size, max_size=12))
    return Document(text, entities(text, draw(spans(len(text)))))


def entities(text: str, found: list[Span]) -> tuple[Entity, ...]:
    return tuple(Entity(text[start:end], label, start, end) for start, end, label in found)
