"""A RUN'S FIGURES → what a user may want to change, where they look wrong."""

from __future__ import annotations

from ner.settings import TrainingSettings
from ner.training.loop import Epoch

FEW = 20  # steps of an epoch, with which little is learned
SMALL = 256  # characters of a batch that suits little text


def few_steps(characters: int, settings: TrainingSettings) -> str | None:
    """That an epoch of so many characters has hardly any steps, where smaller batches have more."""
    steps = -(-characters // settings.batch_characters)
    if steps >= FEW or settings.batch_characters <= SMALL:
        return None
    more = -(-characters // SMALL)
    if more == steps:
        return None
    return (
        f"an epoch has only {steps} {'step' if steps == 1 else 'steps'}; so little text is often "
        f"learned better in small batches: training.batch_characters={SMALL} makes {more}"
    )


def nothing_found(epoch: Epoch) -> str | None:
    """What is likely wrong when nothing at all is found."""
    if epoch.scores.predicted or epoch.number < 2:
        return None
    return (
        f"every prediction is O after epoch {epoch.number}; if it stays so: is the corpus read as "
        "meant (see the sizes and labels above), are there enough entities, is "
        "training.learning_rate right (2e-3 suits the BiLSTM), is training.batch_characters "
        "small enough for the corpus?"
    )
