"""Taggers in processes: the same documents in the same order, few in flight, and a clean end."""

import os
import pickle
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice

import pytest

import ner
from ner.document import Document
from ner.errors import ConfigError, CorpusError, ModelError, WorkerError
from ner.tagging.bulk.blocks import Block
from ner.tagging.bulk.process import Process

TEXTS = [f"第{n}天，骆一舟从衢州到丽水，{'雨下了整夜。' * (n % 9)}" for n in range(60)]
SMALL = ner.Loading("cpu", batch_characters=16)


@pytest.fixture(scope="module")
def pool(tiny_run):
    with ner.Pool(tiny_run, workers=2, loading=SMALL) as pool:
        yield pool


def is_there(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_documents_come_as_one_tagger_gives_them_and_in_order(pool, tiny_run):
    alone = ner.load(tiny_run, device="cpu", batch_characters=16)
    assert list(pool.pipe(TEXTS)) == list(alone.pipe(TEXTS))
    documents = [Document(text, spans=((0, 4), (4, len(text))), id=text) for text in TEXTS]
    found = list(pool.pipe_documents(documents))
    assert found == list(alone.pipe_documents(documents))
    assert [one.id for one in found] == TEXTS
    assert len(pool.processes) == 2


def test_a_pool_that_has_no_work_starts_no_process(tiny_run):
    with ner.Pool(tiny_run, workers=2) as pool:
        assert list(pool.pipe([])) == []
        assert pool.processes == []


def test_few_documents_are_in_flight_however_many_come(pool):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield "骆一舟在丽水。"

    given = 0
    for given, _ in enumerate(islice(pool.pipe(endless()), 400), 1):
        held = (taken - given) * len("骆一舟在丽水。")
        assert held <= (2 * 2 + 2) * pool.block
    assert given == 400


def test_a_huge_text_waits_until_little_is_in_flight(pool):
    huge = "骆一舟在丽水。" * 200
    coming = iter([huge] * 9)
    results = pool.pipe(coming)
    next(results)
    assert len(list(coming)) >= 5
    results.close()


def test_several_threads_may_use_one_pool(pool, tiny_run):
    expected = list(pool.pipe(TEXTS))
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: list(pool.pipe(TEXTS)), range(4)))
    assert found == [expected] * 4


def test_a_worker_that_is_killed_ends_the_work_with_an_error_and_no_process_is_left(tiny_graph):
    with ner.Pool(tiny_graph, workers=2, loading=SMALL) as pool:
        results = pool.pipe(text for text in TEXTS * 50)
        next(results)
        processes = pool.processes
        os.kill(processes[0], signal.SIGKILL)
        with pytest.raises(WorkerError, match=r"ended by SIGKILL \(was memory short\?\)"):
            list(results)
    assert not any(map(is_there, processes))


def test_closing_a_pool_ends_what_it_is_at(tiny_graph):
    pool = ner.Pool(tiny_graph, workers=2, loading=SMALL)
    results = pool.pipe(text * 99 for text in TEXTS)
    next(results)
    began = time.monotonic()
    pool.close()
    assert time.monotonic() - began < 5
    assert pool.processes and not any(map(is_there, pool.processes))
    for late in (results, pool.pipe(TEXTS), pool.pipe_documents(map(Document, TEXTS))):
        with pytest.raises(WorkerError, match="^the pool is closed$"):
            list(late)
    pool.close()


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_a_model_that_cannot_be_loaded_is_an_error_each_time(tmp_path, device):
    how = ner.Loading(device, batch_characters=16)
    with ner.Pool(tmp_path, workers=1, loading=how) as pool:
        for _ in range(2):
            with pytest.raises(ModelError, match="not a model"):
                list(pool.pipe(TEXTS))
        assert pool.processes == []


