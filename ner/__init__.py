"""zhuyi-ner: Chinese named-entity recognition with characters, a BiLSTM, attention and a CRF.

    import ner
    tagger = ner.load("runs/quickstart")
    for entity in tagger("陈若溪昨天到了泉州。").entities:
        print(entity.text, entity.label, entity.start, entity.end, entity.score)

Importing it configures nothing, prints nothing and imports no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ner.document import Document, Entity, Sentence
from ner.errors import ConfigError, CorpusError, ModelError, NerError, WorkerError
from ner.version import __version__

if TYPE_CHECKING:
    from ner.tagging.bulk.pool import Pool
    from ner.tagging.dictionary import Dictionary
    from ner.tagging.loading import Loading, load
    from ner.tagging.tagger import Tagger


__all__ = [
    "ConfigError",
    "CorpusError",
    "Dictionary",
    "Document",
    "Entity",
    "Loading",
    "ModelError",
    "NerError",
    "Pool",
    "Sentence",
    "Tagger",
    "WorkerError",
    "__version__",
    "load",
]


# What is heavier to import than a document comes when it is asked for.
LATER = {
    "Dictionary": "ner.tagging.dictionary",
    "Loading": "ner.tagging.loading",
    "Pool": "ner.tagging.bulk.pool",
    "Tagger": "ner.tagging.tagger",
    "load": "ner.tagging.loading",
}


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(LATER[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
