"""The folder of a run: what stands in it, whether a run may write there, and what it may remove.

config.yaml             the settings, spelled out
metrics.jsonl           a line an epoch
checkpoint.safetensors  the state after the last epoch
model/                  the model of the best epoch
test.json               its scores on the test set
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ner.errors import ModelError
from ner.evaluation.surroundings import CONFIG, METRICS
from ner.model.folder import MODEL
from ner.storage import HIDDEN

CHECKPOINT, TEST = "checkpoint.safetensors", "test.json"


def is_run(folder: Path) -> bool:
    """Whether a run has begun in it."""
    return all((folder / name).is_file() for name in (CONFIG, METRICS))


def refuse(folder: Path, *, resume: bool, force: bool) -> None:
    """Makes sure that a run may write into a folder: a new one, an empty one, or a run's if asked.

    Raises:
        ModelError: it may not.
    """
    if not folder.exists() or all(one.name.startswith(HIDDEN) for one in folder.iterdir()):
        return
    if not (is_run(folder) or (resume and (folder / CONFIG).is_file())):
        raise ModelError(f"{folder}: not empty, and no run is in it: -o takes another folder")
    if not resume and not force:
        raise ModelError(
            f"{folder}: there is a run already: --resume goes on with it, "
            "--force starts anew, -o takes another folder"
        )


def throw_away(folder: Path) -> None:
    """Removes what a run has written; the folder and all else in it stay."""
    model = folder / MODEL
    if model.is_dir() and not model.is_symlink():
        shutil.rmtree(model)
    else:
        model.unlink(missing_ok=True)
    for name in (TEST, CHECKPOINT, METRICS, CONFIG):
        (folder / name).unlink(missing_ok=True)
