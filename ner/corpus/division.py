"""A CORPUS → ITS SPLITS: train, dev and test with a like share of every label, no text in two.

What belongs together is found first: documents of one id in one file, and those that have a
sentence in common (``ner.corpus.repeats`` says when two are the same). Such groups are then spread
over the parts (``ner.corpus.stratification``); no document is lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from ner.corpus.repeats import plain, tell_leaked, tell_repeated
from ner.corpus.splits import Split
from ner.corpus.stratification import Weight, distribute
from ner.document import Document
from ner.errors import ConfigError, CorpusError, choose
from ner.formats import Findings

NAMES = ("train", "dev", "test")
ACROSS = "entities across the ends of sentences, left out"
FURTHER = "documents cut into sentences, their further fields left out"
BLANK = "empty sentences left out"

Group = Sequence[int]  # the places of documents that stay together


@dataclass(frozen=True, slots=True)
class Unit:
    """What is put into a part as one piece.

    Args:
        cut: the pieces of a document.
        keeps_ids: whether documents of one id stay together.
    """

    cut: Callable[[Document, Findings], Iterator[Document]]
    keeps_ids: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """How a corpus is divided.

    Args:
        ratio: the sizes of train, dev and, if there are three, test, in any measure.
        seed: decides which of equally heavy groups goes where.
        by: a name in ``UNITS``.
        keep_leaks: whether one text may stand in several parts.
    """

    ratio: tuple[float, ...] = (8, 1, 1)
    seed: int = 1
    by: str = "document"
    keep_leaks: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return NAMES[: len(self.ratio)]


def parse_ratio(written: str) -> tuple[float, ...]:
    """The numbers of a ratio like ``8:1:1``.

    Raises:
        ConfigError: they are not two or three numbers over 0.
    """
    try:
        ratio = tuple(float(part) for part in written.split(":"))
    except ValueError:
        ratio = ()
    if len(ratio) not in (2, 3) or not min(ratio) > 0 or not isfinite(sum(ratio)):
        expected = "two or three numbers over 0 with colons between, like 8:1:1 or 9:1"
        raise ConfigError(f"a ratio is {expected}, got {written!r}")
    return ratio


def divide(whole: Split, plan: Plan, findings: Findings) -> tuple[Split, ...]:
    """The parts of a corpus, each in the corpus's own order.

    Args:
        whole: all of it.
        plan: how it is divided.
        findings: gains what is repeated, what is annotated in two ways, and what cutting loses.

    Raises:
        ConfigError: there is no such unit.
        CorpusError: there are too few documents to put one into every part.
    """
    unit = choose(plan.by, UNITS, kind="unit of division")
    documents = [piece for one in whole.documents for piece in unit.cut(one, findings)]
    tell_repeated(documents, findings)
    ties = (_ties(one, ids=unit.keeps_ids, texts=not plan.keep_leaks) for one in documents)
    groups = _shuffled(_groups(ties), seed=plan.seed)
    parts = [
        tuple(documents[place] for place in part) for part in _spread(documents, groups, plan.ratio)
    ]
    named = zip(plan.names, parts, strict=True)
    splits = tuple(Split(name, whole.path, part, Counter()) for name, part in named)
    _refuse_empty(splits, groups)
    tell_leaked(splits, findings)
    return splits


def spread(documents: Sequence[Document], ratio: Sequence[float], *, seed: int) -> list[list[int]]:
    """The places of documents in parts of these sizes, as ``divide`` makes them of whole documents.

    A part may be empty.
    """
    ties = (_ties(one, ids=True, texts=True) for one in documents)
    return _spread(documents, _shuffled(_groups(ties), seed=seed), ratio)


def _as_it_is(document: Document, findings: Findings) -> Iterator[Document]:
    yield document


def _sentences(document: Document, findings: Findings) -> Iterator[Document]:
    """The sentences as documents of their own, under the document's id."""
    pieces = document.sentences
    if [piece.text for piece in pieces] == [document.text]:
        yield document
        return
    held = Counter(entity.moved(piece.start) for piece in pieces for entity in piece.entities)
    for entity in (Counter(document.entities) - held).elements():
        findings.note(ACROSS, document.place, entity.text)
    if document.fields:
        findings.note(FURTHER, document.place, ", ".join(document.fields))
    for piece in pieces:
        if piece.text:
            yield Document(piece.text, piece.entities, id=document.id, place=document.place)
        else:
            findings.note(BLANK, document.place)


UNITS = {"document": Unit(_as_it_is, keeps_ids=True), "sentence": Unit(_sentences, keeps_ids=False)}


def _ties(document: Document, *, ids: bool, texts: bool) -> Iterator[Hashable]:
    """What a document must not share with one of another part."""
    if ids and document.id is not None:
        yield document.place and document.place.path, repr(document.id)
    if texts:
        own = {plain(document.text), *(plain(one.text) for one in document.sentences)}
        yield from own - {""}


def _groups(ties: Iterable[Iterable[Hashable]]) -> list[Group]:
    """The places that are tied, directly or by way of others, in order."""
    above: list[int] = []  # each place, or one that it is tied to

    def root(place: int) -> int:
        while above[place] != place:
            above[place] = above[above[place]]
            place = above[place]
        return place

    holder: dict[Hashable, int] = {}
    for place, own in enumerate(ties):
        above.append(place)
        for tie in own:
            one, other = sorted((root(place), root(holder.setdefault(tie, place))))
            above[other] = one
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(above)):
        groups[root(place)].append(place)
    return list(groups.values())


def _shuffled(groups: Sequence[Group], *, seed: int) -> list[Group]:
    order = np.random.default_rng(seed).permutation(len(groups))
    return [groups[place] for place in order.tolist()]


def _spread(
    documents: Sequence[Document], groups: Sequence[Group], ratio: Sequence[float]
) -> list[list[int]]:
    shares = [size / sum(ratio) for size in ratio]
    weights = [_weight([documents[place] for place in group]) for group in groups]
    chosen: list[list[int]] = [[] for _ in ratio]
    for group, part in zip(groups, distribute(weights, shares), strict=True):
        chosen[part] += group
    return [sorted(part) for part in chosen]


def _weight(documents: Sequence[Document]) -> Weight:
    labels = Counter(entity.label for document in documents for entity in document.entities)
    return Weight(labels, sum(len(document.sentences) for document in documents))


def _refuse_empty(splits: Sequence[Split], groups: Sequence[Group]) -> None:
    count = sum(map(len, groups))
    for split in splits:
        if not split.documents:
            parts = f"{len(splits)} parts of this ratio: {split.name} would be empty"
            tied = f" in {len(groups):,} groups that stay together" * (len(groups) < count)
            hint = "; --by sentence or --keep-leaks parts more of them" if tied else ""
            message = f"{count:,} documents{tied} are too few for {parts}{hint}"
            raise CorpusError(message, path=split.path)
