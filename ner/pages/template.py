"""A page's template and its slots: styles and scripts stand in files, and become one file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

SHARED = Path(__file__).with_name("web")
SLOT = re.compile(r"\{\{(\w+)\}\}")


def filled(template: str, slots: Mapping[str, str]) -> str:
    """The template with each ``{{name}}`` replaced; what a slot gets is not read again."""
    return SLOT.sub(lambda slot: slots[slot[1]], template)


def joined(folder: Path, names: Sequence[str]) -> str:
    """Files one behind the other, each of the folder or, where it has none, of the shared one."""
    places = ((folder / name, SHARED / name) for name in names)
    return "".join((own if own.is_file() else shared).read_text("utf-8") for own, shared in places)


def as_data(json: str) -> str:
    """JSON as it may stand in a page's ``<script>``: nothing in it ends the element."""
    return json.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")
