"""Label Studio's regions as entities: labelled spans that may say their text.

    {"start": 2, "end": 4, "text": "苏州", "labels": ["LOC"]}

Label Studio counts code points since label-studio-frontend's pull request 308 (2021), UTF-16 code
units before (label-studio's issues 1008 and 1347); label-studio's pull request 6135 (2024) mended
it once more. So what the regions of an annotation say decides: if more of them stand where they say
only in code units than only in code points, all are read in those. Blanks and line breaks make no
difference, since the browser joins them (issue 3078).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from reprlib import repr as shortened
from typing import Any

from ner.document import Entity
from ner.errors import Place
from ner.formats.findings import Findings
from ner.formats.utf16 import character_at, unit_edges

MARKED = "hypertextlabels"

MARKUP = "regions of hypertext, left out"
OTHERS = "results that are no labelled spans, left out"
CONVERTED = "entities whose places were counted in UTF-16 code units"
ELSEWHERE = "entities whose text is not what stands at their place, left out"
IMPROBABLE = "scores that are no probability, left out"


@dataclass(frozen=True, slots=True)
class Region:
    """A span with its labels, and the text that it says it has, if it does."""

    start: int
    end: int
    said: str | None
    labels: tuple[str, ...]
    score: float | None = None
    id: Any = None

    @classmethod
    def of(cls, value: Mapping[str, Any], *, score: Any = None, id: Any = None) -> Region:
        """A region from what its ``value`` says, once that is known to be of the right types.

        Raises:
            ValueError: it is not.
        """
        start, end = value.get("start"), value.get("end")
        if type(start) is not int or type(end) is not int:
            got = f"{shortened(start)} and {shortened(end)}"
            raise ValueError(f"a region's start and end are whole numbers, got {got}")
        labels = value.get("labels")
        named = isinstance(labels, list) and all(one and isinstance(one, str) for one in labels)
        if not labels or not named:
            raise ValueError(f"a region's labels are a list of names, got {shortened(labels)}")
        if isinstance(score, bool) or not isinstance(score, float | int | None):
            raise ValueError(f"a region's score is a number, got {shortened(score)}")
        said = value.get("text")
        if said is not None and not isinstance(said, str):
            raise ValueError(f"a region's text is a string, got {shortened(said)}")
        return cls(start, end, said, tuple(labels), score, id)


def are_regions(value: Any) -> bool:
    """Whether a value of JSON_MIN is a list of regions, of whatever kind."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(one, dict) and "start" in one and "end" in one for one in value)


def regions_of_results(
    results: Iterable[Mapping[str, Any]], place: Place, findings: Findings
) -> Iterator[Region]:
    """The regions among the results of an annotation; all else is told.

    Raises:
        ValueError: one is not of the right types.
    """
    for result in results:
        kind, value = result.get("type"), result.get("value")
        if kind not in ("labels", MARKED):
            findings.note(OTHERS, place, shortened(kind))
        elif not isinstance(value, dict):
            raise ValueError(f'a region has an object "value", got {shortened(value)}')
        elif kind == MARKED or _is_in_markup(value):
            findings.note(MARKUP, place, shortened(value.get("text")))
        else:
            yield Region.of(value, score=result.get("score"), id=result.get("id"))


def regions_of_values(
    values: Iterable[Mapping[str, Any]], place: Place, findings: Findings
) -> Iterator[Region]:
    """The regions of a record of JSON_MIN that are labelled spans; all others are told.

    Raises:
        ValueError: one is not of the right types.
    """
    for value in values:
        if MARKED in value or _is_in_markup(value):
            findings.note(MARKUP, place, shortened(value.get("text")))
        elif "labels" in value:
            yield Region.of(value)
        else:
            findings.note(OTHERS, place, shortened(value))


def _is_in_markup(value: Mapping[str, Any]) -> bool:
    """Whether its places are paths to the nodes of a page."""
    return isinstance(value.get("start"), str)


def entities_of(
    regions: Sequence[Region], text: str, place: Place, findings: Findings
) -> Iterator[Entity]:
    """An entity for each label of each region; those whose text stands elsewhere are left out.

    Raises:
        ValueError: a region that does not say its text does not fit the text.
    """
    edges = unit_edges(text)
    places = [_places(region, text, edges) for region in regions]
    only_units = sum(points is None and units is not None for points, units in places)
    only_points = sum(points is not None and units is None for points, units in places)
    for region, (points, units) in zip(regions, places, strict=True):
        span = (units or points) if only_units > only_points else (points or units)
        if span is None and region.said is None:
            fit = f"does not fit a text of {len(text)} characters"
            raise ValueError(f"region {region.start}:{region.end} {fit}")
        if span is None:
            findings.note(ELSEWHERE, place, str(region.said))
            continue
        if span != (region.start, region.end):
            findings.note(CONVERTED, place, text[slice(*span)])
        if region.score is not None and not 0 <= region.score <= 1:
            findings.note(IMPROBABLE, place, str(region.score))
        yield from _entities(region, span, text)


def _places(
    region: Region, text: str, edges: Sequence[int]
) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Where a region stands if it counts code points, and if it counts code units."""
    start, end = character_at(edges, region.start), character_at(edges, region.end)
    points = region.start, region.end
    units = None if start is None or end is None else (start, end)
    return _fitting(region, points, text), units and _fitting(region, units, text)


def _fitting(region: Region, span: tuple[int, int], text: str) -> tuple[int, int] | None:
    """The span, if it is inside the text and holds what the region says."""
    start, end = span
    if not 0 <= start < end <= len(text):
        return None
    said, stands = region.said, text[start:end]
    agree = said is None or said == stands or "".join(said.split()) == "".join(stands.split())
    return span if agree else None


def _entities(region: Region, span: tuple[int, int], text: str) -> Iterator[Entity]:
    score = region.score
    probable = score is not None and 0 <= score <= 1
    fields = {} if region.id is None else {"id": region.id}
    for label in region.labels:
        yield Entity(text[slice(*span)], label, *span, score if probable else None, fields)
