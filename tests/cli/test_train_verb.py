"""``ner train``: a config in, a run folder and one line of result out."""

import json
import re

import pytest
import yaml
from streams import written
from trained import SENTENCES, TINY, annotated

import ner
from ner.config import load_config
from ner.evaluation import score

FAST = ("--set", "training.batch_characters=16", "--set", "training.learning_rate=0.04")
RESULT = re.compile(r"best dev F1 (\d+\.\d\d) at epoch (\d+), \d+ s, model in (.+)")


def columns(*sentences):
    return written(map(annotated, sentences), "columns")[0].decode()


@pytest.fixture
def config(tmp_path):
    """Makes a config file with these splits beside it."""

    def made(train=None, **splits):
        train = columns(*SENTENCES) if train is None else train
        settings = yaml.safe_load(TINY.read_text(encoding="utf-8"))
        settings["data"] = {"root": "."}
        for name, content in {"train": train, "dev": train, **splits}.items():
            (tmp_path / f"{name}.bio").write_text(content, encoding="utf-8")
            settings["data"][name] = f"{name}.bio"
        path = tmp_path / "small.yaml"
        path.write_text(yaml.safe_dump(settings), encoding="utf-8")
        return path

    return made


@pytest.fixture
def train(command, tmp_path):
    """``ner train CONFIG`` into ``run``."""
    return lambda config, *rest: command("train", config, "-o", tmp_path / "run", *FAST, *rest)


def test_the_result_is_one_line_and_the_epochs_are_remarks(train, config, tmp_path):
    found = train(config(), "--set", "training.epochs=4")
    assert found.code == 0
    f1, epoch, model = RESULT.fullmatch(found.out.removesuffix("\n")).groups()
    metrics = (tmp_path / "run" / "metrics.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in metrics.splitlines()]
    assert len(rows) == 4
    best = max(rows, key=lambda row: row["dev_f1"])
    assert (f1, int(epoch)) == (f"{100 * best['dev_f1']:.2f}", best["epoch"])
    assert ner.load(model).labels == ["LOC", "ORG", "PER"]
    said = found.err.splitlines()
    characters = sum(len(annotated(one).text) for one in SENTENCES)
    head = f"train: 6 sentences, {characters} characters, 12 entities (PER 5, LOC 5, ORG 2)"
    assert said[0] == f"{head} from {tmp_path / 'train.bio'}"
    assert any(line.startswith("device cpu; ") for line in said)
    assert [line[:9] for line in said if line.startswith("epoch")] == [
        f"epoch   {number}" for number in range(1, 5)
    ]


def test_a_test_set_is_scored_once_at_the_end(train, config, tmp_path):
    found = train(config(test=columns(*SENTENCES[:4])), "--set", "training.epochs=4")
    line, head, *rows = found.out.splitlines()
    assert RESULT.fullmatch(line)
    assert head.split() == ["label", "precision", "recall", "F1", "support"]
    saved = json.loads((tmp_path / "run" / "test.json").read_text(encoding="utf-8"))
    gold = [annotated(one) for one in SENTENCES[:4]]
    expected = score(gold, ner.load(tmp_path / "run")([one.text for one in gold])).to_dict()
    assert saved == expected
    assert f"{100 * expected['overall']['f1']:.2f}" in rows[-1].split()


def test_scores_are_calibrated_on_dev_where_it_says_enough(train, config, tmp_path):
    place = tmp_path / "run" / "model" / "calibration.json"
    few = train(config(), "--set", "training.epochs=4")
    assert "entities found in dev, expected 50 or more" in few.err and not place.exists()
    path = config(dev=columns(*SENTENCES * 10))
    many = train(path, "--set", "training.epochs=8", "--force")
    (said,) = (line for line in many.err.splitlines() if line.startswith("scores calibrated"))
    fitted = json.loads(place.read_text(encoding="utf-8"))["fitted"]
    figures = f"ECE {fitted['error_before']:.4f} before, {fitted['error']:.4f} after"
    assert said == f"scores calibrated on dev ({fitted['kind']}): {figures}"
    assert "by the best path" not in many.err
    again = train(path, "--set", "training.threshold=true", "--set", "training.epochs=8", "--force")
    (said,) = (line for line in again.err.splitlines() if line.startswith("on dev: F1 "))
    fitted = json.loads(place.read_text(encoding="utf-8"))["fitted"]
    assert f"F1 {100 * fitted['f1_by_path']:.2f} by the best path" in said
    assert fitted["f1"] >= fitted["f1_by_path"]


def test_without_a_test_set_none_is_written(train, config, tmp_path):
    assert len(train(config(), "--set", "training.epochs=1").out.splitlines()) == 1
    assert not (tmp_path / "run" / "test.json").exists()


def test_the_run_folder_is_named_after_the_config(command, config, tmp_path, monkeypatch):
    path = config()
    monkeypatch.chdir(tmp_path)
    command("train", path, "--set", "training.epochs=1")
    assert (tmp_path / "runs" / "small" / "model" / "model.json").exists()


def test_a_run_is_resumed_and_a_finished_one_says_its_result_again(train, config, tmp_path):
    path = config()
    first = train(path, "--set", "training.epochs=2")
    again = train(path, "--set", "training.epochs=2", "--resume")
    assert again.code == 0
    assert "resuming after epoch 2" in again.err.splitlines()
    assert RESULT.fullmatch(again.out.strip()).groups() == (
        RESULT.fullmatch(first.out.strip()).groups()
    )
    message = train(path, "--set", "training.epochs=3", "--resume").message
    assert "other settings: training.epochs was 2, is 3" in message
    assert "there is a run already: --resume" in train(path).message
    assert "epoch   1" in train(path, "--set", "training.epochs=1", "--force").err


def test_a_finished_run_may_be_scored_on_another_test_set(train, config, tmp_path):
    path = config(test=columns(*SENTENCES[:2]))
    once = ("--set", "training.epochs=1")
    train(path, *once, "--set", "data.test=null")
    assert train(path, *once, "--resume").code == 0
    assert (tmp_path / "run" / "test.json").is_file()
    assert load_config(tmp_path / "run" / "config.yaml").data.test == "test.bio"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "training.epoch=3"], "training.epoch: unknown setting (known: "),
        (["--set", "training.epoch=3"], "did you mean 'epochs'?"),
        (["--set", "model.attention.headz=3"], "model.attention.headz (soft): unknown setting"),
        (["--set", "training.epochs=many"], "training.epochs: got 'many': "),
        (["--set", "training.epochs"], "--set training.epochs: expected KEY=VALUE"),
        (["--set", "model.attention.score=cosin"], "unknown attention score 'cosin'"),
        (["--set", "model.decoder=crv"], "model.decoder: unknown decoder 'crv' (known: crf, "),
        (["--set", "data.format=colums"], "unknown format 'colums'"),
        (["--set", "data.encoding=utf-9"], "utf-9"),
        (["--set", "data.train=gone.bio"], "gone.bio: No such file or directory"),
        (["--set", "data.dev=gone.bio"], "gone.bio: No such file or directory"),
        (["--set", "data.test=gone.bio"], "gone.bio: No such file or directory"),
        (["--device", "cuda:97"], "device cuda:97: "),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_a_setting_that_cannot_be_is_named(train, config, tmp_path, arguments, message):
    assert message in train(config(), *arguments).message
    assert not (tmp_path / "run").exists()


