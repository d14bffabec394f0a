"""What must not change between the beginning of a run and its end, as plain data."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ner.calibration import CALIBRATION
from ner.model.folder import ARRAYS, DESCRIPTION, FEATURES, GRAPH, GRAPH_ARRAYS, WEIGHTS, find
from ner.tagging.bag import all_members
from ner.tagging.files import Job, Request
from ner.tagging.loading import Loading
from ner.version import __version__

CHUNK = 1 << 20
MODEL_FILES = (DESCRIPTION, FEATURES, ARRAYS, WEIGHTS, GRAPH, GRAPH_ARRAYS, CALIBRATION)


def settings_of(
    models: Sequence[str | Path], loading: Loading, jobs: Sequence[Job], request: Request
) -> dict[str, Any]:
    """By name: version, models, options, and the inputs with their sizes and times.

    Raises:
        ModelError: there is no such model.
    """
    obeyed, plain = loading.dictionary, replace(loading, dictionary=None)
    options = {f"option {name}": _plain(value) for name, value in asdict(plain).items()}
    options["option dictionary"] = obeyed and f"SHA-256 {obeyed.digest[:16]}"
    reading = asdict(replace(request.options, watch=None))
    return {
        "version": __version__,
        **{f"model {number}": _model(path) for number, path in enumerate(all_members(models), 1)},
        **options,
        **{f"option {name}": _plain(value) for name, value in reading.items()},
        "option from": request.from_,
        "option to": request.to,
        **{f"inputs of {job.output}": _inputs(job) for job in jobs},
    }


def _inputs(job: Job) -> str:
    return ", ".join(map(_file, job.inputs))


def _file(path: Path) -> str:
    about = path.stat()
    return f"{path} ({about.st_size} bytes of {about.st_mtime_ns})"


def _model(path: str | Path) -> str:
    digest = hashlib.sha256()
    places = [find(path) / name for name in MODEL_FILES]
    for place in filter(Path.is_file, places):
        with open(place, "rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    return f"SHA-256 {digest.hexdigest()[:16]}"


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value
