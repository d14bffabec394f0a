"""Runs whose first weights are ready vectors: what they are given, say, keep, and save."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import save
from trained import SENTENCES, annotated, train

import ner
from ner.errors import ConfigError, CorpusError
from ner.evaluation import score
from ner.model.folder import load_network, read_description
from ner.training.run import Run
from ner.training.run_folder import CHECKPOINT

SIZES = {"characters": 16, "bigrams": 6, "words": 5}
NAMES = {
    "characters": ["陶", "滿", "小", "满", "鹭", "鸟", "雨"],
    "bigrams": ["书店", "鹭鸟", "陶小", "下过"],
    "words": ["青禾书店", "鹭鸟", "橘子", "不在词表"],
}
LISTED = ("青禾书店\tORG", "陶小满", "橘子\tn", "鹭鸟\tn", "丽水\tLOC", "白鹤\tn")


@pytest.fixture(scope="module")
def rows():
    """The vectors by table and name; a mean norm of 1, which a run gives them anyway."""
    rng = np.random.default_rng(3)
    found = {}
    for table, names in NAMES.items():
        drawn = rng.normal(size=(len(names), SIZES[table]))
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        found[table] = dict(zip(names, drawn.astype(np.float16), strict=True))
    return found


@pytest.fixture
def files(tmp_path, rows):
    """The files of vectors and of words."""
    tensors = {}
    for table, own in rows.items():
        tensors[f"{table}.names"] = np.frombuffer("\n".join(own).encode(), dtype=np.uint8)
        tensors[f"{table}.vectors"] = np.stack(list(own.values()))
    (tmp_path / "v.safetensors").write_bytes(save(tensors))
    (tmp_path / "words.tsv").write_text("\n".join(LISTED), encoding="utf-8")
    return tmp_path


@pytest.fixture
def settings(config, files):
    """Makes settings with everything on."""

    def made(*overrides, epochs=2):
        return config(
            "features.bigrams=true",
            f"features.lexicon={{jieba: false, files: [{files / 'words.tsv'}]}}",
            f"model.embedding.vectors={files / 'v.safetensors'}",
            f"model.embedding.bigram_size={SIZES['bigrams']}",
            f"model.embedding.lexicon_size={SIZES['words']}",
            f"training.epochs={epochs}",
            *overrides,
        )

    return made


def tables(run):
    """The embedding's tables, and the number of a name in each."""
    parts = run.task.network.embedding.parts
    featurizer = run.description.featurizer
    named = {name: featurizer.channels[name].vocabulary.id for name in ("characters", "bigrams")}
    found = {name: (parts["channels"].tables[name], named[name]) for name in named}
    return found | {"words": (parts["lexicon"].words, featurizer.lexicon.words.index)}


def has(table, number, row):
    own = table(torch.tensor(number)).detach().numpy()
    return np.allclose(own, row.astype(np.float32), atol=2e-3)


def test_the_first_weights_are_the_vectors(settings, rows, tmp_path):
    run = Run(settings(), tmp_path / "run", device="cpu")
    for name, (table, number) in tables(run).items():
        known = [one for one in rows[name] if one not in ("满", "滿", "不在词表")]
        assert all(has(table, number(one), rows[name][one]) for one in known)
    table, number = tables(run)["characters"]
    assert has(table, number("满"), rows["characters"]["滿"])  # the first spelling counts


def test_what_train_has_is_learned_and_all_else_is_kept(settings, tmp_path):
    run = Run(settings(), tmp_path / "run", device="cpu")
    for name, (table, number) in tables(run).items():
        learned = table.learned.num_embeddings
        assert number("鹭鸟" if name != "characters" else "鹭") >= learned
        assert number({"characters": "陶", "bigrams": "书店", "words": "橘子"}[name]) < learned


def test_remarks_say_how_many_were_found(settings, tmp_path):
    run = Run(settings(), tmp_path / "run", device="cpu")
    remarks = [one for one in run.remarks if one.startswith("vectors: ")]
    texts = [annotated(one).text for one in SENTENCES]
    characters = len(set("".join(texts)))
    bigrams = run.description.featurizer.channels["bigrams"].vocabulary.learned
    assert remarks == [
        f"vectors: 4 of train's {characters} characters, and 2 more",
        f"vectors: 2 of train's {bigrams} bigrams, and 2 more",
        "vectors: 2 of train's 4 words, and 1 more",
    ]


def test_spare_says_how_many_more_are_kept(settings, tmp_path):
    run = Run(settings("model.embedding.spare=1"), tmp_path / "run", device="cpu")
    featurizer = run.description.featurizer
    kept = {name: tables(run)[name][0].kept.shape[0] for name in SIZES}
    assert kept == {"characters": 1, "bigrams": 1, "words": 1}
    assert featurizer.vocabulary.names[-1] == "鹭"


