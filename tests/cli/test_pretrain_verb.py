"""``ner pretrain``: the folder that it writes, what is made of it, what is said and refused."""

import io
import json
import lzma
import shutil
import signal
import stat
import sys
import tempfile

import pytest
import torch
from planted import planted
from pretrained import bert, config_of, featurizer_of, network_of
from safetensors.torch import load_file

from ner.cli import pretrain as verb
from ner.pretraining import run as run_module
from ner.pretraining.progress import Look, Progress
from ner.pretraining.run import Pretraining
from ner.pretraining.source import load

__all__ = ["bert"]

TEXT = "\n".join(planted(60)) + "\n"
FILES = ["config.json", "model.safetensors", "pretraining.json"]
FILES += ["tokenizer.json", "tokenizer_config.json"]
QUICK = ("--length", 12, "--batch", 240, "--learning-rate", 0.01)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "made"


@pytest.fixture
def pretrain(command, bert, out):
    """``ner pretrain`` of the tiny BERT on this input."""

    def done(path, *options, stdin=b"", transformer=bert):
        quick = () if "--length" in options else QUICK
        named = ("--transformer", transformer, "-o", out)
        return command("pretrain", path, *named, *quick, *options, stdin=stdin)

    return done


def weights(folder):
    return load_file(folder / "model.safetensors")


def same(one, other):
    return set(one) == set(other) and all(torch.equal(one[name], other[name]) for name in one)


def test_the_table_is_all_on_stdout_and_the_folder_is_whole(pretrain, file, out, bert, tmp_path):
    found = pretrain(file("a.txt", TEXT))
    assert found.code == 0
    head, before, after = (line.split() for line in found.out.splitlines())
    assert head == ["steps", "pieces", "loss", "right", "seconds"]
    assert before[:3] == ["before", "0", "0"]
    last = json.loads((out / "pretraining.json").read_text(encoding="utf-8"))["last"]
    assert after[:4] == ["after", str(last["step"]), f"{last['pieces']:,}", f"{last['loss']:.3f}"]
    new, blocks, *looks = found.err.splitlines()
    assert new == f"{bert.name}: its head is new: it begins at random, at 10 × the rate"
    assert blocks == "102 blocks of 12 pieces"
    assert looks[0].startswith("  0%  step 0  loss ") and looks[0].endswith(" % right")
    assert looks[-1].startswith("100%  step ") and looks[-1].endswith(" pieces/s")
    assert sorted(path.name for path in out.iterdir()) == FILES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "made"]


def test_its_files_are_as_readable_as_others(pretrain, file, out):
    path = file("a.txt", TEXT)
    assert pretrain(path).code == 0
    for made in (*out.iterdir(), path):
        assert stat.S_IMODE(made.stat().st_mode) == stat.S_IMODE(path.stat().st_mode)


def test_the_folder_says_how_it_was_made(pretrain, file, out, bert):
    assert pretrain(file("a.txt", TEXT), "--masked", 0.3, "--epochs", 2, "--seed", 7).code == 0
    told = json.loads((out / "pretraining.json").read_text(encoding="utf-8"))
    assert told["made_by"].startswith("zhuyi-ner ")
    assert (told["transformer"], told["texts"]) == (bert.name, ["a.txt"])
    expected = {"length": 12, "batch": 240, "epochs": 2, "rate": 0.01, "masked": 0.3, "seed": 7}
    assert expected.items() <= told["plan"].items()


def test_a_config_s_transformer_has_the_trained_weights(pretrain, file, out, bert):
    assert pretrain(file("a.txt", TEXT)).code == 0
    config = config_of(out)
    network = network_of(config, featurizer_of(config))
    own = {
        name.split(".model.", 1)[1]: one
        for name, one in network.named_parameters()
        if ".model." in name
    }
    made, before = weights(out), weights(bert)
    trained = {name.removeprefix("bert."): one for name, one in made.items() if "bert." in name}
    assert len(trained) > 20 and set(trained) <= set(own)
    for name, one in trained.items():
        assert torch.equal(own[name], one)
    moved = [name for name in trained if not torch.equal(trained[name], before[name])]
    assert len(moved) > len(trained) / 2


def test_what_was_made_is_trained_on_again_with_its_head(pretrain, command, file, out, tmp_path):
    path, again = file("a.txt", TEXT), tmp_path / "again"
    assert pretrain(path).code == 0
    assert load(str(out), seed=1).new == frozenset()
    found = command("pretrain", path, "--transformer", out, "-o", again, *QUICK)
    assert found.code == 0 and "its head is new" not in found.err
    first, second = (
        json.loads((folder / "pretraining.json").read_text(encoding="utf-8"))
        for folder in (out, again)
    )
    assert second["first"]["loss"] == pytest.approx(first["last"]["loss"])
    assert second["transformer"] == "made"


