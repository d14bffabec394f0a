"""``ner predict``: texts in, entities out, results and remarks apart."""

import json

import pytest
from streams import read
from trained import SAMPLE

import ner

TEXTS = [one.text for one in read((SAMPLE / "dev.bio").read_bytes(), "columns")[0][:12]]
LINES = "".join(f"{text}\n" for text in TEXTS)


@pytest.fixture(scope="module")
def expected(tiny_run):
    """The tagger's own answer to ``TEXTS``, as JSON gives it back."""
    found = [document.to_dict() for document in ner.load(tiny_run, device="cpu")(TEXTS)]
    assert any(row["entities"] for row in found)
    return found


@pytest.fixture
def predict(command, tiny_run):
    return lambda *arguments, **how: command("predict", "-m", tiny_run, *arguments, **how)


@pytest.fixture
def file(tmp_path):
    """Makes a file of this text or these bytes."""

    def made(name, content=LINES):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return made


def rows(written):
    return [json.loads(line) for line in written.split("\n")[:-1]]


@pytest.mark.parametrize("paths", [[], ["-"]], ids=["no path", "dash"])
def test_standard_input_is_tagged_line_by_line(predict, expected, paths):
    found = predict(*paths, stdin=LINES.encode())
    assert (found.code, found.err) == (0, "")
    assert rows(found.out) == expected


def test_standard_input_named_twice_is_empty_the_second_time(predict, expected):
    found = predict("-", "-", stdin=LINES.encode())
    assert (found.code, rows(found.out)) == (0, expected)


def test_files_folders_and_standard_input_come_in_their_order(predict, expected, file):
    first, second = file("in/b.txt", f"{TEXTS[0]}\n"), file("in/a.txt", f"{TEXTS[1]}\n")
    third = file("c.txt", f"{TEXTS[2]}")
    found = predict(third, second.parent, "-", first, stdin=TEXTS[3].encode())
    assert rows(found.out) == [expected[n] for n in (2, 1, 0, 3, 0)]


def test_columns_are_the_same_entities(predict, expected):
    found = predict("--to", "columns", stdin=LINES.encode())
    documents, _ = read(found.out, "columns")
    assert [one.text for one in documents] == TEXTS
    assert [[(e.start, e.end, e.label) for e in one.entities] for one in documents] == [
        [(e["start"], e["end"], e["label"]) for e in row["entities"]] for row in expected
    ]


def test_one_output_file_takes_all_and_nothing_goes_to_stdout(predict, expected, file, tmp_path):
    found = predict(file("a.txt"), file("b.txt"), "-o", tmp_path / "out.jsonl")
    assert (found.code, found.out, found.err) == (0, "", "")
    assert rows((tmp_path / "out.jsonl").read_text(encoding="utf-8")) == expected * 2


@pytest.mark.parametrize("slash", [False, True], ids=["that is there", "named with a slash"])
def test_an_output_folder_gets_a_file_each(predict, expected, file, tmp_path, slash):
    out = tmp_path / "out"
    if not slash:
        out.mkdir()
    found = predict(file("a.txt"), file("b.txt"), "-o", f"{out}/" if slash else out)
    assert found.code == 0
    assert sorted(path.name for path in out.iterdir()) == ["a.txt.jsonl", "b.txt.jsonl"]
    assert rows((out / "b.txt.jsonl").read_text(encoding="utf-8")) == expected


def test_an_output_is_overwritten_only_by_force(predict, expected, file):
    source, out = file("a.txt"), file("out.jsonl", "old")
    assert f"{out}: is there already; --force" in predict(source, "-o", out).message
    assert out.read_text() == "old"
    assert predict(source, "-o", out, "--force").code == 0
    assert rows(out.read_text(encoding="utf-8")) == expected


def test_a_bad_input_leaves_no_output_and_nothing_hidden(predict, file, tmp_path):
    good, bad = file("in/a.txt", LINES * 20), file("in/b.txt", b"\xe9\xaa\x86\n\xff\n")
    message = predict(good, bad, "-o", tmp_path / "out" / "all.jsonl").message
    assert f"{bad}:2: not utf-8: byte 0xff (number 4 of the file, from 0)" in message
    assert list((tmp_path / "out").iterdir()) == []


def test_json_lines_keep_what_they_say(predict, expected, file):
    own = [{"id": n, "page": {"n": n}, "text": text} for n, text in enumerate(TEXTS)]
    path = file("a.jsonl", "".join(f"{json.dumps(one)}\n" for one in own))
    found = rows(predict(path).out)
    assert found == [{**one, **row} for one, row in zip(own, expected, strict=True)]


