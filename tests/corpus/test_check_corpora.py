"""What the check finds in the real corpora, where $NER_CORPORA has them."""

import os
from itertools import pairwise
from pathlib import Path

import pytest

from ner.corpus.check import characters, entities, repeats
from ner.corpus.check.report import check
from ner.formats.brat import DISCONTINUOUS, ELSEWHERE, MARKED, SHIFTED
from ner.formats.tagged import ILLEGAL

CORPORA = os.environ.get("NER_CORPORA")


def kinds(report):
    return {kind.name: kind for kind in report.kinds}


@pytest.fixture(scope="module")
def real():
    """The findings in files or a folder of a real corpus, checked once each."""
    known = {}

    def done(*names):
        if not CORPORA:
            pytest.skip("NER_CORPORA names no folder of corpora")
        paths = [Path(CORPORA, name) for name in names]
        if not all(path.exists() for path in paths):
            pytest.skip(f"{', '.join(names)} not in NER_CORPORA")
        if names not in known:
            known[names] = check(paths, examples=200)
        return known[names]

    return done


def lines_of(kind):
    return [(Path(one.place.path).name, one.place.line) for one in kind.examples]


def stray(path):
    """The numbers of the lines whose tag goes on with an entity that the line before is not in."""
    rows = path.read_text(encoding="utf-8").split("\n")
    tags = [row.rpartition("\t")[2] for row in rows]
    for number, (before, tag) in enumerate(pairwise(tags), 2):
        if tag.startswith("I-") and before[2:] != tag[2:]:
            yield number


def test_weibo_has_stray_tags_repeats_leaks_and_lost_characters(real):
    found = kinds(real("weibo"))
    assert found[ILLEGAL].splits == {"train": 10, "test": 4}
    files = sorted(Path(CORPORA, "weibo").glob("*.t*"), reverse=True)
    assert lines_of(found[ILLEGAL]) == [(path.name, line) for path in files for line in stray(path)]
    assert found[repeats.LEAKED.format("train")].splits == {"dev": 42, "test": 40}
    assert found[repeats.REPEATED].splits["train"] == 101
    assert found[repeats.OTHERWISE].splits["train"] == 36
    assert found[characters.REPLACED].splits == {"train": 10, "dev": 5, "test": 7}
    assert not real("weibo").has_errors


def test_resume_has_two_entities_over_a_sentence_end(real):
    found = kinds(real("resume"))
    assert found[ILLEGAL].splits == {"train": 4}
    assert {file for file, _ in lines_of(found[ILLEGAL])} == {"train.char.bmes"}
    assert found[repeats.LEAKED.format("train")].splits == {"dev": 1, "test": 5}


def test_jd_has_tokens_that_are_other_blanks_and_no_malformed_line(real):
    """Two lines have as many characters as tags only if U+0020 alone stands between them."""
    report = real("jd")
    if report.corpus.splits[0].labels.total() < 20_000:
        pytest.skip("the two files are not read as a pair")
    assert not report.has_errors
    assert report.corpus.splits[0].documents == 10_000
    lines = Path(CORPORA, "jd", "input.seq.char").read_text(encoding="utf-8").split("\n")
    odd = [number for number, line in enumerate(lines, 1) if line.split() != line.split(" ")]
    assert [number for number in odd if lines[number - 1]] == [3101, 6449]


@pytest.mark.slow
def test_literature_has_moved_marked_and_lost_mentions(real):
    found = kinds(real("literature/train"))
    expected = {SHIFTED: 1856, MARKED: 50, DISCONTINUOUS: 2, ELSEWHERE: 1, entities.NESTED: 5402}
    assert {kind: found[kind].count for kind in expected} == expected
    assert all(file.endswith(".ann") and line for file, line in lines_of(found[SHIFTED]))


def test_cluener_has_one_sentence_with_nested_spans(real):
    found = kinds(real("cluener/train.json"))
    assert set(lines_of(found[entities.NESTED])) == {("train.json", 1507)}
    assert found[entities.NESTED].count == 2


def test_msra_has_a_sentence_of_1475_characters(real):
    report = real("msra/test.bio")
    assert max(report.corpus.splits[0].sentences.counts) == 1475
    said = [one.example.split(" ")[0] for one in kinds(report)[entities.LONG].examples]
    assert "1,475" in said
