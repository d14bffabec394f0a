"""The tagger that users hold: texts in, documents with entities out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, overload

from ner.document import Document, Entity
from ner.features.batch import Batch, collate, plan
from ner.features.featurizer import Featurizer
from ner.features.windows import Window, windows
from ner.model.folder import Description, load_network, read_description
from ner.tagging.seams import joined, merged, placed, unseen
from ner.tags import decode, tag_set

if TYPE_CHECKING:
    from ner.model.decoders import Decoded

BATCH_CHARACTERS = 4096
AHEAD = 8  # batches' worth of characters that are gathered, so that like lengths meet


class Runtime(Protocol):
    """What computes the tags of a batch."""

    def __call__(self, batch: Batch) -> Decoded: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is done at once."""

    batch_characters: int = BATCH_CHARACTERS
    window: int = 256
    overlap: int = 64


class Tagger:
    """Finds entities in any text.

    A text in gives a document, a list gives a list; ``pipe`` takes any iterable and gives an
    iterator. Texts may be of any length and hold any characters. The tagger keeps no state
    between calls.

    Args:
        featurizer: of the model.
        tags: of the model, in the order of their numbers.
        runtime: of the model.
        limits: window sizes and how much is computed at once.
    """

    def __init__(
        self, featurizer: Featurizer, tags: Sequence[str], runtime: Runtime, limits: Limits
    ) -> None:
        self._featurizer = featurizer
        self._tags = tuple(tags)
        self._runtime = runtime
        self._limits = limits

    @property
    def labels(self) -> list[str]:
        """The labels it knows."""
        return sorted({tag[2:] for tag in self._tags if tag != "O"})

    @overload
    def __call__(self, texts: str) -> Document: ...

    @overload
    def __call__(self, texts: list[str] | tuple[str, ...]) -> list[Document]: ...

    def __call__(self, texts: str | list[str] | tuple[str, ...]) -> Document | list[Document]:
        """A document for a text, a list of documents for a list of texts."""
        if isinstance(texts, str):
            return next(self.pipe([texts]))
        return list(self.pipe(texts))

    def pipe(self, texts: Iterable[str]) -> Iterator[Document]:
        """Documents in the order of the texts; memory is bounded by the longest text."""
        for group in self._groups((text, None) for text in texts):
            found = self._tag([text for text, _ in group])
            for (text, _), entities in zip(group, found, strict=True):
                yield Document(text, tuple(entities))

    def pipe_tuples(self, pairs: Iterable[tuple[str, Any]]) -> Iterator[tuple[Document, Any]]:
        """As ``pipe``, of pairs of a text and anything that goes with it."""
        for group in self._groups(pairs):
            found = self._tag([text for text, _ in group])
            for (text, context), entities in zip(group, found, strict=True):
                yield Document(text, tuple(entities)), context

    def pipe_documents(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents with the tagger's entities instead of theirs.

        Each sentence that a document marks is tagged by itself.
        """
        pieces = (
            (sentence.text, (document, sentence.start, left))
            for document in documents
            for left, sentence in zip(
                range(len(document.sentences) - 1, -1, -1), document.sentences, strict=True
            )
        )
        entities: list[Entity] = []
        for tagged, (document, start, left) in self.pipe_tuples(pieces):
            entities += [entity.moved(start) for entity in tagged.entities]
            if not left:
                yield document.with_entities(entities)
                entities = []

    def _groups(self, pairs: Iterable[tuple[str, Any]]) -> Iterator[list[tuple[str, Any]]]:
        """Pairs gathered until they hold enough characters."""
        group: list[tuple[str, Any]] = []
        size = 0
        for pair in pairs:
            group.append(pair)
            size += len(pair[0]) + 1
            if size >= AHEAD * self._limits.batch_characters:
                yield group
                group, size = [], 0
        if group:
            yield group

    def _tag(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text."""
        limits = self._limits
        cuts = [windows(text, size=limits.window, overlap=limits.overlap) for text in texts]
        looked = [(place, window) for place, cut in enumerate(cuts) for window in cut]
        found = self._look(texts, looked)
        again = [
            (place, window)
            for place, text in enumerate(texts)
            if len(text) > limits.window
            for window in unseen(found[place], size=limits.window, length=len(text))
        ]
        for place, more in enumerate(self._look(texts, again)):
            found[place] += more + joined(found[place], texts[place], size=limits.window)
        return [merged(one) for one in found]

    def _look(self, texts: Sequence[str], looked: Sequence[tuple[int, Window]]) -> list[list[Any]]:
        """What the windows show, by text."""
        found: list[list[Any]] = [[] for _ in texts]
        pieces = [texts[place][window.start : window.end] for place, window in looked]
        for (place, window), entities in zip(looked, self._pieces(pieces), strict=True):
            found[place] += placed(window, entities, length=len(texts[place]))
        return found

    def _pieces(self, pieces: Sequence[str]) -> list[list[Entity]]:
        """The entities of pieces that fit a window; an empty piece has none."""
        found: list[list[Entity]] = [[] for _ in pieces]
        lengths = [len(piece) for piece in pieces]
        for places in plan(lengths, budget=self._limits.batch_characters):
            texts = [pieces[place] for place in places]
            decoded = self._runtime(collate([self._featurizer(text) for text in texts]))
            for row, (place, text) in enumerate(zip(places, texts, strict=True)):
                found[place] = list(self._entities(text, decoded, row))
        return found

    def _entities(self, text: str, decoded: Decoded, row: int) -> Iterator[Entity]:
        names = [self._tags[number] for number in decoded.tags[row]]
        for start, end, label in decode(names):
            score = decoded.probability(row, start, end)
            yield Entity(text[start:end], label, start, end, score)


class TorchRuntime:
    """A network on a device."""

    def __init__(self, path: Path, description: Description, device: str) -> None:
        from ner.model.device import pick

        self._device = pick(device)
        self._network = load_network(path, description).to(self._device)

    def __call__(self, batch: Batch) -> Decoded:
        from ner.model.network import Inputs

        return self._network.decode(Inputs.of(batch, self._device))


def load(
    path: str | Path, *, device: str = "auto", batch_characters: int = BATCH_CHARACTERS
) -> Tagger:
    """The tagger in a model or run folder.

    Args:
        path: the folder.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        batch_characters: how many characters are computed at once, padding included.

    Raises:
        ModelError: the folder holds no model, a damaged one, or one of another format version.
        ConfigError: there is no such device.
    """
    description = read_description(path)
    settings = description.featurizer.settings
    tags = tag_set(description.labels, scheme=description.settings.scheme)
    runtime = TorchRuntime(Path(path), description, device)
    limits = Limits(batch_characters, window=settings.max_length, overlap=settings.overlap)
    return Tagger(description.featurizer, tags, runtime, limits)
