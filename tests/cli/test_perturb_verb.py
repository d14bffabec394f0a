"""``ner perturb`` and ``ner evaluate --robustness``."""

import json
import shutil

import pytest
from streams import read, written
from trained import SAMPLE, SENTENCES, annotated

from ner.corpus.perturbation import PERTURBATIONS


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "small.bio"
    path.write_bytes(written(map(annotated, SENTENCES), "columns")[0])
    return path


def test_all_kinds_are_named(command):
    found = command("perturb", "--list")
    assert [line.split()[0] for line in found.out.splitlines()] == list(PERTURBATIONS)


def test_the_changed_corpus_is_written_whole(command, corpus, tmp_path):
    out = tmp_path / "changed.bio"
    arguments = ("--kind", "unseen:strength=1", "--to", "columns", "-o", out)
    found = command("perturb", corpus, *arguments)
    assert (found.code, found.out) == (0, "")
    documents, _ = read(out.read_bytes(), "columns")
    assert len(documents) == len(SENTENCES)
    before = {e.text for one in SENTENCES for e in annotated(one).entities}
    assert not before & {e.text for one in documents for e in one.entities}
    assert f"{corpus}: 5 of 6 documents changed by unseen:strength=1" in found.err
    assert "is there already" in command("perturb", corpus, *arguments).message


def test_a_sample_shows_before_and_after(command, corpus):
    found = command("perturb", corpus, "--kind", "double:strength=0.5", "--sample", 2)
    lines = found.out.split("\n")
    assert [line[:2] for line in lines] == ["- ", "+ ", "", "- ", "+ ", "", ""]
    assert lines[0][2:] in SENTENCES and lines[1][2:] not in SENTENCES


def test_robustness_is_a_table_json_and_a_picture(command, corpus, tiny_run, tmp_path):
    chart = tmp_path / "chart.svg"
    arguments = ("evaluate", tiny_run, corpus, "--robustness", "--kinds", "typo:strength=1")
    found = command(*arguments, "--kinds", "case", "--chart", chart)
    head, typo, *case = found.out.splitlines()
    assert head.split()[:2] == ["kind", "strength"]
    assert typo.split()[:5] == ["typo", "1", "5", "of", "6"]
    assert [line.split()[-1] for line in case] == ["–"] * 3
    assert chart.read_bytes().startswith(b"<?xml")
    (row,) = json.loads(command(*arguments, "--json").out)
    assert (row["kind"], row["changed"]) == ("typo", 5)
    before, after = (row[when]["overall"]["f1"] for when in ("before", "after"))
    assert row["retained"] == pytest.approx(after / before)
    assert after < before


def test_settings_tell_rows_of_one_kind_and_strength_apart(command, corpus, tiny_run, tmp_path):
    kinds = [f"drop:strength=0.3,where={where}" for where in ("inside", "outside")]
    arguments = ("evaluate", tiny_run, corpus, "--robustness", "--kinds", kinds[0])
    chart = tmp_path / "chart.svg"
    found = command(*arguments, "--kinds", kinds[1], "--kinds", "drop:strength=0.3", "--json")
    settings = [row["settings"] for row in json.loads(found.out)]
    assert settings == [{"where": "inside"}, {"where": "outside"}, {}]
    shown = command(*arguments, "--kinds", "drop:strength=0.3", "--chart", chart).out
    names = [line.split()[:2] for line in shown.splitlines()[1:]]
    assert names == [["drop:where=inside", "0.3"], ["drop", "0.3"]]
    assert "drop:where=inside" in chart.read_text()


@pytest.mark.parametrize("kind", ["cross", "unseen"])
def test_without_train_it_is_said_that_the_file_alone_is_known(command, corpus, kind):
    said = "unseen and cross know the mentions of the file alone; --train names the file"
    assert said in command("perturb", corpus, "--kind", kind).err
    assert said not in command("perturb", corpus, "--kind", kind, "--train", corpus).err
    assert said not in command("perturb", corpus, "--kind", "typo").err


def test_what_the_model_was_trained_on_is_found_by_its_run(command, corpus, tiny_run, tmp_path):
    arguments = (corpus, "--robustness", "--kinds", "cross:strength=1", "--json")
    found = command("evaluate", tiny_run, *arguments)
    assert found.code == 0 and "--train" not in found.err
    named = command("evaluate", tiny_run, *arguments, "--train", SAMPLE / "dev.bio")
    assert named.out == found.out
    shutil.copytree(tiny_run / "model", tmp_path / "alone")
    alone = command("evaluate", tmp_path / "alone", *arguments)
    assert "unseen and cross know the mentions of the file alone: " in alone.err
    assert "; --train names the file" in alone.err
    kinds = ("--kinds", "typo:strength=1")
    other = command("evaluate", tmp_path / "alone", corpus, "--robustness", *kinds)
    assert other.code == 0 and "--train" not in other.err


def test_what_does_not_go_together_is_refused(command, corpus, tiny_run):
    assert command("perturb", corpus).code == 2
    assert command("evaluate", tiny_run, corpus, "--kinds", "typo").code == 2


def test_what_cannot_be_asked_for_is_named_before_anything_is_read(command):
    typo = ("--kind", "typo")
    said = "strength: expected a number from 0 to 1, got '2'"
    assert "unknown perturbation" in command("perturb", "gone", "--kind", "tipo").usage
    assert said in command("perturb", "gone", "--kind", "typo:strength=2").usage
    assert "unknown format 'x'" in command("perturb", "gone", *typo, "--from", "x").usage
    assert "unknown output format 'x'" in command("perturb", "gone", *typo, "--to", "x").usage
    wrong = command("evaluate", "gone", "gone", "--robustness", "--kinds", "tpyo")
    assert "did you mean 'typo'" in wrong.usage
