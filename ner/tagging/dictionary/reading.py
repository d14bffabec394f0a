r"""Files of a dictionary: a rule a line, its columns apart by tabs.

    # mentions: MENTION, LABEL, and, where lines compete, PRIORITY
    泉州湾	LOC
    海润物流	ORG	5

    # patterns: LABEL, REGEX and PRIORITY; builtin:NAME is one of the ready ones
    ORDER	(?<![A-Z0-9])DD\d{8}(?!\d)
    MAIL	builtin:email

Empty lines and those that begin with # are nothing; a mention that begins with # is written ``\#``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ner.errors import ConfigError, CorpusError, nearest
from ner.formats import ReadOptions
from ner.formats.inputs import open_input
from ner.tagging.dictionary.ready import BUILTIN, pattern_of, ready_patterns
from ner.tagging.dictionary.rules import MODES, PREFER, Entry, Manner, Part, Pattern

EXACT = ":exact"
ENTRY, PATTERN = "MENTION<TAB>LABEL[<TAB>PRIORITY]", "LABEL<TAB>REGEX[<TAB>PRIORITY]"


def read_words(path: str | Path, manner: Manner) -> Part:
    """The mentions of a file.

    Raises:
        CorpusError: it cannot be read, or a line is no mention with a label.
    """
    entries = []
    for number, first, label, priority in _rows(path, ENTRY):
        mention = first[1:] if first.startswith("\\#") else first
        entries.append(Entry(mention.strip(), label.strip(), priority, number))
    return Part(str(path), manner, tuple(entries))


def read_patterns(path: str | Path, manner: Manner) -> Part:
    """The patterns of a file, or the ready ones if it is called ``builtin``.

    Raises:
        CorpusError: it cannot be read, or a line is no pattern.
        ConfigError: it shall be found exactly, as patterns always are.
    """
    if manner.exact:
        raise ConfigError(f"{path}{EXACT}: only for mentions; patterns see the text as it stands")
    if str(path) == BUILTIN:
        return Part(BUILTIN, manner, patterns=ready_patterns())
    patterns = []
    for number, label, regex, priority in _rows(path, PATTERN):
        try:
            patterns.append(pattern_of(Pattern(regex, label.strip(), priority, number)))
        except ValueError as error:
            raise CorpusError(str(error), path=path, line=number) from error
    return Part(str(path), manner, patterns=tuple(patterns))


def named(option: str) -> tuple[str, Manner]:
    """The file and the manner that ``FILE[:MODE[=BONUS]][:exact]`` says.

    Raises:
        ConfigError: there is no name, or the mode or its bonus is none and there is no file of the
            whole name.
    """
    if option and Path(option).exists():
        return option, Manner()
    if not option or option.startswith(":"):
        raise ConfigError(f"{option!r}: a dictionary without a name, expected FILE[:MODE]")
    rest = option.removesuffix(EXACT)
    exact = rest != option
    path, colon, said = rest.rpartition(":")
    mode, equals, bonus = said.partition("=")
    if colon and mode in MODES:
        return path, _manner(option, mode, bonus if equals else None, exact=exact)
    if colon and not Path(rest).exists() and Path(path).exists():
        raise ConfigError(f"{option}: unknown dictionary mode {mode!r} ({nearest(mode, MODES)})")
    return rest, Manner(exact=exact)


def _manner(option: str, mode: str, bonus: str | None, *, exact: bool) -> Manner:
    if bonus is None:
        return Manner(mode, exact=exact)
    if mode != PREFER:
        raise ConfigError(f"{option}: only {PREFER} has a bonus")
    try:
        return Manner(mode, float(bonus), exact)
    except ValueError as error:
        why = f"got {bonus!r}, expected a number"
        raise ConfigError(f"{option}: bonus: {why}, as in {PREFER}=2.5") from error


def _rows(path: str | Path, expected: str) -> Iterator[tuple[int, str, str, float]]:
    """The number of each line that says something, its two columns, and the priority."""
    with open_input(Path(path), ReadOptions(ask="write it anew in UTF-8")) as source:
        for number, line in source.lines():
            if line.startswith("#") or not line.strip():
                continue
            first, *more = line.split("\t")
            if len(more) not in (1, 2) or not first.strip() or not more[0].strip():
                raise source.error(f"got {line!r}, expected {expected}", number)
            priority = 0.0
            if len(more) == 2:
                try:
                    priority = float(more[1])
                except ValueError as error:
                    why = f"priority: got {more[1]!r}, expected a number"
                    raise source.error(why, number) from error
            yield number, first, more[0], priority
