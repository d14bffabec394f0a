"""Label Studio's JSON: what it exports and imports, and the smaller JSON_MIN; an array of tasks.

    [{"id": 7, "data": {"text": "她在苏州。"}, "annotations": [{"was_cancelled": false, "result": [
        {"id": "e1", "from_name": "label", "to_name": "text", "type": "labels",
         "value": {"start": 2, "end": 4, "text": "苏州", "labels": ["LOC"]}}]}], "predictions": []}]

    [{"id": 7, "text": "她在苏州。", "annotation_id": 3, "annotator": 1,
      "label": [{"start": 2, "end": 4, "text": "苏州", "labels": ["LOC"]}]}]

A single task and tasks as JSON lines are read too. Of several annotations of a text one is read: of
those that were not cancelled a ground truth before others, then the latest. Predictions are read
where there is no annotation. How places are counted is told in ``regions``. Of what a task says
beyond its text the other keys of its data are kept; its times, users and counts are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from reprlib import repr as shortened
from typing import Any, TextIO

from ner.document import Document, Entity
from ner.errors import Place
from ner.formats.elements import keys, objects
from ner.formats.findings import Findings
from ner.formats.options import WriteOptions
from ner.formats.regions import are_regions, entities_of, regions_of_results, regions_of_values
from ner.formats.source import Source
from ner.storage import dumps
from ner.version import __version__

Data = Mapping[str, Any]

ANNOTATIONS = ("annotations", "completions")  # the latter before Label Studio 1.0
LISTS = (*ANNOTATIONS, "predictions")
RECORDED = frozenset(  # what JSON_MIN says beside the data
    ("annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement")
)
REGION = re.compile(r'\[\s*\{\s*"(start|end|text|labels)"')
TEXT, CONTROL = "text", "label"  # names in Label Studio's template for named entities

CANCELLED = "cancelled annotations, left out"
SKIPPED = "texts whose annotations were all cancelled, left out"
FURTHER = "annotations of a text beyond the one that is read, left out"
PREDICTED = "texts read with their predictions, for want of annotations"
PREDICTIONS = "predictions beside annotations, left out"
UNANNOTATED = "texts without annotations"
REDUCED = "entities whose fields Label Studio cannot hold"
PIECES = "texts whose sentences are one piece now"
CLASHING = "fields under the names of the text and its number, left out"


def recognises(lines: Sequence[str]) -> bool:
    """Whether the first object is a task, alone or in an array, or a record of JSON_MIN."""
    opening = "\n".join(lines)
    first = opening.lstrip()[:1]
    found = keys(opening) if first and first in "[{" else {}
    if found.get("data", "").startswith("{") and TEXT not in found:
        return True
    if any(found.get(name, "").startswith("[") for name in LISTS) and TEXT not in found:
        return True
    minimal = TEXT in found or not RECORDED.isdisjoint(found)
    return first == "[" and (minimal or any(map(REGION.match, found.values())))


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every task; a text that JSON_MIN repeats for each annotation is read once.

    Raises:
        CorpusError: a task is no object, has no text that can be told from its other data, or a
            region is not of the right types or does not fit; where the findings are listened to,
            the task is left out instead.
    """
    last: Data = {}
    for number, task in objects(source, findings):
        place = source.place(number)
        if _repeats(task, last):
            findings.note(FURTHER, place)
            continue
        last = task
        read_task = _document if isinstance(task.get("data"), dict) else _minimal
        try:
            document = read_task(task, place, findings, tagged=source.options.tagged)
        except ValueError as error:
            findings.wrong(source.error(str(error), number))
            continue
        if document:
            yield document


def write(
    documents: Iterable[Document], stream: TextIO, findings: Findings, options: WriteOptions
) -> None:
    """An array, a task a line. Entities with scores are a prediction, others an annotation."""
    stream.write("[")
    between = "\n"
    for document in documents:
        stream.write(between + dumps(_task(document, findings)))
        between = ",\n"
    stream.write("\n]\n")


def _document(task: Data, place: Place, findings: Findings, *, tagged: bool) -> Document | None:
    data = task["data"]
    name = _text_name(data, _targets(task))
    text = data[name]
    entities: tuple[Entity, ...] = ()
    if tagged:
        results = _results(task, place, findings)
        if results is None:
            return None
        regions = list(regions_of_results(results, place, findings))
        entities = tuple(entities_of(regions, text, place, findings))
    fields = {key: value for key, value in data.items() if key not in (name, "id")}
    return Document(text, entities, (), data.get("id", task.get("id")), fields, place)


def _repeats(record: Data, last: Data) -> bool:
    """Whether two records of JSON_MIN, the latest first, are annotations of one text."""
    numbered = type(record.get("id")) is int and "annotation_id" in record
    return numbered and "annotation_id" in last and record["id"] == last.get("id")


