"""Slow and plain answers that tests of dictionaries are held against."""

from functools import cache
from typing import NamedTuple

import numpy as np

from ner.lattice import Transitions
from ner.tagging.dictionary.dictionary import Dictionary
from ner.tagging.dictionary.finding import Matches
from ner.tagging.dictionary.laid import Laying
from ner.tagging.dictionary.rule_table import RuleTable
from ner.tags import decode, legal

SLOW_MODES = ("force", "prefer", "fill", "forbid")


class Mark(NamedTuple):
    """What a rule of its own says of a span."""

    start: int
    end: int
    label: str
    mode: str
    bonus: float = 0.0


def laid(marks, spelling):
    """The marks of each sentence as the decoder takes them, by mode."""
    rules = Dictionary()
    for own in marks:
        for one in own:
            rules += Dictionary.of([("甲", one.label)], one.mode, bonus=one.bonus)
    numbers = iter(range(len(rules)))
    matches = [Matches.of([(*one[:2], next(numbers)) for one in own]) for own in marks]
    return Laying(RuleTable.of(rules), spelling)(matches)


def kind(character):
    """As ``signs`` has it: words and numbers are not cut in two."""
    if character.isdecimal():
        return "digit"
    alphabetic = ord(character) < 0x2E80 or "Ａ" <= character <= "ｚ"
    return "letter" if character.isalpha() and alphabetic else None


def cuts(text, place):
    """Whether a border at ``place`` divides a word or a number."""
    if not 0 < place < len(text):
        return False
    return kind(text[place - 1]) is not None and kind(text[place - 1]) == kind(text[place])


def matches(text, entries, normalise=str):
    """All (start, end, number of the entry), by comparing everywhere."""
    own = "".join(map(normalise, text))
    found = []
    for number, mention in enumerate(entries):
        sought = "".join(map(normalise, mention))
        for start in range(len(own) - len(sought) + 1):
            end = start + len(sought)
            if own[start:end] == sought and not cuts(own, start) and not cuts(own, end):
                found.append((start, end, number))
    return found


def counting(found, rules):
    """The matches that count; a rule is a mode, a label and a priority."""
    bans = {(start, end, rules[n][1]) for start, end, n in found if rules[n][0] == "forbid"}
    allowed = [
        (start, end, n)
        for start, end, n in found
        if rules[n][0] != "forbid"
        and (start, end, rules[n][1]) not in bans
        and (start, end, "*") not in bans
    ]
    allowed.sort(
        key=lambda one: (
            SLOW_MODES.index(rules[one[2]][0]),
            one[0] - one[1],
            -rules[one[2]][2],
            one[2],
            one[0],
        )
    )
    taken, kept = [], []
    for start, end, number in allowed:
        mode = rules[number][0]
        rivals = [one for one in taken if mode != "fill" or rules[one[2]][0] == "force"]
        if all(end <= other[0] or other[1] <= start for other in rivals):
            kept.append((start, end, number))
            if mode != "fill":
                taken.append((start, end, number))
    return kept + [one for one in found if rules[one[2]][0] == "forbid"]


def chain(rng, tags, scheme):
    """Random scores between tags, what the scheme forbids closed."""

    def scores(pairs):
        return np.array([rng.normal() if legal(*p, scheme=scheme) else -10_000.0 for p in pairs])

    between = scores([(a, b) for a in tags for b in tags]).reshape(len(tags), -1)
    start, end = scores([(None, b) for b in tags]), scores([(a, None) for a in tags])
    continues = np.array(
        [[a != "O" and b[:1] in "IE" and a[2:] == b[2:] for b in tags] for a in tags]
    )
    return Transitions(start, end, between, continues)


def paths(emissions, scores, tags, scheme):
    """All legal paths with their scores and entities."""
    for path in legal_paths(len(emissions), tags, scheme):
        total = scores.start[path[0]] + scores.end[path[-1]]
        total += sum(emissions[place, tag] for place, tag in enumerate(path))
        total += sum(scores.between[a, b] for a, b in zip(path, path[1:], strict=False))
        yield list(path), total, set(decode([tags[n] for n in path]))


@cache
def legal_paths(length, tags, scheme):
    found = [()]
    for _ in range(length):
        found = [
            (*path, n)
            for path in found
            for n, tag in enumerate(tags)
            if legal(tags[path[-1]] if path else None, tag, scheme=scheme)
        ]
    return [path for path in found if legal(tags[path[-1]], None, scheme=scheme)]
