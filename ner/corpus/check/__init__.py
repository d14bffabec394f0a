"""CORPUS → FINDINGS: what is wrong or unusual in it, a family of checks a module, and their table.

Each check sees every document as it is read, and concludes once all splits are. To add one, write
a ``Check`` and add a line to ``CHECKS``.
"""

from ner.corpus.check.characters import Characters
from ner.corpus.check.entities import Borders, Layers, Lengths
from ner.corpus.check.labels import Labels
from ner.corpus.check.mentions import Mentions
from ner.corpus.check.repeats import Repeats

CHECKS = {
    "characters": Characters,
    "lengths": Lengths,
    "borders": Borders,
    "layers": Layers,
    "repeats": Repeats,
    "mentions": Mentions,
    "labels": Labels,
}
