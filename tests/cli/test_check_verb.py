"""``ner check``: a corpus looked over, all that cannot be read listed, exit code 1 for it."""

import json
import os
import pty

import pytest

from ner.corpus.check.check import Thresholds
from ner.corpus.check.report import check as look
from ner.formats import FORMATS, ReadOptions

GOOD = '{"text": "阿梨在泉州。", "entities": [{"start": 0, "end": 2, "label": "PER"}]}\n'
DEV = '{"text": "雨停了，小满来了。", "entities": [{"start": 4, "end": 6, "label": "PER"}]}\n'
BAD = '{"text": "阿梨", "entities": [{"start": 0, "end": 9, "label": "PER"}]}\n'
TASK = '{"data": {"text": "阿梨"}, "annotations": [{"result": []}]}'
CELL = '"[{""start"": 0, ""end"": 9, ""label"": ""PER""}]"'

MALFORMED = {  # files, the first of them to be checked, and where they are wrong; text cannot be
    "brat": (
        {"a.txt": "阿梨来", "a.ann": "x\nT1\tPER 0 2\t阿梨\nT2 PER\n"},
        ["a.ann:1", "a.ann:3"],
    ),
    "label-studio": (
        {"a.json": f'[{TASK},\n{{"data": 7}},\n{TASK},\n{{"data": {{}}}}]'},
        ["a.json:2", "a.json:4"],
    ),
    "doccano": (
        {"a": '{"text": "阿", "label": [[0, 9, "X"]]}\n' * 2 + '{"text": "阿", "label": []}\n'},
        ["a:1", "a:2"],
    ),
    "doccano-relations": (
        {"a": '{"text": "阿", "entities": [], "relations": []}\n{"text": 1}\n[]\n'},
        ["a:2", "a:3"],
    ),
    "parallel": (
        {"a.chars": "阿 梨\n来\n茶\n", "a.tags": "O\nO\nX\n"},
        ["a.chars:1", "a.tags:3"],
    ),
    "braces": ({"a": "{{PER:阿\n茶\n茶}}\n"}, ["a:1", "a:3"]),
    "cluener": (
        {"a": '{"text": "阿", "label": {"x": {"梨": [[0, 0]]}}}\n{"text": "阿"}\n{\n'},
        ["a:1", "a:3"],
    ),
    "jsonl": ({"a": BAD + GOOD + BAD + "{\n"}, ["a:1", "a:3", "a:4"]),
    "csv": ({"a": f"text,entities\n阿,\n阿,{CELL}\n阿\n"}, ["a:3", "a:4"]),
    "universal": (
        {"a": "# text = 阿梨\n1\t阿\tO\n\n# text = 茶\n1\t茶\tO\n\n1\t茶\tX\n"},
        ["a:2", "a:7"],
    ),
    "pku": ({"a": "茶/n 雨\n茶/n\n茶/n]nt\n"}, ["a:1", "a:3"]),
    "columns": ({"a": "阿\tX\n\n茶\tO\n\n茶\tO\tO\n"}, ["a:1", "a:5"]),
    "angles": ({"a": "<PER>阿\n茶\n<A>一<B>二</A>三</B>\n"}, ["a:1", "a:3"]),
}


def test_figures_come_first_then_what_was_found(command, file, tmp_path, monkeypatch):
    train, dev = file("train.jsonl", GOOD * 2), file("dev.jsonl", DEV)
    monkeypatch.chdir(tmp_path)  # a long path would be shortened
    train, dev = train.name, dev.name
    found = command("check", dev, train, "--from", "jsonl", "--min-support", 3)
    assert (found.code, found.err) == (0, "")
    assert found.out == (
        "               train  dev\n"
        "documents          2    1\n"
        "sentences          2    1\n"
        "  mean length    6.0  9.0\n"
        "  longest          6    9\n"
        "characters        12    9\n"
        "entities           2    1\n"
        "  mean length    2.0  2.0\n"
        "  PER              2    1\n"
        "\n"
        f"train: {train}\n"
        f"dev: {dev}\n"
        "\n"
        "warning: 1 labels seen too rarely to be learned well\n"
        "    PER: 2 in train\n"
        "\n"
        "note: 1 sentences that stand in their split more than once (train 1)\n"
        f"    {train}:2: 阿梨在泉州。 (as {train}:1)\n"
    )


def test_how_a_file_is_written_is_told(command, file):
    path = file("a.bmes", "欧\tB-PER\n阳\tM-PER\n梨\tE-PER\n")
    lines = command("check", path, "--from", "columns").out.split("\n")
    assert f"a.bmes: {path}: 1 sentences in scheme BMES" in lines


def test_every_format_has_a_malformed_sample():
    assert MALFORMED.keys() == FORMATS.keys() - {"text", "parquet"}


@pytest.mark.parametrize("name", MALFORMED)
def test_all_records_that_cannot_be_read_are_listed(command, file, tmp_path, name):
    files, places = MALFORMED[name]
    paths = [file(own, content) for own, content in files.items()]
    found = command("check", paths[0], "--from", name, "--examples", 1)
    assert (found.code, found.err) == (1, "")
    lines = found.out.split("\n")
    title = f"error: {len(places)} records that cannot be read ({paths[0].name} {len(places)})"
    first = lines.index(title) + 1
    said = lines[first : first + len(places) + 1]
    assert said.pop() == ""
    assert all(
        line.startswith(f"    {tmp_path}/{place}: ")
        for line, place in zip(said, places, strict=True)
    )