def test_a_process_goes_on_behind_an_error_that_it_tells(tiny_graph, tmp_path):
    patterns = tmp_path / "own.tsv"
    patterns.write_text("PER\t^(a|aa)+$\n")
    how = replace(SMALL, dictionary=ner.Dictionary.read_patterns(patterns))
    with ner.Pool(tiny_graph, workers=1, loading=how) as pool:
        with pytest.raises(CorpusError, match=r"own\.tsv:1: the pattern took over"):
            list(pool.pipe(["a" * 60 + "d"]))
        before = pool.processes
        assert [one.text for one in pool.pipe(TEXTS)] == TEXTS
        assert pool.processes == before


def test_a_process_that_has_ended_is_replaced(tiny_graph):
    with ner.Pool(tiny_graph, workers=1, loading=SMALL) as pool:
        expected = list(pool.pipe(TEXTS))
        (killed,) = pool.processes
        os.kill(killed, signal.SIGKILL)
        with pytest.raises(WorkerError, match=f"worker process {killed} ended by SIGKILL"):
            list(pool.pipe(TEXTS[:1]))
        assert list(pool.pipe(TEXTS)) == expected
        assert len(pool.processes) == 1 and killed not in pool.processes


@pytest.mark.parametrize(("device", "count"), [("cuda", 1), ("cpu", 3)])
def test_the_first_process_tells_whether_there_may_be_more(tiny_graph, monkeypatch, device, count):
    loaded = Process.device
    monkeypatch.setattr(Process, "device", lambda process: loaded(process) and device)
    how = ner.Loading(batch_characters=16)
    with ner.Pool(tiny_graph, workers=3, loading=how) as pool:
        assert [one.text for one in pool.pipe(TEXTS)] == TEXTS
        assert len(pool.processes) == count
        next(pool.pipe(TEXTS))  # the others wait for the only one while the pool is closed


def test_what_is_no_text_is_told_and_ends_no_process(pool, capfd):
    list(pool.pipe(TEXTS))
    before = pool.processes
    with pytest.raises(TypeError, match="^text 1: expected a str, got bytes$"):
        list(pool.pipe([b"abc"]))
    with pytest.raises(TypeError, match="^document 1: expected a Document, got str$"):
        list(pool.pipe_documents(["abc"]))
    with pytest.raises(TypeError, match="^text of document 1: expected a str, got int$"):
        list(pool.pipe_documents([Document(5)]))
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError), match="pickle"):
        list(pool.pipe_documents([Document("骆一舟", id=lambda: 0)]))
    assert len(list(pool.pipe(TEXTS))) == len(TEXTS)
    assert pool.processes == before
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2"])
def test_a_pool_has_a_worker_at_least(tiny_run, workers):
    with pytest.raises(ConfigError) as error:
        ner.Pool(tiny_run, workers=workers)
    assert str(error.value) == f"workers: got {workers!r}, expected a whole number from 1 on"


def test_a_pool_has_a_model_at_least():
    with pytest.raises(ConfigError, match="^models: got none, expected one or more$"):
        ner.Pool([])


def test_a_bad_input_is_told_after_the_results_before_it(pool):
    def blocks():
        yield Block(0, (Document("骆一舟在丽水。"),))
        yield Block(0, (Document("雨下了整夜。"),))
        raise CorpusError("damaged", path="a.txt", line=3)

    found = []
    with pytest.raises(CorpusError, match="a.txt:3: damaged"):
        for _, documents in pool.tagged(blocks()):
            found += documents
    assert [one.text for one in found] == ["骆一舟在丽水。", "雨下了整夜。"]


def test_errors_and_ways_of_loading_reach_another_process_as_they_are():
    error = pickle.loads(pickle.dumps(CorpusError("damaged", path="a.txt", line=3)))
    assert (str(error), error.place) == ("a.txt:3: damaged", ("a.txt", 3))
    assert pickle.loads(pickle.dumps(SMALL)) == SMALL


def test_sixteen_threads_get_what_one_gets(tagger):
    expected = [tagger(text) for text in TEXTS]
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(tagger, TEXTS)) == expected
        groups = [TEXTS[start::16] for start in range(16)]
        found = list(threads.map(tagger, groups))
    alone = [tagger(group) for group in groups]
    assert found == alone
