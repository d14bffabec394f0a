"""Patterns that need no file: addresses of mail and web, numbers of telephones, people and firms.

They know the signs of mainland China, see full-width digits, and do not match inside a longer
number or word. Where a number has a check digit, a wrong one is no match.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import regex

from ner.errors import nearest
from ner.tagging.dictionary.rules import Pattern

BUILTIN = "builtin"
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
ID_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(18))
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

_word = "A-Za-z0-9Ａ-Ｚａ-ｚ０-９"
_before, _after = f"(?<![{_word}])", f"(?![{_word}])"
_web = r"A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%"
_mail = "A-Za-z0-9_%+-"
_label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"


class Ready(NamedTuple):
    """A pattern of the table, its usual label, and what else its matches must be."""

    label: str
    regex: str
    check: Callable[[str], bool] | None = None


def is_resident_id(number: str) -> bool:
    """Whether the last sign of 18 is what GB 11643-1999 (ISO 7064, MOD 11-2) makes it."""
    signs = [10 if sign in "XxＸｘ" else int(sign) for sign in number]
    return sum(a * b for a, b in zip(signs, ID_WEIGHTS, strict=True)) % 11 == 1


def is_credit_code(number: str) -> bool:
    """Whether the last sign of 18 is what GB 32100-2015 (MOD 31-3) makes it."""
    signs = [CREDIT_SIGNS.index(sign) for sign in number]
    total = sum(a * b for a, b in zip(signs[:17], CREDIT_WEIGHTS, strict=True))
    return (total + signs[17]) % 31 == 0


READY = {
    "email": Ready(
        "EMAIL",
        rf"(?<![{_mail}.])[{_mail}]+(?:\.[{_mail}]+)*@(?:{_label}\.)+[A-Za-z]{{2,24}}(?![A-Za-z0-9-])",
    ),
    "url": Ready(
        "URL", rf"{_before}(?:(?:https?|ftp)://|www\.)[{_web}]*[A-Za-z0-9\-_~/#=&%+$@]", None
    ),
    "phone": Ready(
        "PHONE",
        rf"(?<![{_word}+＋])(?:(?:[+＋]\d\d[ -]?)?[1１][3-9３-９]\d(?:[ -]?\d{{4}}){{2}}"
        rf"|(?:[0０]\d{{2,3}}-?|\([0０]\d{{2,3}}\)|（[0０]\d{{2,3}}）)[2-9２-９]\d{{6,7}}"
        rf"|[48]00-?\d{{3}}-?\d{{4}})(?![{_word}]|-\d)",
    ),
    "id": Ready(
        "ID",
        rf"{_before}[1-9１-９]\d{{5}}(?:18|19|20|１８|１９|２０)\d\d"
        rf"(?:[0０][1-9１-９]|[1１][0-2０-２])(?:[0-2０-２]\d|[3３][01０１])\d{{3}}[\dXxＸｘ]{_after}",
        is_resident_id,
    ),
    "credit": Ready(
        "CREDIT_CODE",
        rf"{_before}[1-9A-HJ-NPQRTUWXY][0-9A-HJ-NPQRTUWXY][0-9]{{6}}[{CREDIT_SIGNS}]{{10}}{_after}",
        is_credit_code,
    ),
}


def ready_patterns() -> tuple[Pattern, ...]:
    """All of them under their usual labels."""
    pairs = enumerate(READY.values(), 1)
    return tuple(Pattern(one.regex, one.label, 0.0, line, one.check) for line, one in pairs)


def pattern_of(rule: Pattern) -> Pattern:
    """The pattern that a line says, or the ready one that it names.

    Raises:
        ValueError: it is no regular expression, matches the empty text, or no ready one is called
            so.
    """
    place, colon, name = rule.regex.partition(":")
    if colon and place == BUILTIN:
        if name not in READY:
            raise ValueError(f"unknown ready pattern {name!r} ({nearest(name, READY)})")
        return rule._replace(regex=READY[name].regex, check=READY[name].check)
    try:
        compiled = regex.compile(rule.regex)
    except regex.error as error:
        raise ValueError(f"{rule.regex!r} is no regular expression: {error}") from error
    if compiled.fullmatch(""):
        raise ValueError(f"{rule.regex!r} matches the empty text: that would be everywhere")
    return rule
