"""The training loop: it learns, repeats itself exactly, shares its work out, and knows its end."""

from dataclasses import replace
from itertools import count
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from networks import rows_of
from trained import SENTENCES, annotated, train

from ner.errors import NerError
from ner.settings import TrainingSettings
from ner.training.checkpoint import Progress
from ner.training.examples import Example, Examples, Origin
from ner.training.loop import Task, batches_of_epoch, epochs, predict
from ner.training.optimiser import learning_rate
from ner.training.step import step


def weights(run):
    return torch.cat([value.flatten() for value in run.task.network.state_dict().values()])


def shares(lengths, budget, *, seed=1, epoch=1, processes=1):
    """The sentences of each batch of each process."""
    examples = [
        Example(rows_of([n + 1] * size), [0] * size, Origin(n, 0)) for n, size in enumerate(lengths)
    ]
    train = Examples(tuple(examples), 0, 0)
    settings = TrainingSettings(batch_characters=budget)
    task = Task(None, None, ["O"], train, train, [], settings, seed)
    stubs = [
        SimpleNamespace(num_processes=processes, process_index=index) for index in range(processes)
    ]
    return [
        [
            tuple(batch.rows["characters"][:, 0] - 1)
            for batch in batches_of_epoch(task, stub, epoch=epoch)
        ]
        for stub in stubs
    ]


def test_the_loss_falls_and_the_training_sentences_are_learned(config, tmp_path):
    _, done = train(config("training.epochs=12"), tmp_path)
    losses = [epoch.loss for epoch in done]
    assert losses[11] < losses[3] / 10 < losses[0] / 20
    assert done[-1].scores.overall.f1 > 0.9


@pytest.mark.parametrize("attention", ["{kind: soft}", "none"])
def test_the_seed_decides_every_weight(config, tmp_path, attention):
    def trained(seed, folder):
        settings = config(f"seed={seed}", f"model.attention={attention}", "training.epochs=2")
        return weights(train(settings, tmp_path / folder)[0])

    first = trained(5, "first")
    assert torch.equal(first, trained(5, "second"))
    assert not torch.equal(first, trained(6, "third"))


def test_every_step_is_in_training_mode_and_every_character_is_told(ready):
    run = ready()
    told = []
    task = run.task

    def advance(characters):
        assert task.network.training
        told.append(characters)

    done = list(epochs(task, run.accelerator, run.optimiser, start=Progress(), advance=advance))
    assert sum(told) == len(done) * run.characters
    assert run.characters == sum(len(annotated(one).text) for one in SENTENCES)
    assert done[-1].progress.step == len(told)


def test_a_step_moves_the_weights_by_its_rate_and_clips_the_gradient(ready):
    run = ready()
    before, batch = weights(run), run.task.train.batch([0, 1])
    network, clipped = run.task.network, TrainingSettings(clip=1e-3)
    loss = step(network, run.optimiser, run.accelerator, batch, 0.0, clipped)
    assert torch.equal(weights(run), before)
    gradients = [p.grad.norm() for p in network.parameters() if p.grad is not None]
    assert torch.stack(gradients).norm() == pytest.approx(1e-3, rel=1e-3)
    assert loss > 0
    assert not loss.requires_grad
    step(network, run.optimiser, run.accelerator, batch, 0.1, clipped)
    assert not torch.equal(weights(run), before)


def test_the_learning_rate_goes_on_from_epoch_to_epoch(ready):
    run = ready("training.epochs=4")
    steps = len(batches_of_epoch(run.task, run.accelerator, epoch=1)) * 4
    for epoch in run.epochs():
        expected = learning_rate(epoch.progress.step - 1, steps, run.config.training)
        assert epoch.learning_rate == expected


def test_training_ends_when_patience_does(ready, scored):
    scored(0.2, 0.5, 0.4, 0.5, 0.9)
    run = ready("training.epochs=9", "training.patience=2")
    done = list(run.epochs())
    assert [epoch.best for epoch in done] == [True, True, False, False]
    assert done[-1].progress.best_epoch == 2
    assert done[-1].progress.best_f1 == 0.5


@pytest.mark.parametrize(
    "start", [Progress(epoch=3, best_epoch=3), Progress(epoch=2, step=8, best_epoch=1)]
)
def test_a_run_that_is_over_trains_no_more(ready, start):
    run = ready("training.epochs=3", "training.patience=1")
    run.progress = start
    assert list(run.epochs()) == []


def test_a_loss_that_is_no_number_is_an_error_that_says_what_to_change(ready):
    run = ready()
    with torch.no_grad():
        run.task.network.decoder.linear.bias.fill_(float("nan"))
    with pytest.raises(NerError, match=r"loss is nan in epoch 1: lower training\.learning_rate"):
        next(run.epochs())
    assert not (run.folder / "checkpoint.safetensors").exists()


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=40),
    st.integers(1, 90),
    st.integers(1, 5),
)
def test_processes_share_all_sentences_in_equally_many_batches(lengths, budget, processes):
    found = shares(lengths, budget, processes=processes)
    together = [batch for share in found for batch in share]
    planned = set(together)
    assert len({len(share) for share in found}) == 1
    assert sorted(place for batch in planned for place in batch) == list(range(len(lengths)))
    assert len(together) - len(planned) < processes


def test_processes_deal_out_what_one_process_would_do_in_the_same_order():
    lengths = [4, 9, 2, 7, 7, 3, 1, 8]
    alone, dealt = shares(lengths, 10)[0], shares(lengths, 10, processes=2)
    in_turn = [batch for pair in zip(*dealt, strict=True) for batch in pair]
    assert in_turn[: len(alone)] == alone


def test_batches_differ_from_epoch_to_epoch_and_from_seed_to_seed_alone():
    def drawn(seed, epoch):
        return shares([5] * 40, 20, seed=seed, epoch=epoch)

    assert drawn(1, 1) == drawn(1, 1)
    assert drawn(1, 1) != drawn(1, 2)
    assert drawn(1, 1) != drawn(2, 1)


def test_predictions_belong_to_their_sentences_even_in_windows(ready):
    run = ready("features.max_length=16", "features.overlap=4")
    numbers = count()
    network = SimpleNamespace(
        eval=lambda: None,
        parameters=lambda: iter([torch.zeros(1)]),
        decode=lambda inputs: SimpleNamespace(
            tags=[[next(numbers) % 2] * n for n in inputs.mask.sum(dim=1).tolist()]
        ),
    )
    gold = run.task.dev_gold
    found = predict(network, run.task.dev, gold, ["O", "B-PER"])
    assert len(run.task.dev.examples) > len(gold)
    assert [one.text for one in found] == [one.text for one in gold]
    marked = [entity for one in found for entity in one.entities]
    expected = [n for place, n in enumerate(sorted(run.task.dev.lengths)) if place % 2]
    assert len(marked) == sum(expected)
    assert all(one.text[e.start : e.end] == e.text for one in found for e in one.entities)


def test_a_line_of_metrics_is_plain_data(ready, scored):
    scored(0.5)
    epoch = next(ready().epochs())
    row = replace(epoch, seconds=1.23456, characters_per_second=99.7).to_dict()
    assert row["epoch"] == 1
    assert (row["dev_f1"], row["dev_predicted"], row["best"]) == (0.5, 4, True)
    assert (row["seconds"], row["characters_per_second"]) == (1.235, 100)
    assert {"loss", "dev_precision", "dev_recall", "learning_rate"} < row.keys()
