"""Copies of a corpus: how many, changed by what, and numbered."""

from dataclasses import replace
from pathlib import Path

import pytest
from enrichment import marked, remarked

from ner.config import build
from ner.corpus.augmentation.copies import augment
from ner.errors import Place

WRITTEN = ("[甲|PER]来AB", "[乙丙|PER]去", "没有人")


def copies_of(*kinds, documents=None, seed=1, copies=1):
    raw = {"kinds": list(kinds), "copies": copies}
    config = build({"data": {"train": "a"}, "augmentation": raw}, "own")
    documents = [marked(one) for one in WRITTEN] if documents is None else documents
    return augment(documents, config.augmentation, seed=seed, root=Path())


def whole(kind, **how):
    return {"kind": kind, "rate": 1, **how}


def test_kinds_are_applied_one_after_another():
    found = copies_of(whole("mention"), whole("case"), whole("width"))
    assert [remarked(one) for one in found.documents] == ["[乙丙|PER]来ａｂ", "[甲|PER]去"]
    assert found.changed == {"mention": 2, "case": 1, "width": 1}
    assert found.unchanged == 1
    assert str(found) == (
        "2 changed copies added (changed by mention 2, case 1, width 1), "
        "1 left out that nothing changed"
    )


def test_the_order_of_the_kinds_counts():
    found = copies_of(whole("width"), whole("look_alike"), documents=[marked("0")])
    assert found.documents[0].text == "０"
    found = copies_of(whole("look_alike"), whole("width"), documents=[marked("0")])
    assert found.documents[0].text in "Ｏｏ"


def test_a_change_that_another_takes_back_is_none():
    found = copies_of(whole("case"), whole("case"))
    assert (found.documents, found.unchanged) == ((), 3)
    assert found.changed == {"case": 2}


def test_copies_are_numbered_by_round_and_drawn_anew():
    documents = [marked(f"[{name}|PER]来") for name in "甲乙丙丁戊己庚辛"]
    found = copies_of({"kind": "mention", "rate": 1}, documents=documents, copies=3)
    assert [one.fields["copy"] for one in found.documents] == [1] * 8 + [2] * 8 + [3] * 8
    rounds = [found.documents[start : start + 8] for start in (0, 8, 16)]
    assert len({tuple(one.text for one in part) for part in rounds}) == 3


def test_the_originals_are_what_they_were():
    documents = [marked(one) for one in WRITTEN]
    copies_of(whole("mention"), whole("transpose"), documents=documents)
    assert documents == [marked(one) for one in WRITTEN]
    assert not any(one.fields for one in documents)


def test_a_copy_keeps_what_its_original_says():
    original = replace(marked("AB"), id=7, fields={"page": 3}, place=Place("a", 2))
    (found,) = copies_of(whole("case"), documents=[original]).documents
    assert (found.id, found.fields, found.place) == (7, {"page": 3, "copy": 1}, Place("a", 2))


def test_without_kinds_or_documents_there_is_no_copy():
    assert (copies_of(copies=4).documents, copies_of(copies=4).unchanged) == ((), 0)
    assert copies_of("mention", "concatenate", "tokens", "swap", documents=[]).documents == ()


@pytest.mark.parametrize("seed", [0, -1, 2**70])
def test_any_whole_number_is_a_seed(seed):
    one, other = (copies_of("tokens", "mention", seed=seed, copies=2) for _ in range(2))
    assert one == other


def test_another_seed_gives_other_copies():
    documents = [marked(f"[{name}|PER]来") for name in "甲乙丙丁戊己庚辛"]
    drawn = {copies_of("mention", documents=documents, seed=seed).documents for seed in range(4)}
    assert len(drawn) == 4
