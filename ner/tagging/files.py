"""Files in bulk: which inputs there are, and where their results go."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ner.errors import ConfigError, CorpusError, choose
from ner.formats import FORMATS, ReadOptions
from ner.formats.inputs import STANDARD, input_files
from ner.storage import is_kept


@dataclass(frozen=True, slots=True)
class Request:
    """How inputs are read and results are written."""

    from_: str
    to: str
    options: ReadOptions


@dataclass(frozen=True, slots=True)
class Job:
    """Inputs whose results go to one place, standard output if there is no other."""

    inputs: tuple[Path, ...]
    output: Path | None

    @property
    def name(self) -> str:
        return str(self.output or self.inputs[0])


def inputs_of(jobs: Sequence[Job]) -> list[Path]:
    """The inputs of all jobs."""
    return [path for job in jobs for path in job.inputs]


def plan_jobs(
    paths: Sequence[Path], out: str | Path | None, request: Request, *, overwrite: bool
) -> list[Job]:
    """What there is to do, checked before anything is loaded or written.

    One output file takes all inputs in order; an output folder (one that exists, or whose name ends
    in a slash) gets a file for each input.

    Raises:
        ConfigError: a format is unknown, or cannot be written.
        CorpusError: an input is missing, or an output is there that must not be overwritten.
    """
    if request.from_ != "auto":
        choose(request.from_, FORMATS, kind="format")
    writable = {name: one for name, one in FORMATS.items() if one.write and one.annotated}
    suffix = choose(request.to, writable, kind="output format").suffixes[0]
    found = [(path, root) for root in paths for path in input_files(root)]
    if not found:
        raise CorpusError("no file in it", path=paths[0])
    if out is None or not _is_folder(out):
        jobs = [Job(tuple(path for path, _ in found), _not_standard(out))]
    else:
        folder = Path(out)
        jobs = [Job((path,), folder / _result_name(path, root, suffix)) for path, root in found]
    _refuse_collisions(jobs, overwrite=overwrite)
    return jobs


def _is_folder(out: str | Path) -> bool:
    return str(out).endswith(("/", os.sep)) or Path(out).is_dir()


def _not_standard(out: str | Path | None) -> Path | None:
    return None if out is None or Path(out) == STANDARD else Path(out)


def _result_name(path: Path, root: Path, suffix: str) -> Path:
    """Where an input's result stands in the output folder: as the input does in its own."""
    if path == STANDARD:
        return Path(f"stdin{suffix}")
    inside = path.relative_to(root) if path != root else Path(path.name)
    return inside.with_name(inside.name + suffix)


def _identity(path: Path) -> tuple[int, int]:
    """What a file and all links to it have in common, and no other file."""
    found = path.stat()
    return found.st_dev, found.st_ino


def _refuse_collisions(jobs: Sequence[Job], *, overwrite: bool) -> None:
    outputs = [job.output for job in jobs if job.output]
    times = Counter(outputs)
    sources = {_identity(path) for path in inputs_of(jobs) if path.is_file()}
    for output in outputs:
        if times[output] > 1:
            raise ConfigError(f"{output}: two inputs would have their results there")
        if output.is_file() and _identity(output) in sources:
            raise ConfigError(f"{output}: is an input, which its results would replace")
        if is_kept(output) and not overwrite:
            raise CorpusError("is there already; --force overwrites it", path=output)
