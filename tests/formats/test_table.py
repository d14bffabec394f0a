"""What holds for every format in the table, and how a file's format is told."""

from collections import Counter
from io import BytesIO

import pytest
from hypothesis import example, given
from strategies import documents
from streams import NAME, read, source, written

from ner.document import Document
from ner.errors import ConfigError, CorpusError
from ner.formats import FORMATS, Findings, ReadOptions, Source, reading

SAMPLES = {  # two documents or more, the first line whole; a format without a sample fails
    "columns": "阿\tB-PER\n梨\tI-PER\n来\tO\n\n茶\tO\n",
    "jsonl": (
        '{"text": "阿梨来", "entities": [{"start": 0, "end": 2, "label": "PER"}]}\n{"text": "茶"}\n'
    ),
    "doccano": '{"text": "阿梨来", "label": [[0, 2, "PER"]]}\n{"text": "茶"}\n',
    "doccano-relations": (
        '{"text": "阿梨来", "entities": [{"label": "PER", "start_offset": 0, "end_offset": 2}]}\n'
        '{"text": "茶"}\n'
    ),
    "label-studio": (
        '[{"data": {"text": "阿梨来"}, "annotations": [{"result": [{"type": "labels", "value":'
        ' {"start": 0, "end": 2, "labels": ["PER"]}}]}]},\n{"data": {"text": "茶"}}]\n'
    ),
    "cluener": '{"text": "阿梨来", "label": {"name": {"阿梨": [[0, 1]]}}}\n{"text": "茶"}\n',
    "angles": "<PER>阿梨</PER>来\n茶\n",
    "braces": "{{PER:阿梨}}来\n茶\n",
    "universal": (
        "# text = 阿梨来\n1\t阿梨\tB-PER\t-\tlin\n2\t来\tO\t-\t-\n\n# text = 茶\n1\t茶\tO\t-\t-\n"
    ),
    "pku": "19980101-01-001-001/m  阿/nr  梨/nr  来/v\n19980101-01-001-002/m  茶/n\n",
    "csv": 'text,entities\n阿梨来,"[{""start"": 0, ""end"": 2, ""label"": ""PER""}]"\n茶,\n',
    "text": "阿梨来\n茶\n",
}
UNMARKED = ("angles", "braces")  # without entities such a file is plain text
STREAMED = [name for name, format in FORMATS.items() if not format.pair and name != "parquet"]
WRITABLE = [name for name, format in FORMATS.items() if format.write]
SUFFIXES = [(name, suffix) for name, format in FORMATS.items() for suffix in format.suffixes]

every_format = pytest.mark.parametrize("name", STREAMED)
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
    assert reading.detect(source(SAMPLES[name])) == name
    assert read(SAMPLES[name], "auto") == read(SAMPLES[name], name)


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if format.pair])
def test_a_format_of_two_files_refuses_a_stream_that_has_none_beside_it(name):
    with pytest.raises(CorpusError, match=f"{NAME}: .*two files"):
        read("阿梨来\n", name)


@every_writable
def test_a_format_that_can_be_written_has_an_ending_of_its_own(name):
    assert FORMATS[name].suffixes


@pytest.mark.parametrize("name, suffix", SUFFIXES)
def test_an_ending_suggests_one_format(name, suffix):
    assert [other for other, known in SUFFIXES if known == suffix] == [name]
    assert reading.format_of(f"some.folder/corpus{suffix.upper()}") == name


@pytest.mark.parametrize("name", ["corpus", "corpus.xml", "corpus.bio.zip", "-"])
def test_other_endings_suggest_none(name):
    assert reading.format_of(name) is None


@every_writable
@given(documents(), documents())
@example(Document("{好}"), Document("好"))
@example(Document("\ufeff好"), Document("\ufeff好"))
def test_what_is_written_is_recognised_and_read_back(name, first, second):
    content, counts = written([first, second], name)
    told = FORMATS[name].annotated and name not in UNMARKED
    found, _ = read(content, "auto" if told else name)
    assert [one.text for one in found] == [first.text, second.text]
    if FORMATS[name].annotated:
        assert [one.entities for one in found] == [first.entities, second.entities]
        assert not +counts
    else:
        assert (+counts).total() == len(first.entities) + len(second.entities)


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
    assert reading.detect(source(content)) == expected


@pytest.mark.parametrize(
    "file, expected", [("a.txt", "text"), ("a.jsonl", "jsonl"), ("a", "columns")]
)
def test_the_ending_decides_where_there_is_nothing_to_see(file, expected):
    assert reading.detect(Source(BytesIO(b"\n\n"), name=file)) == expected


