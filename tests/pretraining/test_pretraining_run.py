"""A run: it learns what is planted in a text, by its schedule, and is drawn by its seed."""

import json
from dataclasses import replace

import pytest
import torch
from planted import PAIRS, planted
from pretrained import bert_folder

from ner.errors import ConfigError, CorpusError, NerError
from ner.formats import Findings
from ner.formats.raw import Inputs
from ner.pretraining import run as module
from ner.pretraining.plan import Plan
from ner.pretraining.progress import Look, Progress, resumed
from ner.pretraining.run import Pretraining, about, blocks_of
from ner.pretraining.source import load

QUICK = Plan(length=12, batch=480, rate=0.01, epochs=2, longest=1)


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "a.txt"
    path.write_text("\n".join(planted(300)), encoding="utf-8")
    return path


def cut(filler, plan, text, folder, findings=None):
    found = Findings() if findings is None else findings
    return blocks_of(Inputs([text]), filler, plan, found, folder / "blocks")


def ignored(passed):
    """What a run tells nobody."""


def trained(filler, plan, blocks, told=ignored):
    run = Pretraining(filler, plan, device="cpu", mixed_precision="no")
    return run, list(run.run(blocks, told))


def test_it_learns_which_character_follows(text, tmp_path):
    filler = load(str(bert_folder(tmp_path / "bert", layers=1)), seed=1)
    for part in filler.model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0  # so that few steps do
    plan = replace(QUICK, length=19, batch=190, rate=0.03, new_rate=1, epochs=9, masked=0.3)
    _, looks = trained(filler, plan, cut(filler, plan, text, tmp_path))
    assert looks[0].right < 0.3 and looks[-1].right > 0.8
    assert looks[-1].loss < 0.5 * looks[0].loss
    right = 0
    for pair in PAIRS:
        ids = torch.tensor([[2, *filler.tokenizer.convert_tokens_to_ids([*pair * 8]), 3, 3]])
        shown = ids.clone()
        shown[0, 6] = filler.mask
        right += int(filler.scores(shown, shown == filler.mask).argmax()) == int(ids[0, 6])
    assert right >= 5


def test_the_same_seed_ends_with_the_same_weights(bert, text, tmp_path):
    found = []
    for seed in (1, 1, 2):
        filler, plan = load(str(bert), seed=seed), replace(QUICK, epochs=1, seed=seed)
        torch.rand(len(found))  # what was drawn before does not matter
        _, looks = trained(filler, plan, cut(filler, plan, text, tmp_path))
        assert [look.step for look in looks][0] == 0
        weights = torch.cat([one.detach().flatten() for one in filler.model.parameters()])
        found.append((weights, [(look.loss, look.right) for look in looks]))
    (own, looks), (again, looks_again), (other, _) = found
    assert torch.equal(own, again) and looks == looks_again
    assert not torch.equal(own, other)


def killed_at(step, monkeypatch):
    """Keeps a run after every step, and kills it as a step begins; gives back what undoes that."""
    own = Pretraining._step

    def watched(run, ids, now):
        if now == step:
            raise KeyboardInterrupt
        own(run, ids, now)

    monkeypatch.setattr(module, "KEPT_EVERY", 0.0)
    monkeypatch.setattr(Pretraining, "_step", watched)
    return lambda: monkeypatch.setattr(Pretraining, "_step", own)


