"""Numbers as they are read out: 2026年 → 二零二六年, 35% → 百分之三十五."""

from __future__ import annotations

import re

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.augmentation.places import borders
from ner.corpus.edits import Edit
from ner.document import Document
from ner.settings import NumeralsSettings

DIGITS = "零一二三四五六七八九"
UNITS = ("", "十", "百", "千")
GROUPS = ("", "万", "亿")  # of four digits
LONGEST = 8  # digits of what is read as a number; longer ones are read digit by digit
PHONE = 11  # digits of a mobile number, whose 1 is read yāo
ASCII = str.maketrans("０１２３４５６７８９％．", "0123456789%.")
# Neither in a Latin word (A4, 3G) nor in a row of numbers (10.0.0.1, 2026-01-02).
NUMBER = re.compile(
    r"(?<![A-Za-z0-9.\-/:])"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})|(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?)"
    r"(?P<percent>%)?(?![A-Za-z0-9]|[.\-/:]\d)"
)
COUNTED = frozenset("个位名只条张次天年种件家座场部本辆台万亿倍岁")  # 2 before them is 两


def numerals(settings: NumeralsSettings, material: Material) -> Augmentation:
    """Each number in digits is written as it is read out, with probability rate.

    Years, numbers that begin with 0 and those of over 8 digits are read digit by digit. A number
    that a border of an entity or a sentence cuts stays, and so does one in a Latin word, a date
    with strokes or an address of the net.
    """

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        marked = frozenset(borders(document))
        text = document.text.translate(ASCII)
        edits = []
        for found in NUMBER.finditer(text):
            drawn = generator.random() < settings.rate
            if drawn and marked.isdisjoint(range(found.start() + 1, found.end())):
                spoken = _spoken(found, text[found.end() : found.end() + 1])
                edits.append(Edit(*found.span(), spoken))
        return edits

    return each(edits_of)


def _spoken(found: re.Match[str], behind: str) -> str:
    if found["hour"]:
        minute = number(found["minute"]).rjust(2, "零") if found["minute"] != "00" else ""
        return f"{number(found['hour'])}点{minute}"
    digits = found["whole"].replace(",", "")
    year = behind == "年" and len(digits) in (2, 4)
    read = by_digit(digits) if year or _is_code(digits) else number(digits)
    if read == "二" and behind in COUNTED and not found["part"] and not found["percent"]:
        read = "两"
    part = f"点{by_digit(found['part'])}" if found["part"] else ""
    return ("百分之" if found["percent"] else "") + read + part


def _is_code(digits: str) -> bool:
    return len(digits) > LONGEST or (digits[0] == "0" and len(digits) > 1)


def by_digit(digits: str) -> str:
    """``2026`` → 二零二六; of a mobile number 1 is 幺."""
    read = "".join(DIGITS[int(one)] for one in digits)
    return read.replace("一", "幺") if len(digits) == PHONE and digits[0] == "1" else read


def number(digits: str) -> str:
    """``1050`` → 一千零五十: any number of up to twelve digits."""
    if not digits.strip("0"):
        return DIGITS[0]
    padded = digits.zfill(4 * len(GROUPS))
    groups = [padded[place : place + 4] for place in range(0, len(padded), 4)]
    spoken = ""
    for group, name in zip(groups, reversed(GROUPS), strict=True):
        read = _group(group)
        gap = spoken and read and group[0] == "0"
        spoken += ("零" if gap else "") + (read + name if read else "")
    return spoken[1:] if spoken.startswith("一十") else spoken


def _group(digits: str) -> str:
    """Four digits, noughts between others read once."""
    named = [
        DIGITS[int(one)] + unit if one != "0" else "零"
        for one, unit in zip(digits, reversed(UNITS), strict=True)
    ]
    return re.sub("零+", "零", "".join(named)).strip("零")
