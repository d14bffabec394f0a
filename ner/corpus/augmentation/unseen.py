"""Mentions that no corpus has, put together from parts of names or from parts of mentions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files

import yaml
from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material
from ner.corpus.augmentation.mentions import mentions_of, replacing
from ner.document import Entity
from ner.settings import UnseenSettings
from ner.words import cut

TRIES = 20  # until a mention is given up whose compositions were all seen
COUNTRIES = ("国", "王国", "帝国", "共和国", "合众国", "人民共和国", "民主共和国", "联邦共和国")
SHORT = 3  # characters of an organisation's name that may be a stem alone
Parts = dict[str, list[str]]
Compose = Callable[[str, Generator], str | None]


def unseen(settings: UnseenSettings, material: Material) -> Augmentation:
    """A mention that neither train nor the documents have, of the same label.

    Persons are surname and given name, transliterated where the old one has a dot in it; places are
    a stem, organisations place, stem, trade and form, and both end as the old ones do: 市, 大学,
    有限公司. Countries (…国) and transliterated places are transliterations, as long as before.
    Of all other labels it is the first words of one mention and the last ones of another. OOV of
    Gui et al., "TextFlint", ACL 2021, which takes its mentions from lists.
    """
    found = [*mentions_of(material.documents), *mentions_of(material.seen)]
    seen = {text for text, _ in found}
    listed: dict[str, set[str]] = {}
    for text, label in found:
        listed.setdefault(label, set()).add(text)
    mixed = {label: _Mixed(sorted(texts)) for label, texts in listed.items()}

    def draw(entity: Entity, generator: Generator) -> str | None:
        compose = FAMILIES.get(family(entity.label), mixed.get(entity.label))
        for _ in range(TRIES if compose else 0):
            text = compose(entity.text, generator) if compose else None
            if text and text not in seen and text != entity.text:
                return text
        return None

    return replacing(settings.rate, draw)


def family(label: str) -> str:
    """``PER``, ``LOC`` or ``ORG`` for what corpora call these, else the label itself.

    Common nouns (Weibo's ``PER.NOM``) are of no family.
    """
    name = label.upper()
    kind = name.removesuffix(".NAM")
    return next((key for key, names in NAMES.items() if kind in names), name)


NAMES = {
    "PER": {"PER", "PERSON", "NAME", "NR", "NRF", "PERSON_NAME", "人名"},
    "LOC": {"LOC", "LOCATION", "GPE", "NS", "PLACE", "ADDRESS", "LOCATION_NAME", "地名"},
    "ORG": {"ORG", "ORGANIZATION", "NT", "COMPANY", "ORG_NAME", "COMPANY_NAME", "机构名"},
}


def _person(old: str, generator: Generator) -> str:
    parts = name_parts()
    if "·" in old:
        return "·".join(_foreign(generator) for _ in old.split("·"))
    count = 1 if generator.random() < 0.25 else 2
    given = "".join(_one(parts["given"], generator) for _ in range(count))
    return _one(parts["surnames"], generator) + given


def _foreign(generator: Generator) -> str:
    return _syllables(int(generator.integers(2, 5)), generator)


def _syllables(count: int, generator: Generator) -> str:
    return "".join(_one(name_parts()["syllables"], generator) for _ in range(count))


def _place(old: str, generator: Generator) -> str:
    parts = name_parts()
    country = _longest(old, COUNTRIES, rest=1)
    if country or (len(old) > 2 and set(old) <= set(parts["syllables"])):
        return _syllables(max(2, len(old) - len(country)), generator) + country
    return _one(parts["places"], generator) + _ending(old, parts["place_suffixes"])


def _organisation(old: str, generator: Generator) -> str:
    parts = name_parts()
    form = _ending(old, parts["forms"])
    body = "" if form else _ending(old, parts["bodies"])
    place = _one(parts["places"], generator)
    if body:
        subject = _one(parts["subjects"], generator) if body in LEARNED else ""
        return place + subject + body
    stem = _one(parts["stems"], generator)
    if not form and len(old) <= SHORT:
        return stem
    before = place if generator.random() < 0.5 else ""
    return (
        before + stem + _one(parts["trades"], generator) + (form or _one(parts["forms"], generator))
    )


def _ending(old: str, suffixes: Sequence[str]) -> str:
    """The longest suffix that a name ends with and that leaves a stem, or nothing."""
    return _longest(old, suffixes, rest=2)


def _longest(old: str, suffixes: Sequence[str], *, rest: int) -> str:
    """The longest suffix that a name ends with behind ``rest`` characters or more, or nothing."""
    fitting = [one for one in suffixes if old.endswith(one) and len(old) >= len(one) + rest]
    return max(fitting, key=len, default="")


class _Mixed:
    """Puts the first words of one mention before the last words of another."""

    def __init__(self, texts: Sequence[str]) -> None:
        words = (list(cut(text)) for text in texts)
        self._cut = [found for found in words if len(found) > 1]

    def __call__(self, old: str, generator: Generator) -> str | None:
        if len(self._cut) < 2:
            return None
        head, tail = (self._cut[int(generator.integers(len(self._cut)))] for _ in range(2))
        first, last = int(generator.integers(1, len(head))), int(generator.integers(1, len(tail)))
        return "".join([*head[:first], *tail[last:]])


def _one(texts: Sequence[str], generator: Generator) -> str:
    return texts[int(generator.integers(len(texts)))]


@lru_cache(maxsize=1)
def name_parts() -> Parts:
    """The lists of the table beside this module."""
    table = files("ner.corpus.augmentation").joinpath("name_parts.yaml").read_text(encoding="utf-8")
    return {name: listed.split() for name, listed in yaml.safe_load(table).items()}


LEARNED = frozenset(("大学", "学院", "中学", "小学", "学校", "医院", "银行", "职业技术学院"))
FAMILIES: dict[str, Compose] = {"PER": _person, "LOC": _place, "ORG": _organisation}
