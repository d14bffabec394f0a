"""Characters taken for others: those that sound alike, as in typing by pinyin, or look alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from ner.corpus.augmentation.augmentation import Augmentation, Material
from ner.corpus.augmentation.places import Substitute, substituting
from ner.corpus.augmentation.pool import Pool, another
from ner.settings import HomophoneSettings, LookAlikeSettings

TABLE = "look_alikes.txt"


def homophone(settings: HomophoneSettings, material: Material) -> Augmentation:
    """Another character of the same reading, as often as train has it.

    Every character that has one is replaced with probability rate. The reading is the usual one of
    the single character, by pypinyin; ``tone: false`` takes readings apart from their tones.
    """
    return substituting(settings, homophones(material, tone=settings.tone))


def homophones(material: Material, *, tone: bool) -> Substitute:
    """Draws a character of the same reading for another, if train has one."""
    counts: Counter[str] = Counter()
    for document in material.documents:
        counts.update(document.text)
    reading = lru_cache(maxsize=None)(_toned if tone else _toneless)
    grouped: dict[str, dict[str, int]] = {}
    for character, count in counts.items():
        sound = reading(character)
        if sound:
            grouped.setdefault(sound, {})[character] = count
    pools = {sound: Pool(characters) for sound, characters in grouped.items()}
    return lambda character, drawn: another(pools.get(reading(character)), character, drawn)


def _toned(character: str) -> str:
    """The usual reading with its tone, ``xing2``; empty where a character has none."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(character, style=Style.TONE3, errors="ignore"))


def _toneless(character: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(character, style=Style.NORMAL, errors="ignore"))


def look_alike(settings: LookAlikeSettings, material: Material) -> Augmentation:
    """Another character of a group of look-alikes, every one as likely.

    Every character of the table is replaced with probability rate.
    """
    return substituting(settings, look_alikes())


def look_alikes() -> Substitute:
    """Draws a character that looks like another, if the table has one."""
    pools = _look_alikes()
    return lambda character, generator: another(pools.get(character), character, generator)


@lru_cache(maxsize=1)
def _look_alikes() -> dict[str, Pool]:
    """For each character of the table those that it can be taken for."""
    alike: dict[str, dict[str, int]] = {}
    for group in look_alike_groups():
        for character in group:
            alike.setdefault(character, {}).update(dict.fromkeys(group, 1))
    return {character: Pool(others) for character, others in alike.items()}


def look_alike_groups() -> Iterable[str]:
    """The table's groups, each a string of characters that look alike."""
    table = files("ner.corpus.augmentation").joinpath(TABLE).read_text(encoding="utf-8")
    lines = (line for line in table.splitlines() if not line.startswith("#"))
    return [group for line in lines for group in line.split()]