def _minimal(record: Data, place: Place, findings: Findings, *, tagged: bool) -> Document:
    lists = {key for key, value in record.items() if are_regions(value)}
    data = {key: value for key, value in record.items() if key not in RECORDED | lists | {"id"}}
    name = _text_name(data, ())
    text = data.pop(name)
    entities: tuple[Entity, ...] = ()
    if tagged:
        values = [value for key in record if key in lists for value in record[key]]
        regions = list(regions_of_values(values, place, findings))
        entities = tuple(entities_of(regions, text, place, findings))
    return Document(text, entities, (), record.get("id"), data, place)


def _results(task: Data, place: Place, findings: Findings) -> Sequence[Data] | None:
    """The results of the annotation that is read; None where a person refused to annotate."""
    annotations = [one for name in ANNOTATIONS for one in _listed(task, name)]
    kept = [one for one in annotations if not (one.get("was_cancelled") or one.get("skipped"))]
    predictions = _listed(task, "predictions")
    _tell(findings, CANCELLED, place, len(annotations) - len(kept))
    if annotations and not kept:
        findings.note(SKIPPED, place)
        return None
    if kept:
        _tell(findings, PREDICTIONS, place, len(predictions))
    elif predictions:
        findings.note(PREDICTED, place)
    else:
        findings.note(UNANNOTATED, place)
        return ()
    found = kept or predictions
    _tell(findings, FURTHER, place, len(found) - 1)
    return _listed(max(found, key=_standing), "result")


def _standing(annotation: Data) -> tuple[bool, str]:
    """What is greater is rather read; times are in ISO 8601, or seconds where they are old."""
    made = annotation.get("created_at")
    return annotation.get("ground_truth") is True, str(made) if isinstance(made, str | int) else ""


def _tell(findings: Findings, kind: str, place: Place, count: int) -> None:
    for _ in range(count):
        findings.note(kind, place)


def _listed(holder: Data, name: str) -> list[Data]:
    value = holder.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ValueError(f'"{name}": expected a list of objects, got {shortened(value)}')
    return value


def _targets(task: Data) -> set[Any]:
    """The names of what the results are about, from whatever is in order."""
    listed = [one for name in LISTS for one in _objects(task.get(name))]
    results = [result for one in listed for result in _objects(one.get("result"))]
    return {name for one in results if isinstance(name := one.get("to_name"), str)}


def _objects(value: Any) -> list[Data]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text_name(data: Data, targets: Iterable[str]) -> str:
    """The key of the text: ``text``, else what the results name, else the only string.

    Raises:
        ValueError: there is none, or it cannot be told; the message lists the keys.
    """
    strings = {key for key, value in data.items() if isinstance(value, str)}
    for names in ({TEXT} & strings, strings.intersection(targets), strings):
        if len(names) == 1:
            return names.pop()
    known = ", ".join(map(shortened, data)) or "nothing"
    raise ValueError(f'expected a string "{TEXT}" in the data, or one string; it has {known}')


def _task(document: Document, findings: Findings) -> dict[str, Any]:
    numbered = type(document.id) is int
    own = {TEXT} if document.id is None else {TEXT, "id"}
    for name in document.fields:
        if name in own:
            findings.note(CLASHING, document.place, name)
    data = {key: value for key, value in document.fields.items() if key not in own}
    if document.id is not None and not numbered:
        data["id"] = document.id  # Label Studio's own are whole numbers
    if document.marks_sentences:
        findings.note(PIECES, document.place, document.text)
    task = {"id": document.id} if numbered else {}
    return {**task, "data": {**data, TEXT: document.text}, **_annotation(document, findings)}


def _annotation(document: Document, findings: Findings) -> dict[str, Any]:
    results = list(_written(document, findings))
    scores = [one.score for one in document.entities if one.score is not None]
    if not scores:
        return {"annotations": [{"result": results}]}
    score = round(sum(scores) / len(scores), 4)
    model = f"zhuyi-ner {__version__}"
    return {"predictions": [{"model_version": model, "score": score, "result": results}]}


def _written(document: Document, findings: Findings) -> Iterator[dict[str, Any]]:
    names = _region_names(document.entities)
    for name, entity in zip(names, document.entities, strict=True):
        if entity.fields.keys() - {"id"}:
            findings.note(REDUCED, document.place, entity.text)
        value = {"start": entity.start, "end": entity.end}
        result = {
            "id": name,
            "from_name": CONTROL,
            "to_name": TEXT,
            "type": "labels",
            "value": {**value, "text": entity.text, "labels": [entity.label]},
        }
        score = {} if entity.score is None else {"score": round(entity.score, 4)}
        yield {**result, **score}


def _region_names(entities: Sequence[Entity]) -> Iterator[str]:
    """Each entity's own name, as long as no other has it, else the first that is free."""
    own = [entity.fields.get("id") for entity in entities]
    reserved = {name for name in own if isinstance(name, str)}
    free = (name for number in count(1) if (name := f"e{number}") not in reserved)
    used: set[str] = set()
    for one in own:
        name = one if isinstance(one, str) and one and one not in used else next(free)
        used.add(name)
        yield name
