"""Machine-labelled sentences in a run: what they weigh, what they may teach, what is refused."""

import json
import re

import numpy as np
import pytest
from safetensors.torch import load_file
from trained import SENTENCES, annotated, train

import ner
from ner.errors import ConfigError, CorpusError
from ner.training.run import Run

OWN = annotated("[陶小满|PER]在[丽水|LOC]看白鹭。").to_dict()
PLAIN = {"text": "白鹭飞过河面。", "entities": []}


@pytest.fixture
def labelled(config, tmp_path):
    """Makes settings of a run that mixes in these rows."""

    def made(*rows, then=(), **settings):
        path = tmp_path / "labelled.jsonl"
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        path.write_text("".join(lines), encoding="utf-8")
        return config(f"data.labelled={json.dumps({'file': str(path), **settings})}", *then)

    return made


@pytest.fixture
def ready(tmp_path):
    return lambda settings: Run(settings, tmp_path / "run", device="cpu")


def sure(row, confidence):
    return {**row, "confidence": confidence}


def weights(run):
    return [one.weight for one in run.task.train.examples]


def test_a_sentence_weighs_the_weight_times_its_confidence(labelled, ready):
    run = ready(labelled(sure(OWN, 0.9), sure(PLAIN, 1), weight=0.4))
    assert weights(run) == [*[1.0] * 6, pytest.approx(0.36), pytest.approx(0.4)]


def test_without_confidence_all_weigh_the_same(labelled, ready):
    assert weights(ready(labelled(sure(OWN, 0.1), PLAIN, confidence=False)))[6:] == [0.5, 0.5]


def test_the_limit_takes_the_first(labelled, ready):
    run = ready(labelled(*[sure(PLAIN, 0.5)] * 3, sure(OWN, 1), limit=2))
    assert weights(run)[6:] == [0.25, 0.25]


def test_several_files_are_read_one_after_another_each_to_its_limit(labelled, ready, tmp_path):
    settings = labelled(*[sure(PLAIN, 0.5)] * 3)
    other = tmp_path / "other.jsonl"
    other.write_bytes((tmp_path / "labelled.jsonl").read_bytes().replace(b"0.5", b"0.9"))
    both = {"file": [settings.data.labelled.file, str(other)], "limit": 2}
    changed = settings.data.labelled.model_copy(update=both)
    data = settings.data.model_copy(update={"labelled": changed})
    run = ready(settings.model_copy(update={"data": data}))
    assert weights(run)[6:] == pytest.approx([0.25, 0.25, 0.45, 0.45])
    assert any(f"from {tmp_path / 'labelled.jsonl'} and 1 more" in one for one in run.remarks)


def test_a_long_sentence_weighs_the_same_in_all_its_windows(labelled, ready):
    long = {"text": "白鹭飞过河面，" * 20, "entities": []}
    assert set(weights(ready(labelled(sure(long, 0.5))))[6:]) == {0.25}
    assert len(weights(ready(labelled(sure(long, 0.5))))) > 7


def test_the_remarks_say_how_many_and_how_heavy(labelled, ready, tmp_path):
    remarks = ready(labelled(sure(OWN, 0.9), sure(PLAIN, 0.5), sure(PLAIN, 0))).remarks
    head = "labelled: 2 sentences mixed in, mean weight 0.350, 2 entities (PER 1, LOC 1)"
    assert f"{head} from {tmp_path / 'labelled.jsonl'}" in remarks
    assert "labelled: 1 documents of confidence 0 left out" in remarks
    assert any(re.fullmatch(r"labelled: \d+ unknown characters", line) for line in remarks)


def test_vocabulary_and_labels_are_trains_but_for_what_is_frequent(labelled, ready):
    often = sure(PLAIN, 1)
    run = ready(labelled(*[often] * 3, then=("features.bigrams=true",), min_count=3))
    characters = run.description.featurizer.channels["characters"].vocabulary
    bigrams = run.description.featurizer.channels["bigrams"].vocabulary
    assert {"鹭", "飞", "河"} <= set(characters.names)
    assert "白鹭" in bigrams.names
    assert characters.learned == len(characters.names)
    few = ready(labelled(*[often] * 2, then=("features.bigrams=true",), min_count=3))
    assert not set("鹭飞河") & set(few.description.featurizer.vocabulary.names)
    assert few.description.labels == ("LOC", "ORG", "PER")


