"""TAG NUMBERS → SPANS, of a whole batch at once, equal to ``ner.tags.decode`` of each sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ner.calibration import Calibration
from ner.document import MODEL, Entity
from ner.errors import ModelError
from ner.features.soft import SoftTags
from ner.lattice import Lattice, Paths
from ner.tagging.alternatives import Alternative
from ner.tagging.exceeding import chosen
from ner.tagging.pieces import Asked, Looked
from ner.tags import OPENING, split

if TYPE_CHECKING:
    from ner.model.decoders import Decoded

Integers = NDArray[np.int64]

LEAST = 1e-3  # the probability of a pair of tags that is worth keeping


@dataclass(frozen=True, slots=True)
class Spans:
    """The entities of a batch, by sentence and place: an item each in every array."""

    sentences: Integers
    starts: Integers
    ends: Integers
    labels: Integers

    def outside(self, covered: NDArray[np.bool_]) -> Spans:
        """Those that touch no character of the ``covered`` ones, (batch, length)."""
        before = np.pad(covered.cumsum(axis=1), ((0, 0), (1, 0)))  # so many before each place
        free = before[self.sentences, self.ends] == before[self.sentences, self.starts]
        own = (self.sentences, self.starts, self.ends, self.labels)
        return Spans(*(part[free] for part in own))


class SpanFinder:
    """Finds the spans that tags mark, by the rule of ``ner.tags``.

    A tag continues an entity if it is no opening one and the tag before it has its label; so tags
    fall into stretches, and those are entities that an opening tag begins.
    """

    def __init__(self, tags: Sequence[str]) -> None:
        pairs = [split(tag) for tag in tags]
        self.labels = tuple(dict.fromkeys(label for _, label in pairs if label))
        numbers = {label: number for number, label in enumerate(self.labels)}
        self._label = np.array([numbers.get(label, -1) for _, label in pairs])  # −1 for O
        self._opens = np.array([letter in OPENING for letter, _ in pairs])
        self.opening = np.flatnonzero(self._opens)

    def __call__(self, path: Integers, lengths: Integers) -> Spans:
        """The spans in (batch, length) tags, whatever stands at padding."""
        batch, length = path.shape
        real = np.arange(length) < lengths[:, None]  # (batch, length)
        label = np.full((batch, length + 1), -1)  # a place more, so that no row meets the next
        label[:, :-1] = np.where(real, self._label[path], -1)
        label, opens = label.ravel(), np.pad(self._opens[path], ((0, 0), (0, 1))).ravel()
        marked = np.flatnonzero(label >= 0)
        before = label[marked - 1]  # of the first place the last one, which marks nothing
        follows = ~opens[marked] & (before == label[marked])
        firsts = np.flatnonzero(~follows)  # where stretches begin among the marked
        sizes = np.diff(np.append(firsts, len(marked)))
        starts = marked[firsts]
        kept = opens[starts]
        starts, sizes = starts[kept], sizes[kept]
        sentences, places = np.divmod(starts, length + 1)
        return Spans(sentences, places, places + sizes, label[starts])

    def named(self, spans: Spans) -> Iterator[tuple[int, int, int, str]]:
        """Sentence, start, end and label of each."""
        columns = (spans.sentences, spans.starts, spans.ends, spans.labels)
        for sentence, start, end, label in zip(*(one.tolist() for one in columns), strict=True):
            yield sentence, start, end, self.labels[label]


class Reading:
    """What is read off a decoded batch: its entities with their scores, how sure it is of all.

    Args:
        tags: in the order of their numbers.
        calibration: what makes scores of probabilities.
    """

    def __init__(self, tags: Sequence[str], calibration: Calibration) -> None:
        self._find = SpanFinder(tags)
        self._calibration = calibration
        self._outside = list(tags).index("O")

    def shown(
        self,
        texts: Sequence[str],
        decoded: Decoded,
        asked: Asked,
        covered: NDArray[np.bool_] | None = None,
    ) -> list[Looked]:
        """What each text shows of what is asked, entities only where nothing is ``covered``."""
        decoded = self._decided(decoded)
        entities = self.entities(texts, decoded, covered)
        chances = self.chances(decoded) if asked.sure else [1.0] * len(texts)
        others: list[tuple[Alternative, ...]] = [()] * len(texts)
        if asked.alternatives:
            others = self.alternatives(texts, decoded, asked.alternatives)
        soft: Sequence[SoftTags | None] = [None] * len(texts)
        if asked.soft is not None:
            soft = self.soft(decoded, asked.soft)
        return [Looked(*parts) for parts in zip(entities, chances, others, soft, strict=True)]

    def _decided(self, decoded: Decoded) -> Decoded:
        """With the path of the entities that a threshold finds, where there is one."""
        threshold = self._calibration.threshold
        if threshold is None or not isinstance(decoded, Lattice):
            return decoded
        least = float(self._calibration.chances(np.array(threshold)))
        temperature = self._calibration.temperature
        likely = decoded.likely(self._find.opening, least=least, temperature=temperature)
        path = np.full_like(decoded.path, self._outside)
        for sentence, start, tags in chosen(likely, self._calibration.scores, threshold):
            path[sentence, start : start + len(tags)] = tags
        return decoded.with_emissions(decoded.emissions, path)

    def entities(
        self, texts: Sequence[str], decoded: Decoded, covered: NDArray[np.bool_] | None = None
    ) -> list[list[Entity]]:
        """What each text's tags mark outside of ``covered``, all scores computed at once."""
        spans = self._find(decoded.path, decoded.lengths)
        if covered is not None:
            spans = spans.outside(covered)
        chances = decoded.probabilities(
            spans.sentences, spans.starts, spans.ends, temperature=self._calibration.temperature
        )
        scores = self._calibration.scores(chances).tolist()
        found: list[list[Entity]] = [[] for _ in texts]
        for (row, start, end, label), score in zip(self._find.named(spans), scores, strict=True):
            found[row].append(Entity(texts[row][start:end], label, start, end, score, source=MODEL))
        return found

    def alternatives(
        self, texts: Sequence[str], decoded: Decoded, count: int
    ) -> list[tuple[Alternative, ...]]:
        """The ``count`` most probable readings of each text.

        Raises:
            ModelError: the decoder is no linear chain.
        """
        if not isinstance(decoded, Lattice):
            raise ModelError(
                "the decoder is no linear chain (crf, softmax): it knows no alternatives"
            )
        found = decoded.n_best(count, temperature=self._calibration.temperature)
        return [tuple(self._read(text, paths)) for text, paths in zip(texts, found, strict=True)]

    def soft(self, decoded: Decoded, temperature: float) -> list[SoftTags]:
        """How probable the tags are, by the model's own scores divided by a temperature.

        Raises:
            ModelError: the decoder is no linear chain.
        """
        if not isinstance(decoded, Lattice):
            raise ModelError(
                "the decoder is no linear chain (crf, softmax): it has no probabilities of tags"
            )
        return decoded.soft_tags(least=LEAST, temperature=temperature)

    def _read(self, text: str, paths: Paths) -> Iterator[Alternative]:
        tags = np.array([own for own, _ in paths], dtype=np.int64)  # (paths, length)
        entities: list[list[Entity]] = [[] for _ in paths]
        spans = self._find(tags, np.full(len(paths), len(text)))
        for row, start, end, label in self._find.named(spans):
            entities[row].append(Entity(text[start:end], label, start, end, source=MODEL))
        for own, (_, probability) in zip(entities, paths, strict=True):
            yield Alternative(tuple(own), probability)

    def chances(self, decoded: Decoded) -> list[float]:
        """How probable all tags of each sentence are together."""
        rows, temperature = np.arange(len(decoded.lengths)), self._calibration.temperature
        chances = decoded.probabilities(rows, rows * 0, decoded.lengths, temperature=temperature)
        return list(map(float, chances))
