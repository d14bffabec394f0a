"""Sentences as verbs show them: entities in brackets, with their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ner.document import Sentence


def marked(sentence: Sentence) -> str:
    """``[苏州|LOC]很美``; an entity inside another stands in the brackets of that one."""
    opened: dict[int, str] = {}
    closed: dict[int, str] = {}
    for entity in sorted(sentence.entities, key=lambda one: one.start - one.end):
        opened[entity.start] = opened.get(entity.start, "") + "["
        closed[entity.end] = f"|{entity.label}]" + closed.get(entity.end, "")
    pieces = (
        closed.get(place, "") + opened.get(place, "") + sentence.text[place : place + 1]
        for place in range(len(sentence.text) + 1)
    )
    return "".join(pieces)
