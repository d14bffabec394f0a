"""``ner bag``: a model for each fold of train, and what each found in what it never saw."""

import json

import pytest
from streams import read, written
from trained import SAMPLE, TINY

import ner
from ner.config import load_config
from ner.corpus.folds import folds
from ner.corpus.splits import read_split
from ner.document import Document
from ner.evaluation import score
from ner.tagging.bag import BAG, members

FAST = ("--folds", 2, "--set", "training.epochs=2", "--set", "training.learning_rate=0.04")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Forty sentences of the sample, and a test set."""
    folder = tmp_path_factory.mktemp("corpus")
    for name in ("dev", "test"):
        documents, _ = read((SAMPLE / f"{name}.bio").read_bytes(), "columns")
        (folder / f"{name}.bio").write_bytes(written(documents[:40], "columns")[0])
    return folder


@pytest.fixture
def bag(command, corpus, tmp_path):
    """``ner bag`` into the folder ``bag``; the fold is the dev set."""
    data = ("--set", f"data.root={corpus}", "--set", "data.dev=null")
    return lambda *rest: command("bag", TINY, "-o", tmp_path / "bag", *FAST, *data, *rest)


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_bag_holds_its_models_and_trains_cross_validated_tags(bag, corpus, tmp_path):
    found = bag("--set", "data.test=test.bio")
    assert found.code == 0
    folder = tmp_path / "bag"
    assert members(folder) == [folder / "fold-1", folder / "fold-2"]
    first, second = (load_config(one / "config.yaml") for one in members(folder))
    assert (first.data.fold.number, second.data.fold.number) == (1, 2)
    assert (first.seed, second.seed, second.data.fold.seed) == (1, 2, 1)

    train = read_split("train", [corpus / "dev.bio"], first.data)
    crossed = rows(folder / "out_of_fold.jsonl")
    assert [row["text"] for row in crossed] == [one.text for one in train.documents]
    places = folds(train, first.data.fold)
    for number, (own, member) in enumerate(zip(places, members(folder), strict=True), 1):
        tagger = ner.load(member, device="cpu")
        for place in own:
            assert crossed[place]["fold"] == number
        expected = list(tagger.pipe_documents([train.documents[place] for place in own]))
        assert [[e["text"] for e in crossed[place]["entities"]] for place in own] == [
            [e.text for e in one.entities] for one in expected
        ]
    tables = found.out.splitlines()
    assert tables[0].startswith("2 models in ")
    assert sum(line.startswith("all (micro)") for line in tables) == 2
    gold, _ = read((corpus / "test.bio").read_bytes(), "columns")
    together = ner.load(folder, device="cpu")
    saved = json.loads((folder / "test.json").read_text(encoding="utf-8"))
    assert saved == score(gold, list(together.pipe_documents(gold))).to_dict()


def test_predict_and_evaluate_take_a_bag_or_several_models(bag, command, corpus, tmp_path):
    bag()
    folder = tmp_path / "bag"
    text = "骆一舟在丽水等陶小满。\n".encode()
    together = command("predict", "-m", folder, stdin=text)
    several = command("predict", "-m", folder / "fold-1", "-m", folder / "fold-2", stdin=text)
    assert (together.code, together.out) == (0, several.out)
    assert json.loads(together.out)["text"] == text.decode().strip()
    found = command("evaluate", folder, corpus / "test.bio", "--json")
    gold, _ = read((corpus / "test.bio").read_bytes(), "columns")
    tagger = ner.load(folder, device="cpu")
    expected = score(gold, list(tagger.pipe_documents([Document(one.text) for one in gold])))
    figures = json.loads(found.out)  # beside the scores there are many others
    assert {key: figures[key] for key in expected.to_dict()} == expected.to_dict()


def test_an_old_bag_is_continued_or_thrown_away_only_when_asked(bag, tmp_path):
    bag()
    before = (tmp_path / "bag" / "out_of_fold.jsonl").read_bytes()
    assert "there is a run already: --resume" in bag().message
    again = bag("--resume")
    assert again.code == 0
    assert not [line for line in again.err.splitlines() if line.startswith("epoch ")]
    assert (tmp_path / "bag" / "out_of_fold.jsonl").read_bytes() == before
    assert "other settings: data.fold.count was 2, is 3" in bag("--resume", "--folds", 3).message
    assert bag("--force").code == 0
    assert (tmp_path / "bag" / BAG).exists()


def test_a_new_bag_leaves_nothing_of_an_old_one(bag, tmp_path):
    folder = tmp_path / "bag"
    bag("--folds", 3, "--set", "data.test=test.bio", "--set", "training.epochs=1")
    for name in ("calibration.json", "notes.txt", "fold-9/notes.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("{}")
    assert "there is a run already" in bag().message
    assert (folder / "fold-3").is_dir() and (folder / "test.json").is_file()
    assert bag("--force", "--set", "training.epochs=1").code == 0
    left = {"bag.json", "out_of_fold.jsonl", "fold-1", "fold-2", "notes.txt", "fold-9"}
    assert {one.name for one in folder.iterdir()} == left


def test_a_bag_that_was_stopped_is_no_bag_yet(bag, tmp_path):
    bag()
    (tmp_path / "bag" / "fold-2" / "checkpoint.safetensors").write_bytes(b"")
    assert bag("--resume").code == 1
    assert not (tmp_path / "bag" / BAG).exists()


def test_a_test_set_that_is_not_there_is_said_before_training(bag, tmp_path):
    assert "gone.bio: No such file" in bag("--set", "data.test=gone.bio").message
    assert not (tmp_path / "bag").exists()


def test_too_many_folds_and_a_fold_of_ones_own_are_errors(bag):
    assert "are too few for 99 folds" in bag("--folds", 99).message
    message = bag("--set", "data.fold={number: 1}").message
    assert "data.fold: each model of a bag has its own" in message


def test_the_given_dev_set_decides_and_the_fold_is_never_looked_at(bag, tmp_path):
    found = bag("--set", "data.dev=test.bio", "--set", "training.epochs=1")
    heads = [line for line in found.err.splitlines() if ": dev: " in line and "sentences," in line]
    assert [head.split(":")[0] for head in heads] == ["fold-1", "fold-2"]
    assert all("test.bio" in head for head in heads)


def test_info_shows_a_bag_and_its_members(bag, command, tmp_path):
    bag("--set", "training.epochs=1")
    folder = tmp_path / "bag"
    about = json.loads(command("info", folder, "--json").out)
    own = json.loads(command("info", folder / "fold-2", "--json").out)
    assert about["bag"] == str(folder) and about["labels"] == own["labels"]
    assert about["members"][1] == {
        "folder": "fold-2",
        "fold": 2,
        "folds": 2,
        "parameters": own["parameters"],
        "bytes": own["bytes"],
    }
    assert about["bytes"] == sum(one["bytes"] for one in about["members"])
    facts, table = command("info", folder).out.rstrip("\n").split("\n\n")
    assert facts.splitlines()[0].split() == ["bag", str(folder)]
    rows = [row.split() for row in table.splitlines()]
    assert rows[2][:5] == ["fold-2", "fold", "2", "of", "2"]
    (folder / "fold-2" / "model" / "model.json").write_text("{")
    assert "fold-2" in command("info", folder).message


def test_where_one_model_is_needed_those_of_the_bag_are_named(bag, command, tmp_path):
    bag("--set", "training.epochs=1")
    folder = tmp_path / "bag"
    said = f"{folder}: not a model or run folder: no model.json in it; name one of those in it: "
    assert said + "fold-1, fold-2" in command("explain", "陶小满来了。", "-m", folder).message
    assert said in command("export", folder, "-o", tmp_path / "light").message
    page = command("explain", "陶小满来了。", "-m", folder / "fold-1")
    assert page.code == 0 and "<html" in page.out
