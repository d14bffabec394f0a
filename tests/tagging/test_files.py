"""Files in bulk: what is read, where results go, and that they are there whole or not at all."""

import json
import os
from io import StringIO

import pytest
from streams import read

from ner.errors import ConfigError, CorpusError
from ner.formats import ReadOptions
from ner.tagging.bulk.outputs import Plain
from ner.tagging.bulk.run import tag_job
from ner.tagging.files import STANDARD, Job, Request, plan_jobs


def request_(from_="auto", to="jsonl", **options):
    return Request(from_, to, ReadOptions(tagged=False, **options))


def planned(paths, out=None, *, force=False, **how):
    return plan_jobs(paths, out, request_(**how), overwrite=force)


@pytest.fixture
def tag(runs):
    """Tags files into one place, and gives what went to standard output."""

    def done(*inputs, output=None, **how):
        stdout = StringIO()
        counts = tag_job(
            Job(inputs, output),
            runs.tagger(),
            request_(**how),
            outputs=Plain(stdout),
            size=1000,
            told=lambda characters, read: None,
        )
        assert not +counts
        return stdout.getvalue()

    return done


@pytest.fixture
def file(tmp_path):
    """Makes a file of these bytes, or of this text in UTF-8."""

    def made(name, content="丙甲甲。\n"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return made


def rows(written):
    return [json.loads(line) for line in written.split("\n")[:-1]]


def marks(written):
    return [[(e["start"], e["end"]) for e in row["entities"]] for row in rows(written)]


def names(folder):
    """Everything below the folder, hidden or not."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_one_place_takes_all_inputs_in_order(file):
    first, second = file("b.txt"), file("a.txt")
    assert planned([first, second, STANDARD]) == [Job((first, second, STANDARD), None)]
    assert planned([first], STANDARD) == [Job((first,), None)]
    assert planned([first, second], file("x").with_name("out.jsonl")) == [
        Job((first, second), first.with_name("out.jsonl"))
    ]


def test_a_folder_stands_for_the_files_below_it_but_not_for_hidden_ones(file, tmp_path):
    wanted = [file("in/a.txt"), file("in/b/c.txt"), file("in/d.jsonl")]
    file("in/.hidden.txt")
    file("in/.git/e.txt")
    assert planned([tmp_path / "in"]) == [Job(tuple(wanted), None)]


def test_a_pipe_with_a_name_is_an_input_but_none_is_taken_from_a_folder(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert planned([pipe]) == [Job((pipe,), None)]
    with pytest.raises(CorpusError, match="no file in it"):
        planned([tmp_path])


def test_an_output_folder_gets_a_file_for_each_input(file, tmp_path):
    inputs = [file("in/a.txt"), file("in/b/a.txt"), file("a.bio")]
    out = tmp_path / "out"
    out.mkdir()
    jobs = planned([tmp_path / "in", inputs[2], STANDARD], out, to="columns")
    expected = ["a.txt.bio", "b/a.txt.bio", "a.bio.bio", "stdin.bio"]
    assert jobs == [
        Job((path,), out / name) for path, name in zip([*inputs, STANDARD], expected, strict=True)
    ]


def test_two_inputs_never_share_a_result(file, tmp_path):
    with pytest.raises(ConfigError, match=r"a\.txt\.jsonl: two inputs"):
        planned([file("in/a.txt"), file("other/a.txt")], tmp_path)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"from_": "colums"}, r"unknown format 'colums' \(known: .*did you mean 'columns'\?"),
        ({"to": "json"}, r"unknown output format 'json' \(known: .*columns.*; did .* 'jsonl'\?"),
        ({"to": "text"}, "unknown output format 'text'"),
    ],
)
def test_an_unknown_format_names_the_nearest(file, how, message):
    with pytest.raises(ConfigError, match=message):
        planned([file("a.txt")], **how)


def test_inputs_that_are_not_there_are_named_before_anything_is_written(file, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match=r"gone\.txt: no such file or folder"):
        planned([file("a.txt"), tmp_path / "gone.txt"])
    with pytest.raises(CorpusError, match="empty: no file in it"):
        planned([tmp_path / "empty"])


def test_an_output_that_is_there_is_overwritten_only_by_force(file, tag):
    source, out = file("a.txt"), file("out.jsonl", "old")
    with pytest.raises(CorpusError, match=r"out\.jsonl: is there already; --force"):
        planned([source], out)
    (job,) = planned([source], out, force=True)
    tag(*job.inputs, output=job.output)
    assert marks(out.read_text(encoding="utf-8")) == [[(1, 3)]]


def test_an_input_may_be_its_own_output(file, tag):
    path = file("a.jsonl", '{"text": "甲"}\n' * 3)
    tag(path, output=path)
    assert marks(path.read_text(encoding="utf-8")) == [[(0, 1)]] * 3


def test_a_line_in_is_a_line_out(file, tag):
    lines = ["甲", "", "  ", "丙\u2028甲\x85丙\r甲\0", "\ufeff甲", "乙"]
    written = tag(file("a.txt", "\n".join(lines)))
    assert [row["text"] for row in rows(written)] == lines
    assert marks(written) == [[(0, 1)], [], [], [(2, 3), (6, 7)], [(1, 2)], [(0, 1)]]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "not ended"])
def test_line_ends_are_no_part_of_a_text(file, tag, mark, end, last):
    raw = mark + end.join(["丙甲".encode(), b"", "乙".encode()]) + end * last
    assert [row["text"] for row in rows(tag(file("a.txt", raw)))] == ["丙甲", "", "乙"]


def test_an_empty_file_gives_an_empty_result(file, tag, tmp_path):
    tag(file("a.txt", ""), output=tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b""


def test_json_lines_keep_ids_and_fields_and_lose_old_entities(file, tag):
    first = {"id": 0, "source": {"page": [1, None]}, "text": "甲丙", "label": [[0, 2, "OLD"]]}
    second = {"id": "b", "text": "丙乙", "entities": [{"start": 0, "end": 1, "label": "OLD"}]}
    lines = "\n\n".join(json.dumps(one) for one in (first, second))
    found = rows(tag(file("a.jsonl", lines)))
    one = {"start": 0, "end": 1, "label": "甲", "text": "甲", "score": 0.5}
    other = {"start": 1, "end": 2, "label": "乙", "text": "乙", "score": 0.5}
    assert found == [{**first, "entities": [one]}, {**second, "entities": [other]}]


def test_lone_surrogates_survive(file, tag):
    written = tag(file("a.jsonl", '{"text": "甲\\ud83d乙", "note": "\\udc00"}\n'))
    assert [(row["text"], row["note"]) for row in rows(written)] == [("甲\ud83d乙", "\udc00")]
    assert written.encode()


def test_the_ending_of_a_name_decides_the_format_and_from_overrules_it(file, tag):
    json_line = '{"text": "甲"}'
    assert marks(tag(file("a.ndjson", json_line))) == [[(0, 1)]]
    assert rows(tag(file("a.log", json_line)))[0]["text"] == json_line
    assert rows(tag(file("a.log", json_line), from_="jsonl"))[0]["text"] == "甲"


def test_a_text_with_annotations_beside_it_is_plain_text_unless_brat_is_asked_for(file, tag):
    path = file("in/a.txt", "丙甲。乙\n乙")
    file("in/a.ann", "T1\tOLD 0 1\t丙\n")
    (job,) = planned([path.parent])
    assert job.inputs == (path,)
    assert [row["text"] for row in rows(tag(path))] == ["丙甲。乙", "乙"]
    (whole,) = rows(tag(path, from_="brat"))
    assert (whole["id"], whole["text"], whole["sentences"]) == (
        "a",
        "丙甲。乙\n乙",
        [[0, 3], [3, 4], [5, 6]],
    )
    assert [(e["start"], e["end"], e["label"]) for e in whole["entities"]] == [
        (1, 2, "甲"),
        (3, 4, "乙"),
        (5, 6, "乙"),
    ]


@pytest.mark.parametrize(
    "cells", ["{}\n", "{}\tO\n", "{} x B-OLD\n"], ids=["bare", "tagged", "wide"]
)
def test_columns_need_no_tags(file, tag, cells):
    content = "\n".join("".join(map(cells.format, one)) for one in ("丙甲甲", "乙"))
    written = tag(file("a.conll", content), to="columns")
    assert written == "丙\tO\n甲\tB-甲\n甲\tI-甲\n\n乙\tB-乙\n\n"


def test_columns_with_position_digits_lose_the_digits(file, tag):
    written = tag(file("a.bio", "丙0\n甲1\n"), position_digits=True)
    assert [row["text"] for row in rows(written)] == ["丙甲"]


def test_columns_that_are_written_read_back_as_the_same_entities(file, tag):
    written = tag(file("a.txt", "丙甲 甲\t乙乙\n甲甲\n"), to="columns")
    documents, _ = read(written, "columns")
    assert [one.text for one in documents] == ["丙甲 甲\t乙乙", "甲甲"]
    assert [(e.start, e.end) for one in documents for e in one.entities] == [
        (1, 2),
        (3, 4),
        (5, 7),
        (0, 2),
    ]


def test_gb18030_is_read_where_it_is_asked_for(file, tag):
    path = file("a.txt", "丙甲€\n乙㐀".encode("gb18030"))
    found = rows(tag(path, encoding="gb18030"))
    assert [row["text"] for row in found] == ["丙甲€", "乙㐀"]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"a\n\xe7\x94\xb2\xff\n", r"a\.txt:2: not utf-8: byte 0xff \(number 5 of the file"),
        ("丙\n".encode() + "丙甲".encode("gbk"), r"a\.txt:2: .*valid GB18030.*--encoding gb18030"),
    ],
    ids=["noise", "GBK"],
)
def test_bytes_of_another_encoding_are_named_with_their_place(file, tag, raw, message):
    with pytest.raises(CorpusError, match=message):
        tag(file("a.txt", raw))


def test_an_unknown_encoding_is_an_error_that_names_it(file, tag):
    with pytest.raises((ConfigError, CorpusError), match="utf-9"):
        tag(file("a.txt"), encoding="utf-9")


@pytest.mark.parametrize("old", [None, "old"])
def test_an_output_appears_whole_or_not_at_all(file, tag, tmp_path, old):
    good, bad = file("in/good.txt", "甲\n" * 9999), file("in/bad.txt", b"\xff")
    out = tmp_path / "out" / "all.jsonl"
    if old:
        file("out/all.jsonl", old)
    with pytest.raises(CorpusError, match=r"bad\.txt:1"):
        tag(good, bad, output=out)
    assert names(tmp_path / "out") == (["all.jsonl"] if old else [])
    assert not old or out.read_text() == old


def test_results_stand_in_folders_that_were_not_there(file, tag, tmp_path):
    tag(file("a.txt"), output=tmp_path / "new" / "folder" / "a.jsonl")
    assert names(tmp_path / "new") == ["folder/a.jsonl"]


def test_the_way_is_told_by_characters_and_bytes(file, runs):
    told = []
    job = Job((file("a.txt", "甲丙\n\n乙"),), None)
    how = {"outputs": Plain(StringIO()), "told": lambda *far: told.append(far)}
    tag_job(job, runs.tagger(), request_(), size=3, **how)
    assert told == [(2, 11), (1, 11), (0, 11)]
