"""A corpus as a whole: its splits, what is refused, and what is said before training."""

from collections import Counter

import pytest

from ner.corpus import folds
from ner.corpus.splits import (
    Split,
    as_documents,
    hold_out,
    look_through,
    read_split,
    read_training,
    remarks,
)
from ner.document import Document, Entity, Sentence
from ner.errors import CorpusError
from ner.formats.brat import DISCONTINUOUS, OTHERS
from ner.settings import DataSettings, FoldSettings

TAGGED = "阿\tB-PER\n梨\tI-PER\n来\tO\n\n泉\tB-LOC\n州\tI-LOC\n\n"
PLAIN = "茶\tO\n\n"


@pytest.fixture
def settings(tmp_path):
    """Writes files of a corpus and gives settings that name them."""

    def write(**files):
        for name, content in files.items():
            raw = content if isinstance(content, bytes) else content.encode()
            (tmp_path / name).write_bytes(raw)
        return DataSettings(root=str(tmp_path), **{name: name for name in files})

    return write


def split_of(count):
    documents = tuple(Document(f"句{number}") for number in range(count))
    return Split("train", "own.bio", documents, Counter({"repairs": 3}))


@pytest.mark.parametrize(
    "count, share, held", [(10, 0.1, 1), (25, 0.1, 2), (2, 0.5, 1), (9, 0.9, 8)]
)
def test_a_part_is_held_out_in_order_and_nothing_is_lost(count, share, held):
    whole = split_of(count)
    train, dev = hold_out(whole, share=share, seed=1)
    parts = [[whole.documents.index(one) for one in split.documents] for split in (train, dev)]
    assert parts == [sorted(part) for part in parts]
    assert sorted(parts[0] + parts[1]) == list(range(count))
    assert len(dev.documents) == held
    assert [(one.name, one.path) for one in (train, dev)] == [
        ("train", "own.bio"),
        ("dev", "own.bio"),
    ]
    assert (train.counts, dev.counts) == (whole.counts, Counter())


def test_the_seed_alone_decides_what_is_held_out():
    whole = split_of(50)
    held = [hold_out(whole, share=0.2, seed=seed)[1].documents for seed in (1, 1, 2, 3)]
    assert held[0] == held[1]
    assert len(set(held)) == 3


@pytest.mark.parametrize("count, share", [(0, 0.1), (1, 0.5), (4, 0.1), (3, 0.9)])
def test_too_few_documents_cannot_be_parted(count, share):
    with pytest.raises(CorpusError, match=f"own.bio: {count} documents are too few to hold a dev"):
        hold_out(split_of(count), share=share, seed=1)


def test_a_dev_file_is_read_where_there_is_one(settings):
    train, dev = read_training(settings(train=TAGGED, dev=PLAIN), seed=1)
    assert [(one.name, len(one.documents)) for one in (train, dev)] == [("train", 2), ("dev", 1)]


def test_without_a_dev_file_a_part_of_train_is_held_out(settings):
    train, dev = read_training(settings(train=TAGGED * 10), seed=1)
    assert (len(train.documents), len(dev.documents)) == (18, 2)


def test_the_test_file_is_not_touched(settings):
    data = settings(train=TAGGED, dev=TAGGED).model_copy(update={"test": "nowhere.bio"})
    assert len(read_training(data, seed=1)) == 2


@pytest.mark.parametrize("seed", range(4))
def test_what_is_left_to_train_on_has_entities(settings, seed):
    """One of two sentences has entities; where it is held out, there is nothing to learn."""
    data = settings(train="泉\tB-LOC\n\n茶\tO\n\n").model_copy(update={"dev_share": 0.5})
    try:
        train, _ = read_training(data, seed=seed)
    except CorpusError as error:
        assert "nothing to learn" in str(error)
    else:
        assert train.labels == {"LOC": 1}


@pytest.mark.parametrize("content", ["", "\n\n \n", "\ufeff\n"])
def test_an_empty_corpus_is_refused(settings, content):
    data = settings(train=content)
    with pytest.raises(CorpusError, match="/train: an empty corpus: there is no sentence in it"):
        read_split("train", data.paths("train"), data)


def test_a_corpus_without_entities_is_refused(settings):
    with pytest.raises(CorpusError, match="/train: no entity is annotated in it: nothing to learn"):
        read_training(settings(train=PLAIN * 20), seed=1)


def test_the_settings_say_how_files_are_read(settings):
    data = settings(train="科0\tB-ORG\n技1\tI-ORG\n".encode("gb18030"))
    how = {"encoding": "gb18030", "position_digits": True, "format": "columns"}
    split = read_split("train", data.paths("train"), data.model_copy(update=how))
    assert split.sentences == [Sentence("科技", 0, (Entity("科技", "ORG", 0, 2),))]
    assert split.counts["sentences in scheme BIO"] == 1


def test_of_other_bytes_the_key_that_says_so_is_named(settings):
    data = settings(train="科\tB-ORG\n".encode("gb18030"))
    with pytest.raises(CorpusError, match="if the file is, say data.encoding: gb18030"):
        read_split("train", data.paths("train"), data)


def test_a_format_that_the_settings_name_is_not_told_from_the_content(settings):
    data = settings(train="泉 B-LOC\n").model_copy(update={"format": "text"})
    (document,) = read_split("train", data.paths("train"), data).documents
    assert document == Document("泉 B-LOC")


def test_empty_sentences_are_left_out(settings):
    data = settings(train='{"text": ""}\n{"text": "茶"}\n')
    split = read_split("train", data.paths("train"), data)
    assert len(split.documents) == 2
    assert [one.text for one in split.sentences] == ["茶"]