@pytest.mark.parametrize(
    ("key", "table"),
    [("size", "characters"), ("bigram_size", "bigrams"), ("lexicon_size", "words")],
)
def test_a_size_that_is_not_the_vectors_is_an_error_that_names_the_key(
    settings, tmp_path, key, table
):
    message = rf"model\.embedding\.{key}: got 7, but the vectors of {table} have {SIZES[table]}"
    with pytest.raises(ConfigError, match=message):
        Run(settings(f"model.embedding.{key}=7"), tmp_path / "run", device="cpu")
    assert not (tmp_path / "run").exists()


def test_a_file_that_is_not_there_is_an_error_and_leaves_no_run(settings, tmp_path):
    with pytest.raises(CorpusError, match=r"gone\.txt: No such file"):
        Run(settings(f"model.embedding.vectors={tmp_path}/gone.txt"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_words_may_have_no_vectors_but_kinds(settings, tmp_path):
    run = Run(settings("model.embedding.lexicon_size=0"), tmp_path / "run", device="cpu")
    assert run.task.network.embedding.parts["lexicon"].words is None
    assert not any("words" in one for one in run.remarks if one.startswith("vectors"))


def test_vectors_of_features_that_are_off_are_left_out(settings, tmp_path):
    off = ("features.bigrams=false", "features.lexicon=none")
    run = Run(settings(*off), tmp_path / "run", device="cpu")
    remarks = [one for one in run.remarks if one.startswith("vectors: ")]
    assert len(remarks) == 1 and "characters" in remarks[0]


def test_training_moves_what_is_learned_and_nothing_that_is_kept(settings, rows, tmp_path):
    run, _ = train(settings(), tmp_path / "run")
    for name, own in {"characters": "陶", "bigrams": "书店", "words": "青禾书店"}.items():
        table, number = tables(run)[name]
        assert not has(table, number(own), rows[name][own])
        spare = "鹭" if name == "characters" else "鹭鸟"
        assert has(table, number(spare), rows[name][spare])


def test_the_saved_model_finds_the_same_without_the_vectors(settings, files, tmp_path):
    gold = [annotated(one) for one in SENTENCES]
    run, epochs = train(settings(epochs=6), tmp_path / "run")
    best = max(epochs, key=lambda one: one.scores.overall.f1)
    assert best.scores.overall.f1 > 0.3
    for path in (files / "v.safetensors", files / "words.tsv"):
        path.unlink()
    found = list(ner.load(run.folder, device="cpu").pipe_documents(gold))
    assert replace(score(gold, found), calibration_error=None) == best.scores


def test_a_character_that_has_a_vector_alone_is_known_to_the_saved_model(settings, rows, tmp_path):
    run, _ = train(settings(epochs=1), tmp_path / "run")
    description = read_description(run.folder)
    network = load_network(run.folder, description)
    assert [description.featurizer(one).unknown for one in "鹭鸟鹤"] == [0, 0, 1]
    table = network.embedding.parts["channels"].tables["characters"]
    assert has(table, description.featurizer.vocabulary.id("鹭"), rows["characters"]["鹭"])


def test_a_run_that_goes_on_ends_as_if_it_had_not_stopped(settings, tmp_path):
    train(settings(), tmp_path / "whole")
    train(settings(), tmp_path / "halves", stop_after=1)
    train(settings(), tmp_path / "halves", resume=True)
    one, other = ((tmp_path / name / CHECKPOINT).read_bytes() for name in ("whole", "halves"))
    assert one == other


@pytest.mark.parametrize("part", ["characters", "bigrams", "lexicon"])
def test_what_is_frozen_learns_nothing_but_the_unknown(settings, tmp_path, part):
    run = Run(settings(f"model.embedding.frozen={part}"), tmp_path / "run", device="cpu")
    table, _ = tables(run)["words" if part == "lexicon" else part]
    assert table.learned.num_embeddings == (1 if part == "lexicon" else 2)
    free = Run(settings(), tmp_path / "free", device="cpu")
    assert [one for one in run.remarks if "vectors" in one] == [
        one for one in free.remarks if "vectors" in one
    ]


def test_what_only_dev_has_gets_no_vector_but_a_spare_one(settings, corpus, tmp_path):
    (corpus / "other.bio").write_text("鹭\tO\n鸟\tO\n", encoding="utf-8")
    for spare, known in ((0, False), (9, True)):
        changed = settings("data.dev=other.bio", f"model.embedding.spare={spare}")
        run = Run(changed, tmp_path / f"run{spare}", device="cpu")
        assert ("鹭鸟" in run.description.featurizer.channels["bigrams"].vocabulary.names) is known
