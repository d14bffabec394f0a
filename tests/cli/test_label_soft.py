"""``ner label --soft``: the teacher's probabilities beside what it labelled, and a student."""

import json
import os

import numpy as np
import pytest
from trained import SAMPLE, TINY

import ner
from ner.features.soft_file import SoftWriter, key_of, read_soft

TEXT = (SAMPLE / "demo.txt").read_text(encoding="utf-8")


@pytest.fixture
def soft(command, file, tiny_run, tmp_path):
    """The verb on the sample's text, and where its two files are."""
    path, out = file("a.txt", TEXT), tmp_path / "labelled.jsonl"

    def done(*arguments, models=(tiny_run,)):
        given = [part for model in models for part in ("-m", model)]
        return command("label", path, *given, "-o", out, "--soft", *arguments)

    return done, out, tmp_path / "labelled.soft.safetensors"


def test_the_kept_sentences_have_their_probabilities_beside_them(soft, tiny_run):
    label, out, beside = soft
    assert label("--min-score", 0).code == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    stored = read_soft(beside)
    assert stored.keys.tolist() == [key_of(row["text"]) for row in rows]
    assert stored.lengths.tolist() == [len(row["text"]) for row in rows]
    assert stored.about.tags == ner.load(tiny_run, device="cpu").tags
    assert (stored.about.scheme, stored.about.temperature) == ("BIOES", 1.0)
    middle = sorted(row["confidence"] for row in rows)[2]
    label("--min-score", middle - 1e-4, "--force")
    kept = [key_of(row["text"]) for row in rows if row["confidence"] >= middle]
    assert read_soft(beside).keys.tolist() == kept
    once = beside.read_bytes()
    label("--min-score", middle - 1e-4, "--force")
    assert beside.read_bytes() == once


def test_a_temperature_makes_them_less_sure_and_an_average_of_the_same_is_the_same(soft, tiny_run):
    label, out, beside = soft
    label("--min-score", 0)
    plain, rows = read_soft(beside), out.read_bytes()
    label("--min-score", 0, "--force", "--temperature", 4)
    warm = read_soft(beside)
    assert len(warm.pairs) > len(plain.pairs)
    assert warm.about.temperature == 4.0
    assert out.read_bytes() == rows
    label("--min-score", 0, "--force", models=(tiny_run, tiny_run))
    np.testing.assert_allclose(read_soft(beside).counts, plain.counts, atol=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--vote",), "votes have no probabilities of tags"),
        (("--temperature", "0"), "got 0, expected over 0"),
        (("-o", "-"), "needs -o FILE"),
    ],
)
def test_what_makes_no_sense_is_refused(soft, arguments, said):
    found = soft[0](*arguments)
    assert found.code == 2
    assert said in " ".join(found.err.replace("│", " ").split())


def test_soft_targets_are_overwritten_only_by_force(soft):
    label, out, beside = soft
    beside.write_text("mine")
    assert f"{beside}: is there already; --force" in label().message
    assert (out.exists(), beside.read_text()) == (False, "mine")


def test_a_pair_that_was_cut_short_in_between_has_no_soft_targets(
    soft, command, tmp_path, monkeypatch
):
    label, out, beside = soft
    label("--min-score", 0)
    old = out.read_bytes()
    placed = os.replace

    def cut(before, after):
        if after == beside:
            raise OSError(5, "the process ended here", str(after))
        placed(before, after)

    monkeypatch.setattr(os, "replace", cut)
    assert "the process ended here" in label("--min-score", 0.5, "--force").err
    monkeypatch.undo()
    assert out.read_bytes() != old and not beside.exists()
    changes = ("--set", f"data.labelled={{file: {out}, soft: true}}")
    found = command("train", TINY, "-o", tmp_path / "run", *changes)
    assert f"{beside}: no such file: data.labelled.soft needs" in found.message


def test_what_fails_before_its_end_leaves_the_old_pair(soft, monkeypatch):
    label, out, beside = soft
    label("--min-score", 0)
    old = out.read_bytes(), beside.read_bytes()

    def failing(self, text, tags):
        raise OSError(28, "no space left", "disk")

    monkeypatch.setattr(SoftWriter, "add", failing)
    assert "no space left" in label("--min-score", 0, "--force").err
    assert (out.read_bytes(), beside.read_bytes()) == old


def test_labels_alone_do_not_come_beside_the_soft_targets_of_others(soft, command, tiny_run, file):
    label, out, beside = soft
    label("--min-score", 0)
    alone = ("label", file("a.txt", TEXT), "-m", tiny_run, "-o", out, "--force")
    assert f"{beside}: they are of other labels" in command(*alone).message
    beside.unlink()
    assert command(*alone).code == 0


def test_a_student_learns_from_its_teacher(soft, command, tmp_path):
    label, out, _ = soft
    label("--min-score", 0)
    path = tmp_path / "small.yaml"
    tiny = (SAMPLE.parents[1] / "tests" / "tiny.yaml").read_text(encoding="utf-8")
    text = tiny.replace("../data/sample", str(SAMPLE)).replace("epochs: 3", "epochs: 1")
    path.write_text(text, encoding="utf-8")
    changes = f"data.labelled={{file: {out}, soft: 0.7}}"
    found = command("train", path, "-o", tmp_path / "run", "--set", changes)
    assert found.code == 0, found.err
    assert "labelled: 4 documents with soft targets, 0.7 of a loss" in found.err
