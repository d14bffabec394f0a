"""Augmentations made from what a config would say, on marked sentences."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from ner.config import build as build_config
from ner.corpus.augmentation import AUGMENTATIONS, Material, build
from ner.document import Document, Entity

MENTION = re.compile(r"\[(.+?)\|(.+?)\]")
CHARACTERS = ("tokens", "transpose", "homophone", "look_alike", "case", "width")
MENTIONS = ("mention", "words", "swap", "longer", "unseen", "cross", "typo")
LENGTHS = ("drop", "double", "punctuation", "insert", "numerals", "traditional")
WORDS = ("PER", "LOC", "ORG", "GPE.NAM")
assert {*CHARACTERS, *MENTIONS, *LENGTHS, "concatenate"} == set(AUGMENTATIONS)


def marked(text, spans=()):
    """The document that ``[陶小满|PER]来了`` stands for."""
    plain, entities, last = "", [], 0
    for found in MENTION.finditer(text):
        plain += text[last : found.start()]
        entities.append(Entity(found[1], found[2], len(plain), len(plain) + len(found[1])))
        plain, last = plain + found[1], found.end()
    return Document(plain + text[last:], tuple(entities), spans)


def remarked(document):
    """The marks of a document whose entities do not overlap."""
    text = document.text
    for one in sorted(document.entities, key=lambda entity: -entity.start):
        text = f"{text[: one.start]}[{one.text}|{one.label}]{text[one.end :]}"
    return text


@cache
def word_list():
    """A list with words of every label that the tests use."""
    path = Path(mkdtemp()) / "words.tsv"
    lines = [f"{word}\t{label}\n" for label in WORDS for word in ("新词", "甲乙丙")]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def settings_of(kind, **how):
    """What a config says about a kind; a word list is there where it needs one."""
    own = {"file": str(word_list())} if kind == "words" else {}
    raw = {"kinds": [{"kind": kind, **own, **how}]}
    return build_config({"data": {"train": "a"}, "augmentation": raw}, "own").augmentation.kinds[0]


def augmented(kind, documents, *, seed=1, train=None, **how):
    """The documents after one augmentation; it draws from ``train``, or else from them."""
    material = Material(documents if train is None else train)
    return build(settings_of(kind, **how), material)(documents, np.random.default_rng(seed))


def texts(kind, *written, **how):
    """Marked sentences before and after."""
    how["train"] = [marked(one) for one in how["train"]] if "train" in how else None
    return [remarked(one) for one in augmented(kind, [marked(one) for one in written], **how)]
