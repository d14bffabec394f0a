"""TRAIN → WHAT A RUN LEARNS FROM: its examples and, where they are wanted, changed copies."""

from __future__ import annotations

from dataclasses import dataclass

from ner.corpus.augmentation.copies import Copier
from ner.corpus.splits import Split
from ner.settings import Config
from ner.training.copies import CopyExamples, Prepare, comparison
from ner.training.examples import Examples

ANEW = "drawn anew in every epoch"


@dataclass(frozen=True, slots=True)
class Ready:
    """What every epoch learns from, what each has anew beside it, and what is to be said of them.

    ``first`` are all of the first epoch's examples.
    """

    always: Examples
    first: Examples
    redrawn: CopyExamples | None = None
    remarks: tuple[str, ...] = ()


class Enriched:
    """Train, and the changed copies of the first epoch.

    Args:
        config: says whether there are copies, and whether every epoch has its own.
        train: without any.

    Raises:
        CorpusError: a file that the settings name is wrong.
    """

    def __init__(self, config: Config, train: Split) -> None:
        self._config = config
        self._train = train
        self._copier: Copier | None = None
        self.texts = [sentence.text for sentence in train.sentences]
        if config.augmentation.kinds:
            root = config.data.path("")
            self._copier = Copier(train.documents, config.augmentation, seed=config.seed, root=root)
            self._first = self._copier()
            changed = (one for copy in self._first.documents for one in copy.sentences)
            self.texts += [sentence.text for sentence in changed if sentence.text]

    def prepared(self, prepare: Prepare) -> Ready:
        """The examples of train, and of the copies."""
        originals = prepare(self._train.documents)
        if self._copier is None:
            return Ready(originals, originals)
        settings, compared = self._config.augmentation, bool(self._config.training.consistency)
        copies = CopyExamples(self._copier, prepare, originals=originals if compared else None)
        drawn = copies.begun(self._first)
        ready = originals.and_then(drawn)
        said = [f"train: {self._first}"]
        if settings.redraw:
            said[0] += f"; {ANEW}"
        if compared:
            said.append(f"consistency: changed sentences compared: {comparison(drawn)}")
        redrawn = copies if settings.redraw else None
        return Ready(originals if redrawn else ready, ready, redrawn, tuple(said))