def test_an_unknown_format_names_the_nearest():
    with pytest.raises(ConfigError, match="unknown format 'colums'.*did you mean 'columns'"):
        reading.read(source("阿\tO\n"), Findings(), format="colums")


def test_a_path_is_read_document_by_document(tmp_path):
    path = tmp_path / "corpus.bio"
    path.write_text(SAMPLES["columns"], encoding="utf-8")
    counts = Findings()
    documents = reading.read_path(path, counts)
    assert next(documents).text == "阿梨来"
    assert [one.text for one in documents] == ["茶"]
    assert counts["sentences in scheme BIO"] == 2


@pytest.fixture
def folder(tmp_path):
    """Makes a folder of these files, and gives its path."""

    def made(**files):
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return tmp_path

    return made


NOTE = "T1\tPER 0 2\t阿梨\n"


def read_folder(path, **how):
    counts = Findings()
    return [one.text for one in reading.read_path(path, counts, **how)], counts


def test_a_folder_is_read_in_order_each_file_in_its_own_format(folder):
    path = folder(
        c_bio=SAMPLES["columns"], b__a_json=SAMPLES["cluener"], a_txt="阿梨去", a_ann=NOTE
    )
    texts, counts = read_folder(path)
    assert texts == ["阿梨去", "阿梨来", "茶", "阿梨来", "茶"]
    files = {f"file(s) read as {name}": 1 for name in ("brat", "cluener", "columns")}
    assert +counts == {"sentences in scheme BIO": 2, **files}


def test_a_text_and_its_annotations_are_one_file_of_a_folder(folder):
    path = folder(b_txt="茶", b_ann="", a_txt="阿梨去", a_ann=NOTE)
    assert reading.files_below(path) == [path / "a.txt", path / "b.txt"]
    assert read_folder(path) == (["阿梨去", "茶"], {"file(s) read as brat": 2})


def test_hidden_files_and_folders_are_no_part_of_a_folder(folder):
    path = folder(a_bio=SAMPLES["columns"], _b_bio="x", _c__d_bio="x", e__f_bio=SAMPLES["columns"])
    assert reading.files_below(path) == [path / "a.bio", path / "e" / "f.bio"]


def test_a_hidden_folder_above_hides_nothing(folder):
    path = folder(_x__a_bio=SAMPLES["columns"]) / ".x"
    assert reading.files_below(path) == [path / "a.bio"]


def test_files_that_hold_no_annotations_are_left_out_where_those_are_wanted(folder):
    path = folder(a_txt="阿梨去", a_ann=NOTE, b_txt="茶", README="她的语料")
    counted = {reading.UNANNOTATED: 2, "file(s) read as brat": 1}
    assert read_folder(path) == (["阿梨去"], counted)
    untagged = read_folder(path, options=ReadOptions(tagged=False))
    assert untagged == (["她的语料", "阿梨去", "茶"], {"file(s) read as text": 3})
    assert read_folder(path, format="text") == (["她的语料", "阿梨去", "茶"], Counter())


def test_a_named_format_of_two_files_leaves_other_files_of_a_folder_alone(folder):
    path = folder(a_txt="阿梨去", a_ann=NOTE, annotation_conf="[entities]")
    assert read_folder(path, format="brat") == (["阿梨去"], Counter())
    folder(b_txt="茶")
    with pytest.raises(CorpusError, match=r"b\.txt: .*b\.ann is not there"):
        read_folder(path, format="brat")


def test_annotations_without_their_text_are_an_error(folder):
    with pytest.raises(CorpusError, match=r"a\.ann: .*a\.txt is not there"):
        read_folder(folder(a_ann=NOTE))


@pytest.mark.parametrize("files", [{}, {"_hidden": "茶"}, {"a_txt": "茶"}])
def test_a_folder_without_annotated_files_is_refused(folder, files):
    path = folder(**files)
    with pytest.raises(CorpusError) as raised:
        read_folder(path)
    assert str(raised.value) == f"{path}: no annotated file in it"


def test_a_folder_without_files_is_refused_where_no_annotations_are_wanted(folder):
    path = folder(_hidden="茶")
    with pytest.raises(CorpusError, match="no file in it"):
        read_folder(path, options=ReadOptions(tagged=False))


def test_an_unknown_format_of_a_folder_names_the_nearest(folder):
    with pytest.raises(ConfigError, match="did you mean 'brat'"):
        read_folder(folder(a_txt="茶"), format="brta")
