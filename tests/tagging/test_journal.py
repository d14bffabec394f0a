"""The journal: a run that ends anywhere is gone on with, and ends with the same bytes."""

import json
import os
from collections import Counter
from contextlib import suppress
from io import StringIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ner.document import Entity
from ner.errors import ConfigError, CorpusError
from ner.formats import FORMATS, ReadOptions
from ner.storage import part_of
from ner.tagging.bulk import outputs
from ner.tagging.bulk.blocks import BlockReader
from ner.tagging.bulk.journal import Journal, Record
from ner.tagging.bulk.outputs import Journalled, Plain
from ner.tagging.bulk.run import Alone, written
from ner.tagging.files import Job, Request

WRITABLE = sorted(name for name, one in FORMATS.items() if one.write and one.annotated)
TEXTS = st.lists(st.text(st.sampled_from("丙甲乙\n\ufeff"), max_size=6), min_size=1, max_size=12)


@pytest.fixture(autouse=True)
def often(monkeypatch):
    """A line of the journal for every block; no test can tell whether the disk is waited for."""
    monkeypatch.setattr(outputs, "EVERY", 0)
    monkeypatch.setattr(os, "fsync", lambda file: None)


class First:
    """Marks the first character of each text."""

    def pipe_documents(self, documents):
        for one in documents:
            found = [Entity(one.text[0], "甲", 0, 1, 0.5)] if one.text else []
            yield one.with_entities(found)


def append(path, content):
    with path.open("ab") as stream:
        stream.write(content)


class Killed(BaseException):
    """The end of a process."""


class Work:
    """A file of texts that is tagged into another, format by format."""

    def __init__(self, folder, texts, to, size=4):
        path = Path(folder) / "in.jsonl"
        path.write_text("".join(json.dumps({"text": one}) + "\n" for one in texts))
        self.request = Request("auto", to, ReadOptions(tagged=False))
        self.out = Path(folder) / "out"
        self.path = Path(folder) / "journal"
        self.jobs = [Job((path,), self.out)]
        self.size = size

    def run(self, outputs, begun=None, stop_after=None):
        """The counts of the job; killed after so many blocks."""
        begun = begun or Record()
        blocks = BlockReader(self.jobs, self.request, size=self.size)
        results = Alone(First()).tagged(blocks.blocks(begun.job, begun.position))
        if stop_after is not None:
            results = self._killed(results, stop_after)
        told = lambda characters, read: None  # noqa: E731
        ((_, counts),) = written(self.jobs, results, outputs, self.request.to, told)
        return counts

    def _killed(self, results, stop_after):
        yield from islice(results, stop_after)
        raise Killed

    def whole(self):
        """What an uninterrupted run writes and counts."""
        counts = self.run(Plain(StringIO()))
        content = self.out.read_bytes()
        self.out.unlink()
        return content, counts


@pytest.mark.parametrize("to", WRITABLE)
def test_every_format_goes_on_as_if_it_had_never_stopped(to):
    @given(TEXTS, st.integers(0, 4), st.integers(0, 4), st.binary(max_size=9))
    @settings(max_examples=15)
    def check(texts, first, second, torn):
        with TemporaryDirectory() as folder:
            work = Work(folder, texts, to)
            expected = work.whole()
            journal = Journal.begun(work.path, {}, [])
            begun = Record()
            for stop_after in (first, second):
                with suppress(Killed):
                    work.run(Journalled(journal, begun), begun, stop_after)
                journal.close()
                append(part_of(work.out), torn)
                append(work.path, torn.replace(b"\n", b""))
                journal = Journal(work.path)
                _, begun = journal.resumed({})
            counts = work.run(Journalled(journal, begun), begun)
            assert (work.out.read_bytes(), Counter(counts)) == expected
            assert not part_of(work.out).exists()

    check()


def test_a_run_that_goes_on_writes_only_what_is_left(tmp_path):
    work = Work(tmp_path, ["甲乙丙"] * 9, "jsonl")
    journal = Journal.begun(work.path, {}, [])
    with pytest.raises(Killed):
        work.run(Journalled(journal), stop_after=5)
    journal.close()
    journal = Journal(work.path)
    _, begun = journal.resumed({})
    assert (begun.position.documents, begun.position.start.lines) == (0, 5)
    assert part_of(work.out).read_bytes().count(b"\n") == 5
    assert not work.out.exists()


def test_a_part_that_lost_bytes_is_not_gone_on_with(tmp_path):
    work = Work(tmp_path, ["甲乙丙"] * 9, "jsonl")
    journal = Journal.begun(work.path, {}, [])
    with pytest.raises(Killed):
        work.run(Journalled(journal), stop_after=5)
    journal.close()
    part_of(work.out).write_bytes(b"{}\n")
    journal = Journal(work.path)
    _, begun = journal.resumed({})
    with pytest.raises(CorpusError, match=r"out\.part: holds 3 bytes, its journal says \d+; --for"):
        work.run(Journalled(journal, begun), begun)


def test_a_journal_serves_one_run_at_a_time(tmp_path):
    first = Journal.begun(tmp_path / "journal", {}, [])
    with pytest.raises(ConfigError, match="another run is at work on it"):
        Journal(tmp_path / "journal")
    first.close()
    Journal(tmp_path / "journal").close()


@pytest.mark.parametrize(
    ("now", "message"),
    [
        ({"model 1": "b", "option window": 16}, "begun with model 1 a, now it is b"),
        ({"model 1": "a", "option window": 32}, "begun with option window 16, now it is 32"),
        ({"model 1": "a"}, "begun with option window 16, now it is nothing"),
        ({"model 1": "a", "option window": 16, "inputs": "x"}, "inputs nothing, now it is x"),
    ],
)
def test_what_changed_is_named(tmp_path, now, message):
    Journal.begun(tmp_path / "journal", {"model 1": "a", "option window": 16}, []).close()
    with pytest.raises(ConfigError, match=message):
        Journal(tmp_path / "journal").resumed(now)


@pytest.mark.parametrize("content", ["", "{}\n", "nonsense\n", '{"format_version": 99}\n'])
def test_what_is_no_journal_is_not_gone_on_with(tmp_path, content):
    (tmp_path / "journal").write_text(content)
    with pytest.raises(CorpusError, match="expected the journal of a run, format 1; --force"):
        Journal(tmp_path / "journal").resumed({})
