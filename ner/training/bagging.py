"""CONFIG → THE CONFIGS OF A BAG: a run for each fold of train, which it lacks.

The runs differ in what they learn from and in their seed, so in their first weights, too. After
Breiman 1996 (Bagging Predictors), with folds instead of draws with replacement.
"""

from __future__ import annotations

from ner.errors import ConfigError
from ner.settings import Config, FoldSettings


def member_configs(config: Config, count: int) -> list[Config]:
    """The settings of each member's run.

    Args:
        config: of a single run; its seed decides which documents are in which fold.
        count: of folds, 2 or more.

    Raises:
        ConfigError: the settings name a fold already.
    """
    if config.data.fold is not None:
        raise ConfigError("data.fold: each model of a bag has its own, so none may be given")
    return [
        config.model_copy(
            update={
                "seed": config.seed + number - 1,
                "data": config.data.model_copy(
                    update={"fold": FoldSettings(count=count, number=number, seed=config.seed)}
                ),
            }
        )
        for number in range(1, count + 1)
    ]


def member_name(number: int | str) -> str:
    """The run folder, in the bag's, of the member that lacks this fold."""
    return f"fold-{number}"
