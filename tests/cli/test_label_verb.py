"""``ner label``: raw text in, sentences with entities and a confidence each out."""

import gzip
import json
import lzma

import pytest
from trained import SAMPLE, SENTENCES, annotated

import ner
from ner.document import Document
from ner.tagging.bag import write_bag

TEXTS = (SAMPLE / "demo.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def label(command, tiny_run, tmp_path):
    """The verb with the small model, and the rows that it wrote."""

    def done(*arguments, models=None, **how):
        given = [part for model in models or [tiny_run] for part in ("-m", model)]
        out = tmp_path / "labelled.jsonl"
        found = command("label", *given, "-o", out, *arguments, **how)
        rows = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
        return found, [json.loads(row) for row in rows]

    return done


def test_each_sentence_is_a_line_with_its_entities_and_confidence(label, file, tiny_run, tmp_path):
    found, rows = label(file("a.txt", "".join(TEXTS) + "\n\n"), "--min-score", 0)
    assert (found.code, found.out) == (0, "")
    said = [f"{tmp_path / 'labelled.jsonl'}: {len(rows)} sentences kept"]
    assert said[0] in found.err.splitlines()
    assert "".join(row["text"] for row in rows) == "".join(TEXTS)
    assert len(rows) == len(TEXTS) == 4
    tagger = ner.load(tiny_run, device="cpu")
    for row in rows:
        ((document, (confidence,)),) = tagger.pipe_sure([Document(row["text"])])
        assert row["confidence"] == pytest.approx(confidence, abs=1e-3)
        assert [e["text"] for e in row["entities"]] == [e.text for e in document.entities]
        assert all(0 < e["score"] <= 1 for e in row["entities"])


def test_what_is_doubtful_is_left_out_and_counted(label, file):
    path = file("a.txt", "\n".join(TEXTS))
    _, rows = label(path, "--min-score", 0)
    middle = sorted(row["confidence"] for row in rows)[len(rows) // 2]
    found, kept = label(path, "--min-score", middle - 1e-4, "--force")
    assert kept == [row for row in rows if row["confidence"] >= middle]
    assert f"{len(rows) - len(kept)} sentences of less confidence left out" in found.err


def test_a_second_time_gives_the_same_bytes_whatever_the_inputs_packing(label, file, tmp_path):
    content = "\n".join(TEXTS).encode()
    written = []
    packed = {
        "a.txt": content,
        "a.txt.xz": lzma.compress(content),
        "a.txt.gz": gzip.compress(content),
        "b.txt": content,
    }
    for name, raw in packed.items():
        label(file(name, raw), "--min-score", 0, "--force")
        written.append((tmp_path / "labelled.jsonl").read_bytes())
    label("--min-score", 0, "--force", stdin=content)
    written.append((tmp_path / "labelled.jsonl").read_bytes())
    assert len(set(written)) == 1


def test_the_models_of_a_bag_vote(label, file, tiny_run, tmp_path):
    path = file("a.txt", "\n".join(TEXTS))
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag" / "one").symlink_to(tiny_run)
    write_bag(tmp_path / "bag", ["one", "one"])
    _, alone = label(path, "--min-score", 0)
    for models in ([tmp_path / "bag"], [tiny_run, tiny_run, tiny_run]):
        _, rows = label(path, "--min-score", 0, "--vote", "--force", models=models)
        assert rows == alone


def test_several_models_without_a_vote_are_averaged(label, file, tiny_run):
    path = file("a.txt", "\n".join(TEXTS))
    _, alone = label(path, "--min-score", 0)
    _, rows = label(path, "--min-score", 0, "--force", models=[tiny_run, tiny_run])
    for row in [*alone, *rows]:
        row["confidence"] = pytest.approx(row["confidence"], abs=2e-4)
        for entity in row["entities"]:
            entity["score"] = pytest.approx(entity["score"], abs=2e-4)
    assert [row["text"] for row in rows] == [row["text"] for row in alone]
    assert [[e["start"] for e in row["entities"]] for row in rows] == [
        [e["start"] for e in row["entities"]] for row in alone
    ]


def test_one_model_cannot_vote(label, file):
    found, rows = label(file("a.txt", "丽水。"), "--vote")
    assert (found.code, rows) == (2, [])
    assert "got 1 model, expected two or more" in " ".join(found.err.split())


def test_an_output_is_overwritten_only_by_force(label, file, tmp_path):
    path, out = file("a.txt", TEXTS[0]), file("labelled.jsonl", "{}\n")
    found, _ = label(path)
    assert f"{out}: is there already; --force" in found.message
    assert out.read_text() == "{}\n"
    assert label(path, "--force")[0].code == 0


def test_a_damaged_input_leaves_no_output(label, file, tmp_path):
    path = file("a.txt.xz", lzma.compress("\n".join(TEXTS).encode())[:40])
    found, _ = label(path)
    assert f"{path}: damaged" in found.message
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt.xz"]


def test_what_is_labelled_can_be_trained_on(label, file, command, config_of_small, tmp_path):
    label(file("a.txt", "".join(annotated(one).text for one in SENTENCES)), "--min-score", 0)
    changes = f"data.labelled={{file: {tmp_path / 'labelled.jsonl'}}}"
    found = command("train", config_of_small, "-o", tmp_path / "run", "--set", changes)
    assert found.code == 0
    assert "labelled: 6 sentences mixed in, mean weight 0." in found.err


@pytest.fixture
def config_of_small(tmp_path):
    path = tmp_path / "small.yaml"
    tiny = (SAMPLE.parents[1] / "tests" / "tiny.yaml").read_text(encoding="utf-8")
    text = tiny.replace("../data/sample", str(SAMPLE)).replace("epochs: 3", "epochs: 1")
    path.write_text(text, encoding="utf-8")
    return path
