"""A run and its folder: what is in it, who may write there, and going on after a stop."""

import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from safetensors.torch import load_file
from streams import read
from trained import ROOT, SENTENCES, TINY, annotated, tiny_config, train

import ner
from ner.config import load_config
from ner.errors import ConfigError, CorpusError, NerError
from ner.evaluation import Score, Scores, score
from ner.evaluation.surroundings import CONFIG, METRICS
from ner.model.folder import MODEL
from ner.settings import TrainingSettings
from ner.training import checkpoint
from ner.training.advice import few_steps, nothing_found
from ner.training.loop import Epoch
from ner.training.run import Run, accelerator
from ner.training.run_folder import CHECKPOINT

TIMES = ("seconds", "characters_per_second")
FOUR = "training.epochs=4"


def metrics(folder):
    lines = (folder / METRICS).read_text(encoding="utf-8").splitlines()
    return [{k: v for k, v in json.loads(line).items() if k not in TIMES} for line in lines]


def contents(folder):
    """Every file's bytes; of the metrics, all but the times."""
    files = {str(p.relative_to(folder)): p for p in folder.rglob("[!.]*") if p.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != METRICS} | {
        METRICS: metrics(folder)
    }


@pytest.fixture(scope="module")
def whole(config, tmp_path_factory):
    """The folder of a run of four epochs that nothing interrupted."""
    run, _ = train(config(FOUR), tmp_path_factory.mktemp("whole") / "run")
    return run.folder


def test_a_run_folder_holds_settings_metrics_checkpoint_and_model(whole, config):
    model = {f"{MODEL}/{name}" for name in ("model.json", "features.json", "README.md")}
    weights = {f"{MODEL}/{name}.safetensors" for name in ("features", "weights")}
    assert contents(whole).keys() == {CONFIG, METRICS, CHECKPOINT} | model | weights
    assert [row["epoch"] for row in metrics(whole)] == [1, 2, 3, 4]
    card = (whole / MODEL / "README.md").read_text(encoding="utf-8")
    assert "Labels: LOC, ORG, PER" in card
    assert "| all (micro) |" in card


@pytest.mark.parametrize("attention", ["{kind: soft}", "none"])
def test_the_settings_in_the_folder_are_those_of_the_run(config, tmp_path, attention):
    run, _ = train(config(f"model.attention={attention}"), tmp_path / "运行", stop_after=1)
    assert load_config(run.folder / CONFIG) == run.config


def test_the_corpus_in_the_folder_is_spelled_out_wherever_the_run_was_started(tmp_path):
    run, _ = train(tiny_config(), tmp_path, stop_after=1)
    assert run.config.data.root == str(ROOT / "data" / "sample")


@pytest.mark.parametrize("attention", ["{kind: soft, dropout: 0.5}", "none"])
def test_a_run_that_goes_on_ends_as_if_it_had_not_stopped(config, tmp_path, attention):
    settings = config(FOUR, f"model.attention={attention}", "model.encoder.dropout=0.5")
    train(settings, tmp_path / "whole")
    for stopped in (0, 1, 3, 4):
        halves = tmp_path / f"stopped after {stopped}"
        train(settings, halves, stop_after=stopped)
        _, rest = train(settings, halves, resume=True)
        assert [epoch.number for epoch in rest] == list(range(stopped + 1, 5))
        assert contents(tmp_path / "whole") == contents(halves)


