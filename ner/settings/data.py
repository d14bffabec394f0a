"""Where the corpus is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from ner.settings.base import Number, Settings, Switch, Whole

CORPORA_VARIABLE = "NER_CORPORA"
DEFAULT_ROOT = "corpora"


def _named(value: Any) -> Any:
    """A list of names as a tuple; what is no name of a file is refused."""
    names = value if isinstance(value, list | tuple) else [value]
    if not names or not all(isinstance(one, str) for one in names):
        raise ValueError("expected a file or a list of files")
    return value if isinstance(value, str) else tuple(names)


# A file or folder, or several: they are read one after another, as if they were one.
Files = Annotated[str | tuple[str, ...], BeforeValidator(_named)]


def names_of(files: Files | None) -> tuple[str, ...]:
    """The names of files; none where no file is named."""
    if files is None:
        return ()
    return (files,) if isinstance(files, str) else files


class LabelledSettings(Settings):
    """Sentences that a model has tagged, mixed into train; ``ner label`` writes them."""

    file: Files
    weight: Number = Field(default=0.5, gt=0)  # of a sentence's loss; an annotated one weighs 1
    confidence: Switch = True  # times the document's `confidence`
    limit: Whole | None = Field(default=None, ge=1)  # only the first documents of each file
    # Characters and bigrams that train lacks are learned if they occur so often in it.
    min_count: Whole = Field(default=10, ge=1)
    # The share of a sentence's loss that is by the teacher's soft targets, which stand beside the
    # file as `ner label --soft` writes them; true: all of it.
    soft: float = Field(default=0.0, ge=0, le=1)


class FoldSettings(Settings):
    """One of the parts of train is left out; without a ``dev`` it is the dev set."""

    count: Whole = Field(default=5, ge=2)
    number: Whole = Field(ge=1)  # of the part, from 1
    seed: Whole = Field(default=1, ge=0)  # decides what is in which part

    @model_validator(mode="after")
    def _there(self) -> FoldSettings:
        if self.number > self.count:
            raise ValueError(f"number: got {self.number}, but there are only {self.count} folds")
        return self


class DataSettings(Settings):
    """Where the corpus is; without a ``root``, under $NER_CORPORA or else ``corpora``."""

    root: str = ""
    train: Files
    dev: Files | None = None  # without one, `dev_share` of train is held out, drawn by `seed`
    test: Files | None = None
    format: str = "auto"
    encoding: str = "utf-8"
    position_digits: Switch | None = None  # columns of 科0 技1; None: told from the tokens
    dev_share: Number = Field(default=0.1, gt=0, lt=1)
    labelled: LabelledSettings | None = None
    fold: FoldSettings | None = None  # `ner bag` gives each of its models another one

    def path(self, name: str) -> Path:
        """The place of a file that the settings name."""
        return Path(self.root or os.environ.get(CORPORA_VARIABLE) or DEFAULT_ROOT) / name

    def paths(self, files: Files | None) -> list[Path]:
        """The places of all files that a setting names."""
        return [self.path(name) for name in names_of(files)]
