"""A font of this machine that can draw a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ner.errors import NerError
from ner.explanation.signs import code, visible

PREFERRED = (  # parts of the names of files, upright sans-serif faces first
    *("notosanscjk-regular", "notosanssc", "notosanscjk", "sourcehansans"),
    *("pingfang", "msyh", "hiragino", "stheiti", "simhei", "wqy", "droidsansfallback"),
    *("notoserifcjk-regular", "sourcehanserif", "songti", "simsun", "uming", "ukai"),
)
BRINGS = (
    "Debian and Ubuntu: apt install fonts-noto-cjk; Fedora: dnf install "
    "google-noto-sans-cjk-fonts; elsewhere any Noto Sans CJK, from its maker"
)


@dataclass(frozen=True, slots=True)
class Font:
    """A file, and the numbers of the characters that it draws."""

    path: Path
    drawn: frozenset[int]

    def draws(self, text: str) -> bool:
        return all(ord(character) in self.drawn for character in text)

    def label(self, character: str) -> str:
        """The character, a sign for it, or its number where the font has neither."""
        sign = visible(character)
        return sign if self.draws(sign) else code(character)


def font_for(texts: Iterable[str]) -> Font:
    """The installed font that lacks the fewest of the texts' Chinese characters.

    Raises:
        NerError: there are Chinese characters and no font has any of them.
    """
    wanted = {ord(c) for text in texts for c in text if _is_han(c)}
    best: Font | None = None
    for path in _files():
        font = _opened(path)
        if font is None:
            continue
        if wanted <= font.drawn:
            return font
        if best is None or len(wanted & font.drawn) > len(wanted & best.drawn):
            best = font
    if best is None or not wanted & best.drawn:
        some = "".join(map(chr, sorted(wanted)[:8]))
        raise NerError(f"no installed font has the characters {some} for PNG pictures. {BRINGS}")
    return best


def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK")


def _files() -> Iterator[Path]:
    """The font that comes with matplotlib, then those of the system, likely ones first."""
    import matplotlib
    from matplotlib import font_manager

    yield Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    installed = {Path(name) for name in font_manager.findSystemFonts()}
    yield from sorted(installed, key=_rank)


def _rank(path: Path) -> tuple[int, str]:
    name = path.name.lower()
    found = (place for place, part in enumerate(PREFERRED) if part in name)
    return next(found, len(PREFERRED)), str(path)


def _opened(path: Path) -> Font | None:
    """The font in a file, the first one of a collection; None where it cannot be read."""
    from matplotlib.ft2font import FT2Font

    try:
        return Font(path, frozenset(FT2Font(str(path)).get_charmap()))
    except (OSError, RuntimeError):
        return None
