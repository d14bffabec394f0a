"""Tables: which columns hold what, CSV's cells, Parquet's files, and what neither can hold."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import characters, documents
from streams import NAME, read, source, written

from ner.document import Document, Entity
from ner.errors import ConfigError, CorpusError
from ner.formats import FORMATS, Findings, ReadOptions, WriteOptions, parquet
from ner.formats.findings import MALFORMED
from ner.formats.jsonl import OUTSIDE
from ner.formats.reading import detect, read_path
from ner.formats.tagged import ILLEGAL

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")

TEXT = "阿梨在泉州。"
ENTITIES = [{"start": 0, "end": 2, "label": "PER"}, {"start": 3, "end": 5, "label": "LOC"}]
FOUND = (Entity("阿梨", "PER", 0, 2), Entity("泉州", "LOC", 3, 5))
TAGS = ["B-PER", "I-PER", "O", "B-LOC", "I-LOC", "O"]
PLAIN = ReadOptions(tagged=False)


def cell(value):
    """A cell in quotes, lists as JSON."""
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return '"' + said.replace('"', '""') + '"'


def line(*cells, separator=","):
    return separator.join(map(cell, cells)) + "\n"


def refused(content, **options):
    with pytest.raises(CorpusError) as raised:
        read(content, "csv", ReadOptions(**options))
    return str(raised.value)


def listened(content):
    """The documents that can be read, and the places and words of what cannot."""
    told = []
    findings = Findings(told.append)
    return list(FORMATS["csv"].read(source(content), findings)), told


@pytest.fixture
def table(tmp_path):
    """Writes a Parquet file of these rows, and gives its path."""

    def made(rows, metadata=None, **types):
        content = pa.Table.from_pylist(rows, schema=pa.schema(types.items()) if types else None)
        if metadata:
            content = content.replace_schema_metadata({"huggingface": json.dumps(metadata)})
        pq.write_table(content, tmp_path / "corpus.parquet")
        return tmp_path / "corpus.parquet"

    return made


def read_table(path):
    """The documents of a Parquet file, and what its reading repaired or left out."""
    findings = Findings()
    return list(read_path(path, findings)), findings.repairs


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_of_texts_and_entities_is_read_with_any_of_its_separators(separator):
    header = line("id", "text", "entities", "topic", separator=separator)
    rows = line("7", TEXT, ENTITIES, "茶", separator=separator)
    (document,), findings = read(header + rows, "auto")
    assert document == Document(TEXT, FOUND, id="7")
    assert document.fields == {"topic": "茶"}
    assert document.place == (NAME, 2)
    assert not findings


@pytest.mark.parametrize("tags", ["ner_tags", "tags"])
@pytest.mark.parametrize(
    "tokens, said", [(" ".join(TEXT), " ".join(TAGS)), (list(TEXT), TAGS), (" ".join(TEXT), TAGS)]
)
def test_csv_of_tokens_and_tags_is_read(tags, tokens, said):
    (document,), findings = read(line("tokens", tags) + line(tokens, said), "auto")
    assert document == Document(TEXT, FOUND)
    assert document.fields == {}
    assert findings == {"sentences in scheme BIO": 1}


def test_a_bracket_may_be_a_token():
    (document,), _ = read(line("tokens", "tags") + line("[ 1 ]", "O O O"), "csv")
    assert document.text == "[1]"


def test_the_first_of_two_columns_of_tags_counts_and_the_other_is_a_field():
    header = line("tokens", "tags", "ner_tags")
    (document,), _ = read(header + line("泉 州", "n n", "B-LOC I-LOC"), "csv")
    assert document.entities == (Entity("泉州", "LOC", 0, 2),)
    assert document.fields == {"tags": "n n"}


def test_where_there_are_entities_and_tags_the_entities_count():
    header = line("text", "entities", "tokens", "ner_tags")
    (document,), _ = read(header + line(TEXT, ENTITIES, "x", "O O"), "csv")
    assert (document.entities, document.fields) == (FOUND, {})


def test_tokens_stand_in_their_text_with_blanks_between():
    header = line("text", "tokens", "tags")
    (document,), _ = read(
        header + line("去 New\u3000York 玩 ", "去 New York 玩", "O B-L I-L O"), "csv"
    )
    assert document.entities == (Entity("New\u3000York", "L", 2, 10),)
    message = refused(header + line("去泉州", "去 州", "O O"))
    assert message == f"{NAME}:2: the text goes on with '泉州', the tokens with '州'"


def test_the_scheme_is_told_from_the_tags_or_given():
    content = line("tokens", "tags") + line("泉 州 茶", "B-LOC E-LOC S-FOOD")
    (document,), findings = read(content, "csv")
    assert [one.text for one in document.entities] == ["泉州", "茶"]
    assert findings == {"sentences in scheme BIOES": 1}
    stray = line("tokens", "tags") + line("泉 州", "I-LOC I-LOC")
    assert read(stray, "csv", ReadOptions(scheme="IOB1"))[0][0].entities
    with pytest.raises(ConfigError, match="unknown tag scheme 'BIOX'"):
        read(stray, "csv", ReadOptions(scheme="BIOX"))


def test_stray_tags_are_counted_with_their_place():
    content = line("tokens", "tags") + line("去 泉 州", "B-PER O I-LOC")
    found, told = listened(content)
    assert [one.text for one in found[0].entities] == ["去"]
    assert [(one.kind, one.place, one.example) for one in told] == [
        (ILLEGAL, (NAME, 2), "泉/O 州/I-LOC")
    ]


def test_line_feeds_in_quotes_belong_to_the_cell_whatever_ends_the_rows():
    text = "阿梨\r\n\r\n\n在\r泉州\u2028"
    header, row = line("text", "entities"), line(text, [])
    for content in (header + row + line("茶", []), header[:-1] + "\r\n" + row + line("茶", [])):
        first, second = read(content, "csv")[0]
        assert first.text == text
        assert (first.place.line, second.place.line) == (2, 6)


def test_rows_with_nothing_in_them_are_passed_over():
    content = "\n" + line("text", "entities") + '\n,\n"",""\n \n' + line("茶", "")
    assert read(content, "csv")[0] == [Document("茶")]


def test_a_text_may_be_longer_than_the_usual_cell():
    import csv

    before = csv.field_size_limit()
    text = "茶" * 200_000
    assert read(line("text", "entities") + line(text, []), "csv")[0] == [Document(text)]
    assert csv.field_size_limit() == before


def test_the_fields_of_a_document_stand_in_one_column_or_in_their_own():
    header = line("text", "entities", "fields", "topic", "note")
    (document,), _ = read(header + line("茶", [], {"a": [1], "topic": 2}, "茶", ""), "csv")
    assert document.fields == {"a": [1], "topic": "茶"}
    for kept in ("[1]", "茶", "{"):
        (document,), _ = read(line("text", "entities", "fields") + line("茶", [], kept), "csv")
        assert document.fields == {"fields": kept}


def test_sentences_are_pairs_and_entities_outside_them_are_counted():
    header = line("text", "entities", "sentences")
    (document,), findings = read(header + line(TEXT, ENTITIES, [[0, 3], [3, 4]]), "csv")
    assert document.spans == ((0, 3), (3, 4))
    assert findings == {OUTSIDE: 1}


@pytest.mark.parametrize("header", ["text,topic", "tokens,topic", "topic,text"])
def test_without_annotations_wanted_a_text_or_tokens_will_do(header):
    row = "茶,茶\n"
    (document,), findings = read(f"{header}\n{row}", "csv", PLAIN)
    assert document == Document("茶")
    assert document.fields == {"topic": "茶"}
    assert not findings


def test_annotations_that_are_not_wanted_may_be_wrong():
    content = line("tokens", "ner_tags", "text", "entities") + line("茶", "X", "茶", "{")
    assert read(content, "csv", PLAIN)[0] == [Document("茶")]


@pytest.mark.parametrize(
    "header, expected",
    [
        ("text,topic", "text and entities, or tokens and ner_tags; found 'text', 'topic'"),
        ("a", "text and entities, or tokens and ner_tags; found 'a'"),
        (
            "tokens;entities",
            "text and entities, or tokens and ner_tags; found 'tokens', 'entities'",
        ),
    ],
)
def test_a_table_without_the_columns_says_which_it_has(header, expected):
    assert refused(header + "\n茶,茶\n") == f"{NAME}:1: expected the columns {expected}"


def test_a_table_for_texts_alone_needs_a_text():
    message = refused("a,b\n茶,茶\n", tagged=False)
    assert message == f"{NAME}:1: expected the columns text or tokens; found 'a', 'b'"


def test_two_columns_of_one_name_are_refused():
    assert refused("text,entities,text\n") == f"{NAME}:1: 2 columns are called 'text'"


BAD_ROWS = [
    (line("茶"), "expected 2 cells, got 1"),
    (line("茶", [], ""), "expected 2 cells, got 3"),
    (line("茶", "["), "'entities' is not JSON: "),
    (line("茶", "[" * 5000), "'entities' is not JSON: "),
    (line("茶", "1" * 5000), "'entities' is not JSON: "),
    (line("茶", 7), '"entities": expected a list, got int'),
    (line("茶", {"a": 1}), '"entities": expected a list, got dict'),
    (line("茶", ["LOC"]), "an entity is an object with start, end and label, got 'LOC'"),
    (line("茶", [{"start": -1, "end": 1, "label": "L"}]), "entity -1:1 does not fit a text of 1 "),
    (line("茶", [{"start": True, "end": 1, "label": "L"}]), "an entity's start and end are whole"),
    (line("茶", [{"start": 0, "end": 1, "label": 3}]), "an entity's label is a string, got 3"),
    (line("茶", [{"start": 0, "end": 1, "label": "L", "text": "水"}]), "entity text '水' is not"),
    ('"茶"x,[]\n', "not CSV: "),
    ("茶\r茶,[]\n", "not CSV: "),
]


@pytest.mark.parametrize("row, message", BAD_ROWS)
def test_a_bad_row_is_named_and_the_rest_is_read(row, message):
    content = line("text", "entities") + line("水", []) + row
    assert refused(content).startswith(f"{NAME}:3: {message}")
    found, told = listened(content + line("米", []))
    assert [one.text for one in found] == ["水", "米"]
    assert [(one.kind, one.place) for one in told] == [(MALFORMED, (NAME, 3))]


def test_a_quote_that_is_never_closed_is_named_by_its_row():
    content = line("text", "entities") + '"茶,[]\n米,[]\n'
    assert refused(content) == f"{NAME}:2: not CSV: unexpected end of data"


@pytest.mark.parametrize(
    "tokens, tags, message",
    [
        ("泉 州", "O", "expected a tag for each of 2 tokens, got 1"),
        ("泉 州", "O X", "unknown tag 'X': expected O or a tag like B-PER"),
        ("泉 州", ["O", ""], "'tags': expected a list of strings that are not empty"),
        (["泉", ""], "O O", "'tokens': expected a list of strings that are not empty"),
    ],
)
def test_bad_tokens_and_tags_are_named(tokens, tags, message):
    content = line("tokens", "tags") + line(tokens, tags)
    assert refused(content).startswith(f"{NAME}:2: {message}")


@pytest.mark.parametrize(
    "first, expected",
    [
        ("id,text,entities", "csv"),
        ('"text";"entities"', "csv"),
        ("tokens\tner_tags", "csv"),
        ("text,topic", "text"),
        ("text", "text"),
        ("id,entities", "text"),
        ("text\tO", "columns"),
        ('{"text": 1, "id": 2}', "jsonl"),
        ("text,茶,她说 entities", "text"),
        ("PAR1\x15\x04", "parquet"),
        ("PAR1 是什么", "text"),
    ],
)
def test_a_table_is_told_from_its_first_line(first, expected):
    assert detect(source(first + "\n茶\n")) == expected


def test_a_first_line_of_any_length_is_looked_at_quickly():
    assert detect(source('text,"' + "茶," * 3_000_000)) == "text"


json_values = st.none() | st.booleans() | st.integers() | st.text()
fields = st.dictionaries(st.text(), json_values | st.lists(json_values), max_size=2)


@st.composite
def whole_documents(draw):
    """Documents with all that a table can hold."""
    one = draw(documents(characters(), min_size=0))
    score, there = st.none() | st.sampled_from([0.0, 0.5, 1.0]), st.integers() | st.text()
    found = [
        Entity(e.text, e.label, e.start, e.end, draw(score), {"odd": draw(there)})
        for e in one.entities
    ]
    half = len(one.text) // 2
    spans = ((0, half), (half, len(one.text))) if half and draw(st.booleans()) else ()
    id = draw(st.none() | st.text(characters(), min_size=1))
    return Document(one.text, tuple(found), spans, id, draw(fields))


def same(found, expected):
    assert found == expected
    assert [one.fields for one in found] == [one.fields for one in expected]
    entities = [[e.fields for e in one.entities] for one in found]
    assert entities == [[e.fields for e in one.entities] for one in expected]


@given(st.lists(whole_documents(), max_size=3))
def test_what_is_written_as_csv_comes_back(expected):
    content, findings = written(expected, "csv")
    assert not findings
    same(read(content, "csv")[0], expected)


@settings(max_examples=50)
@given(st.lists(whole_documents(), max_size=3))
def test_what_is_saved_as_parquet_comes_back(expected):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.parquet"
        parquet.save(expected, path, Findings(), WriteOptions())
        found = list(read_path(path, Findings()))
    same(found, expected)
    assert [one.place for one in found] == [(str(path), n) for n in range(1, len(found) + 1)]


def test_parquet_is_read_and_written_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "BATCH", 3)
    path = tmp_path / "corpus.parquet"
    taken = []
    parquet.save((Document(f"茶{n}") for n in range(8)), path, Findings(), WriteOptions())
    assert pq.ParquetFile(path).num_row_groups == 3
    for one in read_path(path, Findings()):
        taken.append((one.text, one.place.line))
    assert taken == [(f"茶{n}", n + 1) for n in range(8)]


def test_a_number_as_id_becomes_a_string():
    assert read(written([Document("茶", id=7)], "csv")[0], "csv")[0][0].id == "7"


@pytest.mark.parametrize(
    "document",
    [
        Document("茶\ud800"),
        Document("茶", id="\ud800"),
        Document("茶", (Entity("茶", "\ud800", 0, 1),)),
    ],
)
def test_a_lone_surrogate_is_refused_and_no_file_is_left(tmp_path, document):
    message = r"the lone surrogate U\+D800 at character \d cannot be written in "
    with pytest.raises(CorpusError, match=message + "csv"):
        written([document], "csv")
    with pytest.raises(CorpusError, match=message + "parquet"):
        parquet.save([document], tmp_path / "a.parquet", Findings(), WriteOptions())
    assert list(tmp_path.iterdir()) == []


CLASSES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
FEATURES = [
    {"feature": {"names": CLASSES, "_type": "ClassLabel"}, "_type": "List"},
    {"feature": {"names": CLASSES, "_type": "ClassLabel"}, "length": -1, "_type": "Sequence"},
    [{"names": CLASSES, "_type": "ClassLabel"}],
]


@pytest.mark.parametrize("feature", FEATURES)
def test_numbers_of_tags_are_named_by_the_file(table, feature):
    rows = [{"tokens": list(TEXT), "ner_tags": [1, 2, 0, 3, 4, 0]}]
    path = table(rows, {"info": {"features": {"ner_tags": feature}}})
    (document,), findings = read_table(path)
    assert document == Document(TEXT, FOUND)
    assert not findings


@pytest.mark.parametrize("metadata", [None, {"info": 3}, {"info": {"features": {"ner_tags": []}}}])
def test_numbers_of_tags_without_names_are_refused(table, metadata):
    path = table([{"tokens": ["茶"], "ner_tags": [0]}], metadata)
    with pytest.raises(CorpusError) as raised:
        read_table(path)
    message = "'ner_tags' holds numbers, and the table does not say what they stand for"
    assert str(raised.value) == f"{path}:1: {message}"


@pytest.mark.parametrize("tag", [-1, 5])
def test_a_number_that_stands_for_no_tag_is_refused(table, tag):
    rows = [{"tokens": ["茶"], "ner_tags": [0]}, {"tokens": ["茶"], "ner_tags": [tag]}]
    path = table(rows, {"info": {"features": {"ner_tags": FEATURES[0]}}})
    with pytest.raises(CorpusError) as raised:
        read_table(path)
    assert str(raised.value) == f"{path}:2: expected numbers of tags from 0 to 4, got {tag}"


def test_entities_may_be_an_object_of_lists(table):
    lists = {"start": [0, 3], "end": [2, 5], "label": ["PER", "LOC"]}
    (document,), _ = read_table(table([{"text": TEXT, "entities": lists}]))
    assert document == Document(TEXT, FOUND)
    uneven = table([{"text": TEXT, "entities": {**lists, "end": [2]}}])
    with pytest.raises(CorpusError, match=":1: "):
        read_table(uneven)


def test_columns_that_json_cannot_hold_are_left_out_and_counted(table):
    rows = [{"text": TEXT, "entities": ENTITIES, "image": b"\x00", "size": 1.5, "none": None}]
    (document,), findings = read_table(table(rows))
    assert document.fields == {"size": 1.5}
    assert findings == {parquet.UNHELD: 1}


def test_an_absent_text_is_refused(table):
    path = table([{"text": None, "entities": []}], text=pa.string(), entities=pa.list_(pa.int8()))
    with pytest.raises(CorpusError, match=":1: expected a text in the column 'text', got None"):
        read_table(path)


def test_parquet_without_the_columns_is_refused(table):
    path = table([{"words": ["茶"]}])
    with pytest.raises(CorpusError) as raised:
        read_table(path)
    expected = "expected the columns text and entities, or tokens and ner_tags; found 'words'"
    assert str(raised.value) == f"{path}: {expected}"


def test_parquet_cannot_be_a_stream():
    with pytest.raises(CorpusError, match=f"^{NAME}: Parquet is read from a file"):
        read(b"PAR1\x15", "parquet")


def test_broken_parquet_is_an_error_of_the_corpus_wherever_it_is_broken(tmp_path):
    path = tmp_path / "corpus.parquet"
    parquet.save([Document(TEXT, FOUND)] * 50, path, Findings(), WriteOptions())
    whole = path.read_bytes()
    for place in range(0, len(whole), 17):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        told = []
        for listener in (told.append, None):
            try:
                list(read_path(path, Findings(listener), format="parquet"))
            except CorpusError as error:
                assert error.path == str(path)
    for size in (0, 4, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(CorpusError, match="not Parquet that can be read"):
            list(read_path(path, Findings(), format="parquet"))


@given(st.binary(max_size=60) | st.text(st.sampled_from('text,ids"\n\r\t[]{}0 O'), max_size=60))
def test_csv_of_any_bytes_raises_errors_of_the_corpus_alone(raw):
    content = raw.encode() if isinstance(raw, str) else raw
    for header in (b"", b"text,entities\n", b"tokens,tags\n"):
        try:
            read(header + content, "csv")
        except CorpusError as error:
            assert error.path == NAME
