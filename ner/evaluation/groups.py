"""MATCHES → SCORES BY GROUP: of short and long, seen and unseen mentions, and so on.

Every entity, gold or predicted, is in one group of a grouping. What decides is its own text, place
and label, so an entity that is found exactly is in the same group on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ner.document import Document, Entity
from ner.evaluation.kinds import RIGHT, Match
from ner.evaluation.pairs import Pair
from ner.evaluation.scores import Score

Train = Mapping[str, frozenset[str]]  # a mention's text → the labels that train gives it

ENTITY_LENGTHS = (1, 2, 3, 4, 6, 9)  # the last length of each group
SENTENCE_LENGTHS = (10, 20, 40, 80, 160)
UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups in the order of the table, and which of them an entity is in.

    Args:
        note: what is grouped by, in words.
        names: of the groups.
        group: takes the entity, its sentence, and the mentions of train.
        needs_train: without train there are no groups.
    """

    note: str
    names: tuple[str, ...]
    group: Callable[[Entity, Pair, Train], str]
    needs_train: bool = False


def known(train: Iterable[Document]) -> Train:
    """The mentions of train and their labels."""
    labels: dict[str, set[str]] = {}
    for document in train:
        for entity in document.entities:
            labels.setdefault(entity.text, set()).add(entity.label)
    return {text: frozenset(found) for text, found in labels.items()}


def grouped(
    grouping: Grouping, pairs: Sequence[Pair], matched: Sequence[Sequence[Match]], train: Train
) -> dict[str, Score]:
    """The strict scores of each group that holds an entity."""
    counts = {name: [0, 0, 0] for name in grouping.names}  # right, predicted, gold
    for pair, sentence in zip(pairs, matched, strict=True):
        for one in sentence:
            for place, entity in ((1, one.predicted), (2, one.gold)):
                if entity is not None:
                    counts[grouping.group(entity, pair, train)][place] += 1
            if one.kind == RIGHT and one.gold is not None:
                counts[grouping.group(one.gold, pair, train)][0] += 1
    return {name: _score(*numbers) for name, numbers in counts.items() if any(numbers)}


def _score(right: int, predicted: int, gold: int) -> Score:
    f1 = 2 * right / max(1, predicted + gold)
    return Score(right / max(1, predicted), right / max(1, gold), f1, gold)


def _named(lasts: Sequence[int]) -> tuple[str, ...]:
    """Names of groups of lengths; one more than there are limits."""
    firsts = [1, *(last + 1 for last in lasts)]
    names = [f"{a}" if a == b else f"{a}–{b}" for a, b in zip(firsts, lasts, strict=False)]
    return (*names, f"{firsts[-1]} and more")


def _in(length: int, lasts: Sequence[int]) -> str:
    place = sum(length > last for last in lasts)
    return _named_once(tuple(lasts))[place]


_named_once = lru_cache(_named)


def entity_length(entity: Entity, pair: Pair, train: Train) -> str:
    return _in(entity.end - entity.start, ENTITY_LENGTHS)


def sentence_length(entity: Entity, pair: Pair, train: Train) -> str:
    return _in(len(pair.text), SENTENCE_LENGTHS)


THIRDS = ("first character", "first third", "middle third", "last third")


def position(entity: Entity, pair: Pair, train: Train) -> str:
    """By where the entity begins."""
    if entity.start == 0:
        return THIRDS[0]
    return THIRDS[1 + 3 * entity.start // len(pair.text)]


SIGHTS = ("seen", "seen under another label", UNSEEN)


def sight(entity: Entity, pair: Pair, train: Train) -> str:
    labels = train.get(entity.text, frozenset())
    if entity.label in labels:
        return SIGHTS[0]
    return SIGHTS[1] if labels else UNSEEN


AMBIGUITIES = ("one label", "several labels", UNSEEN)


def ambiguity(entity: Entity, pair: Pair, train: Train) -> str:
    number = len(train.get(entity.text, ()))
    return AMBIGUITIES[min(number, 2) - 1] if number else UNSEEN


SCRIPTS = ("simplified", "traditional", "Han, alike in both", "Latin", "digits", "mixed", "other")


def script(entity: Entity, pair: Pair, train: Train) -> str:
    """By the mention's letters and digits; signs between them do not count."""
    kinds = {_script(character) for character in entity.text} - {""}
    if kinds & {"Han", "simplified", "traditional"} == kinds and kinds:
        return next((one for one in SCRIPTS[1::-1] if one in kinds), SCRIPTS[2])
    if len(kinds) > 1:
        return "mixed"
    return next(iter(kinds), "other")


@lru_cache(maxsize=65536)
def _script(character: str) -> str:
    traditional, simplified = _tables()
    if character in traditional:
        return "traditional"
    if character in simplified:
        return "simplified"
    if "\u3400" <= character <= "\u9fff" or character >= "\U00020000" and character.isalpha():
        return "Han"
    if character.isdigit():
        return "digits"
    if character.isalpha():
        return "Latin" if character <= "\u024f" or "\uff21" <= character <= "\uff5a" else "other"
    return ""


@lru_cache(maxsize=1)
def _tables() -> tuple[frozenset[str], frozenset[str]]:
    """Characters that are traditional only, and those that some of them become."""
    from ner.features.normalisation import traditional_to_simplified

    table = traditional_to_simplified()
    return frozenset(table), frozenset(table.values()) - frozenset(table)


GROUPINGS = {
    "entity length": Grouping("in characters", _named(ENTITY_LENGTHS), entity_length),
    "sentence length": Grouping("in characters", _named(SENTENCE_LENGTHS), sentence_length),
    "position": Grouping("where in its sentence an entity begins", THIRDS, position),
    "seen in train": Grouping(
        "whether train annotates the same text, with the same label", SIGHTS, sight, True
    ),
    "labels in train": Grouping(
        "how many labels train gives the text", AMBIGUITIES, ambiguity, True
    ),
    "script": Grouping("of the mention, by OpenCC’s tables", SCRIPTS, script),
}
