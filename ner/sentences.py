"""Where the sentences of a text are, by their closing marks and by its lines.

A break between two lines ends a sentence, unless the text is hard-wrapped there: a line that is
about as long as the text's longest, and ends with no mark, goes on in the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MARKS = "。！？!?；;…"
BREAKS = "\n\r\u2028\u2029\u0085"
SENTENCE_ENDS = frozenset(MARKS + BREAKS)
CLOSING = frozenset("”’」』）)】》")
GOING_ON = frozenset("，,、")

WRAPPED_FROM = 30  # characters: shorter lines are verse or headings, never wrapped
FULL = 0.9  # of the longest line: wrapped lines differ a little in length

_closing = re.escape("".join(sorted(CLOSING)))
END = re.compile(f"[{MARKS}{BREAKS}][{MARKS}{BREAKS}{_closing}]*")
BREAK = re.compile(f"\r\n|[{BREAKS}]")

Place = tuple[int, int]


def sentence_spans(text: str, whole: Iterable[Place] = ()) -> list[Place]:
    """The sentences' places, in order, without the blanks and line breaks around them.

    Args:
        text: any text.
        whole: places that no sentence's end may cut, as those of entities: the sentences on both
            sides become one.
    """
    kept = tuple(whole)
    inside = {place for start, end in kept for place in range(start + 1, end)}
    cuts = [place for place in _ends(text) if place not in inside]
    pieces = zip([0, *cuts], [*cuts, len(text)], strict=True)
    starts, ends = {start for start, _ in kept}, {end for _, end in kept}
    trimmed = (_trimmed(text, piece, starts=starts, ends=ends) for piece in pieces)
    return [(start, end) for start, end in trimmed if start < end]


def _ends(text: str) -> Iterator[int]:
    """The places where a sentence has ended, its closing marks included."""
    full = _full_length(text)
    for found in END.finditer(text):
        broken = BREAK.findall(found[0])
        marked = any(character in MARKS for character in found[0])
        if marked or len(broken) > 1 or not _goes_on(text, found.start(), full=full):
            yield found.end()


def _full_length(text: str) -> int:
    """How long a line must be to count as wrapped."""
    longest = max(len(line) for line in BREAK.split(text))
    return max(WRAPPED_FROM, int(FULL * longest))


def _goes_on(text: str, place: int, *, full: int) -> bool:
    """Whether the line that a break at ``place`` ends is no whole sentence yet."""
    start = place
    while start and text[start - 1] not in BREAKS and place - start < full:
        start -= 1
    line = text[start:place].rstrip()
    return place - start >= full or line[-1:] in GOING_ON


def _trimmed(text: str, piece: Place, *, starts: set[int], ends: set[int]) -> Place:
    """The piece without blanks at its borders, but with those that entities begin or end with."""
    start, end = piece
    while start < end and text[start].isspace() and start not in starts:
        start += 1
    while start < end and text[end - 1].isspace() and end not in ends:
        end -= 1
    return start, end