@pytest.mark.parametrize(
    "writer",
    ["model_folder.write_description", "model_folder.write_weights", "card", "checkpoint.save"],
)
def test_a_run_killed_between_two_files_ends_as_if_it_had_not_been(
    config, tmp_path, monkeypatch, whole, writer
):
    place = f"ner.training.run.{writer}"
    write, calls = eval(writer, vars(sys.modules["ner.training.run"])), []

    def killed_at_the_second_call(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return write(*arguments)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(place, killed_at_the_second_call)
        train(config(FOUR), tmp_path)
    train(config(FOUR), tmp_path, resume=True)
    assert contents(tmp_path) == contents(whole)


def test_a_torn_line_of_metrics_is_written_again(config, tmp_path, whole):
    train(config(FOUR), tmp_path, stop_after=2)
    with open(tmp_path / METRICS, "a", encoding="utf-8") as stream:
        stream.write('{"epoch": 3, "lo')
    train(config(FOUR), tmp_path, resume=True)
    assert contents(tmp_path) == contents(whole)


@pytest.mark.slow
def test_a_process_killed_in_the_middle_of_an_epoch_ends_as_if_it_had_not_been(command, tmp_path):
    few = "training.batch_characters=64"  # so that an epoch takes longer than the pause
    changes = ("--set", FOUR, "--set", few)
    verb = ["train", str(TINY), "-o", str(tmp_path / "killed"), *changes]
    program = [sys.executable, "-m", "ner", *verb]
    with subprocess.Popen(program, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        next(line for line in process.stderr if line.startswith("epoch   2"))
        time.sleep(0.3)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert len(metrics(tmp_path / "killed")) in (2, 3)
    assert command(*verb, "--resume").code == 0
    train(tiny_config(FOUR, few), tmp_path / "whole")
    found = contents(tmp_path / "killed")
    assert found.pop("model/calibration.json")  # the verb's own last step
    assert found == contents(tmp_path / "whole")


def test_the_model_is_that_of_the_best_epoch(config, tmp_path, scored):
    scored(0.2, 0.6, 0.6, 0.4)
    run = Run(config(FOUR), tmp_path, device="cpu")
    states = [
        {name: value.clone() for name, value in run.task.average.network.state_dict().items()}
        for _ in run.epochs()
    ]
    saved = load_file(run.model / "weights.safetensors")
    equal = [all(torch.equal(one[name], saved[name]) for name in saved) for one in states]
    assert equal == [False, True, False, False]
    assert "at epoch 2:" in (run.model / "README.md").read_text(encoding="utf-8")


def test_the_saved_model_finds_what_the_best_epoch_found(tiny_run):
    gold, _ = read((ROOT / "data" / "sample" / "dev.bio").read_bytes(), "columns")
    found = list(ner.load(tiny_run, device="cpu").pipe_documents(gold))
    best = max(row["dev_f1"] for row in metrics(tiny_run))
    assert score(gold, found).overall.f1 == best > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("training.epochs=9", r"training\.epochs was 4, is 9"),
        ("model.attention=none", r"model\.attention was \[\{.*\}\], is \[\]"),
        ("seed=7", "seed was 1, is 7"),
        ("data.train=other.bio", r'data\.train was "small\.bio", is "other\.bio"'),
    ],
)
def test_a_run_with_other_settings_cannot_be_resumed(config, whole, change, message):
    with pytest.raises(ConfigError, match=rf"config\.yaml: .*other settings: {message}$"):
        Run(config(FOUR, change), whole, device="cpu", resume=True)


@pytest.mark.parametrize("content", ["data: [", "seed: eins\n", "\x00", "- 1\n", ""])
def test_damaged_settings_in_the_folder_are_an_error_with_their_place(config, tmp_path, content):
    train(config(), tmp_path, stop_after=1)
    (tmp_path / CONFIG).write_text(content, encoding="utf-8")
    with pytest.raises(NerError, match=r"config\.yaml: "):
        Run(config(), tmp_path, device="cpu", resume=True)


def test_an_old_run_is_neither_continued_nor_overwritten_unasked(config, whole):
    before = contents(whole)
    with pytest.raises(NerError, match="there is a run already.*--resume.*--force"):
        Run(config(FOUR), whole, device="cpu")
    assert contents(whole) == before


def test_force_starts_an_old_run_anew(config, tmp_path, whole):
    train(config("seed=9"), tmp_path, stop_after=2)
    (tmp_path / "test.json").write_text("{}")
    train(config(FOUR), tmp_path, force=True)
    assert contents(tmp_path) == contents(whole)


def test_force_keeps_what_a_run_has_not_written(config, tmp_path):
    train(config("seed=9"), tmp_path, stop_after=1)
    (tmp_path / "notes").mkdir()
    kept = [tmp_path / "notes.txt", tmp_path / "notes" / "more.txt"]
    for file in kept:
        file.write_text("x")
    train(config(), tmp_path, force=True, stop_after=1)
    assert set(tmp_path.rglob("*.txt")) == set(kept)


