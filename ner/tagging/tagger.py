"""The tagger that users hold: texts in, documents with entities out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from ner.document import MODEL, Document, Entity
from ner.features.batch import collate, plan
from ner.features.context import contexts
from ner.features.featurizer import Featurizer
from ner.features.windows import Window, windows
from ner.model.folder import read_description
from ner.sentences import sentence_spans
from ner.tagging.pieces import Looked, Piece
from ner.tagging.runtime import Runtime, TorchRuntime
from ner.tagging.seams import Found, joined, merged, placed, unseen
from ner.tags import decode, tag_set

if TYPE_CHECKING:
    from ner.model.decoders import Decoded
    from ner.tagging.dictionary import Dictionary

BATCH_CHARACTERS = 4096
AHEAD = 8  # batches' worth of characters that are gathered, so that like lengths meet


@dataclass(frozen=True, slots=True)
class Loading:
    """How a model is loaded; ``load`` says what the parts mean."""

    device: str = "auto"
    batch_characters: int = BATCH_CHARACTERS
    window: int | None = None
    dictionary: Dictionary | None = None


class Tagger:
    """Finds entities in any text.

    A text in gives a document, a list gives a list; ``pipe`` takes any iterable and gives an
    iterator. Texts may be of any length and hold any characters. The tagger keeps no state
    between calls.

    Args:
        featurizer: of the model.
        tags: of the model, in the order of their numbers.
        runtime: of the model.
        batch_characters: how many characters are computed at once, padding included.
    """

    def __init__(
        self,
        featurizer: Featurizer,
        tags: Sequence[str],
        runtime: Runtime,
        *,
        batch_characters: int = BATCH_CHARACTERS,
    ) -> None:
        self._featurizer = featurizer
        self._features = featurizer.settings
        self._tags = tuple(tags)
        self._runtime = runtime
        self._batch_characters = batch_characters

    @property
    def labels(self) -> list[str]:
        """The labels it knows."""
        return sorted({tag[2:] for tag in self._tags if tag != "O"})

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, in the order of their numbers."""
        return self._tags

    @property
    def featurizer(self) -> Featurizer:
        """What it makes of a text before it tags it."""
        return self._featurizer

    @property
    def runtime(self) -> Runtime:
        """What computes its tags."""
        return self._runtime

    def with_dictionary(self, dictionary: Dictionary) -> Tagger:
        """A tagger that obeys the dictionary besides; docs/dictionary.md says how.

        Raises:
            CorpusError: a label is not the model's where only those make sense.
            ConfigError: the decoder has no emissions that a bonus could be added to.
        """
        from ner.tagging.dictionary.guided import Guided

        return Guided(self, dictionary)

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
        for document, _ in self.pipe_tuples((text, None) for text in texts):
            yield document

    def pipe_tuples(self, pairs: Iterable[tuple[str, Any]]) -> Iterator[tuple[Document, Any]]:
        """As ``pipe``, of pairs of a text and anything that goes with it."""
        split = ((text, self._spans(text), with_it) for text, with_it in pairs)
        for text, entities, with_it in self._tagged(split):
            yield Document(text, tuple(entities)), with_it

    def pipe_documents(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents with the tagger's entities instead of theirs.

        Each sentence that a document marks is tagged by itself.
        """
        for _, entities, document in self._tagged(_split(documents)):
            yield document.with_entities(entities)

    def pipe_sure(self, documents: Iterable[Document]) -> Iterator[tuple[Document, list[float]]]:
        """As ``pipe_documents``, with the confidence of each sentence, 0 to 1.

        It is the probability that the model gives to all tags of the sentence together, those of
        the best path among all paths. Of a sentence longer than a window it is the product over its
        windows; as they overlap, it errs on the side of doubt.
        """
        for _, looked, document in self._looked(_split(documents), sure=True):
            entities = [entity for one in looked for entity in one.entities]
            yield document.with_entities(entities), [one.chance for one in looked]

    def _tagged(
        self, split: Iterable[tuple[str, Sequence[tuple[int, int]], Any]]
    ) -> Iterator[tuple[str, list[Entity], Any]]:
        """The entities of texts, given with the places of their sentences, sentence by sentence."""
        for text, looked, with_it in self._looked(split, sure=False):
            yield text, [entity for one in looked for entity in one.entities], with_it

    def _looked(
        self, split: Iterable[tuple[str, Sequence[tuple[int, int]], Any]], *, sure: bool
    ) -> Iterator[tuple[str, list[Looked], Any]]:
        """What each sentence shows, with offsets in the whole text; ``sure`` asks for chances."""
        for group in self._groups(split):
            found = iter(self._tag(self._pieces(group), sure=sure))
            for text, spans, with_it in group:
                looked = [
                    Looked([entity.moved(start) for entity in one.entities], one.chance)
                    for (start, _), one in zip(spans, found, strict=False)
                ]
                yield text, looked, with_it

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """The places of a text's sentences, where the model attends to those before."""
        return sentence_spans(text) if self._features.context else [(0, len(text))]

    def _pieces(self, group: Sequence[tuple[str, Sequence[tuple[int, int]], Any]]) -> list[Piece]:
        """All sentences of the texts."""
        return [piece for text, spans, _ in group for piece in self._sentences(text, spans)]

    def _sentences(self, text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
        """Each sentence with what stands before it, as far as the model attends to that."""
        texts = [text[start:end] for start, end in spans]
        for own, before in zip(texts, contexts(texts, self._features), strict=True):
            yield Piece(own, before)

    def _groups(
        self, split: Iterable[tuple[str, Sequence[tuple[int, int]], Any]]
    ) -> Iterator[list[tuple[str, Sequence[tuple[int, int]], Any]]]:
        """Texts gathered until they hold enough characters."""
        group = []
        size = 0
        for one in split:
            group.append(one)
            size += len(one[0]) + 1
            if size >= AHEAD * self._batch_characters:
                yield group
                group, size = [], 0
        if group:
            yield group

    def _tag(self, pieces: Sequence[Piece], *, sure: bool) -> list[Looked]:
        """What each piece shows."""
        size, overlap = self._features.max_length, self._features.overlap
        cuts = [windows(piece.text, size=size, overlap=overlap) for piece in pieces]
        looked = [(place, window) for place, cut in enumerate(cuts) for window in cut]
        found, chances = self._look(pieces, looked, sure=sure)
        again = [
            (place, window)
            for place, piece in enumerate(pieces)
            if len(piece.text) > size
            for window in unseen(found[place], size=size, length=len(piece.text))
        ]
        more, _ = self._look(pieces, again, sure=False)
        for place, own in enumerate(more):
            found[place] += own + joined(found[place], pieces[place].text, size=size)
        return [Looked(merged(one), chance) for one, chance in zip(found, chances, strict=True)]

    def _look(
        self, pieces: Sequence[Piece], looked: Sequence[tuple[int, Window]], *, sure: bool
    ) -> tuple[list[list[Found]], list[float]]:
        """What the windows show, and the product of their chances, by piece."""
        found: list[list[Found]] = [[] for _ in pieces]
        chances = [1.0 for _ in pieces]
        seen = [pieces[place].seen(window, self._features) for place, window in looked]
        for (place, window), one in zip(looked, self._computed(seen, sure=sure), strict=True):
            found[place] += placed(window, one.entities, length=len(pieces[place].text))
            chances[place] *= one.chance
        return found, chances

    def _computed(self, pieces: Sequence[Piece], *, sure: bool) -> list[Looked]:
        """What pieces that fit a window show; an empty piece nothing, for certain."""
        found = [Looked([]) for _ in pieces]
        costs = [len(piece.text + piece.before) if piece.text else 0 for piece in pieces]
        for places in plan(costs, budget=self._batch_characters):
            chosen = [pieces[place] for place in places]
            decoded = self.decoded(chosen)
            for row, (place, piece) in enumerate(zip(places, chosen, strict=True)):
                chance = decoded.probability(row, 0, len(piece.text)) if sure else 1.0
                found[place] = Looked(list(self._entities(piece.text, decoded, row)), chance)
        return found

    def decoded(self, pieces: Sequence[Piece]) -> Decoded:
        """The tags of pieces of at least one character each that fit a window."""
        features = [self._featurizer(piece.text, piece.before) for piece in pieces]
        return self._runtime(collate(features))

    def _entities(self, text: str, decoded: Decoded, row: int) -> Iterator[Entity]:
        names = [self._tags[number] for number in decoded.tags[row]]
        for start, end, label in decode(names):
            score = decoded.probability(row, start, end)
            yield Entity(text[start:end], label, start, end, score, source=MODEL)


def _split(
    documents: Iterable[Document],
) -> Iterator[tuple[str, Sequence[tuple[int, int]], Document]]:
    """The texts with the places of the sentences that the documents mark."""
    for document in documents:
        yield document.text, [(one.start, one.end) for one in document.sentences], document


def load(
    path: str | Path,
    *,
    device: str = "auto",
    batch_characters: int = BATCH_CHARACTERS,
    window: int | None = None,
    dictionary: Dictionary | None = None,
) -> Tagger:
    """The tagger in a model or run folder, or the models of a bag as one tagger.

    Args:
        path: the folder.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        batch_characters: how many characters are computed at once, padding included.
        window: how many characters of a long text are seen as one piece, 16 or more; the model's
            own ``features.max_length`` without.
        dictionary: mentions and patterns that are obeyed.

    Raises:
        ModelError: the folder holds no model, a damaged one, or one of another format version, or a
            bag whose models cannot be averaged.
        ConfigError: there is no such device, or the window is too small.
        CorpusError: the dictionary has a label that the model does not know, but should.
    """
    from ner.tagging import bag

    how = Loading(device, batch_characters, window, dictionary)
    folders = bag.members(path)
    return load_model(path, how) if folders is None else bag.load_together(folders, how)


def load_model(path: str | Path, how: Loading) -> Tagger:
    """The tagger in a folder that holds one model."""
    description = read_description(path)
    tags = tag_set(description.labels, scheme=description.settings.scheme)
    runtime = TorchRuntime(Path(path), description, how.device)
    featurizer = description.featurizer
    if how.window is not None:
        featurizer = featurizer.seeing(how.window)
    tagger = Tagger(featurizer, tags, runtime, batch_characters=how.batch_characters)
    return tagger if how.dictionary is None else tagger.with_dictionary(how.dictionary)
