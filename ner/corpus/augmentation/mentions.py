"""Mentions replaced by others of their label: from the corpus, or from the user's word list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.augmentation.places import replaceable
from ner.corpus.augmentation.pool import Pool, another
from ner.corpus.edits import Edit
from ner.document import Document
from ner.errors import CorpusError
from ner.formats import ReadOptions, Source, open_source
from ner.settings import MentionSettings, WordsSettings


def mention(settings: MentionSettings, material: Material) -> Augmentation:
    """Another mention of the same label that train has, every distinct one as likely.

    Mention replacement of Dai and Adel, "An Analysis of Simple Data Augmentation for Named Entity
    Recognition", COLING 2020.
    """
    return _replacing(settings.rate, _pools(_mentions(material.documents)))


def words(settings: WordsSettings, material: Material) -> Augmentation:
    """A mention of the same label from a list: a line each, ``mention<TAB>label``.

    Raises:
        CorpusError: the list cannot be read, a line of it is wrong, or it has no label of train's.
    """
    path = material.root / settings.file
    found = read_words(path)
    known = {entity.label for document in material.documents for entity in document.entities}
    listed = {label for _, label in found}
    if known and not known & listed:
        got, wanted = ", ".join(sorted(listed)), ", ".join(sorted(known))
        raise CorpusError(
            f"no word of a label of the corpus: got {got}, it has {wanted}", path=path
        )
    return _replacing(settings.rate, _pools(found))


def read_words(path: Path) -> list[tuple[str, str]]:
    """Each line's mention and label; empty lines are skipped.

    Raises:
        CorpusError: the file cannot be read, is empty, or a line is no mention, tab and label.
    """
    with open_source(path, ReadOptions()) as source:
        found = [_word(line, number, source) for number, line in source.lines() if line]
    if not found:
        raise CorpusError("there is no word in it: expected lines mention<TAB>label", path=path)
    return found


def _word(line: str, number: int, source: Source) -> tuple[str, str]:
    cells = line.split("\t")
    if len(cells) != 2 or any(not cell or cell != cell.strip() for cell in cells):
        shown = line if len(line) <= 80 else f"{line[:80]}…"
        raise source.error(f"expected a mention, a tab and a label, got {shown!r}", number)
    return cells[0], cells[1]


def _mentions(documents: Sequence[Document]) -> Iterable[tuple[str, str]]:
    """Mentions and labels; one that runs over a line's end is not for other sentences."""
    for document in documents:
        for entity in document.entities:
            if "\n" not in entity.text:
                yield entity.text, entity.label


def _pools(found: Iterable[tuple[str, str]]) -> dict[str, Pool]:
    """What there is to draw, by label."""
    weights: dict[str, dict[str, int]] = {}
    for text, label in found:
        weights.setdefault(label, {})[text] = 1
    return {label: Pool(texts) for label, texts in weights.items()}


def _replacing(rate: float, pools: Mapping[str, Pool]) -> Augmentation:
    """Every mention that can be replaced, and whose pool has another, is with probability rate."""

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        edits = []
        for entity in replaceable(document):
            if generator.random() < rate:
                text = another(pools.get(entity.label), entity.text, generator)
                if text is not None:
                    edits.append(Edit(entity.start, entity.end, text))
        return edits

    return each(edits_of)