@pytest.mark.parametrize("step", [1, 7, 13, 14, 25])
def test_a_run_that_was_killed_ends_as_one_that_was_not(bert, text, tmp_path, monkeypatch, step):
    def begun():
        filler = load(str(bert), seed=1)
        return Pretraining(filler, QUICK, device="cpu", mixed_precision="no"), filler

    part = tmp_path / "made.part"
    (run, filler), (other, _), (third, again) = begun(), begun(), begun()
    blocks = cut(filler, QUICK, text, tmp_path)
    whole = list(run.run(blocks, ignored))
    assert len(whole) == 11 and whole[-1].step == 26
    live = killed_at(step, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        list(other.run(blocks, ignored, Progress(what=other.what(blocks)), part))
    live()
    progress = resumed(part, third.what(blocks))
    assert progress.step == step
    third.restore(part)
    later = list(third.run(blocks, ignored, progress, part))
    looks = [*progress.looks, *later]
    assert [replace(one, seconds=0) for one in looks] == [replace(one, seconds=0) for one in whole]
    assert [one.seconds for one in looks] == sorted(one.seconds for one in looks)
    pairs = zip(filler.model.parameters(), again.model.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_time_that_has_passed_counts_when_a_run_goes_on(filler, text, tmp_path):
    plan = replace(QUICK, minutes=1.0, epochs=1_000)
    blocks = cut(filler, plan, text, tmp_path)
    run = Pretraining(filler, plan, device="cpu", mixed_precision="no")
    passed = []
    progress = Progress(3, 59.9, (Look(0, 0.0, 1.0, 0.0, 0, 0.0),))
    looks = list(run.run(blocks, passed.append, progress))
    assert min(passed) > 0.99 and looks[-1].seconds > 60 and looks[-1].passed == 1


def rates_of(filler, plan, blocks, monkeypatch):
    """The rate of each step of what is not new, and of what is, as a share of the highest."""
    found = []
    step = Pretraining._step

    def watched(run, ids, generator):
        found.append(tuple(group["lr"] / plan.rate for group in run._optimiser.param_groups))
        step(run, ids, generator)

    monkeypatch.setattr(Pretraining, "_step", watched)
    _, looks = trained(filler, plan, blocks)
    return found, looks


def test_the_rate_follows_the_steps_and_a_new_head_s_is_higher(filler, text, tmp_path, monkeypatch):
    plan = replace(QUICK, epochs=1)
    rates, looks = rates_of(filler, plan, cut(filler, plan, text, tmp_path), monkeypatch)
    steps = looks[-1].step
    assert len(rates) == steps > 10
    shares = [plan.share((step + 0.5) / steps) for step in range(steps)]
    assert [min(one) for one in rates] == pytest.approx(shares)
    assert [max(one) for one in rates] == pytest.approx([10 * share for share in shares])


def test_with_minutes_it_ends_by_then_and_the_rate_falls_with_the_time(
    filler, text, tmp_path, monkeypatch
):
    blocks = cut(filler, QUICK, text, tmp_path)
    now = iter(range(10_000))  # a second a look at the clock
    monkeypatch.setattr(module, "perf_counter", lambda: next(now))
    plan = replace(QUICK, epochs=1_000, minutes=0.5)
    rates, looks = rates_of(filler, plan, blocks, monkeypatch)
    assert looks[-1].passed == 1 and looks[-1].seconds in (30, 31)
    assert len(rates) == looks[-1].step < 30
    shares = [min(one) for one in rates]
    assert shares[2:] == sorted(shares[2:], reverse=True) and 0 < shares[-1] < 0.1


def test_a_single_step_trains(filler, text, tmp_path):
    plan = replace(QUICK, epochs=1, batch=100_000)
    before = filler.model.get_input_embeddings().weight.detach().clone()
    _, looks = trained(filler, plan, cut(filler, plan, text, tmp_path))
    assert [look.step for look in looks] == [0, 1]
    assert not torch.equal(before, filler.model.get_input_embeddings().weight)


def test_what_is_held_out_is_not_trained_on(text, tmp_path, filler):
    blocks = cut(filler, QUICK, text, tmp_path)
    own, held_out = module._apart(blocks, QUICK)
    assert len(own) + len(held_out) == len(blocks) and len(held_out) == 20
    rows = [row.tolist() for number in own for row in [blocks[number]]] + held_out.tolist()
    assert sorted(rows) == sorted(blocks.tolist())
    batches = list(module._batches(own, 7, QUICK))
    both = sorted([*own, *own])  # two epochs
    assert sorted(number for batch in batches for number in batch) == both
    assert len(module._apart(blocks[:2], QUICK)[1]) == 1


def test_looks_come_ten_times_and_the_bar_is_told_every_step(filler, text, tmp_path):
    told = []
    _, looks = trained(filler, QUICK, cut(filler, QUICK, text, tmp_path), told.append)
    assert len(looks) == 11 and [looks[0].step, looks[-1].passed] == [0, 1]
    assert len(told) == looks[-1].step and told == sorted(told) and told[-1] == 1
    assert looks[-1].pieces == 2 * 12 * len(
        module._apart(cut(filler, QUICK, text, tmp_path), QUICK)[0]
    )


@pytest.mark.parametrize("batch, what", [(100_000, "loss"), (480, "gradient")])
def test_a_loss_that_is_no_number_any_more_is_said(filler, text, tmp_path, batch, what):
    plan = replace(QUICK, rate=1e30, batch=batch, epochs=1 if what == "loss" else 2)
    with pytest.raises(NerError) as raised:
        trained(filler, plan, cut(filler, plan, text, tmp_path))
    assert str(raised.value) == f"the {what} is no number any more: lower --learning-rate"


@pytest.mark.parametrize("length", [5, 21])
def test_a_length_that_the_transformer_has_not_is_refused(filler, length):
    with pytest.raises(ConfigError) as raised:
        Pretraining(filler, Plan(length=length), device="cpu", mixed_precision="no")
    expected = f"got {length}, expected 6 to 20 pieces of {filler.name}"
    assert str(raised.value) == f"--length: {expected}"


@pytest.mark.parametrize("lines, found", [(0, "no block"), (2, "no block"), (3, "1 block")])
def test_too_little_text_is_told_in_blocks(filler, tmp_path, lines, found):
    path = tmp_path / "a.txt"
    path.write_text("\n" + "陶小满把\n" * lines, encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        cut(filler, Plan(length=14), path, tmp_path)
    why = f"its text fills {found} of 14 pieces, expected 2 or more"
    assert str(raised.value) == f"{path}: {why}"


def test_lone_surrogates_are_counted_and_read_as_another_character(filler, tmp_path):
    path = tmp_path / "a.jsonl"
    line = json.dumps({"text": "陶\ud800小\udfff满"})
    path.write_text(f"{line}\n" * 9, encoding="utf-8")
    findings = Findings()
    blocks = cut(filler, Plan(length=8), path, tmp_path, findings)
    assert findings == {"lone surrogates, read as U+FFFD": 18}
    assert blocks[0].tolist() == [2, 5, 6, 7, 3, 5, 6, 3]  # this tokeniser leaves U+FFFD out


def test_a_folder_says_how_it_was_made(filler, text, tmp_path):
    _, looks = trained(filler, QUICK, cut(filler, QUICK, text, tmp_path))
    told = about(Inputs([text]), filler, QUICK, looks)
    assert told["transformer"] == filler.name and told["texts"] == ["a.txt"]
    assert told["plan"]["longest"] == 1
    assert (told["first"]["step"], told["last"]["loss"]) == (0, looks[-1].loss)
