"""Hugging Face's datasets as documents, and documents as one of their datasets.

The columns are those of ``ner.formats.table``: a text and its entities, or tokens and their tags,
which the feature ``ClassLabel`` names. A document's place is its row, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from ner import tags as schemes
from ner.document import Document
from ner.errors import ConfigError, Place
from ner.formats.findings import Findings
from ner.formats.parquet import UNHELD, class_names, plain_columns
from ner.formats.table import USUAL, Columns, Row, Table
from ner.formats.table_rows import documents as documents_of
from ner.formats.table_rows import row_of
from ner.formats.tagged import CROWDED

if TYPE_CHECKING:
    from datasets import Dataset, Features, IterableDataset

PLACE = Place("dataset")


def documents(
    dataset: Dataset | IterableDataset,
    *,
    columns: Columns = USUAL,
    scheme: str | None = None,
    findings: Findings | None = None,
) -> Iterator[Document]:
    """A document for every row of a dataset, or of one split of a ``DatasetDict``.

    Args:
        dataset: rows of a text and entities, or of tokens and tags.
        columns: what its columns are called.
        scheme: of the tags, or None to tell it from them.
        findings: gains what was repaired or left out.

    Raises:
        ConfigError: it is a ``DatasetDict``, all of whose splits are no one dataset.
        CorpusError: columns are missing, or a row is not what they promise; where the findings are
            listened to, the row is left out instead.
    """
    if isinstance(dataset, dict):
        splits = ", ".join(map(repr, dataset))
        raise ConfigError(f"expected a dataset, got a DatasetDict: take one of its splits {splits}")
    findings = Findings() if findings is None else findings
    dataset = dataset.with_format(None)
    if dataset.features is not None:
        dataset = _plain(dataset, findings)
    rows = iter(dataset)
    first = next(rows, None)
    names = dataset.column_names or list(first or ())
    table = Table(names, PLACE, columns, scheme=scheme, classes=_classes(dataset, columns))
    found = _rows(rows if first is None else chain([first], rows))
    return documents_of(table, found, findings)


def dataset(
    documents: Iterable[Document], *, scheme: str = "BIO", findings: Findings | None = None
) -> Dataset:
    """A dataset of a row for each document: id, text, entities, and a token for every character.

    Entities that one layer of tags cannot hold stand in ``entities`` alone, and are counted.

    Raises:
        ConfigError: there is no such tag scheme.
        CorpusError: a text, label or id holds a lone surrogate, which no dataset can.
    """
    from datasets import Dataset

    findings = Findings() if findings is None else findings
    rows = [_row(document, scheme, findings) for document in documents]
    labels = sorted({one["label"] for row in rows for one in row["entities"]})
    features = _features(schemes.tag_set(labels, scheme=scheme))
    return Dataset.from_dict(
        {name: [row[name] for row in rows] for name in features}, features=features
    )


def _row(document: Document, scheme: str, findings: Findings) -> dict[str, Any]:
    row = row_of(document, format="a dataset")
    spans = schemes.spans_of(document.entities)
    tags, _ = schemes.encode(spans, len(document.text), scheme=scheme)
    held = set(schemes.decode(tags, scheme=scheme))
    for entity, span in zip(document.entities, spans, strict=True):
        if span not in held:
            findings.note(CROWDED, document.place, entity.text)
    return {**row, "tokens": list(document.text), "ner_tags": tags}


def _features(tags: list[str]) -> Features:
    from datasets import ClassLabel, Features, Value

    text, whole = Value("string"), Value("int64")
    entity = {"start": whole, "end": whole, "label": text, "text": text}
    entity |= {"score": Value("float64"), "fields": text}
    columns = {"id": text, "text": text, "entities": [entity], "sentences": [[whole]]}
    tagged = {"tokens": [text], "ner_tags": [ClassLabel(names=tags)]}
    return Features({**columns, "fields": text, **tagged})


def _plain(dataset: Any, findings: Findings) -> Any:
    """The dataset without the columns whose values are neither text nor numbers: images, say."""
    names = plain_columns(dataset.features.arrow_schema)
    for name in dataset.features:
        if name not in names:
            findings.note(UNHELD, PLACE, name)
    return dataset if len(names) == len(dataset.features) else dataset.select_columns(names)


def _classes(dataset: Any, columns: Columns) -> dict[str, list[str]]:
    if dataset.features is None:
        return {}
    schema = dataset.features.arrow_schema
    return {name: class_names(schema, name) for name in columns.tags}


def _rows(rows: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    for number, values in enumerate(rows, 1):
        yield Row(values, Place(PLACE.path, number))
