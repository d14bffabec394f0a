"""CONFIG → THE CONFIGS OF A BAG'S MEMBERS: a run for each fold of train, which it lacks, or a seed.

By folds after Breiman 1996 (Bagging Predictors), with folds instead of draws with replacement; the
runs differ in what they learn from and in their seed, so in their first weights, too. By seeds
alone all learn from the whole of train (Lakshminarayanan, Pritzel & Blundell 2017, Simple and
Scalable Predictive Uncertainty Estimation using Deep Ensembles).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ner.errors import ConfigError
from ner.settings import Config, FoldSettings
from ner.training.run_folder import is_run

Members = dict[str, Config]  # the name of each one's run folder, in the bag's, and its settings

NAMES = ("fold-*", "seed-*")


def of_folds(config: Config, count: int) -> Members:
    """A member for each fold, which it lacks.

    Args:
        config: of a single run; its seed decides which documents are in which fold.
        count: of folds, 2 or more.

    Raises:
        ConfigError: the settings name a fold already.
    """
    _refuse_fold(config)
    own = [FoldSettings(count=count, number=one + 1, seed=config.seed) for one in range(count)]
    datas = [config.data.model_copy(update={"fold": fold}) for fold in own]
    return {
        f"fold-{number + 1}": config.model_copy(update={"seed": config.seed + number, "data": data})
        for number, data in enumerate(datas)
    }


def of_seeds(config: Config, count: int) -> Members:
    """A member for each seed from the config's on; all learn from the whole of train.

    Args:
        config: of a single run.
        count: of members, 2 or more.

    Raises:
        ConfigError: the settings name a fold.
    """
    _refuse_fold(config)
    seeds = range(config.seed, config.seed + count)
    return {f"seed-{seed}": config.model_copy(update={"seed": seed}) for seed in seeds}


def _refuse_fold(config: Config) -> None:
    if config.data.fold is not None:
        raise ConfigError("data.fold: each model of a bag has its own, so none may be given")


def runs_in(folder: Path) -> Iterator[Path]:
    """The runs in a bag's folder that have a member's name."""
    for name in NAMES:
        yield from (run for run in folder.glob(name) if is_run(run))