def test_rows_of_parquet_that_cannot_be_read_are_listed(command, tmp_path):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [{"text": "阿", "entities": [{"start": 0, "end": end, "label": "X"}]} for end in (9, 1)]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    found = command("check", tmp_path / "a.parquet")
    assert found.code == 1
    assert f"    {tmp_path}/a.parquet:1: entity 0:9 does not fit a text of 1" in found.out


def test_a_text_has_nothing_that_cannot_be_read(command, file):
    found = command("check", file("a.txt", "{{<X>\n"), "--from", "text")
    assert found.code == 0
    assert "warning: 1 splits without any entity (a.txt 1)" in found.out


def test_json_is_what_the_library_says(command, file):
    paths = [file("train.jsonl", GOOD * 2 + BAD), file("test.jsonl", GOOD)]
    arguments = ("--examples", 1, "--max-length", 16, "--min-support", 2)
    found = command("check", *paths, "--json", *arguments)
    report = look(paths, examples=1, thresholds=Thresholds(16, 2))
    assert (found.code, found.err) == (1, "")
    assert json.loads(found.out) == report.to_dict()
    assert found.out.endswith("\n}\n")


def test_the_splits_of_a_folder_are_told_apart(command, file):
    folder = file("corpus/train.jsonl", GOOD).parent
    file("corpus/dev.jsonl", GOOD)
    found = json.loads(command("check", folder, "--json").out)
    assert [split["name"] for split in found["splits"]] == ["train", "dev"]
    assert [one["kind"] for one in found["findings"]] == [
        "sentences that stand in train too",
        "labels seen too rarely to be learned well",
    ]


def test_limits_and_encoding_are_those_that_are_given(command, file):
    text = "雨" * 17
    path = file("a.bio", "".join(f"{one}\tB-X\n" for one in text).encode("gb18030"))
    usual = ("check", path, "--from", "columns", "--encoding", "gb18030")
    assert "longer than the model" in command(*usual, "--max-length", 16).out
    assert "longer than the model" not in command(*usual, "--max-length", 17).out
    assert "too rarely" in command(*usual, "--min-support", 18).out
    assert "too rarely" not in command(*usual, "--min-support", 17).out
    found = command("check", path, "--from", "columns")
    assert found.code == 1
    assert "error: 1 splits that cannot be read to their end" in found.out
    assert "say --encoding gb18030" in found.out


def test_position_digits_are_no_part_of_the_text(command, file):
    path = file("a.bio", "丽0\tO\n水1\tO\n")
    options = ReadOptions(position_digits=True)
    found = json.loads(command("check", path, "--position-digits", "--json").out)
    assert found == look([path], options=options, examples=3).to_dict()
    assert found["splits"][0]["characters"] == 2


@pytest.mark.parametrize("examples, shown", [(0, 0), (1, 1), (5, 2)])
def test_so_many_examples_are_shown_as_are_asked_for(command, file, examples, shown):
    path = file("a.jsonl", GOOD * 3)
    lines = command("check", path, "--examples", examples).out.split("\n")
    assert sum(line.startswith(f"    {path}") for line in lines) == shown


def test_what_a_terminal_cannot_show_is_shown_as_its_escape(command, file, tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.jsonl"
    with open(path, "wb") as raw:
        raw.write(b'{"text": "\\u0007\\ud83d\\n\\u001b[31m"}\n')
    found = command("check", os.fsdecode(path))
    assert found.code == 0
    assert all(one.isprintable() or one == "\n" for one in found.out)
    assert "\\udcff.jsonl:1: U+0007 in \\x07\\ud83d\\n\\x1b[31m" in found.out


def test_a_long_example_is_cut(command, file):
    path = file("a.jsonl", f'{{"text": "{"雨" * 300}"}}\n' * 2)
    assert f": {'雨' * 90}…\n" in command("check", path).out


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--from", "jsnol"], "unknown format 'jsnol'"),
        (["--encoding", "utf-9"], "unknown encoding 'utf-9'"),
    ],
)
def test_what_cannot_be_asked_for_is_named(command, arguments, message):
    assert message in command("check", "gone.bio", *arguments).usage


def test_a_missing_input_is_named(command):
    assert command("check", "gone.bio").message == "ner: gone.bio: no such file or folder"


@pytest.mark.parametrize(
    "arguments",
    [[], ["a", "--examples", "-1"], ["a", "--max-length", "15"], ["a", "--min-support", "0"]],
)
def test_wrong_usage_exits_with_two(command, arguments):
    found = command("check", *arguments)
    assert (found.code, found.out) == (2, "")


def test_a_reader_that_leaves_ends_the_check_quietly(process, file):
    path = file("a.jsonl", "".join(f'{{"text": "雨{n}"}}\n{BAD}' for n in range(3000)))
    with process("check", path) as running:
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""


def test_progress_on_a_terminal_leaves_the_result_alone(process, file):
    path = file("a.jsonl", GOOD)
    terminal, other = pty.openpty()
    with process("check", path, stderr=other) as running:
        found = running.stdout.read().decode()
    os.close(other)
    os.close(terminal)
    assert running.returncode == 0
    assert found.startswith("               a.jsonl\ndocuments            1\n")
    assert "\x1b" not in found


@pytest.mark.parametrize("verb", ["check", "convert"])
def test_columns_with_another_separator_are_no_text(command, file, verb):
    found = command(verb, file("a.bio", "陈,B-PER\n若,I-PER\n"))
    assert found.code == 1
    assert "a.bio:1: expected a token and a tag, tab or blank between, got '陈,B-PER'" in (
        found.out + found.err
    )
