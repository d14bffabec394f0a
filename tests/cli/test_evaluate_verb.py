"""``ner evaluate``: the figures of ``ner.evaluation``, as a table and as JSON."""

import json
from dataclasses import asdict

import pytest
from streams import read
from trained import SAMPLE

import ner
from ner.evaluation import score

TEST = SAMPLE / "test.bio"


@pytest.fixture(scope="module")
def scores(tiny_run):
    gold, _ = read(TEST.read_bytes(), "columns")
    return score(gold, list(ner.load(tiny_run, device="cpu").pipe_documents(gold)))


def test_json_is_what_the_library_says(command, tiny_run, scores):
    found = command("evaluate", tiny_run, TEST, "--json")
    assert found.code == 0
    printed = json.loads(found.out)
    assert {key: printed[key] for key in asdict(scores)} == asdict(scores)
    assert scores.overall.f1 > 0


def test_the_table_has_the_same_figures(command, tiny_run, scores):
    head, *rows, surety = command("evaluate", tiny_run, TEST).out.splitlines()
    error = f"{scores.calibration_error:.4f}"
    assert surety == f"expected calibration error of the scores: {error}"
    assert head.split() == ["label", "precision", "recall", "F1", "support"]
    named = {**scores.labels, "all (micro)": scores.overall}
    expected = {
        name: [f"{100 * part:.2f}" for part in (one.precision, one.recall, one.f1)]
        + [str(one.support)]
        for name, one in named.items()
    }
    assert {" ".join(row.split()[:-4]): row.split()[-4:] for row in rows} == expected
    assert len({len(row) for row in (head, *rows)}) == 1


def test_what_reading_found_is_said_on_stderr(command, tiny_run, tmp_path):
    path = tmp_path / "a.bio"
    path.write_text("丽\tB-LOC\n水\tI-LOC\n的\tI-LOC\n桥\tO\n的\tI-PER\n", encoding="utf-8")
    found = command("evaluate", tiny_run, path)
    assert f"{path}: 1 illegal tag transitions" in found.err.splitlines()
    assert "illegal" not in found.out


def test_nested_entities_are_left_out_and_counted(command, tiny_run, tmp_path):
    path = tmp_path / "a.jsonl"
    inner, outer = {"start": 0, "end": 2, "label": "LOC"}, {"start": 0, "end": 4, "label": "ORG"}
    row = {"text": "丽水书店开门了。", "entities": [inner, outer]}
    path.write_text(json.dumps(row), encoding="utf-8")
    found = command("evaluate", tiny_run, path, "--json")
    assert "1 nested or overlapping entities are left out" in found.err
    scored = json.loads(found.out)
    assert (scored["unscored"], scored["overall"]["support"]) == (1, 1)


def test_position_digits_are_no_part_of_the_text(command, tiny_run, tmp_path):
    plain, digits = tmp_path / "plain.bio", tmp_path / "digits.bio"
    plain.write_text("丽\tB-LOC\n水\tI-LOC\n3\tO\n", encoding="utf-8")
    digits.write_text("丽0\tB-LOC\n水1\tI-LOC\n30\tO\n", encoding="utf-8")
    expected = command("evaluate", tiny_run, plain, "--json")
    found = command("evaluate", tiny_run, digits, "--json", "--position-digits")
    assert (found.code, found.out) == (0, expected.out)
    assert "expected a character and its position like '科0'" in (
        command("evaluate", tiny_run, plain, "--position-digits").message
    )


def test_the_encoding_and_the_format_may_be_given(command, tiny_run, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("丽 B-LOC\n水 E-LOC\n".encode("gb18030"))
    arguments = ("evaluate", tiny_run, path, "--from", "columns", "--json")
    found = command(*arguments, "--encoding", "gb18030")
    assert json.loads(found.out)["labels"]["LOC"]["support"] == 1
    assert f"{path}:1: not utf-8" in command(*arguments).message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("雨\tO\n停\tO\n", "no entity is annotated in it"),
        ("", "no entity is annotated in it"),
        ("雨停了。\n", "no entity is annotated in it"),
        ("雨\tO\n停\tX-LOC\n", ":2: unknown tag 'X-LOC'"),
        ("雨\tO\n停\n", ":2: expected 2 columns, got 1"),
    ],
    ids=["all O", "empty", "text", "tag", "columns"],
)
def test_a_file_that_cannot_be_compared_is_an_error(command, tiny_run, tmp_path, content, message):
    path = tmp_path / "gold"
    path.write_text(content, encoding="utf-8")
    found = command("evaluate", tiny_run, path).message
    assert message in found
    assert str(path) in found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone.bio"], "gone.bio: No such file or directory"),
        ([TEST, "--device", "cuda:97"], "device cuda:97: "),
    ],
    ids=["file", "device"],
)
def test_what_cannot_be_had_is_named(command, tiny_run, arguments, message):
    assert message in command("evaluate", tiny_run, *arguments).message


def test_what_cannot_be_asked_for_is_named_before_anything_is_read(command):
    said = "unknown format 'column' (known: "
    assert said in command("evaluate", "gone", "gone", "--from", "column").usage
    said = "device tpu: expected auto, cpu, cuda"
    assert said in command("evaluate", "gone", "gone", "--device", "tpu").usage


def test_a_model_compared_with_itself_differs_by_nothing(command, tiny_run):
    found = command("evaluate", tiny_run, TEST, "--compare", tiny_run, "--resamples", "50")
    assert found.code == 0
    assert found.out.count("all (micro)") == 3
    assert found.out.splitlines()[-2].split() == [
        "all",
        "(micro)",
        "+0.00",
        "+0.00",
        "…",
        "+0.00",
        "1.000",
    ]
    printed = json.loads(command("evaluate", tiny_run, TEST, "--compare", tiny_run, "--json").out)
    assert printed["difference"]["overall"] == {"f1": 0.0, "interval": [0.0, 0.0], "p": 1.0}
    assert printed["other"]["overall"] == printed["overall"]
    assert "seen" in printed["groups"]["seen in train"]


def test_labels_that_the_model_does_not_know_are_named(command, tiny_run, tmp_path):
    path = tmp_path / "other.bio"
    path.write_text("丽\tB-山\n水\tI-山\n", encoding="utf-8")
    found = command("evaluate", tiny_run, path)
    assert found.code == 0
    assert f"{path} has labels that {tiny_run} does not know: 山 1" in found.err
