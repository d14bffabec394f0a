"""The card of a model: what it is, what it learned from, and its figures, as Markdown."""

from __future__ import annotations

from ner.config import dump, portable
from ner.evaluation import Score
from ner.model.folder import Description
from ner.settings import Config, names_of
from ner.training.loop import Epoch


def card(config: Config, epoch: Epoch, description: Description) -> str:
    """The text of the model folder's README.md; no place on this machine is in it."""
    config = portable(config)
    rows = [_row(label, score) for label, score in epoch.scores.labels.items()]
    began = f" It began with the weights of `{config.init_from}`." if config.init_from else ""
    overall = _row("all (micro)", epoch.scores.overall)
    table = "\n".join([*rows, overall])
    learned = ", ".join(f"`{name}`" for name in names_of(config.data.train))
    return f"""# A zhuyi-ner model

Labels: {", ".join(description.labels)}. Vocabulary: {len(description.featurizer.vocabulary):,}
characters. Learned from {learned}, the best of {epoch.number} epochs or more by dev
F1.{began}

Strict entity scores on the dev set, at epoch {epoch.number}:

| label | precision | recall | F1 | support |
|---|---|---|---|---|
{table}

Use it with `ner predict FILE -m THIS_FOLDER`, or in Python with `ner.load("THIS_FOLDER")`.

## Settings

```yaml
{dump(config)}```
"""


def _row(name: str, score: Score) -> str:
    figures = (f"{100 * value:.2f}" for value in (score.precision, score.recall, score.f1))
    return f"| {name} | {' | '.join(figures)} | {score.support:,} |"
