"""MODEL → what stands beside it: the figures of its epochs, and the corpus that it learned from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ner.config import load_config
from ner.corpus.splits import read_split
from ner.document import Document
from ner.errors import NerError
from ner.settings import FoldSettings

CONFIG, METRICS = "config.yaml", "metrics.jsonl"


def epochs(model: Path) -> list[dict[str, Any]]:
    """The lines of its run's metrics, one an epoch; none if it stands in no run folder."""
    file = _run(model) / METRICS
    if not file.is_file():
        return []
    try:
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    except ValueError:
        return []  # a run that is being written
    return [line for line in lines if isinstance(line, dict) and "epoch" in line]


def train_of(model: Path) -> tuple[tuple[Document, ...] | None, str]:
    """The train file that its run's settings name, and where it is or why there is none."""
    file = _run(model) / CONFIG
    if not file.is_file():
        return None, f"{model} is in no run folder that says what it was trained on"
    try:
        data = load_config(file).data
        split = read_split("train", data.paths(data.train), data)
        return split.documents, split.path
    except (NerError, OSError) as error:
        return None, str(error)


def fold_of(model: Path) -> FoldSettings | None:
    """The fold that its run was trained without, if its settings name one."""
    file = _run(model) / CONFIG
    try:
        return load_config(file).data.fold if file.is_file() else None
    except NerError:
        return None


def _run(model: Path) -> Path:
    """The run folder that is meant by it or by its model folder."""
    return model if (model / CONFIG).is_file() else model.resolve().parent
