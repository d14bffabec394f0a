"""Folds of train: every document in one, no text in two, and what stays knows all labels."""

from collections import Counter

import pytest
from streams import written
from trained import SENTENCES, annotated

from ner.corpus.folds import folds, leave_out, read_training
from ner.corpus.splits import Split
from ner.errors import ConfigError, CorpusError
from ner.settings import DataSettings, FoldSettings

DOCUMENTS = tuple(annotated(one) for one in SENTENCES)
TRAIN = Split("train", "small.bio", DOCUMENTS, Counter())


def settings(number=1, count=3, **changes):
    fold = FoldSettings(count=count, number=number, seed=changes.pop("seed", 1))
    return DataSettings(train="small.bio", fold=fold, **changes)


@pytest.mark.parametrize("count", [2, 3, 6])
def test_every_document_is_in_one_fold_and_the_order_is_trains(count):
    parts = folds(TRAIN, FoldSettings(count=count, number=1))
    assert sorted(place for part in parts for place in part) == list(range(len(DOCUMENTS)))
    assert all(part == sorted(part) for part in parts)


def test_what_stays_and_what_is_left_out_make_up_train():
    for number in (1, 2, 3):
        kept, held = leave_out(TRAIN, settings(number))
        assert (kept.name, held.name) == ("train", "dev")
        assert sorted([*kept.documents, *held.documents], key=DOCUMENTS.index) == list(DOCUMENTS)


def test_the_folds_are_drawn_by_the_seed():
    drawn = {
        str(folds(TRAIN, FoldSettings(count=3, number=1, seed=seed))) for seed in (1, 1, 2, 3, 4)
    }
    assert folds(TRAIN, FoldSettings(number=1, count=3)) == folds(
        TRAIN, FoldSettings(number=2, count=3)
    )
    assert len(drawn) > 1


def test_a_text_that_stands_there_twice_is_in_one_fold():
    double = Split("train", "small.bio", (*DOCUMENTS, *DOCUMENTS), Counter())
    for part in folds(double, FoldSettings(count=3, number=1)):
        texts = Counter(double.documents[place].text for place in part)
        assert set(texts.values()) == {2}


def test_what_stays_knows_a_label_that_only_the_fold_has():
    rare = annotated("[白鹭|BIRD]飞过河面。")
    train = Split("train", "small.bio", (*DOCUMENTS, rare), Counter())
    without = [leave_out(train, settings(number))[0] for number in (1, 2, 3)]
    assert sorted("BIRD" in one.labels for one in without) == [False, True, True]
    assert all(one.known == {"LOC", "ORG", "PER", "BIRD"} for one in without)


def test_too_many_folds_are_an_error():
    with pytest.raises(CorpusError, match=r"small\.bio: 6 documents are too few for 7 folds"):
        folds(TRAIN, FoldSettings(count=7, number=1))


def test_the_fold_is_the_dev_set_unless_there_is_another(tmp_path):
    content, _ = written(DOCUMENTS, "columns")
    (tmp_path / "small.bio").write_bytes(content)
    _, held = leave_out(TRAIN, settings())
    train, dev = read_training(settings(root=str(tmp_path)), seed=9)
    assert [one.text for one in dev.documents] == [one.text for one in held.documents]
    same, given = read_training(settings(root=str(tmp_path), dev="small.bio"), seed=9)
    assert [one.text for one in same.documents] == [one.text for one in train.documents]
    assert len(given.documents) == len(DOCUMENTS)


def test_a_fold_that_is_not_there_is_an_error():
    from ner.config import build

    with pytest.raises(ConfigError, match="only 3 folds"):
        build({"data": {"train": "a", "fold": {"count": 3, "number": 4}}}, "own.yaml")
