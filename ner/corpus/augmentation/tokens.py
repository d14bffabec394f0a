"""Characters replaced by characters that train has under the same tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.augmentation.places import drawn_places
from ner.corpus.augmentation.pool import Pool, another
from ner.corpus.edits import Edit
from ner.document import Document
from ner.settings import TokensSettings
from ner.tags import encode, spans_of

SCHEME = "BIOES"  # an organisation's last character is of another kind than those before it


def tokens(settings: TokensSettings, material: Material) -> Augmentation:
    """Another character, as often as train has it under the tag; blanks stay and are never drawn.

    Every character whose tag has another is replaced with probability rate. Label-wise token
    replacement of Dai and Adel, COLING 2020; O is a tag as any other.
    """
    pools = _pools(material.documents)

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        places = drawn_places(document, settings, generator)
        tags = _tags(document) if places else []
        edits = []
        for place in places:
            character = document.text[place]
            other = another(pools.get(tags[place]), character, generator)
            if other is not None and not character.isspace():
                edits.append(Edit(place, place + 1, other))
        return edits

    return each(edits_of)


def _pools(documents: Sequence[Document]) -> dict[str, Pool]:
    """The characters under each tag, with how often they stand there."""
    counts: Counter[tuple[str, str]] = Counter()
    for document in documents:
        counts.update(zip(_tags(document), document.text, strict=True))
    weights: dict[str, dict[str, int]] = {}
    for (tag, character), count in counts.items():
        if not character.isspace():
            weights.setdefault(tag, {})[character] = count
    return {tag: Pool(characters) for tag, characters in weights.items()}


def _tags(document: Document) -> list[str]:
    """One layer: of entities that overlap the longer one counts."""
    tags, _ = encode(spans_of(document.entities), len(document.text), scheme=SCHEME)
    return tags
