"""The tagger that users hold: texts in, documents with entities out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from ner.calibration import UNCHANGED, Calibration
from ner.document import Document, Entity
from ner.errors import ConfigError
from ner.features.batch import batch_of, plan
from ner.features.context import contexts
from ner.features.featurizer import Featurizer
from ner.features.windows import Window, windows
from ner.sentences import sentence_spans
from ner.tagging.alternatives import NOTHING, Alternative, combined
from ner.tagging.given import documents_of, text_of, texts_of
from ner.tagging.pieces import Asked, Looked, Marked, Piece, gathered, marked
from ner.tagging.runtimes import Runtime
from ner.tagging.seams import Found, joined, merged, placed, sure_enough, unseen
from ner.tagging.spans import Reading

if TYPE_CHECKING:
    from ner.model.decoders import Decoded
    from ner.tagging.dictionary import Dictionary

BATCH_CHARACTERS = 4096
AHEAD = 8  # batches' worth of characters that are gathered, so that like lengths meet


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
        calibration: what makes scores of probabilities.
        min_score: entities of a lower score are left out.
    """

    def __init__(
        self,
        featurizer: Featurizer,
        tags: Sequence[str],
        runtime: Runtime,
        *,
        batch_characters: int = BATCH_CHARACTERS,
        calibration: Calibration = UNCHANGED,
        min_score: float = 0.0,
    ) -> None:
        self._featurizer = featurizer
        self._features = featurizer.settings
        self._tags = tuple(tags)
        self._runtime = runtime
        self._batch_characters = batch_characters
        self._calibration = calibration
        self._min_score = min_score
        self._reading = Reading(self._tags, calibration)

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

    @property
    def batch_characters(self) -> int:
        """How many characters it computes at once."""
        return self._batch_characters

    @property
    def calibration(self) -> Calibration:
        """What makes scores of its probabilities."""
        return self._calibration

    def calibrated(self, calibration: Calibration) -> Tagger:
        """The same tagger with another calibration."""
        other = copy(self)
        other._calibration = calibration
        other._reading = Reading(self._tags, calibration)
        return other

    @property
    def min_score(self) -> float:
        """Entities of a lower score are left out."""
        return self._min_score

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
        """Documents in the order of the texts; memory is bounded by the longest text.

        Raises:
            TypeError: it is a single text, or one of the texts is none.
        """
        for document, _ in self.pipe_tuples((text, None) for text in texts_of(texts)):
            yield document

    def pipe_tuples(self, pairs: Iterable[tuple[str, Any]]) -> Iterator[tuple[Document, Any]]:
        """As ``pipe``, of pairs of a text and anything that goes with it."""
        read = ((text_of(text, place), own) for place, (text, own) in enumerate(pairs, 1))
        split = ((text, self._spans(text), own) for text, own in read)
        for text, entities, with_it in self._tagged(split):
            yield Document(text, tuple(entities)), with_it

    def pipe_documents(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents with the tagger's entities instead of theirs.

        Each sentence that a document marks is tagged by itself.
        """
        for _, entities, document in self._tagged(marked(documents_of(documents))):
            yield document.with_entities(entities)

    def pipe_sure(self, documents: Iterable[Document]) -> Iterator[tuple[Document, list[float]]]:
        """As ``pipe_documents``, with the confidence of each sentence, 0 to 1.

        It is the probability that the model gives to all tags of the sentence together, those of
        the best path among all paths. Of a sentence longer than a window it is the product over its
        windows; as they overlap, it errs on the side of doubt.
        """
        for document, looked in self.pipe_looked(documents, Asked(sure=True)):
            yield document, [one.chance for one in looked]

    def pipe_looked(
        self, documents: Iterable[Document], asked: Asked
    ) -> Iterator[tuple[Document, list[Looked]]]:
        """As ``pipe_documents``, with all that is asked of each sentence.

        Soft tags are the chain's own probabilities: no calibration changes them. A sentence longer
        than a window has none.

        Raises:
            ModelError: more than entities and their chance is asked, and the decoder is no linear
                chain.
        """
        for _, looked, document in self._looked(marked(documents), asked):
            entities = [entity for one in looked for entity in one.entities]
            yield document.with_entities(entities), looked

    def pipe_alternatives(
        self, documents: Iterable[Document], count: int
    ) -> Iterator[tuple[Document, list[Alternative]]]:
        """As ``pipe_documents``, with the ``count`` most probable readings of each document.

        The first has the document's entities, unless the calibration has a threshold; each further
        one differs in at least one of them. A document has none if one of its sentences is longer
        than a window: the windows overlap, so no probability is known of all of it.

        Raises:
            ConfigError: less than one reading is asked.
            ModelError: the decoder is no linear chain.
        """
        if count < 1:
            raise ConfigError(f"expected 1 reading or more, got {count}")
        for document, looked in self.pipe_looked(documents, Asked(alternatives=count)):
            yield document, combined((one.alternatives for one in looked), count)

    def n_best(self, text: str, count: int) -> list[Alternative]:
        """The ``count`` most probable readings of a text; what ``pipe_alternatives`` says holds."""
        spans = tuple(self._spans(text)) if self._features.context else ((0, len(text)),)
        if not spans:  # nothing but blanks; a document without spans would be one sentence
            return [NOTHING]
        return next(self.pipe_alternatives([Document(text, spans=spans)], count))[1]

    def _tagged(self, split: Iterable[Marked]) -> Iterator[tuple[str, list[Entity], Any]]:
        """The entities of texts, given with the places of their sentences, sentence by sentence."""
        for text, looked, with_it in self._looked(split, Asked()):
            yield text, [entity for one in looked for entity in one.entities], with_it

    def _looked(
        self, split: Iterable[Marked], asked: Asked
    ) -> Iterator[tuple[str, list[Looked], Any]]:
        """What each sentence shows, with offsets in the whole text."""
        for group in gathered(split, AHEAD * self._batch_characters):
            found = iter(self._tag(self._pieces(group), asked))
            for text, spans, with_it in group:
                looked = [one.moved(start) for (start, _), one in zip(spans, found, strict=False)]
                yield text, looked, with_it

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """The places of a text's sentences, where the model attends to those before."""
        return sentence_spans(text) if self._features.context else [(0, len(text))]

    def _pieces(self, group: Sequence[Marked]) -> list[Piece]:
        """All sentences of the texts."""
        return [piece for text, spans, _ in group for piece in self._sentences(text, spans)]

    def _sentences(self, text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
        """Each sentence with what stands before it, as far as the model attends to that."""
        texts = [text[start:end] for start, end in spans]
        for own, before in zip(texts, contexts(texts, self._features), strict=True):
            yield Piece(own, before)

    def _tag(self, pieces: Sequence[Piece], asked: Asked) -> list[Looked]:
        """What each piece shows."""
        size = self._features.max_length
        whole = iter(self._computed([one for one in pieces if len(one.text) <= size], asked))
        cut = iter(self._pieced_together([one for one in pieces if len(one.text) > size], asked))
        found = [next(whole if len(one.text) <= size else cut) for one in pieces]
        if not self._min_score:
            return found
        least = self._min_score
        return [replace(one, entities=sure_enough(one.entities, least)) for one in found]

    def _pieced_together(self, pieces: Sequence[Piece], asked: Asked) -> list[Looked]:
        """What pieces longer than a window show, by windows; no more than entities and chance."""
        size, overlap = self._features.max_length, self._features.overlap
        cuts = [windows(piece.text, size=size, overlap=overlap) for piece in pieces]
        looked = [(place, window) for place, cut in enumerate(cuts) for window in cut]
        found, chances = self._look(pieces, looked, sure=asked.sure)
        again = [
            (place, window)
            for place, piece in enumerate(pieces)
            for window in unseen(found[place], size=size, length=len(piece.text))
        ]
        more, _ = self._look(pieces, again)
        for place, own in enumerate(more):
            found[place] += own + joined(found[place], pieces[place].text, size=size)
        return [Looked(merged(own), one) for own, one in zip(found, chances, strict=True)]

    def _look(
        self, pieces: Sequence[Piece], looked: Sequence[tuple[int, Window]], *, sure: bool = False
    ) -> tuple[list[list[Found]], list[float]]:
        """What windows show by piece, and each piece's chance, the product of its windows'."""
        found: list[list[Found]] = [[] for _ in pieces]
        chances = [1.0] * len(pieces)
        seen = [pieces[place].seen(window, self._features) for place, window in looked]
        shown = self._computed(seen, Asked(sure=sure))
        for (place, window), one in zip(looked, shown, strict=True):
            found[place] += placed(window, one.entities, length=len(pieces[place].text))
            chances[place] *= one.chance
        return found, chances

    def _computed(self, pieces: Sequence[Piece], asked: Asked) -> list[Looked]:
        """What pieces that fit a window show; an empty piece nothing, for certain."""
        found = [Looked([], alternatives=(NOTHING,)) for _ in pieces]
        costs = [len(piece.text + piece.before) if piece.text else 0 for piece in pieces]
        for places in plan(costs, budget=self._batch_characters):
            chosen = [pieces[place] for place in places]
            decoded = self.decoded(chosen)
            for place, one in zip(places, self._shown(chosen, decoded, asked), strict=True):
                found[place] = one
        return found

    def _shown(self, pieces: Sequence[Piece], decoded: Decoded, asked: Asked) -> Sequence[Looked]:
        """What is read off the tags of pieces."""
        return self._reading.shown([piece.text for piece in pieces], decoded, asked)

    def decoded(self, pieces: Sequence[Piece]) -> Decoded:
        """The tags of pieces of at least one character each that fit a window."""
        texts, before = [piece.text for piece in pieces], [piece.before for piece in pieces]
        return self._runtime(batch_of(self._featurizer, texts, before))
