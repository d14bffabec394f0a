"""Folders that hold the splits of a corpus."""

from __future__ import annotations

from pathlib import Path

from ner.corpus.comparison import ROLES, split_names
from ner.formats.reading import files_below


def parts_of(path: Path) -> list[Path]:
    """The splits in a folder, if each of its files and folders is named as one; else the path.

    Hidden files do not count. Any other that is no split, as a README, leaves the folder whole.
    """
    if not path.is_dir():
        return [path]
    children = {path / file.relative_to(path).parts[0] for file in files_below(path)}
    named = split_names(sorted(children))
    clear = [child for child, name in named.items() if name in ROLES]
    return clear if clear and len(clear) == len(children) else [path]
