"""Runs whose copies are drawn anew in every epoch, and compared with what they were."""

from pathlib import Path

import pytest
import torch
from trained import SENTENCES, annotated, train

from ner.config import build
from ner.corpus.augmentation.copies import Copier
from ner.errors import ConfigError
from ner.training.run import Run
from ner.training.run_folder import CHECKPOINT

KINDS = "augmentation.kinds=[{kind: mention, rate: 1}, {kind: tokens, rate: 0.3}]"
REDRAW, SHARE = "augmentation.redraw=true", "augmentation.share=0.5"
COMPARED = "training.consistency=1"


def copier(**how):
    raw = {"kinds": ["mention", {"kind": "tokens", "rate": 0.5}], **how}
    settings = build({"data": {"train": "a"}, "augmentation": raw}, "own").augmentation
    return Copier([annotated(one) for one in SENTENCES], settings, seed=3, root=Path())


def test_each_epoch_has_the_next_copies_of_one_row():
    both = copier(copies=2)
    alone = [document for epoch in (1, 2) for document in copier()(epoch).documents]
    assert list(both(1).documents) == alone
    assert both(2).documents != both(1).documents
    assert both(2) == copier(copies=2)(2)


def test_a_share_of_the_documents_is_drawn_for_each_copy():
    found = copier(share=0.5)
    drawn = [found(epoch).origins for epoch in range(1, 9)]
    assert {len(one) + found(n).unchanged for n, one in enumerate(drawn, 1)} == {3}
    assert len(set(drawn)) > 1
    assert {place for one in drawn for place in one} == set(range(6))


@pytest.mark.parametrize("more", [(), (COMPARED,), (COMPARED, "training.r_drop=0.5")])
def test_a_run_that_goes_on_ends_as_if_it_had_not_stopped(config, tmp_path, more):
    settings = config(KINDS, REDRAW, SHARE, *more, "training.epochs=3")
    train(settings, tmp_path / "whole")
    train(settings, tmp_path / "halves", stop_after=1)
    train(settings, tmp_path / "halves", resume=True)
    one, other = ((tmp_path / name / CHECKPOINT).read_bytes() for name in ("whole", "halves"))
    assert one == other


def test_every_epoch_trains_on_train_and_on_its_own_copies(config, tmp_path):
    run = Run(config(KINDS, REDRAW), tmp_path, device="cpu")
    task = run.task
    rows = [
        [one.features.rows["characters"].tolist() for one in task.examples(epoch).examples]
        for epoch in (1, 2, 1)
    ]
    assert rows[0] == rows[2] != rows[1]
    assert rows[0][:6] == rows[1][:6]
    assert len(task.train.examples) == 6 < len(rows[0])
    assert any("drawn anew in every epoch" in one for one in run.remarks)


def test_copies_know_what_they_were_and_a_remark_counts_them(config, tmp_path):
    run = Run(config(KINDS, COMPARED), tmp_path, device="cpu")
    originals, copies = run.task.train.examples[:6], run.task.train.examples[6:]
    assert all(one.clean is None for one in originals)
    for one in copies:
        assert any(one.clean.features is other.features for other in originals)
        known = one.clean.places >= 0
        before = next(o for o in originals if o.features is one.clean.features)
        tags = [before.tags[place] for place in one.clean.places[known]]
        assert tags == [tag for tag, there in zip(one.tags, known, strict=True) if there]
    whole = sum(one.clean.is_whole for one in copies)
    said = f"compared: {whole} as a whole, {len(copies) - whole} in part, 0 not"
    assert any(one.endswith(said) for one in run.remarks)


def test_consistency_changes_what_is_learned(config, tmp_path):
    runs = [
        train(config(KINDS, *more, "training.epochs=2"), tmp_path / str(n))[0]
        for n, more in enumerate([(), ("training.consistency=0",), (COMPARED,)])
    ]
    plain, nothing, compared = (
        torch.cat([value.flatten() for value in run.task.network.parameters()]) for run in runs
    )
    assert torch.equal(plain, nothing)
    assert not torch.equal(plain, compared)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ((COMPARED,), "there are no changed copies"),
        ((COMPARED, KINDS, "model.decoder=seq2seq"), "seq2seq cannot compare two texts"),
    ],
)
def test_consistency_wants_copies_and_a_decoder_that_compares(config, settings, why):
    with pytest.raises(ConfigError, match=rf"training\.consistency: got 1: .*{why}"):
        config(*settings)