@pytest.fixture
def folders(tmp_path):
    """Settings of a corpus whose train split is a folder of three texts and their annotations."""
    files = {
        "a.txt": "阿梨来了。\n她去泉\n州。",
        "a.ann": "T1\tPER 0 2\t阿梨\nT2\tLOC 8 9;10 11\t泉 州\nT3\tLOC 0 1;3 4\t阿 了\n",
        "b.txt": "茶\n",
        "b.ann": "",
        "more/c.txt": "阿梨。",
        "more/c.ann": "T1\tPER 0 2\t阿梨\nR1\tNear Arg1:T1 Arg2:T1\n",
    }
    for name, content in files.items():
        path = tmp_path / "train" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return DataSettings(root=str(tmp_path), train="train", dev_share=0.4)


def test_a_folder_of_texts_and_annotations_is_a_split(folders):
    split = read_split("train", folders.paths("train"), folders)
    assert [one.id for one in split.documents] == ["a", "b", "c"]
    assert [one.text for one in split.sentences] == ["阿梨来了。", "她去泉\n州。", "茶", "阿梨。"]
    assert [e.text for one in split.sentences for e in one.entities] == ["阿梨", "泉\n州", "阿梨"]
    assert split.labels == {"PER": 2, "LOC": 1}
    assert split.counts == {DISCONTINUOUS: 1, OTHERS: 1, "file(s) read as brat": 3}


def test_whole_documents_of_a_folder_are_held_out(folders):
    train, dev = read_training(folders, seed=1)
    assert (len(train.documents), len(dev.documents)) == (2, 1)


def test_a_folder_without_annotated_files_is_refused(folders, tmp_path):
    path = tmp_path / "plain"
    path.mkdir()
    (path / "a.txt").write_text("茶", encoding="utf-8")
    with pytest.raises(CorpusError, match=f"{path}: no annotated file in it"):
        read_split("train", [path], folders)


def test_sizes_labels_and_repairs_are_said(settings):
    data = settings(train=TAGGED + "茶\tI-LOC\n\n", dev=TAGGED)
    train, dev = read_training(data, seed=1)
    assert train.labels == {"PER": 1, "LOC": 1}
    assert remarks(train, dev) == [
        f"train: 3 sentences, 6 characters, 2 entities (PER 1, LOC 1) from {train.path}",
        "train: 1 file(s) read as columns",
        "train: 3 sentences in scheme BIO",
        "train: 1 illegal tag transitions",
        f"dev: 2 sentences, 5 characters, 2 entities (PER 1, LOC 1) from {dev.path}",
        "dev: 1 file(s) read as columns",
        "dev: 2 sentences in scheme BIO",
    ]


def test_labels_that_no_model_can_find_are_warned_of(settings):
    more = "茶\tS-FOOD\n\n" * 2 + "园\tS-ORG\n\n"
    train, dev = read_training(settings(train=TAGGED, dev=TAGGED + more), seed=1)
    expected = "warning: dev has labels that train lacks and no model can find: FOOD 2, ORG 1"
    assert remarks(train, dev)[-1] == expected
    assert not any("warning" in line for line in remarks(dev, train))


def test_a_dev_set_without_entities_is_warned_of(settings):
    train, dev = read_training(settings(train=TAGGED, dev=PLAIN), seed=1)
    said = remarks(train, dev)
    assert f"dev: 1 sentences, 1 characters, 0 entities from {dev.path}" in said
    assert said[-1].startswith("warning: no entity is annotated in dev: F1 is 0 in every epoch")


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "an empty corpus"), ("雨\tO\n雪\tQ-LOC\n", "unknown tag"), (b"\xff", "not utf-8")],
)
def test_what_is_wrong_with_a_file_is_said_without_keeping_it(settings, content, message):
    data = settings(train=TAGGED, test=content)
    with pytest.raises(CorpusError, match=f"/test:?.*{message}"):
        look_through(data.paths("test"), data)
    assert look_through(data.paths("train"), data) is None


def test_each_sentence_becomes_a_document():
    sentences = [Sentence("泉州", 7, (Entity("泉州", "LOC", 0, 2),)), Sentence("茶", 0)]
    assert as_documents(sentences) == [Document("泉州", sentences[0].entities), Document("茶")]


def test_a_split_may_be_several_files_read_one_after_another(tmp_path):
    for name, content in {
        "a": TAGGED * 5,
        "b": '{"text": "茶", "entities": [{"start": 0, "end": 1, "label": "TEA"}]}\n',
        "c": "泉\tB-LOC\n" + "\n",
    }.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    data = DataSettings(root=str(tmp_path), train=["a", "b"], dev=["c", "a"])
    train, dev = read_training(data, seed=1)
    assert train.labels == {"PER": 5, "LOC": 5, "TEA": 1}
    assert [one.text for one in train.documents][-1] == "茶"
    assert [document.place.path for document in dev.documents][:2] == [
        str(tmp_path / "c"),
        str(tmp_path / "a"),
    ]
    assert any(f"from {tmp_path / 'a'} and 1 more" in line for line in remarks(train, dev))
    folded = data.model_copy(update={"dev": None, "fold": FoldSettings(count=2, number=1)})
    kept, held = folds.read_training(folded, seed=1)
    assert len(kept.documents) + len(held.documents) == len(train.documents)
    (tmp_path / "b").write_text('{"text": "茶"}\n{', encoding="utf-8")
    with pytest.raises(CorpusError, match=f"{tmp_path / 'b'}:2: not JSON"):
        read_training(data, seed=1)
