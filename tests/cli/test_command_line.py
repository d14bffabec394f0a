"""What holds for every verb: how it is started, its streams, its exit codes, and its manners."""

import os
import signal
import time

import pytest
from trained import ROOT, TINY

import ner

WITHOUT_TORCH = "import sys; sys.modules['torch'] = None; from ner.cli import main; main()"
HELP = "import sys; from ner.cli import main\ntry: main()\nfinally: print(*sys.modules)"


@pytest.mark.parametrize("program", [("-m", "ner"), (ROOT / "cli.py",)], ids=["module", "script"])
def test_it_starts_as_a_module_and_from_a_checkout_in_any_folder(ended, tmp_path, program):
    found = ended("--version", program=program, cwd=tmp_path)
    assert (found.code, found.out, found.err) == (0, f"zhuyi-ner {ner.__version__}\n", "")


def test_help_comes_quickly_and_without_torch(ended):
    before = os.times()
    found = ended("--help", program=("-c", HELP))
    after = os.times()
    assert after.children_user - before.children_user < 2  # seconds; 0.1 on an idle machine
    assert found.code == 0
    modules = set(found.out.splitlines()[-1].split())
    assert {"ner.cli.train", "typer"} <= modules
    assert not {"torch", "accelerate", "numpy", "onnxruntime"} & modules
    for verb in ("train", "evaluate", "predict", "info"):
        assert f" {verb} " in found.out


def test_a_verb_is_read_without_the_others(ended):
    found = ended("predict", "-h", program=("-c", HELP))
    modules = set(found.out.splitlines()[-1].split())
    assert found.code == 0
    assert "ner.cli.predict" in modules
    assert not {"ner.cli.train", "ner.cli.evaluate", "ner.cli.vectors"} & modules


@pytest.mark.parametrize(
    "arguments",
    [
        ["tag"],
        ["--verson"],
        ["train"],
        ["train", "a.yaml", "--epochs", "3"],
        ["evaluate"],
        ["predict", "-m", "model", "--batch-size", "0"],
        ["predict", "-m", "model", "--batch-size", "many"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_two_and_says_so_on_stderr(command, arguments):
    found = command(*arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("Usage: ")


@pytest.mark.parametrize("verb", ["train", "evaluate", "predict", "info"])
def test_every_verb_helps(command, verb):
    found = command(verb, "-h")
    assert (found.code, found.err) == (0, "")
    assert f"ner {verb}" in found.out


@pytest.mark.parametrize(
    "arguments",
    [["info"], ["evaluate", "FILE"], ["predict", "FILE", "-m"]],
    ids=["info", "evaluate", "predict"],
)
def test_a_folder_without_a_model_is_an_error_in_one_line(command, tmp_path, arguments):
    file = tmp_path / "a.bio"
    file.write_text("丽\tB-LOC\n水\tI-LOC\n", encoding="utf-8")
    verb, *rest = [str(file) if one == "FILE" else one for one in arguments]
    rest = [*rest, tmp_path] if verb == "predict" else [tmp_path, *rest]
    assert f"{tmp_path}: not a model or run folder" in command(verb, *rest).message


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", TINY, "-o", "NEW"],
        ["evaluate", "RUN", ROOT / "data" / "sample" / "dev.bio"],
        ["predict", "-m", "RUN"],
    ],
    ids=["train", "evaluate", "predict"],
)
def test_what_the_base_installation_lacks_is_named(ended, tiny_run, tmp_path, arguments):
    places = {"RUN": tiny_run, "NEW": tmp_path / "new"}
    filled = [places.get(one, one) for one in arguments]
    message = ended(*filled, program=("-c", WITHOUT_TORCH)).message
    assert message == "ner: torch is not installed: pip install 'zhuyi-ner[train]' brings it"


@pytest.mark.parametrize("verb", ["info", "predict"])
def test_a_full_disk_under_stdout_is_an_error_without_a_traceback(ended, tiny_graph, verb):
    arguments = ["info", tiny_graph] if verb == "info" else ["predict", "-m", tiny_graph]
    with open("/dev/full", "wb") as full:
        found = ended(*arguments, stdin="骆一舟在丽水。\n".encode() * 300, stdout=full)
    assert found.message.endswith("No space left on device")
    assert len(found.err.splitlines()) == 1


def test_a_closed_stdout_is_an_error_without_a_traceback(ended, tiny_run):
    found = ended("info", tiny_run, stdout=None, preexec_fn=lambda: os.close(1))
    assert "standard output" in found.message


def test_a_reader_that_leaves_ends_the_program_quietly(process, tiny_graph):
    with process("predict", "-m", tiny_graph, "--batch-size", 64) as running:
        running.stdin.write("骆一舟在丽水。\n".encode() * 3000)
        running.stdin.close()
        first = running.stdout.readline().decode()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert first.startswith('{"text": "骆一舟在丽水。"')
    assert running.returncode == 0


def test_an_interrupt_exits_with_130_and_leaves_a_run_to_resume(process, tmp_path):
    changes = ("--set", "training.epochs=99", "--set", "training.patience=99")
    with process("train", TINY, "-o", tmp_path / "run", *changes) as running:
        next(line for line in running.stderr if line.startswith(b"epoch   1"))
        running.send_signal(signal.SIGINT)
        rest, out = running.stderr.read().decode(), running.stdout.read()
    assert running.returncode == 130
    assert "Traceback" not in rest
    assert out == b""
    assert (tmp_path / "run" / "checkpoint.safetensors").exists()


def test_an_interrupt_leaves_no_half_result(process, tiny_graph, tmp_path):
    out = tmp_path / "out" / "all.jsonl"
    with process("predict", "-m", tiny_graph, "-o", out, "--batch-size", 64) as running:
        running.stdin.write("骆一舟在丽水。\n".encode() * 500)
        running.stdin.flush()
        while not out.parent.exists() and running.poll() is None:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        assert b"Traceback" not in running.stderr.read()
    assert running.returncode == 130
    assert list(out.parent.iterdir()) == []
