"""The scripts around the shipped model, without corpora: steps, drawn texts, figures, card."""

import importlib
import json
import lzma
import random
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from trained import ROOT, SENTENCES, annotated, tiny_int8, tiny_run

from ner.benchmark.cells import Plan
from ner.errors import ConfigError, ModelError, NerError
from ner.model.catalogue import digest, first_figure

__all__ = ["tiny_int8", "tiny_run"]

SCRIPTS = ("shipped_steps", "shipped_corpora", "shipped_figures", "shipped_card", "shipped_model")
GOLD = [annotated(one) for one in SENTENCES]


@pytest.fixture
def script(monkeypatch):
    """Modules of the folder, as a run of the script imports them."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    yield importlib.import_module
    for name in SCRIPTS:
        sys.modules.pop(name, None)


@pytest.fixture
def model(tiny_int8, tmp_path):
    """A folder as it would be shipped, but for its card."""
    return shutil.copytree(tiny_int8, tmp_path / "standard")


def test_a_step_is_taken_once_and_must_make_what_it_says(script, tmp_path):
    steps = script("shipped_steps")
    made = tmp_path / "deep" / "one.txt"
    taken = []

    def work():
        taken.append(made)
        made.write_text("1", encoding="utf-8")

    for _ in range(2):
        steps.take([steps.Step("one", made, work)])
    assert taken == [made]
    with pytest.raises(NerError, match="two: .*has not been made"):
        steps.take([steps.Step("two", tmp_path / "two.txt", lambda: None)])


def test_a_verb_that_fails_stops_the_build(script, tmp_path, capfd):
    with pytest.raises(NerError, match="ner info ended with code 1"):
        script("shipped_steps").ner("info", tmp_path / "nothing")
    assert "$ ner info" in capfd.readouterr().err


def test_missing_corpora_and_texts_are_named(script, tmp_path, monkeypatch):
    corpora = script("shipped_corpora")
    monkeypatch.delenv("NER_CORPORA", raising=False)
    monkeypatch.delenv("NER_TEXT", raising=False)
    with pytest.raises(ConfigError, match="NER_CORPORA names no folder"):
        corpora.source("msra/train.bio")
    with pytest.raises(ConfigError, match="NER_TEXT names no folder.*news.txt.xz"):
        corpora.archives()
    monkeypatch.setenv("NER_TEXT", str(tmp_path))
    with pytest.raises(ConfigError, match="news.txt.xz: no such archive"):
        corpora.archives()
    build = script("shipped_model")
    monkeypatch.setattr(build, "TRANSFORMER", tmp_path / "bert")
    monkeypatch.setattr(build, "TRAINED_ON", tmp_path / "bert-news")
    with pytest.raises(ConfigError, match="bert: no such folder"):
        build.transformer()


def test_paragraphs_are_drawn_by_chance_alike_each_time_and_once_each(script, tmp_path):
    place = tmp_path / "news.txt.xz"
    lines = [f"第{number}天没有下雨。" for number in range(50)]
    with lzma.open(place, "wt", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in [*lines, *lines, "<doc>", "短", "长" * 500])
    drawn = [list(script("shipped_corpora").drawn(place, 100, random.Random(1))) for _ in range(2)]
    assert drawn[0] == drawn[1] and len(set(drawn[0])) == len(drawn[0])
    assert set(drawn[0]) <= set(lines) and drawn[0] != lines[: len(drawn[0])]
    assert 100 <= sum(map(len, drawn[0])) < 110


def test_the_build_goes_from_corpora_to_card(script, tmp_path):
    build = script("shipped_model")
    steps = [*build.data(tmp_path, "cpu", None), *build.student(tmp_path, "cpu")]
    names = [step.name for step in steps]
    assert names.index("transformer trained on") < names.index("teacher")
    assert names.index("teacher") < names.index("raw text labelled by the teacher")
    assert names.index("student") < names.index("graph of few bits") < names.index("calibration")
    assert names[-1] == "card"
    assert len({step.makes for step in steps}) == len(steps)


def test_a_teacher_that_is_there_labels_without_a_training(script, tmp_path, monkeypatch):
    build = script("shipped_model")
    verbs = []
    monkeypatch.setattr(build, "ner", lambda *words: verbs.append([str(one) for one in words]))
    steps = build.data(tmp_path, "cpu", "standard")
    assert {"teacher", "transformer trained on"}.isdisjoint(step.name for step in steps)
    steps[-1].work()
    assert verbs[0][:4] == ["label", str(tmp_path / "raw.txt"), "-m", "standard"]


def test_failures_are_the_sentences_that_are_not_all_right(script):
    figures = script("shipped_figures")
    wrong = annotated("[陶小满|LOC]把信寄到了衢州。")
    found = list(figures.failed([(GOLD[0], wrong), (GOLD[1], GOLD[1])]))
    assert [(one["missed"], one["found"]) for one in found] == [
        (["陶小满 PER", "衢州 LOC"], ["陶小满 LOC"])
    ]
    rows = list(figures.failure_rows(found, 2))
    assert rows[0] == "Of the 2 hard sentences 1 are right in every entity."


def measured(script, model, monkeypatch):
    """Figures of the tiny model on its own sentences."""
    figures = script("shipped_figures")
    monkeypatch.setattr(figures, "read", lambda domain, folder, limit: GOLD)
    monkeypatch.setattr(figures, "ERRORS", {"traditional:strength=1": "in traditional script"})
    monkeypatch.setattr(figures, "Plan", lambda: Plan(1, 0.01))
    place = model.parent / "figures.json"
    figures.measure(model, Path(), place)
    return place


def test_figures_become_a_card_that_programs_can_read(script, model, monkeypatch, capsys):
    place = measured(script, model, monkeypatch)
    figures = json.loads(place.read_text(encoding="utf-8"))
    assert [one["name"] for one in figures["domains"]][0] == "MSRA test"
    assert "| in traditional script |" in capsys.readouterr().out
    before = digest(model)
    script("shipped_card").write(model, place)
    card = (model / "README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["sha256"] == before == digest(model)
    sizes = {one.name: one.stat().st_size for one in model.iterdir() if one.name != "README.md"}
    assert front["bytes"] == sum(sizes.values())
    f1, of = first_figure(card)
    assert (round(f1, 4), of) == (round(figures["domains"][0]["f1"], 4), "MSRA test")
    assert str(ROOT) not in card and str(model.parent) not in card
    assert str(model.parent) not in place.read_text(encoding="utf-8")


def test_figures_of_another_model_make_no_card(script, tiny_run, tmp_path):
    place = tmp_path / "figures.json"
    place.write_text('{"model": {"sha256": "0"}}', encoding="utf-8")
    with pytest.raises(ModelError, match="figures of other files"):
        script("shipped_card").write(tiny_run, place)
