"""Folders that hold the splits of a corpus."""

from __future__ import annotations

from pathlib import Path

from ner.corpus.comparison import ROLES, split_names
from ner.formats import FORMATS, ReadOptions, open_source
from ner.formats.reading import detect, files_below


def parts_of(path: Path) -> list[Path]:
    """The splits in a folder, if each of its files and folders is named as one; else the path.

    Hidden files do not count, nor files without annotations, as a README.
    """
    if not path.is_dir():
        return [path]
    children = {path / file.relative_to(path).parts[0] for file in files_below(path)}
    named = split_names(sorted(children))
    clear = [child for child, name in named.items() if name in ROLES]
    others = children.difference(clear)
    return clear if clear and not any(map(_is_annotated, others)) else [path]


def _is_annotated(child: Path) -> bool:
    """Whether something beside the splits may be a part of the corpus too."""
    if child.is_dir():
        return True
    with open_source(child, ReadOptions()) as source:
        return FORMATS[detect(source)].annotated
