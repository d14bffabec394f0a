"""Sentences that a model has tagged, as examples with a weight each, beside those of train.

They teach as train does, but less: a sentence's loss is multiplied by its weight, and a batch's
loss is Σ wᵢ·lossᵢ / Σ wᵢ. What they teach are their tags or, with soft targets, what the model
thought of all tags (``ner.training.soft``). Labels, the counts of the lexicon and what is rare come
from train alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ner.corpus.splits import counted, named_together
from ner.document import CONFIDENCE, Document
from ner.errors import CorpusError, Place, nearest
from ner.features.channels import Bigrams, Characters
from ner.features.featurizer import BIGRAMS, CHARACTERS, Featurizer
from ner.features.normalisation import Normaliser
from ner.features.soft import SoftTags
from ner.formats import Findings, ReadOptions
from ner.formats.options import IN_CONFIG
from ner.formats.reading import read_path
from ner.model.decoders.rules import Rules
from ner.settings import Config, LabelledSettings
from ner.tags import tag_set
from ner.training.examples import Example, Examples, prepare
from ner.training.soft import Student, Teachers, cut


@dataclass(frozen=True, slots=True)
class Labelled:
    """Documents, the weight and the soft targets of each, and how many weigh nothing.

    Those are left out.
    """

    path: str
    documents: tuple[Document, ...]
    weights: tuple[float, ...]
    soft: tuple[SoftTags | None, ...]
    weightless: int
    share: float = 0.0  # of the losses, that is by soft targets

    @property
    def texts(self) -> list[str]:
        """All sentences that are not empty."""
        return [one.text for document in self.documents for one in document.sentences if one.text]

    @property
    def remarks(self) -> list[str]:
        """What a user should know of them before training."""
        entities = Counter(e.label for document in self.documents for e in document.entities)
        mean = sum(self.weights) / max(1, len(self.weights))
        head = f"labelled: {len(self.texts):,} sentences mixed in, mean weight {mean:.3f}"
        said = [f"{head}, {counted(entities)} from {self.path}"]
        if self.weightless:
            said.append(f"labelled: {self.weightless:,} documents of confidence 0 left out")
        if self.share:
            known = sum(one is not None for one in self.soft)
            said.append(
                f"labelled: {known:,} documents with soft targets, {self.share:g} of a loss"
            )
        if self.share and known < len(self.soft):
            lacking = f"{len(self.soft) - known:,} documents, longer than the teacher's window,"
            said.append(f"labelled: {lacking} are learned by their tags alone")
        return said


def read_labelled(config: Config, labels: Sequence[str]) -> Labelled | None:
    """The labelled documents that the settings name, if they do.

    Raises:
        CorpusError: a file cannot be read, a label is not one of ``labels``, or a confidence or
            soft targets are wanted and missing.
    """
    settings = config.data.labelled
    if settings is None:
        return None
    paths = config.data.paths(settings.file)
    options = ReadOptions(encoding=config.data.encoding, ask=IN_CONFIG)
    tags = tag_set(labels, scheme=config.model.scheme)
    teachers = Teachers(Student.of(tags, config.model.scheme), settings.soft)
    kept: list[Document] = []
    soft: list[SoftTags | None] = []
    weights: list[float] = []
    weightless = 0
    for document in _documents(paths, options, settings.limit):
        place = document.place or Place(str(paths[0]))
        _refuse_unknown(document, labels, place)
        weight = _weight(document, settings, place)
        if weight:
            kept.append(document)
            weights.append(weight)
            soft.append(teachers.of(document, place) if settings.soft else None)
        weightless += not weight
    if not kept:
        raise CorpusError("no labelled sentence in it", path=named_together(paths))
    named = named_together(paths)
    return Labelled(named, tuple(kept), tuple(weights), tuple(soft), weightless, settings.soft)


def _documents(
    paths: Sequence[Path], options: ReadOptions, limit: int | None
) -> Iterator[Document]:
    """The first documents of each file."""
    for path in paths:
        yield from islice(read_path(path, Findings(), options=options), limit)


def with_labelled(
    train: Examples,
    labelled: Labelled,
    featurizer: Featurizer,
    tags: Sequence[str],
    *,
    scheme: str,
) -> tuple[Examples, Examples]:
    """Train's examples and behind them the labelled ones; and the labelled ones alone."""
    plain = prepare(labelled.documents, featurizer, tags, scheme=scheme)
    rules = Rules.of(tags, scheme)
    own = replace(plain, examples=tuple(_weighted(plain.examples, labelled, rules)))
    return replace(train, examples=(*train.examples, *own.examples)), own


def frequent(config: Config, labelled: Labelled | None) -> dict[str, list[str]]:
    """The characters and bigrams that occur often enough in the labelled text, by channel."""
    if labelled is None or config.data.labelled is None:
        return {}
    normalise = Normaliser.of(config.features.normalise).text
    texts = [normalise(text) for text in labelled.texts]
    least = config.data.labelled.min_count
    return {
        CHARACTERS: _often((name for text in texts for name in Characters.names(text)), least),
        BIGRAMS: _often((name for text in texts for name in Bigrams.names(text)), least),
    }


def _often(names: Iterable[str], least: int) -> list[str]:
    """Those that occur ``least`` times or more, the frequent first, then by code point."""
    counts = Counter(names)
    kept = (name for name, count in counts.items() if count >= least)
    return sorted(kept, key=lambda name: (-counts[name], name))


def _weighted(examples: Iterable[Example], labelled: Labelled, rules: Rules) -> Iterator[Example]:
    """The examples with the weight and their part of the soft targets of their document."""
    for one in examples:
        number, start = one.origin
        soft = labelled.soft[number]
        own = None if soft is None else cut(soft, start, start + len(one.tags), rules)
        yield replace(one, weight=labelled.weights[number], soft=own)


def _weight(document: Document, settings: LabelledSettings, place: Place) -> float:
    if not settings.confidence:
        return settings.weight
    value = document.fields.get(CONFIDENCE)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        got = "no" if value is None else f"{value!r} as"
        why = f"{got} {CONFIDENCE}, expected a number in 0…1 as `ner label` writes it"
        raise _wrong(place, f"{why}; data.labelled.confidence: false goes without")
    return settings.weight * float(value)


def _refuse_unknown(document: Document, labels: Sequence[str], place: Place) -> None:
    for entity in document.entities:
        if entity.label not in labels:
            known = nearest(entity.label, labels)
            raise _wrong(place, f"label {entity.label!r} is not annotated in train ({known})")


def _wrong(place: Place, message: str) -> CorpusError:
    return CorpusError(message, path=place.path, line=place.line)