def test_the_same_text_however_it_comes_gives_the_same_weights(pretrain, file, out):
    lines = "".join(json.dumps({"text": line}) + "\n" for line in TEXT.splitlines())
    sources = (
        (file("a.txt", TEXT), b""),
        ("-", TEXT.encode()),
        (file("a.txt.xz", lzma.compress(TEXT.encode())), b""),
        (file("a.jsonl", lines), b""),
    )
    found = []
    for source, stdin in sources:
        assert pretrain(source, "--force", stdin=stdin).code == 0
        found.append(weights(out))
    assert all(same(found[0], one) for one in found[1:])
    assert pretrain(sources[0][0], "--force", "--seed", 2).code == 0
    assert not same(found[0], weights(out))


def test_what_reading_mends_is_counted(pretrain, file):
    line = json.dumps({"text": "\ud800" + "陶小满" * 60})
    found = pretrain(path := file("a.jsonl", line + "\n"))
    assert f"{path}: 1 lone surrogates, read as U+FFFD" in found.err.splitlines()


def test_a_folder_that_is_there_stays_unless_forced(pretrain, file, out, bert):
    path = file("a.txt", TEXT)
    shutil.copytree(bert, out)
    (out / "notes.txt").write_text("old")
    assert pretrain(path).message == f"ner: {out}: is there already; --force overwrites it"
    assert same(weights(out), weights(bert))
    assert pretrain(path, "--force").code == 0
    assert sorted(one.name for one in out.iterdir()) == FILES


def test_a_transformer_may_be_replaced_by_what_it_becomes(pretrain, file, out, bert):
    shutil.copytree(bert, out)
    assert pretrain(file("a.txt", TEXT), "--force", transformer=out).code == 0
    assert len(weights(out)) > len(weights(bert)) - 2 and (out / "pretraining.json").exists()


@pytest.mark.parametrize("options", [(), ("--force",)])
def test_a_file_in_the_folder_s_place_is_refused(pretrain, file, out, options):
    out.write_text("old")
    found = pretrain(file("a.txt", TEXT), *options)
    assert found.message == f"ner: {out}: is a file; the output is a folder"
    assert out.read_text() == "old"


def test_a_folder_of_something_else_is_not_overwritten(pretrain, file, out):
    out.mkdir()
    (out / "diary.txt").write_text("old")
    found = pretrain(file("a.txt", TEXT), "--force")
    assert found.message == f"ner: {out}: is no folder of a transformer; it is not overwritten"
    assert [one.name for one in out.iterdir()] == ["diary.txt"]


def test_an_empty_folder_is_filled(pretrain, file, out):
    out.mkdir()
    assert pretrain(file("a.txt", TEXT)).code == 0
    assert sorted(one.name for one in out.iterdir()) == FILES


def test_a_bad_byte_leaves_the_old_folder_and_nothing_else(pretrain, file, out, bert, tmp_path):
    shutil.copytree(bert, out)
    path = file("a.txt", TEXT.encode() + b"\xff\n")
    assert f"{path}:61: not utf-8" in pretrain(path, "--force").message
    assert same(weights(out), weights(bert))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.txt", "made"]


def test_a_run_that_diverges_leaves_nothing(pretrain, file, out, tmp_path):
    found = pretrain(file("a.txt", TEXT), "--length", 12, "--learning-rate", 1e30)
    assert found.message == "ner: the loss is no number any more: lower --learning-rate"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_an_output_that_cannot_be_written_is_told_before_anything_is_read(pretrain, file, tmp_path):
    blocked = file("file", "")
    found = pretrain(file("a.txt", b"\xff"), "-o", blocked / "made")
    assert found.message == f"ner: {blocked}: File exists"


@pytest.mark.parametrize(
    "options, message",
    [
        (("--length", 5), "--length: got 5, expected 6 to 20 pieces of {bert.name}"),
        (("--length", 21), "--length: got 21, expected 6 to 20 pieces of {bert.name}"),
        (("--length", 12, "--minutes", "inf"), "--minutes: got inf, expected a finite number"),
        (("--transformer", "no/such/folder"), "--transformer: no/such/folder: no such folder"),
    ],
)
def test_what_cannot_be_is_told(pretrain, file, out, bert, options, message):
    found = pretrain(file("a.txt", TEXT), *options)
    assert message.format(bert=bert) in found.message
    assert not out.exists()


@pytest.mark.parametrize(
    "options, message",
    [
        (("--mixed-precision", "fp16"), "unknown precision 'fp16' (known: auto, bf16, no"),
        (("--from", "txt"), "unknown format 'txt'"),
        (("--encoding", "utf-9"), "unknown encoding 'utf-9'"),
        (("--device", "gpu"), "gpu"),
    ],
)
def test_what_cannot_be_asked_for_is_told(pretrain, out, options, message):
    assert message in pretrain("gone.txt", *options).usage
    assert not out.exists()


@pytest.mark.parametrize("text", ["", "\n \r\n", "陶小满把\n"])
def test_a_text_of_less_than_two_blocks_is_an_error(pretrain, file, text, tmp_path):
    path = file("a.txt", text)
    why = "its text fills no block of 12 pieces, expected 2 or more"
    assert pretrain(path).message == f"ner: {path}: {why}"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_input_is_told_before_the_transformer_is_read(pretrain, tmp_path):
    found = pretrain(tmp_path / "none.txt", transformer=tmp_path / "none")
    assert found.message == f"ner: {tmp_path / 'none.txt'}: no such file or folder"


