"""A run that learns from another model's soft targets: what they are of each example, errors."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file
from trained import annotated, train

import ner
from ner.document import Document
from ner.errors import ConfigError, CorpusError
from ner.features.soft import SoftTags
from ner.features.soft_file import About, soft_path, soft_writer
from ner.formats import Findings
from ner.model.decoders.rules import Rules
from ner.tagging.labelling import Labeller, Softening
from ner.tags import scheme_of, tag_set
from ner.training.run import Run
from ner.training.soft import conditioned, cut

TEXTS = ["[陶小满|PER]在[丽水|LOC]看白鹭。", "白鹭飞过河面。"]
TAGS = tuple(tag_set(["LOC", "ORG", "PER"], scheme="BIOES"))


@pytest.fixture
def labelled(config, tmp_path):
    """Writes rows and their soft targets, made of the tags that they have; gives settings."""

    def made(rows=TEXTS, *, tags=TAGS, soft=None, share=True, then=()):
        path = tmp_path / "labelled.jsonl"
        documents = [annotated(one) for one in rows]
        lines = (json.dumps({**one.to_dict(), "confidence": 0.8}) + "\n" for one in documents)
        path.write_text("".join(lines), encoding="utf-8")
        with soft_writer(soft_path(path), About(tags, scheme_of(tags), 1.0, 1e-3)) as writer:
            for one in soft or documents:
                writer.add(one.text, None if len(one.text) > 60 else doubtful(len(one.text), tags))
        given = {"file": str(path), "soft": share}
        return config(f"data.labelled={json.dumps(given)}", *then)

    return made


def doubtful(length, tags):
    """Every character is O, or an entity by itself with a probability of a quarter."""
    single = next((n for n, tag in enumerate(tags) if tag[0] == "S"), 1)
    share = np.zeros(len(tags))
    share[[0, single]] = 0.75, 0.25
    dense = np.tile(share[:, None] * share, (length, 1, 1))
    dense[0] = 0
    dense[0, 0] = share
    return SoftTags.sparse(dense, 1e-3)


@pytest.fixture
def ready(tmp_path):
    return lambda settings, name="run": Run(settings, tmp_path / name, device="cpu")


def examples(run):
    return run.task.train.examples


def test_each_sentence_has_its_own_in_the_students_tags(labelled, ready):
    turned = tuple(tag_set(["PER", "LOC"], scheme="BIOES"))
    run = ready(labelled(tags=turned, soft=[annotated(one) for one in reversed(TEXTS)]))
    own = examples(run)
    assert [one.soft for one in own[:6]] == [None] * 6
    for example, text in zip(own[6:], TEXTS, strict=True):
        assert example.soft.share == 1.0
        shares = example.soft.dense().sum(axis=1)  # (characters, tags)
        assert len(shares) == len(annotated(text).text)
        np.testing.assert_allclose(shares[:, run.task.tags.index("O")], 0.75, atol=1e-3)
        np.testing.assert_allclose(shares[:, run.task.tags.index("S-PER")], 0.25, atol=1e-3)
    assert "labelled: 2 documents with soft targets, 1 of a loss" in run.remarks


def test_what_the_teacher_saw_in_windows_is_learned_by_its_tags(labelled, ready):
    run = ready(labelled([*TEXTS, "白鹭飞过河面，" * 20]))
    assert all(one.soft is None for one in examples(run)[8:])
    assert any("1 documents, longer than the teacher's window" in one for one in run.remarks)


def test_soft_targets_are_cut_with_their_sentence(labelled, ready):
    text = "白鹭飞过河面，又飞回来了。" * 4
    run = ready(labelled([text], then=("features.max_length=16", "features.overlap=4")))
    parts = [one for one in examples(run) if one.soft is not None]
    assert len(parts) > 3
    assert [len(one.soft) for one in parts] == [len(one.tags) for one in parts]
    assert sum(len(one.tags) for one in parts) == len(text)


def test_a_run_goes_on_as_if_it_had_not_stopped_and_learns_from_them(labelled, tmp_path):
    settings = labelled(then=("training.epochs=3",))
    whole, epochs = train(settings, tmp_path / "whole")
    train(settings, tmp_path / "halves", stop_after=1)
    halves, _ = train(settings, tmp_path / "halves", resume=True)
    saved = [load_file(run.folder / "checkpoint.safetensors") for run in (whole, halves)]
    assert all(bool((saved[0][k] == v).all()) for k, v in saved[1].items())
    hard = labelled(share=0, then=("training.epochs=3",))
    _, others = train(hard, tmp_path / "hard", stop_after=1)
    assert others[0].loss != epochs[0].loss


def test_they_go_with_consistency_and_several_masks(labelled, tmp_path):
    more = (
        "training.r_drop=1",
        "model.dropout=0.1",
        "model.multi_sample_dropout=2",
        "training.epochs=1",
    )
    _, epochs = train(labelled(then=more), tmp_path / "run")
    assert np.isfinite(epochs[0].loss)


def test_a_teacher_of_another_scheme_or_label_is_an_error(labelled, ready):
    bio = tuple(tag_set(["PER"], scheme="BIO"))
    with pytest.raises(
        CorpusError, match=r"soft\.safetensors: the teacher's scheme is BIO, expect"
    ):
        ready(labelled(tags=bio))
    bird = tuple(tag_set(["BIRD"], scheme="BIOES"))
    with pytest.raises(CorpusError, match=r"soft\.safetensors: the teacher's tag 'B-BIRD' is not"):
        ready(labelled(tags=bird))


def test_what_is_missing_is_an_error_with_its_place(labelled, ready):
    settings = labelled(soft=[annotated(TEXTS[0])])
    with pytest.raises(CorpusError, match=r"labelled\.jsonl:2: no soft targets of this text in"):
        ready(settings)
    soft_path(Path(settings.data.labelled.file)).unlink()
    with pytest.raises(CorpusError, match=r"labelled\.soft\.safetensors: no such file"):
        ready(settings)


def test_a_decoder_that_writes_tags_is_refused(labelled):
    with pytest.raises(ConfigError, match=r"data\.labelled\.soft: got 1: the decoder seq2seq"):
        labelled(then=("model.decoder=seq2seq",))
    with pytest.raises(ConfigError, match=r"data\.labelled\.soft: got 2"):
        labelled(share=2)


@pytest.mark.parametrize("seed", range(4))
def test_a_chain_on_condition_of_its_ends_is_that_of_the_paths_that_are_left(seed):
    tags = tag_set(["PER"], scheme="BIOES")
    rules = Rules.of(tags, "BIOES")
    rng = np.random.default_rng(seed)
    length, size = 4, len(tags)
    first = rng.dirichlet(np.ones(size))
    steps = rng.random((length, size, size)) * rules.between
    steps /= steps.sum(axis=2, keepdims=True)
    chain = np.zeros((length, size, size))
    wanted = np.zeros_like(chain)
    for path in product(range(size), repeat=length):
        share = first[path[0]] * np.prod([steps[k][path[k - 1], path[k]] for k in range(1, length)])
        left = rules.start[path[0]] and rules.end[path[-1]]
        for found in (chain, wanted) if left else (chain,):
            found[0, 0, path[0]] += share
            found[np.arange(1, length), path[:-1], path[1:]] += share
    wanted /= wanted[0].sum()
    np.testing.assert_allclose(conditioned(chain, rules.start, rules.end), wanted, atol=1e-12)
    soft = SoftTags.sparse(chain, 0.0)
    np.testing.assert_allclose(cut(soft, 0, length, rules).dense(), chain, atol=1e-3)
    inner = cut(soft, 1, length, rules)
    assert inner.dense()[0, 0][~rules.start].sum() == 0
    assert inner.dense()[-1].sum(axis=0)[~rules.end].sum() == 0


def test_a_part_inside_an_entity_has_none():
    tags = tag_set(["PER"], scheme="BIOES")
    inside = tags.index("I-PER")
    dense = np.zeros((6, 5, 5))
    dense[0, 0, tags.index("B-PER")] = 1
    dense[1, tags.index("B-PER"), inside] = dense[2:5, inside, inside] = 1
    dense[5, inside, tags.index("E-PER")] = 1
    soft = SoftTags.sparse(dense, 0.0)
    assert cut(soft, 2, 4, Rules.of(tags, "BIOES")) is None
    assert cut(soft, 0, 6, Rules.of(tags, "BIOES")) is soft


def test_a_teachers_own_chain_is_what_is_added(tiny_run):
    tagger = ner.load(tiny_run, device="cpu")
    added = []
    labeller = Labeller(
        [tagger],
        least=0.0,
        findings=Findings(),
        softening=Softening(lambda text, soft: added.append((text, soft))),
    )
    documents = list(labeller.pipe_documents([Document("陶小满在丽水。雨下了整夜！")]))
    assert [text for text, _ in added] == [one.text for one in documents]
    for text, soft in added:
        assert len(soft) == len(text)
        np.testing.assert_allclose(soft.dense().sum(axis=(1, 2)), 1)
