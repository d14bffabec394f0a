"""zhuyi-ner: Chinese named-entity recognition with characters, a BiLSTM, attention and a CRF.

    import ner
    tagger = ner.load("runs/quickstart")
    for entity in tagger("陈若溪昨天到了泉州。").entities:
        print(entity.text, entity.label, entity.start, entity.end, entity.score)

Importing it configures nothing, prints nothing and imports no torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ner.document import Document, Entity, Sentence
from ner.errors import ConfigError, CorpusError, ModelError, NerError
from ner.version import __version__

if TYPE_CHECKING:
    from ner.tagging.dictionary import Dictionary
    from ner.tagging.loading import load
    from ner.tagging.tagger import Tagger


__all__ = [
    "ConfigError",
    "CorpusError",
    "Dictionary",
    "Document",
    "Entity",
    "ModelError",
    "NerError",
    "Sentence",
    "Tagger",
    "__version__",
    "load",
]


def __getattr__(name: str) -> Any:
    """What is heavier to import than a document comes when it is asked for."""
    if name == "Dictionary":
        from ner.tagging.dictionary import Dictionary

        return Dictionary
    if name == "Tagger":
        from ner.tagging.tagger import Tagger

        return Tagger
    if name == "load":
        from ner.tagging.loading import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