def test_a_device_that_none_is_called_is_wrong_usage(train, config, tmp_path):
    said = "device foo: expected auto, cpu, cuda, cuda:1 or mps"
    assert said in train(config(), "--device", "foo").usage
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("data: {train: a.bio}\ntrainig: {}\n", "trainig: unknown setting"),
        ("training: {}\n", "data: missing, it must be given"),
        ("data: [\n", "not YAML: "),
        ("- 1\n", "expected settings like 'data:'"),
        ("", "expected settings like 'data:'"),
    ],
    ids=["unknown", "missing", "no YAML", "list", "empty"],
)
def test_a_config_that_cannot_be_is_named(train, tmp_path, content, message):
    path = tmp_path / "wrong.yaml"
    path.write_text(content, encoding="utf-8")
    found = train(path)
    assert found.code == 1
    assert found.err.startswith(f"ner: {path}: ")
    assert message in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize(
    ("train_split", "dev", "message"),
    [
        ("", columns(SENTENCES[0]), "train.bio: an empty corpus"),
        ("\n\n\n", columns(SENTENCES[0]), "train.bio: an empty corpus"),
        (columns(SENTENCES[0]), "", "dev.bio: an empty corpus"),
        (columns(SENTENCES[2]), columns(SENTENCES[0]), "train.bio: no entity is annotated in it"),
        ("雨\tO\n雪\tQ-LOC\n", columns(SENTENCES[0]), "train.bio:2: unknown tag 'Q-LOC'"),
    ],
    ids=["empty", "blank", "no dev", "no entity", "tag"],
)
def test_a_corpus_that_teaches_nothing_is_an_error(train, config, train_split, dev, message):
    assert message in train(config(train_split, dev=dev)).message


def test_too_few_sentences_for_a_dev_set_are_an_error(train, config):
    path = config(columns(SENTENCES[0]))
    assert "too few to hold a dev set out" in train(path, "--set", "data.dev=null").message


def test_no_is_a_precision_although_yaml_takes_it_for_a_truth_value(train, config):
    found = train(config(), "--set", "training.mixed_precision=no", "--set", "training.epochs=1")
    assert found.code == 0


def test_a_precision_that_the_device_lacks_is_no_traceback(command, config, tmp_path):
    changes = ("--set", "training.mixed_precision=bf16", "--set", "training.epochs=1")
    found = command("train", config(), "-o", tmp_path / "run", *changes, "--device", "cpu")
    assert found.code == 0 or "training.mixed_precision" in found.message


def test_a_label_that_only_dev_has_is_warned_of(train, config):
    path = config(dev=columns(SENTENCES[0], "[白鹭|BIRD]飞过[丽水|LOC]。"))
    said = train(path, "--set", "training.epochs=1").err.splitlines()
    assert "warning: dev has labels that train lacks and no model can find: BIRD 1" in said


def test_finding_nothing_at_all_gives_a_hint(train, config):
    path = config(columns(*SENTENCES[2:3] * 60, SENTENCES[0]))
    found = train(path, "--set", "training.epochs=2", "--set", "training.learning_rate=0.005")
    assert found.code == 0
    assert [line[:44] for line in found.err.splitlines() if "every prediction is O" in line] == [
        "warning: every prediction is O after epoch 2"
    ]
