"""TRAIN → MORE TRAIN: one module a family of augmentations, and the table of them.

An augmentation is made from its settings and what it may draw from, and then turns documents into
as many changed ones; ``copies.py`` applies those that a config names. To add one: a function in its
family's module, its settings in ``ner/settings/``, a line here.
"""

from __future__ import annotations

from typing import Any

from ner.corpus.augmentation.augmentation import Augmentation, Material
from ner.corpus.augmentation.concatenate import concatenate
from ner.corpus.augmentation.mentions import mention, words
from ner.corpus.augmentation.mistaken import homophone, look_alike
from ner.corpus.augmentation.spelling import case, width
from ner.corpus.augmentation.swap import swap
from ner.corpus.augmentation.tokens import tokens
from ner.corpus.augmentation.transpose import transpose
from ner.errors import choose
from ner.settings import AugmentationKind

__all__ = ["AUGMENTATIONS", "Augmentation", "Material", "build"]

AUGMENTATIONS: dict[str, Any] = {
    "mention": mention,
    "words": words,
    "swap": swap,
    "tokens": tokens,
    "concatenate": concatenate,
    "transpose": transpose,
    "homophone": homophone,
    "look_alike": look_alike,
    "case": case,
    "width": width,
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
