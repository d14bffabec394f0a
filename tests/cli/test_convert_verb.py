"""``ner convert``: files of one format into another, losses counted, refused or listed."""

import json
import os
import pty

import pytest

from ner.formats import FORMATS, Findings
from ner.formats.reading import read_path

COLUMNS = "阿\tB-PER\n梨\tI-PER\n在\tO\n泉\tB-LOC\n州\tI-LOC\n\n雨\tO\n\n"
PERSON = {"start": 0, "end": 2, "label": "PER", "text": "阿梨"}
CITY = {"start": 3, "end": 5, "label": "LOC", "text": "泉州"}
ROWS = [{"text": "阿梨在泉州", "entities": [PERSON, CITY]}, {"text": "雨", "entities": []}]
FACTORY = {"start": 0, "end": 4, "label": "ORG", "text": "泉州茶厂"}
NESTED = {"id": 7, "text": "泉州茶厂", "entities": [FACTORY, {**CITY, "start": 0, "end": 2}]}
BAD = '{"text": "阿梨", "entities": [{"start": 0, "end": 9, "label": "PER"}]}\n'
WRONG = "entity 0:9 does not fit a text of 2 characters"
STREAMS = [name for name, format in FORMATS.items() if format.write]
SAVED = [name for name, format in FORMATS.items() if format.save]