@pytest.mark.parametrize(
    "options", [("--masked", 0), ("--masked", 1), ("--epochs", 0), ("--seed", -1), ("--batch", 0)]
)
def test_wrong_usage_of_an_option_exits_with_two(pretrain, file, out, options):
    found = pretrain(file("a.txt", TEXT), *options)
    assert (found.code, found.out) == (2, "") and options[0] in found.err
    assert not out.exists()


def test_a_terminal_gets_a_bar(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    class Run:
        def run(self, blocks, told, progress, part):
            for step in range(3):
                told(step / 2)
                yield Look(step, step / 2, 1.0, 0.5, 10 * step, 1.0)

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    assert [look.step for look in verb._looks(Run(), None, Progress(), None)] == [0, 1, 2]
    shown = sys.stderr.getvalue()
    assert "pretraining" in shown and "100 %" in shown and "step 2  loss 1.000" in shown


@pytest.fixture
def killed(pretrain, file, monkeypatch):
    """``ner pretrain`` of a text, interrupted before its fourth step, and kept till then."""

    def done(*options):
        own = Pretraining._step

        def step(run, ids, number):
            if number == 3:
                signal.raise_signal(signal.SIGINT)
            own(run, ids, number)

        with monkeypatch.context() as patch:
            patch.setattr(run_module, "KEPT_EVERY", 0.0)
            patch.setattr(Pretraining, "_step", step)
            return pretrain(file("a.txt", TEXT), *options)

    return done


def test_an_interrupted_run_is_gone_on_with(pretrain, killed, file, out, tmp_path):
    path = file("a.txt", TEXT)
    assert pretrain(path).code == 0
    whole = weights(out)
    shutil.rmtree(out)
    found, part = killed(), tmp_path / "made.part"
    assert (found.code, found.out) == (130, "") and "Traceback" not in found.err
    assert f"{part}: kept; the same command with --resume goes on" in found.err
    assert part.exists() and not out.exists()
    refused = pretrain(path)
    left = "a run that did not end left it; --resume goes on with it, --force begins anew"
    assert refused.message == f"ner: {part}: {left}"
    found = pretrain(path, "--resume")
    assert found.code == 0 and f"{part}: goes on behind step 3" in found.err
    assert same(weights(out), whole)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.txt", "made"]
    found = pretrain(path, "--resume")
    assert (found.code, found.out) == (0, "")
    assert found.err == f"{out}: is there already: no run to go on with\n"


def test_another_run_is_not_gone_on_with(pretrain, killed, file, out, tmp_path):
    killed()
    part, path = tmp_path / "made.part", file("a.txt", TEXT)
    other = pretrain(path, "--masked", 0.3, "--seed", 2, "--resume")
    shown = "masked 0.15, now 0.3, seed 1, now 2; --force begins anew"
    assert other.message == f"ner: {part}: is of another run: {shown}"
    assert "kept" not in other.err
    other = pretrain(file("b.txt", TEXT * 2), "--resume")
    assert other.message.startswith(f"ner: {part}: is of another run: text '")
    assert part.exists() and not out.exists()
    part.write_bytes(part.read_bytes()[:-9])
    assert f"{part}: damaged" in pretrain(path, "--resume").message
    found = pretrain(path, "--force")
    assert found.code == 0 and "goes on" not in found.err and not part.exists()


def test_a_forced_run_that_was_interrupted_leaves_the_old_folder(pretrain, killed, file, out, bert):
    shutil.copytree(bert, out)
    killed("--force")
    assert same(weights(out), weights(bert))
    found = pretrain(file("a.txt", TEXT), "--resume")
    assert found.code == 0 and "goes on behind step 3" in found.err
    assert not same(weights(out), weights(bert))


def test_without_a_run_to_go_on_with_one_begins(pretrain, file, out):
    found = pretrain(file("a.txt", TEXT), "--resume")
    assert found.code == 0 and "goes on" not in found.err and out.is_dir()


def test_going_on_and_beginning_anew_exclude_each_other(pretrain, file, out):
    found = pretrain(file("a.txt", TEXT), "--resume", "--force")
    assert (found.code, found.out) == (2, "") and "--resume" in found.err and not out.exists()


def test_an_interrupt_leaves_neither_a_folder_nor_blocks(
    pretrain, file, tmp_path, monkeypatch, tmp_path_factory
):
    temporary, kept = tmp_path_factory.mktemp("temporary"), []
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def interrupted(run, ids, generator):
        kept.extend(temporary.glob("ner-pretraining-*/blocks"))
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Pretraining, "_step", interrupted)
    found = pretrain(file("a.txt", TEXT))
    assert (found.code, found.out) == (130, "") and len(kept) == 1
    assert "Traceback" not in found.err
    assert list(temporary.iterdir()) == []
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
