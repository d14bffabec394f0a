"""Worker processes: their answers, their ends, their threads, their memory."""

import os
import subprocess
import sys

import pytest
from benchmark_subjects import FAILING, RULE, program
from trained import ROOT

from ner.benchmark.cells import Plan, Subject, measure
from ner.benchmark.process import THREADS, Worker
from ner.errors import NerError

TEXTS = ["甲乙甲", "乙"]
MIB = 2**20


@pytest.fixture
def worker():
    with Worker(program(), threads=1) as running:
        running.ask("load", label="PER")
        yield running


def test_it_tags_texts_in_order(worker):
    found = worker.ask("tag", texts=TEXTS)
    assert found == {"spans": [[[0, 1, "PER"], [2, 3, "PER"]], []]}


def test_passes_are_counted(worker):
    found = worker.ask("measure", texts=TEXTS, seconds=0.01, repeats=4)
    assert len(found["seconds"]) == len(found["processor_seconds"]) == 4
    assert all(0 < seconds < 1 for seconds in found["seconds"])
    assert found["entities"] == pytest.approx(found["characters"] / 2, rel=0.01)
    assert 4 * MIB < found["peak_bytes"] < 400 * MIB


@pytest.mark.parametrize("load", FAILING)
def test_what_goes_wrong_is_said(load):
    with Worker(program(load), threads=1) as running, pytest.raises(NerError) as error:
        running.ask("load")
    assert FAILING[load] in str(error.value)


def test_a_package_that_lacks_is_named():
    with (
        Worker(program("import no_such_package"), threads=1) as running,
        pytest.raises(ModuleNotFoundError) as error,
    ):
        running.ask("load")
    assert error.value.name == "no_such_package"


def test_threads_are_set_in_the_process_alone():
    before = dict(os.environ)
    told = "os.environ['OMP_NUM_THREADS'] + os.environ['OPENBLAS_NUM_THREADS']"
    command = program(f"raise ModelError({told})")
    with Worker(command, threads=3) as running, pytest.raises(NerError, match="^33$"):
        running.ask("load")
    assert dict(os.environ) == before
    assert "OMP_NUM_THREADS" in THREADS


def test_memory_is_that_of_the_process_and_its_children():
    """A worker that fills 100 MiB and has a child that fills as much; both let go of it."""
    child = "import sys; a = b'a' * 100 * 2**20; del a; print(1, flush=True); sys.stdin.read()"
    load = f"""
import subprocess, sys
hold = b"a" * 100 * 2**20
del hold
child = subprocess.Popen([sys.executable, "-c", {child!r}], stdin=-1, stdout=-1)
child.stdout.readline()
return lambda texts: ([child.pid] * 0 for text in texts)
"""
    with Worker(program(load), threads=1) as running:
        running.ask("load")
        peak = running.ask("measure", texts=TEXTS, seconds=0.01, repeats=1)["peak_bytes"]
    assert 200 * MIB < peak < 400 * MIB


def test_the_memory_of_who_starts_it_is_not_counted():
    hold = b"a" * 300 * MIB
    with Worker(program(), threads=1) as running:
        running.ask("load", label="PER")
        peak = running.ask("measure", texts=TEXTS, seconds=0.01, repeats=1)["peak_bytes"]
    assert peak < 200 * MIB < len(hold)


def test_a_worker_needs_the_standard_library_alone():
    """So that it runs in the interpreters of other programs."""
    modules = "ner.benchmark.worker, ner.tags"
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {modules}"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


def test_first_answers_are_timed_from_the_start_of_processes():
    slow = f"    import time; time.sleep(0.3)\n{RULE.lstrip(chr(10))}"
    subject = Subject({"label": "PER"}, program(slow))
    found = measure(subject, ["", *TEXTS], Plan(repeats=2, seconds=0.01), threads=1)
    answers, loads = found.first_answer_seconds, found.load_seconds
    assert len(answers.values) == len(loads.values) == 2
    assert min(loads.values) >= 0.3
    assert all(whole > load for whole, load in zip(answers.values, loads.values, strict=True))
    assert found.threads == 1 and found.characters_per_second.low > 0
    assert 0 < found.processors < 1.5  # of a rule that has one thread