def test_a_folder_of_other_files_is_not_resumed(config, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(NerError, match="not empty, and no run is in it"):
        Run(config(), tmp_path, device="cpu", resume=True)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_a_killed_write_left_is_no_file_of_another(config, tmp_path):
    (tmp_path / ".ner-x1").write_text("seed", encoding="utf-8")
    _, done = train(config(), tmp_path, resume=True, stop_after=1)
    assert [epoch.number for epoch in done] == [1]


@pytest.mark.parametrize("names", [["notes.txt"], ["config.yaml", "notes.txt"]])
def test_a_folder_that_is_no_run_is_neither_filled_nor_emptied(config, tmp_path, names):
    for name in names:
        (tmp_path / name).write_text("theme: dark\n", encoding="utf-8")
    for how in ({}, {"force": True}):
        with pytest.raises(NerError, match="not empty, and no run is in it: -o takes another"):
            Run(config(), tmp_path, device="cpu", **how)
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_force_keeps_the_old_run_if_the_new_one_cannot_start(config, tmp_path):
    train(config(), tmp_path, stop_after=1)
    before = contents(tmp_path)
    with pytest.raises(CorpusError, match=r"gone\.bio: No such file"):
        Run(config("data.train=gone.bio"), tmp_path, device="cpu", force=True)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("make", [True, False], ids=["empty", "new"])
def test_a_new_or_empty_folder_may_be_resumed_from_the_beginning(config, tmp_path, make):
    folder = tmp_path / "run"
    if make:
        folder.mkdir()
    _, done = train(config(), folder, resume=True, stop_after=1)
    assert [epoch.number for epoch in done] == [1]


def test_a_run_on_a_changed_corpus_cannot_be_resumed(config, corpus, tmp_path):
    (tmp_path / "small.bio").write_bytes((corpus / "small.bio").read_bytes())
    settings = config(f"data.root={tmp_path}")
    train(settings, tmp_path / "run", stop_after=1)
    content = (tmp_path / "small.bio").read_text(encoding="utf-8")
    for changed in (content.replace("-PER", "-NAME"), "鹭\tB-BIRD\n"):
        (tmp_path / "small.bio").write_text(changed, encoding="utf-8")
        with pytest.raises(CorpusError, match=r"run: the corpus has changed.*: train \(.*, dev \("):
            Run(settings, tmp_path / "run", device="cpu", resume=True)
    (tmp_path / "small.bio").write_text(content + "\n", encoding="utf-8")  # the same sentences
    assert Run(settings, tmp_path / "run", device="cpu", resume=True).progress.epoch == 1


def test_a_checkpoint_that_knows_no_corpus_is_resumed_and_learns_of_it(config, tmp_path, whole):
    run, _ = train(config(FOUR), tmp_path, stop_after=2)
    before = replace(run.progress, corpus={})
    checkpoint.save(tmp_path / CHECKPOINT, run._networks, run.optimiser, before)
    train(config(FOUR), tmp_path, resume=True)
    assert contents(tmp_path) == contents(whole)


def test_without_a_dev_set_a_share_of_train_is_held_out(config, tmp_path):
    runs = [
        Run(config("data.dev=null", "data.dev_share=0.34"), tmp_path / name, device="cpu")
        for name in ("one", "two")
    ]
    held = [[document.text for document in run.task.dev_gold] for run in runs]
    texts = [annotated(one).text for one in SENTENCES]
    assert held[0] == held[1]
    assert len(held[0]) == 2
    assert set(held[0]) < set(texts)
    assert sorted(runs[0].task.train.lengths) == sorted(
        len(text) for text in texts if text not in held[0]
    )


def test_what_dev_has_and_train_lacks_is_remarked(corpus, config, tmp_path):
    other = "鹭\tB-BIRD\n飞\tO\n".encode()
    (tmp_path / "other.bio").write_bytes(other)
    (tmp_path / "small.bio").write_bytes((corpus / "small.bio").read_bytes())
    settings = config(f"data.root={tmp_path}", "data.dev=other.bio")
    remarks = Run(settings, tmp_path / "run", device="cpu").remarks
    assert "dev: 2 unknown characters" in remarks
    assert any(line.startswith("dev: 1 entities are not learned or found") for line in remarks)
    assert any("no model can find: BIRD 1" in line for line in remarks)


def test_another_precision_earlier_in_the_process_changes_nothing():
    AcceleratorState._reset_state(True)
    assert Accelerator(cpu=True, mixed_precision="bf16").mixed_precision == "bf16"
    assert accelerator("cpu", "no").mixed_precision == "no"
    assert accelerator("cpu", "auto").mixed_precision == "no"


def test_of_half_precisions_a_cpu_takes_the_one_that_needs_no_scaling():
    with pytest.raises(ConfigError, match="mixed_precision: fp16 needs a GPU"):
        accelerator("cpu", "fp16")
    assert accelerator("cpu", "bf16").mixed_precision == "bf16"


@pytest.mark.parametrize("device", ["cuda:97", "tpu", "cuda:x"])
def test_a_device_that_is_not_there_is_an_error(device):
    with pytest.raises(ConfigError, match=f"^device {device}: "):
        accelerator(device, "no")


@pytest.mark.parametrize(
    ("number", "predicted", "hinted"), [(1, 0, False), (2, 0, True), (7, 0, True), (2, 1, False)]
)
def test_a_hint_comes_when_nothing_is_found_after_the_first_epoch(
    tmp_path, config, number, predicted, hinted
):
    _, (first,) = train(config(), tmp_path, stop_after=1)
    scores = Scores(Score(0, 0, 0, 9), {}, predicted, 0)
    epoch = Epoch(number, 1.0, scores, False, 1.0, 1.0, 0.1, first.progress)
    advice = nothing_found(epoch)
    assert (advice is not None) == hinted
    assert advice is None or f"after epoch {number}" in advice


@pytest.mark.parametrize(
    ("characters", "batch", "steps"),
    [
        (17_000, 1024, "17 steps; .*=256 makes 67"),
        (300, 8192, "1 step; .*=256 makes 2"),
        (20 * 1024, 1024, None),
        (17_000, 256, None),
        (200, 8192, None),
    ],
)
def test_few_steps_are_told_where_smaller_batches_make_more(characters, batch, steps):
    told = few_steps(characters, TrainingSettings(batch_characters=batch))
    assert (told is None) if steps is None else re.search(f"only {steps}$", told)


def test_a_run_of_hardly_any_steps_says_so(tmp_path):
    run, _ = train(tiny_config("training.batch_characters=8192"), tmp_path, stop_after=1)
    assert any(re.match(r"an epoch has only \d+ steps?;", remark) for remark in run.remarks)