def lines(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def rows(written):
    return [json.loads(line) for line in written.split("\n")[:-1]]


def test_without_any_option_json_lines_go_to_standard_output(command, file):
    path = file("a.bio", COLUMNS)
    found = command("convert", path)
    assert (found.code, rows(found.out)) == (0, ROWS)
    assert f"{path}: 2 sentences in scheme BIO\n" in found.err


def test_standard_input_is_read_where_a_dash_stands(command, file):
    path = file("a.jsonl", lines(NESTED))
    found = command("convert", "-", path, "--from", "auto", stdin=COLUMNS.encode())
    assert rows(found.out) == [*ROWS, NESTED]
    assert "2 inputs: 2 sentences in scheme BIO\n" in found.err
    found = command("convert", "-", "--from", "jsonl", stdin=BAD.encode())
    assert found.message == f"ner: <stdin>:1: {WRONG}"


@pytest.mark.parametrize("out", [(), ("-o", "-")], ids=["no output", "dash"])
@pytest.mark.parametrize("name", STREAMS)
def test_every_format_of_one_stream_goes_to_standard_output(command, file, tmp_path, name, out):
    path = file("a.jsonl", lines(*ROWS))
    found = command("convert", path, "--to", name, *out)
    assert found.code == 0
    again = command("convert", file("b", found.out), "--from", name)
    entities = [row["entities"] for row in ROWS] if FORMATS[name].annotated else [[], []]
    assert [row["text"] for row in rows(again.out)] == [row["text"] for row in ROWS]
    spans = [[{key: one[key] for key in PERSON} for one in r["entities"]] for r in rows(again.out)]
    assert spans == entities
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.jsonl", "b"]


@pytest.mark.parametrize("name", SAVED)
def test_a_format_of_files_or_a_folder_needs_an_output(command, file, name):
    path = file("a.jsonl", lines(*ROWS))
    message = command("convert", path, "--to", name).usage
    assert (
        message == f"Error: Invalid value: --to {name} takes files or a folder, no stream: give -o"
    )
    assert command("convert", path, "--to", name, "-o", "-").code == 2


@pytest.mark.parametrize("name", FORMATS)
def test_an_output_file_or_folder_can_be_read_back(command, file, tmp_path, name):
    if not (FORMATS[name].write or FORMATS[name].save):
        pytest.skip(f"{name} is only read")
    path = file("a.jsonl", lines(*ROWS))
    out = tmp_path / "new" / "out"
    found = command("convert", path, "--to", name, "-o", out)
    assert (found.code, found.out) == (0, "")
    out = out.with_name("out.chars") if name == "parallel" else out
    read = list(read_path(out, Findings(), format=name))
    assert [one.text for one in read] == [row["text"] for row in ROWS]


def test_tags_are_written_in_the_scheme_that_is_asked_for(command, file):
    path = file(
        "a.jsonl", lines({"text": "欧阳梨来", "entities": [{**PERSON, "end": 3, "text": "欧阳梨"}]})
    )
    found = command("convert", path, "--to", "columns", "--scheme", "BMES")
    assert found.out == "欧\tB-PER\n阳\tM-PER\n梨\tE-PER\n来\tO\n\n"
    for scheme, said in (("IOB1", "unknown tag scheme 'IOB1'"), ("BMSE", "did you mean 'BMES'?")):
        assert said in command("convert", path, "--to", "columns", "--scheme", scheme).usage


def test_labels_are_mapped_dropped_and_left(command, file):
    path = file("a.bio", COLUMNS)
    mapped = file("map.yaml", "PER: person\nLOC: null\nEDU: X\n")
    found = command("convert", path, "--label-map", mapped, "--strict", "-v")
    assert (found.code, rows(found.out)[0]["entities"]) == (0, [{**PERSON, "label": "person"}])
    assert found.err.split("\n")[0] == f"{path}:1: entities whose label the map drops: 泉州 (LOC)"
    assert f"{mapped}: 1 entities whose label the map drops\n" in found.err
    assert f"{mapped}: 1 labels of the map that no entity has\n" in found.err
    assert "-: labels of the map that no entity has: EDU\n" in found.err
    left = rows(command("convert", path, "--label-map", file("b.yaml", "X: Y")).out)
    assert left == ROWS


@pytest.mark.parametrize(
    "content, said",
    [
        (
            "NO: X\n",
            "expected a label (in quotes, if YAML takes it for something else, as NO or 1)",
        ),
        ("1: X\n", "got 1: 'X'"),
        ("- X\n", "expected lines like 'PERSON: PER'"),
        ("a: b: c", "not YAML: "),
        (None, "No such file or directory"),
    ],
)
def test_a_label_map_that_cannot_be_used_is_named(command, file, tmp_path, content, said):
    path = tmp_path / "map.yaml"
    if content:
        file("map.yaml", content)
    found = command("convert", file("a.bio", COLUMNS), "--label-map", path)
    assert (found.code, found.out) == (1, "")
    assert found.err.startswith(f"ner: {path}: ")
    assert said in found.err


def test_what_the_output_cannot_hold_is_counted_by_kind(command, file, tmp_path):
    path = file("a.jsonl", lines(NESTED, ROWS[1], {**NESTED, "topic": "茶"}))
    out = tmp_path / "out.bio"
    found = command("convert", path, "--to", "columns", "-o", out)
    assert (found.code, found.out) == (0, "")
    told = [line for line in found.err.splitlines() if line.startswith(str(out))]
    assert sorted(told) == [
        f"{out}: 1 documents' other fields left out",
        f"{out}: 2 documents' ids left out",
        f"{out}: 2 entities that one layer of tags cannot hold",
    ]


def test_what_the_output_cannot_hold_is_listed_with_its_place(command, file):
    path = file("a.jsonl", lines(ROWS[1], NESTED))
    found = command("convert", path, "--to", "columns", "--verbose")
    listed = found.err.splitlines()
    assert f"{path}:2: documents' ids left out" in listed
    assert f"{path}:2: entities that one layer of tags cannot hold: 泉州" in listed
    assert "standard output: 1 documents' ids left out" in listed


def test_what_is_listed_can_be_shown_on_any_terminal(command, file):
    text = "\x1b[31m\n" + "雨" * 200
    found = command("convert", file("a.jsonl", lines({"text": text})), "--to", "text", "-v")
    assert "each line a text of its own: \\x1b[31m\\n雨雨" in found.err
    assert all(one.isprintable() or one == "\n" for one in found.err)
    assert max(map(len, found.err.splitlines())) < 400


def test_a_strict_conversion_refuses_any_loss_and_writes_nothing(command, file, tmp_path):
    path = file("a.jsonl", lines(ROWS[0], {**NESTED, "id": None}))
    out = tmp_path / "new" / "out.bio"
    message = command("convert", path, "--to", "columns", "-o", out, "--strict").message
    lost = "entities that one layer of tags cannot hold (泉州)"
    assert message == f"ner: {path}:2: refused by --strict: {lost}"
    assert list(out.parent.iterdir()) == []
    assert command("convert", path, "--to", "cluener", "-o", out, "--strict").code == 0


def test_a_record_that_cannot_be_read_ends_the_conversion(command, file, tmp_path):
    path, out = file("a.jsonl", lines(*ROWS) + BAD), tmp_path / "new" / "out.jsonl"
    assert command("convert", path, "-o", out).message == f"ner: {path}:3: {WRONG}"
    assert list(out.parent.iterdir()) == []


def test_records_that_cannot_be_read_are_left_out_where_that_is_asked_for(command, file):
    path = file("a.jsonl", BAD + lines(*ROWS) + BAD)
    found = command("convert", path, "--skip-malformed", "--strict")
    assert (found.code, rows(found.out)) == (0, ROWS)
    assert f"{path}: 2 records that cannot be read\n" in found.err
    listed = command("convert", path, "--skip-malformed", "-v").err
    assert f"{path}:1: records that cannot be read: {WRONG}\n" in listed
    assert f"{path}:4: records that cannot be read: {WRONG}\n" in listed


def test_bytes_that_are_no_text_cannot_be_left_out(command, file):
    path = file("a.jsonl", lines(*ROWS).encode() + b"\xff\n")
    found = command("convert", path, "--skip-malformed")
    assert found.code == 1
    assert f"ner: {path}:3: not utf-8: byte 0xff" in found.err


@pytest.mark.parametrize("name", ["jsonl", "brat", "parallel", "parquet"])
def test_an_output_is_overwritten_only_by_force(command, file, name):
    path = file("a.jsonl", lines({**ROWS[0], "id": "a1"}))
    out = file("out", "old")
    message = command("convert", path, "--to", name, "-o", out).message
    assert message == f"ner: {out}: is there already; --force overwrites it"
    assert out.read_text() == "old"
    if name == "brat":
        out.unlink()
        out.mkdir()
        file("out/a1.txt", "old")
    assert command("convert", path, "--to", name, "-o", out, "--force").code == 0


def test_an_input_may_be_its_own_output_by_force(command, file):
    path = file("a.bio", COLUMNS)
    assert command("convert", path, "-o", path, "--force").code == 0
    assert rows(path.read_text(encoding="utf-8")) == ROWS


def test_files_and_folders_come_in_their_order(command, file):
    first, second = file("in/b.bio", COLUMNS), file("in/a.jsonl", lines(NESTED))
    found = command("convert", first, second.parent)
    assert rows(found.out) == [*ROWS, NESTED, *ROWS]
    assert "2 inputs: 4 sentences in scheme BIO" in found.err


def test_encoding_and_position_digits_are_those_that_are_given(command, file):
    path = file("a.bio", COLUMNS.encode("gb18030"))
    assert rows(command("convert", path, "--encoding", "gb18030", "--from", "columns").out) == ROWS
    path = file("b.bio", "丽0\tO\n水1\tO\n")
    (row,) = rows(command("convert", path, "--position-digits").out)
    assert row["text"] == "丽水"


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["gone.bio"], "ner: gone.bio: No such file or directory"),
        (["FILE", "-o", "FILE/out.jsonl"], "FILE/out.jsonl: "),
        (["FILE", "--to", "brat", "-o", "FILE/out"], "FILE"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_what_cannot_be_had_is_named(command, file, arguments, message):
    path = str(file("a.bio", COLUMNS))
    found = command("convert", *(one.replace("FILE", path) for one in arguments)).message
    assert message.replace("FILE", path) in found


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--from", "colums"], "did you mean 'columns'?"),
        (["--to", "jsonlines"], "unknown output format 'jsonlines'"),
        (["--to", "pku"], "unknown output format 'pku'"),
        (["--encoding", "utf-9"], "unknown encoding 'utf-9'"),
        (["--scheme", "bmes"], "unknown tag scheme 'bmes'"),
    ],
)
def test_what_cannot_be_asked_for_is_named_before_anything_is_read(command, arguments, message):
    assert message in command("convert", "gone.bio", *arguments).usage


@pytest.mark.parametrize("arguments", [[], ["-o", "x"], ["a", "--scheme"], ["a", "--lax"]])
def test_wrong_usage_exits_with_two(command, arguments):
    found = command("convert", *arguments)
    assert (found.code, found.out) == (2, "")


def test_a_reader_that_leaves_ends_the_conversion_quietly(process, file):
    path = file("a.jsonl", lines(*ROWS) * 5000)
    with process("convert", path) as running:
        assert json.loads(running.stdout.readline()) == ROWS[0]
        running.stdout.close()
        running.stderr.read()
    assert running.returncode == 0


def test_progress_on_a_terminal_leaves_the_result_alone(process, file):
    path = file("a.jsonl", lines(*ROWS))
    terminal, other = pty.openpty()
    with process("convert", path, stderr=other) as running:
        found = running.stdout.read().decode()
    os.close(other)
    os.close(terminal)
    assert (running.returncode, rows(found)) == (0, ROWS)
