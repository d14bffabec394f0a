"""Hugging Face's datasets: their rows as documents, documents as their rows."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import documents as documents_of_one_line

from ner.document import Document, Entity
from ner.errors import ConfigError, CorpusError
from ner.formats import Findings
from ner.formats.findings import MALFORMED
from ner.formats.parquet import UNHELD
from ner.formats.reading import read_path
from ner.formats.table import Columns
from ner.formats.tagged import CROWDED, ILLEGAL
from ner.integrations.huggingface import dataset, documents

datasets = pytest.importorskip("datasets", reason="datasets is not installed")

TEXT = "阿梨在泉州。"
FOUND = (Entity("阿梨", "PER", 0, 2), Entity("泉州", "LOC", 3, 5))
NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
NUMBERS = [1, 2, 0, 3, 4, 0]
STRINGS = [NAMES[number] for number in NUMBERS]
ENTITIES = [{"start": 0, "end": 2, "label": "PER"}, {"start": 3, "end": 5, "label": "LOC"}]


def of(features=None, **columns):
    """A dataset of one row."""
    values = {name: [value] for name, value in columns.items()}
    return datasets.Dataset.from_dict(values, features=features)


def tagged(tags=NUMBERS, names=NAMES):
    text = datasets.Value("string")
    classes = datasets.ClassLabel(names=names)
    features = datasets.Features({"tokens": [text], "ner_tags": [classes]})
    return of(features, tokens=list(TEXT), ner_tags=tags)


@pytest.mark.parametrize(
    "made",
    [
        tagged(),
        of(tokens=list(TEXT), ner_tags=STRINGS),
        of(tokens=list(TEXT), tags=STRINGS),
        of(text=TEXT, entities=ENTITIES),
        tagged().to_iterable_dataset(),
        tagged().with_format("numpy"),
        datasets.DatasetDict({"train": tagged()})["train"],
        datasets.IterableDataset.from_generator(
            lambda: iter(list(of(text=TEXT, entities=ENTITIES)))
        ),
    ],
)
def test_texts_with_entities_and_tokens_with_tags_are_documents(made):
    (document,) = documents(made)
    assert document == Document(TEXT, FOUND)
    assert document.fields == {}
    assert document.place == ("dataset", 1)


def test_columns_may_have_other_names():
    made = of(sentence=TEXT, spans=ENTITIES, id=7, text="茶")
    (document,) = documents(made, columns=Columns(text="sentence", entities="spans"))
    assert document == Document(TEXT, FOUND, id=7)
    assert document.fields == {"text": "茶"}


def test_the_scheme_may_be_told():
    stray = of(tokens=["泉", "州", "茶"], tags=["I-LOC", "I-LOC", "B-FOOD"])
    findings = Findings()
    (document,) = documents(stray, findings=findings)
    assert [one.text for one in document.entities] == ["茶"]
    assert findings == {ILLEGAL: 1, "sentences in scheme BIO": 1}
    assert len(next(documents(stray, scheme="IOB1")).entities) == 2


def test_a_dataset_without_rows_has_no_documents():
    assert list(documents(tagged().select([]))) == []
    assert list(documents(dataset([]))) == []


def test_the_splits_of_a_dataset_are_named_where_one_is_needed():
    splits = datasets.DatasetDict({"train": tagged(), "test": tagged()})
    with pytest.raises(ConfigError, match="a DatasetDict: take one of its splits 'train', 'test'$"):
        documents(splits)


def test_missing_columns_are_named():
    with pytest.raises(CorpusError) as raised:
        list(documents(of(words=["茶"], tags=["O"])))
    expected = "expected the columns text and entities, or tokens and ner_tags"
    assert str(raised.value) == f"dataset: {expected}; found 'words', 'tags'"


def test_numbers_that_no_feature_names_are_refused():
    with pytest.raises(
        CorpusError, match="dataset:1: 'ner_tags' holds numbers, and the table does"
    ):
        list(documents(of(tokens=list(TEXT), ner_tags=NUMBERS)))


def test_a_bad_row_is_named_and_the_rest_is_read():
    rows = {"text": ["茶", None, "米"], "entities": [[], [], []]}
    told = []
    found = list(documents(datasets.Dataset.from_dict(rows), findings=Findings(told.append)))
    assert [one.text for one in found] == ["茶", "米"]
    assert [(one.kind, one.place) for one in told] == [(MALFORMED, ("dataset", 2))]


def test_columns_that_json_cannot_hold_are_left_out_unread_and_counted():
    features = datasets.Features(
        {"text": datasets.Value("string"), "entities": [[datasets.Value("int8")]]}
        | {"scan": datasets.Image()}
    )
    findings = Findings()
    row = of(features, text="茶", entities=[], scan={"bytes": b"no image", "path": None})
    (document,) = documents(row, findings=findings)
    assert document.fields == {}
    assert findings == {UNHELD: 1}


def test_a_dataset_has_entities_and_the_tags_of_characters():
    found = (*FOUND, Entity("阿", "PER", 0, 1, 0.5, {"kind": "name"}))
    findings = Findings()
    made = dataset([Document(TEXT, found, id=7, fields={"a": 1})], findings=findings)
    assert made.features["ner_tags"].feature.names == ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]
    assert made[0]["tokens"] == list(TEXT)
    assert made[0]["ner_tags"] == [3, 4, 0, 1, 2, 0]
    assert findings == {CROWDED: 1}
    (back,) = documents(made)
    assert (back, back.fields) == (Document(TEXT, found, id="7"), {"a": 1})
    assert back.entities[2].fields == {"kind": "name"}


def test_a_dataset_has_the_tags_of_the_scheme_asked_for():
    made = dataset([Document("茶", (Entity("茶", "FOOD", 0, 1),))], scheme="BIOES")
    assert made.features["ner_tags"].feature.int2str(made[0]["ner_tags"]) == ["S-FOOD"]
    with pytest.raises(ConfigError, match="unknown tag scheme 'BIOE'"):
        dataset([], scheme="BIOE")


def test_a_lone_surrogate_is_refused():
    with pytest.raises(CorpusError, match="cannot be written in a dataset; jsonl can hold it"):
        dataset([Document("茶\ud800")])


@pytest.mark.parametrize("scheme", ["BIO", "BMES"])
@settings(max_examples=25)
@given(wanted=st.lists(documents_of_one_line(), min_size=1, max_size=3))
def test_documents_come_back_from_entities_and_from_tags(scheme, wanted):
    made = dataset(wanted, scheme=scheme)
    assert list(documents(made)) == wanted
    tags = made.select_columns(["tokens", "ner_tags"])
    assert list(documents(tags, scheme=scheme)) == wanted


def test_a_dataset_saved_as_parquet_is_read_as_a_file(tmp_path):
    path = tmp_path / "corpus.parquet"
    tagged().to_parquet(path)
    assert list(read_path(path, Findings())) == [Document(TEXT, FOUND)]
    assert json.dumps(NAMES) in path.read_bytes().decode("latin-1")