def test_the_lexicon_counts_train_only(labelled, config, ready, tmp_path):
    (tmp_path / "words.txt").write_text("丽水\n白鹭\n河面\n", encoding="utf-8")
    lexicon = (f"features.lexicon={{jieba: false, files: [{tmp_path / 'words.txt'}]}}",)
    with_it = ready(labelled(*[sure(PLAIN, 1)] * 9, then=lexicon)).description.featurizer.lexicon
    without = ready(config(*lexicon)).description.featurizer.lexicon
    np.testing.assert_equal(with_it.to_dict(), without.to_dict())


def test_train_itself_as_labelled_of_full_weight_is_train_twice(labelled, corpus, tmp_path):
    rows = [annotated(one).to_dict() for one in SENTENCES]
    double = tmp_path / "double.bio"
    double.write_bytes((corpus / "small.bio").read_bytes() * 2)
    own = labelled(*rows, weight=1.0, confidence=False, then=("training.epochs=2",))
    twice = own.data.model_copy(update={"train": str(double), "labelled": None})
    runs = {"mixed": own, "twice": own.model_copy(update={"data": twice})}
    saved = {}
    for name, settings in runs.items():
        run, _ = train(settings, tmp_path / name)
        saved[name] = load_file(run.folder / "checkpoint.safetensors")
    assert all(bool((saved["twice"][k] == v).all()) for k, v in saved["mixed"].items())


def test_a_run_with_labelled_text_goes_on_as_if_it_had_not_stopped(labelled, tmp_path):
    settings = labelled(sure(OWN, 0.7), sure(PLAIN, 0.9), then=("training.epochs=3",))
    whole, _ = train(settings, tmp_path / "whole")
    train(settings, tmp_path / "halves", stop_after=1)
    halves, _ = train(settings, tmp_path / "halves", resume=True)
    saved = [load_file(run.folder / "checkpoint.safetensors") for run in (whole, halves)]
    assert all(bool((saved[0][k] == v).all()) for k, v in saved[1].items())
    assert ner.load(whole.folder).labels == ["LOC", "ORG", "PER"]


def test_a_run_whose_labelled_text_has_changed_cannot_be_resumed(labelled, tmp_path):
    train(labelled(sure(OWN, 0.7)), tmp_path / "run", stop_after=1)
    for row in (sure(OWN, 0.8), sure(PLAIN, 0.7)):
        with pytest.raises(
            CorpusError, match=r"changed since this run began: labelled \(.*jsonl\)"
        ):
            train(labelled(row), tmp_path / "run", resume=True)


def test_a_label_that_train_lacks_is_an_error_with_its_line(labelled, ready):
    bird = annotated("[白鹭|BIRD]飞过河面。").to_dict()
    expected = r"labelled\.jsonl:2: label 'BIRD' is not annotated in train \(known: LOC, ORG, PER"
    with pytest.raises(CorpusError, match=expected):
        ready(labelled(sure(OWN, 1), sure(bird, 1)))


@pytest.mark.parametrize(
    ("confidence", "got"),
    [(None, "no confidence"), ("much", "'much' as"), (1.5, "1.5 as"), (True, "True as")],
)
def test_a_confidence_that_is_missing_or_wrong_is_an_error_with_its_line(
    labelled, ready, confidence, got
):
    with pytest.raises(CorpusError, match=rf"labelled\.jsonl:2: {got}.*a number in 0…1"):
        ready(labelled(sure(OWN, 1), sure(PLAIN, confidence)))


def test_a_file_without_any_weight_is_an_error(labelled, ready):
    with pytest.raises(CorpusError, match=r"labelled\.jsonl: no labelled sentence in it"):
        ready(labelled(sure(OWN, 0)))


@pytest.mark.parametrize("settings", [{"weight": 0}, {"limit": 0}, {"min_count": 0}])
def test_settings_without_sense_are_refused(labelled, settings):
    (name,) = settings
    with pytest.raises(ConfigError, match=rf"data\.labelled\.{name}: got 0"):
        labelled(OWN, **settings)
