"""Mentions replaced by others of their label: from the corpus, or from the user's word list."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.augmentation.places import replaceable
from ner.corpus.augmentation.pool import Pool, another
from ner.corpus.edits import Edit
from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats import ReadOptions, Source, open_source
from ner.settings import LongerSettings, MentionSettings, WordsSettings

Draw = Callable[[Entity, Generator], str | None]


def mention(settings: MentionSettings, material: Material) -> Augmentation:
    """Another mention of the same label that train has, every distinct one as likely.

    Mention replacement of Dai and Adel, "An Analysis of Simple Data Augmentation for Named Entity
    Recognition", COLING 2020.
    """
    return replacing(settings.rate, _drawn(mentions_of(material.documents)))


def longer(settings: LongerSettings, material: Material) -> Augmentation:
    """Another mention of the same label that is longer, every distinct one as likely.

    SwapLonger of Gui et al., "TextFlint: Unified Multilingual Robustness Evaluation Toolkit for
    Natural Language Processing", ACL 2021. The longest mention of a label stays.
    """
    listed = {
        label: sorted(texts, key=lambda text: (len(text), text))
        for label, texts in _by_label(mentions_of(material.documents)).items()
    }
    lengths = {label: [len(text) for text in texts] for label, texts in listed.items()}

    def draw(entity: Entity, generator: Generator) -> str | None:
        texts = listed.get(entity.label, [])
        first = bisect_right(lengths.get(entity.label, []), len(entity.text))
        return texts[int(generator.integers(first, len(texts)))] if first < len(texts) else None

    return replacing(settings.rate, draw)


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
    return replacing(settings.rate, _drawn(found))


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


def mentions_of(documents: Sequence[Document]) -> Iterable[tuple[str, str]]:
    """Mentions and labels; one that runs over a line's end is not for other sentences."""
    for document in documents:
        for entity in document.entities:
            if "\n" not in entity.text:
                yield entity.text, entity.label


def _by_label(found: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    texts: dict[str, set[str]] = {}
    for text, label in found:
        texts.setdefault(label, set()).add(text)
    return texts


def _drawn(found: Iterable[tuple[str, str]]) -> Draw:
    """Draws another text of the entity's label, every distinct one as likely."""
    listed = _by_label(found)
    pools = {label: Pool(dict.fromkeys(texts, 1)) for label, texts in listed.items()}
    return lambda entity, generator: another(pools.get(entity.label), entity.text, generator)


def replacing(rate: float, draw: Draw) -> Augmentation:
    """Every mention that can be replaced, and for which another is drawn, is with this probability.

    Args:
        rate: 0…1.
        draw: gives another text for an entity, or None.
    """

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        edits = []
        for entity in replaceable(document):
            if generator.random() < rate:
                text = draw(entity, generator)
                if text is not None:
                    edits.append(Edit(entity.start, entity.end, text))
        return edits

    return each(edits_of)
