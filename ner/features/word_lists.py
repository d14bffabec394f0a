"""The words of a lexicon with their kinds: jieba's dictionary, and the user's own lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ner.errors import CorpusError
from ner.features.jieba_words import dictionary
from ner.settings import LexiconSettings

LISTED = "list"  # the kind of words whose list says none


def lexicon_words(
    settings: LexiconSettings, *, root: Path, normalise: Callable[[str], str]
) -> dict[str, str]:
    """Normalised words and their kinds; where a word is listed twice, the user's list counts.

    Args:
        settings: which lists.
        root: what their names count from.
        normalise: of texts, a character for a character.

    Raises:
        CorpusError: a list cannot be read, or a line of it is no word.
    """
    found: dict[str, str] = {}
    if settings.jieba:
        for word, kind in dictionary().items():
            if len(word) <= settings.longest:
                found.setdefault(normalise(word), kind)
    return found | own_words(settings, root=root, normalise=normalise)


def own_words(
    settings: LexiconSettings, *, root: Path, normalise: Callable[[str], str]
) -> dict[str, str]:
    """Those of the user's lists alone.

    Raises:
        CorpusError: a list cannot be read, or a line of it is no word.
    """
    found: dict[str, str] = {}
    for name in settings.files:
        for word, kind in _read(root / name):
            if len(word) <= settings.longest:
                found[normalise(word)] = kind
    return found


def _read(path: Path) -> Iterator[tuple[str, str]]:
    """The words of a list, ``WORD`` or ``WORD<TAB>KIND`` a line; empty lines are nothing."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise CorpusError(error.strerror or str(error), path=path) from error
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        raise CorpusError(f"not UTF-8: {error.reason}", path=path, line=number) from error
    for number, line in enumerate(lines, start=1):
        word, tab, kind = line.strip("\r").partition("\t")
        if not line.strip():
            continue
        if not word.strip() or (tab and not kind.strip()) or "\t" in kind:
            raise CorpusError(
                f"got {line!r}, expected WORD or WORD<TAB>KIND", path=path, line=number
            )
        yield word.strip(), kind.strip() or LISTED