def test_the_encoding_may_be_given_but_is_never_guessed(predict, expected, file):
    path = file("a.txt", LINES.encode("gb18030"))
    assert rows(predict(path, "--encoding", "gb18030").out) == expected
    message = predict(path).message
    assert f"{path}:1: not utf-8: byte 0x" in message
    assert "say --encoding gb18030" in message


def test_position_digits_are_no_part_of_the_text(predict, file):
    path = file("a.bio", "丽0\n水1\n")
    assert [row["text"] for row in rows(predict(path, "--position-digits").out)] == ["丽水"]


def nearly(expected):
    """The same rows, of entities whose scores need not be the same to the last digit."""
    return [
        {
            **row,
            "entities": [
                {**e, "score": pytest.approx(e["score"], abs=2e-4)} for e in row["entities"]
            ],
        }
        for row in expected
    ]


@pytest.mark.parametrize("size", [1, 9, 10**6])
def test_the_batch_size_changes_no_result(predict, expected, size):
    found = rows(predict("--batch-size", size, stdin=LINES.encode()).out)
    assert found == nearly(expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone.txt"], "gone.txt: no such file or folder"),
        (["FILE", "-o", "FILE/out.jsonl"], "FILE/out.jsonl: "),
        (["FILE", "-o", "/proc/none/out.jsonl"], "/proc/none/out.jsonl: "),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_what_cannot_be_had_is_named(predict, file, arguments, message):
    path = str(file("a.txt"))
    found = predict(*(one.replace("FILE", path) for one in arguments)).message
    assert message.replace("FILE", path) in found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "colums"], "did you mean 'columns'?"),
        (["--to", "jsonlines"], "did you mean 'jsonl'?"),
        (["--to", "text"], "unknown output format 'text' (known: "),
        (["--encoding", "utf-9"], "utf-9"),
        (["--encoding", "rot13"], "rot13"),
        (["--device", "tpu"], "device tpu: expected auto, cpu, cuda"),
        (["--runtime", "onix"], "unknown runtime 'onix' (known: auto, onnx, torch"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_what_cannot_be_asked_for_is_named(predict, arguments, message):
    assert message in predict("gone.txt", *arguments).usage


def test_a_line_feed_in_a_text_ends_a_sentence_of_columns(predict, file):
    path = file("a.jsonl", json.dumps({"text": "\n".join(TEXTS)}))
    found = predict(path, "--to", "columns")
    (document,), _ = read(found.out, "columns")
    assert [one.text for one in document.sentences] == TEXTS


def test_doubtful_entities_are_left_out_and_counted_once(predict, expected, file, tmp_path):
    scores = sorted(entity["score"] for row in expected for entity in row["entities"])
    least = scores[len(scores) // 2] + 1e-3
    doubtful = sum(score < least for score in scores)
    out = f"{tmp_path / 'out'}/"
    found = predict(file("a.txt"), file("b.txt"), "-o", out, "--min-score", least)
    assert found.err == f"results: {2 * doubtful} entities of a score below {least:g} left out\n"
    kept = rows((tmp_path / "out" / "b.txt.jsonl").read_text(encoding="utf-8"))
    assert [row["entities"] for row in kept] == [
        [entity for entity in row["entities"] if entity["score"] >= least] for row in expected
    ]


def test_alternatives_are_a_field_whose_first_is_what_is_found(predict, file):
    old = [{"text": text, "alternatives": "old", "id": "a"} for text in TEXTS]
    path = file("a.jsonl", "".join(f"{json.dumps(one)}\n" for one in old))
    found = predict(path, "--n-best", 3, "--window", 256)
    assert (found.code, found.err) == (0, "")
    assert sum(len(row["entities"]) for row in rows(found.out)) > 0
    for row in rows(found.out):
        first, *others = row["alternatives"]
        keys = ("start", "end", "label", "text")
        assert first["entities"] == [{k: e[k] for k in keys} for e in row["entities"]]
        assert len(others) == 2
        assert 1 >= first["probability"] >= others[0]["probability"]
        assert row["id"] == "a"


def test_a_text_longer_than_a_window_has_no_alternatives_and_is_counted(predict, file):
    path = file("a.jsonl", json.dumps({"text": "雨" * 40, "alternatives": "old"}) + "\n")
    found = predict(path, "--n-best", 2, "--window", 16)
    assert found.err == "results: 1 texts longer than a window: without alternatives\n"
    assert "alternatives" not in rows(found.out)[0]


def test_only_json_lines_hold_alternatives(predict):
    found = predict("--n-best", 2, "--to", "columns", stdin=b"\n")
    assert found.code == 2 and "only --to jsonl holds alternatives, got columns" in found.err
