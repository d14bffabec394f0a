"""TRAIN → MORE TRAIN: one module a family of augmentations, and the table of them.

An augmentation is made from its settings and what it may draw from, and then turns documents into
as many changed ones; ``copies.py`` applies those that a config names. To add one: a function in its
family's module, its settings in ``ner/settings/``, a line here.
"""

from __future__ import annotations

from typing import Any

from ner.corpus.augmentation.augmentation import Augmentation, Material
from ner.corpus.augmentation.concatenate import concatenate
from ner.corpus.augmentation.cross import cross
from ner.corpus.augmentation.insert import insert
from ner.corpus.augmentation.lengths import double, drop, punctuation
from ner.corpus.augmentation.mentions import longer, mention, words
from ner.corpus.augmentation.mistaken import homophone, look_alike
from ner.corpus.augmentation.numerals import numerals
from ner.corpus.augmentation.script import traditional
from ner.corpus.augmentation.spelling import case, width
from ner.corpus.augmentation.swap import swap
from ner.corpus.augmentation.tokens import tokens
from ner.corpus.augmentation.transpose import transpose
from ner.corpus.augmentation.typo import typo
from ner.corpus.augmentation.unseen import unseen
from ner.errors import choose
from ner.settings import AugmentationKind

__all__ = ["AUGMENTATIONS", "Augmentation", "Material", "build"]

AUGMENTATIONS: dict[str, Any] = {
    "mention": mention,
    "words": words,
    "longer": longer,
    "unseen": unseen,
    "cross": cross,
    "typo": typo,
    "swap": swap,
    "tokens": tokens,
    "concatenate": concatenate,
    "transpose": transpose,
    "homophone": homophone,
    "look_alike": look_alike,
    "case": case,
    "width": width,
    "drop": drop,
    "double": double,
    "punctuation": punctuation,
    "insert": insert,
    "numerals": numerals,
    "traditional": traditional,
}


def build(settings: AugmentationKind, material: Material) -> Augmentation:
    """The augmentation that the settings name.

    Raises:
        ConfigError: the kind is unknown.
        CorpusError: a file that the settings name is wrong.
    """
    built: Augmentation = choose(settings.kind, AUGMENTATIONS, kind="augmentation")(
        settings, material
    )
    return built
