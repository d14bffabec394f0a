"""``ner bag``: a model for each fold of train, and what each found in what it never saw.

Or a model for each of some seeds.
"""

import json

import pytest
from streams import read, written
from trained import SAMPLE, TINY

import ner
from ner.calibration import CALIBRATION, UNCHANGED, read_calibration
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


@pytest.fixture
def of_seeds(command, corpus, tmp_path):
    """``ner bag --seeds 2`` into the folder ``bag``, from seed 4 on."""
    data = (f"data.root={corpus}", "data.dev=dev.bio", "training.epochs=6", "seed=4")
    sets = [part for one in data for part in ("--set", one)]
    arguments = ("bag", TINY, "-o", tmp_path / "bag", "--seeds", 2, *sets)
    return lambda *rest: command(*arguments, *rest)


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


def test_a_bag_of_seeds_learns_from_the_whole_of_train(of_seeds, command, corpus, tmp_path):
    found = of_seeds("--set", "data.test=test.bio", "--set", "training.learning_rate=0.04")
    assert found.code == 0
    folder = tmp_path / "bag"
    assert members(folder) == [folder / "seed-4", folder / "seed-5"]
    configs = [load_config(one / "config.yaml") for one in members(folder)]
    assert [one.seed for one in configs] == [4, 5]
    assert configs[0].data == configs[1].data and configs[0].data.fold is None
    assert not (folder / "out_of_fold.jsonl").exists()
    gold, _ = read((corpus / "test.bio").read_bytes(), "columns")
    together = ner.load(folder, device="cpu")
    expected = score(gold, list(together.pipe_documents(gold)))
    assert json.loads((folder / "test.json").read_text(encoding="utf-8")) == expected.to_dict()
    lines = found.out.splitlines()
    assert lines[0] == f"2 models in {folder}"
    assert lines[1] == "dev as found by all of them together:"
    assert f"{100 * expected.overall.f1:.2f}" in found.out
    assert together.calibration == read_calibration(folder) != UNCHANGED
    alone = command("train", TINY, "-o", tmp_path / "alone", *found_again(corpus))
    assert alone.code == 0
    for name in ("weights.safetensors", "features.json"):
        own = [one / "model" / name for one in (folder / "seed-5", tmp_path / "alone")]
        assert own[0].read_bytes() == own[1].read_bytes()


def found_again(corpus):
    """What makes ``ner train`` repeat the second one of the bag of seeds."""
    data = (f"data.root={corpus}", "data.dev=dev.bio", "training.epochs=6", "seed=5")
    return [part for one in (*data, "training.learning_rate=0.04") for part in ("--set", one)]


def test_a_bag_of_seeds_whose_models_hold_out_other_sentences_has_no_scores_on_dev(
    of_seeds, tmp_path
):
    found = of_seeds("--set", "data.dev=null", "--set", "training.epochs=1")
    assert (found.code, found.out) == (0, f"2 models in {tmp_path / 'bag'}\n")
    assert not (tmp_path / "bag" / CALIBRATION).exists()


def test_a_bag_of_folds_is_calibrated_where_dev_is_given(bag, tmp_path):
    bag("--set", "data.dev=dev.bio", "--set", "training.epochs=12")
    assert read_calibration(tmp_path / "bag") != UNCHANGED


def test_bags_of_folds_and_of_seeds_do_not_mix(bag, of_seeds, command, corpus, tmp_path):
    bag("--set", "training.epochs=1")
    folder = tmp_path / "bag"
    said = f"{folder}: there is a run already, fold-1, that is none of this bag's: --force"
    assert said in of_seeds().message and said in of_seeds("--resume").message
    assert (folder / BAG).exists()
    assert of_seeds("--force", "--set", "training.epochs=1").code == 0
    left = {"bag.json", "seed-4", "seed-5"}
    assert left <= {one.name for one in folder.iterdir()} <= left | {CALIBRATION}
    assert of_seeds("--resume", "--set", "training.epochs=1").code == 0
    suspected = command("check", corpus / "dev.bio", "--suspects", folder)
    assert "ner bag --folds writes that" in suspected.message
    both = of_seeds("--folds", 2)
    assert both.code == 2 and "they do not go together" in both.err
