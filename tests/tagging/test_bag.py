"""Several models as one tagger, and the folder that lists them."""

import json

import pytest
from trained import SAMPLE, tiny_config, tiny_run, train

import ner
from ner.document import Document
from ner.errors import ModelError
from ner.features.batch import collate
from ner.lattice import pooled
from ner.tagging.bag import BAG, load_together, members, write_bag
from ner.tagging.loading import Loading, load_model
from ner.tagging.pieces import Piece
from ner.tags import illegal_neighbours

__all__ = ["tiny_run"]

ONCE = ("training.epochs=1", "training.batch_characters=999")
TEXTS = (SAMPLE / "demo.txt").read_text(encoding="utf-8").splitlines()
ON_CPU = Loading("cpu")


@pytest.fixture(scope="module")
def other_run(tmp_path_factory):
    """Of another vocabulary, from other text."""
    changes = ("data.train=test.bio", "training.epochs=3", "seed=2")
    return train(tiny_config(*changes), tmp_path_factory.mktemp("other"))[0].folder


@pytest.fixture(scope="module")
def odd_run(tmp_path_factory):
    """Makes a run of one epoch with these changes."""
    return lambda *changes: (
        train(tiny_config(*ONCE, *changes), tmp_path_factory.mktemp("odd") / "run")[0].folder
    )


@pytest.fixture
def bag(tmp_path, tiny_run, other_run):
    for name, run in (("one", tiny_run), ("two", other_run)):
        (tmp_path / name).symlink_to(run)
    write_bag(tmp_path, ["one", "two"])
    return tmp_path


def test_a_model_with_itself_is_itself(tiny_run):
    twice, once = load_together([tiny_run] * 2, ON_CPU), ner.load(tiny_run, device="cpu")
    for found, expected in zip(twice(TEXTS), once(TEXTS), strict=True):
        assert found.with_entities(()) == expected.with_entities(())
        pairs = zip(found.entities, expected.entities, strict=True)
        for one, other in pairs:
            assert (one.start, one.end, one.label) == (other.start, other.end, other.label)
            assert one.score == pytest.approx(other.score, abs=1e-4)


def test_models_of_different_vocabularies_are_averaged_each_with_its_own_features(bag):
    tagger = ner.load(bag, device="cpu")
    piece = Piece("骆一舟在丽水等陶小满。", "")
    chains = []
    for folder in members(bag):
        own = load_model(folder, ON_CPU)
        chains.append(own.runtime(collate([own.featurizer(piece.text)])))
    found, expected = tagger.decoded([piece]), pooled(chains)
    assert found.tags == expected.tags
    assert found.probability(0, 0, 11) == pytest.approx(expected.probability(0, 0, 11))


def test_the_tags_of_a_bag_are_legal(bag):
    tagger = ner.load(bag, device="cpu")
    for text in TEXTS:
        (numbers,) = tagger.decoded([Piece(text, "")]).tags
        assert illegal_neighbours([tagger.tags[n] for n in numbers], scheme="BIOES") == 0


def test_a_bag_is_a_tagger_with_confidences_and_windows(bag):
    tagger = ner.load(bag, device="cpu", window=16)
    ((document, confidences),) = tagger.pipe_sure([Document("".join(TEXTS))])
    assert document.text == "".join(TEXTS)
    assert all(0 <= one <= 1 for one in confidences)
    assert tagger.labels == ["LOC", "ORG", "PER"]


def test_a_bag_moves_with_its_folder(bag, tmp_path):
    assert members(bag) == [bag / "one", bag / "two"]
    assert members(bag / "one") is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        ('{"format_version": 1}', "damaged"),
        ('{"format_version": 1, "members": []}', "expected a list of folders"),
        ('{"format_version": 1, "members": "one"}', "expected a list of folders"),
        ('{"format_version": 9, "members": ["one"]}', "bag format 9, this version of ner reads"),
        ('{"format_version": 1, "members": ["gone"]}', "gone: not a model or run folder"),
    ],
)
def test_a_damaged_bag_is_an_error_with_its_place(tmp_path, content, message):
    (tmp_path / BAG).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        ner.load(tmp_path, device="cpu")


def test_a_bag_in_itself_is_no_endless_way(tmp_path):
    (tmp_path / BAG).write_text(json.dumps({"format_version": 1, "members": ["."]}))
    with pytest.raises(ModelError, match="not a model or run folder"):
        ner.load(tmp_path, device="cpu")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("model.scheme=BIO", "tags: got .*, expected .* as in"),
        ("features.context=1", "features.context: got 1, expected 0 as in"),
        (
            "model.decoder={kind: seq2seq, size: 4, tag_size: 2, attention: {heads: 1}}",
            "no linear chain .*--vote takes any",
        ),
    ],
)
def test_models_that_cannot_be_averaged_are_refused(tiny_run, odd_run, change, message):
    with pytest.raises(ModelError, match=message):
        load_together([tiny_run, odd_run(change)], ON_CPU)


def test_a_crf_and_a_softmax_can_be_averaged(tiny_run, odd_run):
    tagger = load_together([tiny_run, odd_run("model.decoder=softmax")], ON_CPU)
    assert [one.text for one in tagger(TEXTS)] == TEXTS
