"""``ner benchmark``: figures as a table and as JSON."""

import json

import pytest

from ner.benchmark.cells import Cell, Measured
from ner.benchmark.interval import interval
from ner.cli import benchmark as verb

QUICK = ("--repeats", "2", "--seconds", "0.05", "--device", "cpu")


@pytest.fixture(scope="module")
def measured(tiny_graph, ended):
    """The JSON of two batch sizes."""
    sizes = ("--batch-size", "64", "--batch-size", "256", "--threads", "1")
    found = ended("benchmark", tiny_graph, *sizes, *QUICK, "--json")
    assert (found.code, found.err) == (0, "")
    return json.loads(found.out)


def test_json_has_a_cell_for_each_batch_size_and_number_of_threads(measured):
    cells = measured["cells"]
    assert [(cell["batch_size"], cell["threads"]) for cell in cells] == [(64, 1), (256, 1)]
    for cell in cells:
        for name in ("characters_per_second", "first_answer_seconds", "load_seconds"):
            one = cell[name]
            assert 0 < one["low"] <= one["median"] <= one["high"]
            assert one["coverage"] == 0.5 and len(one["values"]) == 2
        assert cell["first_answer_seconds"]["low"] > cell["load_seconds"]["low"]
        assert 2**26 < cell["peak_bytes"] < 2**32
        assert cell["texts"] <= cell["characters"]


def test_json_says_what_was_measured_on_what(measured, tiny_graph):
    assert measured["model"] == str(tiny_graph)
    assert measured["loading"] == {"device": "cpu", "runtime": "auto"}
    assert measured["text"]["source"] == "built in"
    assert measured["text"]["texts"] > 100
    assert {"processor", "cores", "python", "versions"} <= measured["machine"].keys()


@pytest.fixture
def cells():
    """Figures that nobody measured: of seven passes, and of two by a system that tells no peak."""
    seven, two = interval([1000.0 * place for place in range(1, 8)]), interval([1.0, 3.0])
    many = Measured(1, seven, two, two, 3 * 2**20, 5000, 90, 12, 1.0)
    few = Measured(2, two, two, two, None, 5000, 90, 12, 2.0)
    return [Cell(4096, many), Cell(64, few)]


def test_a_table_has_a_line_a_cell(cells, capfd):
    verb._print_table(cells)
    header, *rows = capfd.readouterr().out.splitlines()
    assert header.split("  ")[0] == "batch" and "characters/s" in header
    assert [row.split() for row in rows] == [
        ["4,096", "1", "4,000", "1,000", "–", "7,000", "2.00", "3"],
        ["64", "2", "2", "1", "–", "3", "(50", "%)", "2.00", "–"],
    ]


def test_a_terminal_gets_a_table_with_lines(cells, capfd, monkeypatch):
    monkeypatch.setattr(verb, "_on_terminal", lambda: True)
    verb._print_table(cells)
    out = capfd.readouterr().out
    assert "│" in out and "4,000" in out


def test_a_file_of_text_is_named_beside_the_figures(command, tiny_graph, file):
    text = file("a.txt", "陶小满把信寄到了衢州。\n雨停了。\n")
    quick = ("--threads", "1", "--repeats", "1", "--seconds", "0.05")
    found = command("benchmark", tiny_graph, text, *quick)
    assert found.code == 0 and len(found.out.splitlines()) == 2
    assert str(text) in found.err and "numpy" in found.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none",), "none: not a model or run folder: no such folder"),
        (("MODEL", "none.txt"), "none.txt: "),
        (("MODEL", "--device", "cuda:97"), "device cuda:97: "),
    ],
)
def test_what_cannot_be_had_is_named(command, tiny_graph, arguments, message):
    given = [tiny_graph if one == "MODEL" else one for one in arguments]
    assert message in command("benchmark", *given).message
