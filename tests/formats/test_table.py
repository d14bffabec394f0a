"""What holds for every format in the table, and how a file's format is told."""

from collections import Counter
from io import BytesIO

import pytest
from hypothesis import example, given
from strategies import documents
from streams import NAME, read, source, written

from ner import formats
from ner.document import Document
from ner.errors import ConfigError, CorpusError
from ner.formats import FORMATS, ReadOptions, Source

SAMPLES = {  # two documents or more, the first line whole; a format without a sample fails
    "columns": "阿\tB-PER\n梨\tI-PER\n来\tO\n\n茶\tO\n",
    "jsonl": '{"text": "阿梨来", "label": [[0, 2, "PER"]]}\n{"text": "茶"}\n',
    "cluener": '{"text": "阿梨来", "label": {"name": {"阿梨": [[0, 1]]}}}\n{"text": "茶"}\n',
    "text": "阿梨来\n茶\n",
}
WRITABLE = [name for name, format in FORMATS.items() if format.write]
SUFFIXES = [(name, suffix) for name, format in FORMATS.items() for suffix in format.suffixes]

every_format = pytest.mark.parametrize("name", FORMATS)
every_writable = pytest.mark.parametrize("name", WRITABLE)


@every_format
def test_offsets_are_those_of_the_text(name):
    found, _ = read(SAMPLES[name], name)
    assert [document.text for document in found] == ["阿梨来", "茶"]
    for document in found:
        assert all(document.text[e.start : e.end] == e.text for e in document.entities)


@every_format
@pytest.mark.parametrize(
    "change",
    [
        lambda sample: sample.replace("\n", "\r\n"),
        lambda sample: "\ufeff" + sample,
        lambda sample: sample.removesuffix("\n"),
    ],
    ids=["CRLF", "BOM", "no last line feed"],
)
def test_line_ends_and_a_byte_order_mark_change_nothing(name, change):
    assert read(change(SAMPLES[name]), name) == read(SAMPLES[name], name)


@every_format
def test_gb18030_is_read_where_it_is_asked_for(name):
    options = ReadOptions(encoding="gb18030")
    encoded = SAMPLES[name].encode("gb18030")
    assert read(encoded, name, options) == read(SAMPLES[name], name)


@every_format
def test_bytes_that_cannot_be_decoded_are_blamed_on_their_line(name):
    broken = SAMPLES[name].encode().replace("茶".encode(), b"\xff")
    with pytest.raises(CorpusError, match="not utf-8: byte 0xff") as raised:
        read(broken, name)
    expected = broken[: broken.index(b"\xff")].count(b"\n") + 1
    assert (raised.value.path, raised.value.line) == (NAME, expected)


@every_format
def test_annotations_that_are_not_wanted_are_not_read(name):
    found, counts = read(SAMPLES[name], name, ReadOptions(tagged=False))
    assert [document.text for document in found] == ["阿梨来", "茶"]
    assert not any(document.entities for document in found)


@every_format
def test_an_empty_file_has_no_documents(name):
    assert read("", name)[0] == []


@every_format
def test_a_format_is_told_from_its_first_line(name):
    assert formats.detect(source(SAMPLES[name])) == name
    assert read(SAMPLES[name], "auto") == read(SAMPLES[name], name)


@every_writable
def test_a_format_that_can_be_written_has_an_ending_of_its_own(name):
    assert FORMATS[name].suffixes


@pytest.mark.parametrize("name, suffix", SUFFIXES)
def test_an_ending_suggests_one_format(name, suffix):
    assert [other for other, known in SUFFIXES if known == suffix] == [name]
    assert formats.format_of(f"some.folder/corpus{suffix.upper()}") == name


@pytest.mark.parametrize("name", ["corpus", "corpus.json", "corpus.bio.gz", "-"])
def test_other_endings_suggest_none(name):
    assert formats.format_of(name) is None


@every_writable
@given(documents(), documents())
@example(Document("{好}"), Document("好"))
@example(Document("\ufeff好"), Document("\ufeff好"))
def test_what_is_written_is_recognised_and_read_back(name, first, second):
    content, counts = written([first, second], name)
    found, _ = read(content, "auto")
    assert [one.text for one in found] == [first.text, second.text]
    assert [one.entities for one in found] == [first.entities, second.entities]
    assert not +counts


@pytest.mark.parametrize(
    "content, expected",
    [
        ("\n\n \n\ufeff阿\tO\n", "columns"),
        ("-DOCSTART- -X- O\n", "columns"),
        ("阿 X-PER\n", "text"),
        ("O\n", "text"),
        ('  {"text": "阿"}\n', "jsonl"),
        ('{"label": []}\n', "jsonl"),
        ('{"label": {}}\n', "cluener"),
        ('{"id": 1, "text": "她住在 B-12"}\n', "jsonl"),
        ("{ O\n", "columns"),
        ('{"text": \n', "jsonl"),
    ],
)
def test_the_first_line_that_is_not_blank_decides(content, expected):
    assert formats.detect(source(content)) == expected


@pytest.mark.parametrize(
    "file, expected", [("a.txt", "text"), ("a.jsonl", "jsonl"), ("a", "columns")]
)
def test_the_ending_decides_where_there_is_nothing_to_see(file, expected):
    assert formats.detect(Source(BytesIO(b"\n\n"), name=file)) == expected


def test_an_unknown_format_names_the_nearest():
    with pytest.raises(ConfigError, match="unknown format 'colums'.*did you mean 'columns'"):
        formats.read(source("阿\tO\n"), Counter(), format="colums")


def test_a_path_is_read_document_by_document(tmp_path):
    path = tmp_path / "corpus.bio"
    path.write_text(SAMPLES["columns"], encoding="utf-8")
    counts = Counter()
    reading = formats.read_path(path, counts)
    assert next(reading).text == "阿梨来"
    assert [one.text for one in reading] == ["茶"]
    assert counts["sentences in scheme BIO"] == 2
