"""Where the corpus is."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field

from ner.settings.base import Settings

CORPORA_VARIABLE = "NER_CORPORA"
DEFAULT_ROOT = "corpora"


class DataSettings(Settings):
    """Where the corpus is; without a ``root``, under $NER_CORPORA or else ``corpora``."""

    root: str = ""
    train: str
    dev: str | None = None  # without one, `dev_share` of train is held out, drawn by `seed`
    test: str | None = None
    format: str = "auto"
    encoding: str = "utf-8"
    position_digits: bool | None = None  # columns of 科0 技1; None: told from the tokens
    dev_share: float = Field(default=0.1, gt=0, lt=1)

    def path(self, name: str) -> Path:
        """The place of a file that the settings name."""
        return Path(self.root or os.environ.get(CORPORA_VARIABLE) or DEFAULT_ROOT) / name
