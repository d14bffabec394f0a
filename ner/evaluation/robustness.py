"""How much of a model's F1 stays when a corpus has errors, by kind and strength."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ner.corpus.augmentation import Material
from ner.corpus.perturbation import Asked, perturb, written_options
from ner.document import Document
from ner.evaluation.scores import Scores, score

Tag = Callable[[Sequence[Document]], Iterable[Document]]


@dataclass(frozen=True, slots=True)
class Robustness:
    """What one perturbation does, on the documents that it changes and on no other.

    Args:
        kind: of the errors.
        strength: 0…1.
        documents: how many there are.
        changed: how many of them were changed.
        before: strict scores of the changed ones as they were.
        after: strict scores of the same ones with the errors.
        settings: those that were asked for beside the strength, as they were written.
    """

    kind: str
    strength: float
    documents: int
    changed: int
    before: Scores
    after: Scores
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The kind, and what was asked for beside the strength: ``drop:where=inside``."""
        return ":".join(filter(None, (self.kind, written_options(self.settings.items()))))

    @property
    def retained(self) -> float | None:
        """The F1 after as a share of the F1 before; None where that is 0 or nothing changed."""
        before = self.before.overall.f1
        return self.after.overall.f1 / before if self.changed and before else None

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "retained": self.retained}


def robustness(
    gold: Sequence[Document], tag: Tag, wanted: Iterable[Asked], *, seed: int, material: Material
) -> Iterator[Robustness]:
    """A result for each perturbation, in order, as soon as it is there.

    As in Gui et al., "TextFlint", ACL 2021, scores before and after are both those of the documents
    that were changed.

    Args:
        gold: annotated documents.
        tag: gives the documents with a model's entities, in their order.
        wanted: the perturbations.
        seed: of all that is drawn.
        material: what the perturbations draw from.
    """
    found = list(tag(gold))
    for one in wanted:
        pairs = list(zip(gold, perturb(gold, one, seed=seed, material=material), strict=True))
        places = [place for place, (old, new) in enumerate(pairs) if old != new]
        changed = [pairs[place][1] for place in places]
        before = score([gold[place] for place in places], [found[place] for place in places])
        after = score(changed, list(tag(changed)))
        counted = (len(gold), len(places))
        yield Robustness(one.name, one.strength, *counted, before, after, dict(one.options))
