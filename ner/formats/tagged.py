"""Tags of tokens ↔ entities: what all formats with tags share.

The scheme is told from the first ``LOOKAHEAD`` sentences, so that the rest is a stream. Stray tags
are read by the rule in ``ner.tags`` and told; so is what one layer of tags cannot hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from ner import tags as schemes
from ner.document import Document, Entity, Sentence
from ner.errors import choose
from ner.formats.findings import Findings

LOOKAHEAD = 10_000  # sentences
ILLEGAL = "illegal tag transitions"
CROWDED = "entities that one layer of tags cannot hold"


def scheme_of(said: str | None, ahead: Iterable[Sequence[str]]) -> str:
    """The scheme that is said, else that of the first sentences' tags.

    Raises:
        ConfigError: there is no such scheme.
    """
    scheme = said or schemes.detect(ahead)
    choose(scheme, schemes.SCHEMES, kind="tag scheme")
    return scheme


@lru_cache(maxsize=8192)
def as_meant(tag: str) -> str:
    """A tag with a hyphen before its label.

    Raises:
        ValueError: it is no tag.
    """
    letter, label = schemes.split(tag)
    return f"{letter}-{label}" if label else letter


def spans_of_tokens(
    tokens: Sequence[str],
    tags: Sequence[str],
    reader: schemes.TagReader,
    tell: Callable[[int, str], None],
) -> list[schemes.Span]:
    """What the tags mark, counted in tokens.

    Args:
        tokens: of a sentence.
        tags: of each token.
        reader: of the tags' scheme.
        tell: is told each illegal transition: the number of the token that is behind it, at most
            the last one's, and the tokens on both sides with their tags.
    """
    spans, illegal = reader.read(tags)
    for place in illegal:
        around = slice(max(0, place - 1), place + 1)
        rows = zip(tokens[around], tags[around], strict=True)
        shown = " ".join(f"{token}/{tag}" for token, tag in rows)
        tell(min(place, len(tags) - 1), shown)
    return spans


def entities_at(
    text: str, places: Sequence[tuple[int, int]], spans: Iterable[schemes.Span]
) -> Iterator[Entity]:
    """The entities in a text whose tokens stand at these places."""
    for first, last, label in spans:
        start, end = places[first][0], places[last - 1][1]
        yield Entity(text[start:end], label, start, end)


def on_lines(sentence: Sentence) -> Iterator[Sentence]:
    """The lines of a sentence that are not empty, each with the entities that it holds whole."""
    if "\n" not in sentence.text:
        yield from [sentence] if sentence.text else []
        return
    start = 0
    for line in sentence.text.split("\n"):
        end = start + len(line)
        if line:
            own = (one for one in sentence.entities if start <= one.start and one.end <= end)
            yield Sentence(line, sentence.start + start, tuple(one.moved(-start) for one in own))
        start = end + 1


def tell_crowded(document: Document, sentences: Iterable[Sentence], findings: Findings) -> None:
    """Says which entities the tags of these sentences do not hold."""
    held: set[schemes.Span] = set()
    for one in sentences:
        spans = schemes.spans_of(one.entities)
        kept = schemes.decode(schemes.encode(spans, len(one.text))[0])
        held.update((one.start + start, one.start + end, label) for start, end, label in kept)
    for entity in document.entities:
        if (entity.start, entity.end, entity.label) not in held:
            findings.note(CROWDED, document.place, entity.text)
