"""``ner predict`` on much text: killed and gone on with, interrupted, in several processes."""

import gzip
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from trained import ROOT

SENTENCES = ["骆一舟在丽水。", "雨下了整夜，院子里没有人。", "陶小满把信寄到了衢州。"]
LINES = [f"{number}：{SENTENCES[number % 3] * (1 + number % 5)}" for number in range(4000)]
KILLS = 5  # of a run
LONGER = 5  # times: no machine comes to the end of it between two looks
CONTENT = "".join(f"{line}\n" for line in LINES).encode()


@pytest.fixture
def text(file):
    return file("in.txt", CONTENT)


@pytest.fixture
def arguments(tiny_graph):
    return ["predict", "-m", tiny_graph, "--device", "cpu", "--batch-size", 128]


def below(process):
    """The processes that a process has started, and those that they have."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    own = [child for child, parent in pairs if parent == process]
    return own + [further for child in own for further in below(child)]


def wait_for_end(processes):
    """Waits until the processes are gone; zombies of a parent that does not wait are gone, too."""
    until = time.monotonic() + 10
    while any(map(_lives, processes)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(_lives, processes))


def _lives(process):
    try:
        with open(f"/proc/{process}/stat") as stream:
            return stream.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def in_shell(arguments):
    """``ner ARGUMENTS`` as a shell takes them, streams that are closed or full among them."""
    line = f'"{sys.executable}" -m ner {arguments}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(["sh", "-c", line], capture_output=True, env=environment, check=False)


def lines_of(path):
    return path.read_bytes().count(b"\n") if path.exists() else 0


def wait_for_journal(running, path, lines=2):
    while running.poll() is None and lines_of(path) < lines:
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.parametrize("to", ["jsonl", "columns"])
def test_a_run_that_is_killed_again_and_again_ends_with_the_same_bytes(
    process, command, text, arguments, tmp_path, to
):
    text.write_bytes(CONTENT * LONGER)
    text.with_name("in.txt.gz").write_bytes(gzip.compress(CONTENT * LONGER))
    source = text if to == "jsonl" else text.with_name("in.txt.gz")
    whole, out = tmp_path / "whole", tmp_path / "out"
    assert command(*arguments, source, "--to", to, "-o", whole, "--workers", 1).code == 0
    journal = tmp_path / "out.part.journal"
    chance = random.Random(7)
    again = [*arguments, source, "--to", to, "-o", out, "--workers", 2, "--resume"]
    for _ in range(KILLS):
        with process(*again) as run:
            wait_for_journal(run, journal, max(2, lines_of(journal) + 1))
            time.sleep(chance.uniform(0, 0.1))
            workers = below(run.pid)
            run.kill()
        assert run.returncode == -signal.SIGKILL
        assert wait_for_end(workers)
    assert not out.exists() and command(*again).code == 0
    assert out.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("out")) == [
        "out"
    ]


def test_an_interrupt_leaves_what_another_run_goes_on_with(
    process, command, text, arguments, tmp_path
):
    out = tmp_path / "out.jsonl"
    with process(*arguments, text, "-o", out, "--workers", 2) as running:
        wait_for_journal(running, tmp_path / "out.jsonl.part.journal")
        workers = below(running.pid)
        running.send_signal(signal.SIGINT)
        said = running.stderr.read().decode()
    assert running.returncode == 130
    assert wait_for_end(workers)
    assert "Traceback" not in said
    assert "out.jsonl.part.journal: kept; the same command with --resume goes on" in said
    again = command(*arguments, text, "-o", out).message
    assert "out.jsonl.part.journal: a run that did not end left it; --resume" in again
    changed = command(*arguments, text, "-o", out, "--resume", "--window", 20).message
    assert "the run was begun with option window None, now it is 20" in changed
    text.write_bytes(CONTENT + b"\n")
    changed = command(*arguments, text, "-o", out, "--resume").message
    assert f"{len(CONTENT)} bytes" in changed and f"{len(CONTENT) + 1} bytes" in changed
    text.write_text("".join(f"{line}\n" for line in LINES[:9]), encoding="utf-8")
    assert command(*arguments, text, "-o", out, "--force").code == 0
    assert out.read_bytes().count(b"\n") == 9
    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out.jsonl"]


def test_a_reader_that_leaves_ends_all_processes_quietly(process, text, arguments):
    with process(*arguments, text, "--workers", 2) as running:
        running.stdout.readline()
        workers = below(running.pid)
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0
    assert workers
    assert wait_for_end(workers)


def test_a_worker_that_is_killed_ends_the_run_with_a_message(process, text, arguments, tmp_path):
    out = tmp_path / "out.jsonl"
    with process(*arguments, text, "-o", out, "--workers", 2) as running:
        wait_for_journal(running, tmp_path / "out.jsonl.part.journal")
        workers = below(running.pid)
        os.kill(workers[0], signal.SIGKILL)
        said = running.stderr.read().decode()
    assert running.returncode == 1
    assert wait_for_end(workers)
    assert f"ner: worker process {workers[0]} ended by SIGKILL" in said
    assert "Traceback" not in said


def test_a_model_that_no_worker_can_load_ends_the_run_with_a_message(
    ended, text, tiny_graph, tmp_path
):
    damaged = shutil.copytree(tiny_graph, tmp_path / "damaged")
    (damaged / "model.onnx").write_bytes(b"")
    more = ("--device", "cpu", "--workers", 2, "-o", tmp_path / "out.jsonl")
    found = ended("predict", text, "-m", damaged, *more)
    assert found.code == 1
    assert "damaged/model.onnx: damaged" in found.message
    assert [one.name for one in tmp_path.glob("out*")] == []


def test_finished_files_of_a_folder_are_left_as_they_are(ended, file, arguments, tmp_path):
    for name in "abc":
        file(f"in/{name}.txt", f"骆一舟在{name}。\n")
    out = tmp_path / "out"
    out.mkdir()
    (out / "b.txt.jsonl").write_text("finished\n")
    found = ended(*arguments, tmp_path / "in", "-o", out, "--resume")
    assert (found.code, found.out) == (0, "")
    assert found.err == f"{out}/b.txt.jsonl: is there already, left as it is\n"
    assert (out / "b.txt.jsonl").read_text() == "finished\n"
    assert sorted(path.name for path in out.iterdir()) == [f"{n}.txt.jsonl" for n in "abc"]


@pytest.mark.parametrize("out", ["out", "out/"])
def test_what_is_all_finished_is_left_as_it_is(command, file, arguments, tmp_path, out):
    source, out = file("in.txt", "骆一舟在丽水。\n"), f"{tmp_path}/{out}"
    assert command(*arguments, source, "-o", out).code == 0
    found = command(*arguments, source, "-o", out, "--resume")
    assert (found.code, found.out) == (0, "")
    assert found.err.endswith(": is there already, left as it is\n")


def test_results_do_not_replace_what_they_are_of(command, file, arguments, tmp_path):
    source = file("in.txt", "骆一舟在丽水。\n")
    (tmp_path / "link").symlink_to(source)
    for out in (source, tmp_path / "link"):
        found = command(*arguments, source, "-o", out, "--force")
        assert found.message == f"ner: {out}: is an input, which its results would replace"
    assert source.read_text() == "骆一舟在丽水。\n"


def test_a_device_takes_results_and_stays_one(command, file, arguments):
    source = file("in.txt", "骆一舟在丽水。\n")
    assert command(*arguments, source, "-o", os.devnull).code == 0
    assert not os.path.isfile(os.devnull)
    message = command(*arguments, source, "-o", os.devnull, "--resume").message
    assert message.startswith(f"ner: --resume: {os.devnull} is no file")


@pytest.mark.parametrize("verb", ["predict", "convert", "explain"])
def test_a_closed_standard_input_is_said(verb):
    done = in_shell(f"{verb} - <&-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"ner: standard input: it is closed\n"


def test_remarks_that_nobody_can_read_do_not_end_a_run(ended, file, tmp_path):
    source = file("in.bio", "陈\tI-PER\n")  # a tag is repaired, which is said
    told = ended("convert", source)
    assert told.code == 0 and told.err
    for nowhere in ("2>/dev/full", "2>&-"):
        found = in_shell(f'convert "{source}" {nowhere}')
        assert (found.returncode, found.stdout.decode()) == (0, told.out)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--resume"], "standard output cannot be gone on with"),
        (["--resume", "-o", "-"], "standard output cannot be gone on with"),
        (["--resume", "-o", "out", "--force"], "expected one of them"),
        (["-", "--resume", "-o", "out"], "--resume: - is no file: what was read of it"),
    ],
)
def test_what_cannot_be_gone_on_with_is_refused(command, arguments, tmp_path, more, message):
    found = command(*arguments, *(tmp_path / one if one == "out" else one for one in more))
    assert found.code == (1 if more[0] == "-" else 2)
    assert message in " ".join(found.err.replace("│", " ").split())
    assert not (tmp_path / "out").exists()


def test_a_part_that_nothing_is_known_of_is_not_overwritten(command, file, arguments, tmp_path):
    source, part = file("in.txt", "骆一舟\n"), file("out.part", "mine")
    message = command(*arguments, source, "-o", tmp_path / "out").message
    assert "out.part: is there already, without a journal; --force begins anew" in message
    assert part.read_text() == "mine"
