"""A step under Accelerate: in half precision, and with gradients that accumulate."""

import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from networks_in_training import small

from ner.settings import TrainingSettings
from ner.training.optimiser import adamw
from ner.training.step import add_gradients, step

BOTH = TrainingSettings(adversarial=0.3, r_drop=0.5, mixed_precision="bf16")


@pytest.fixture
def accelerator():
    """Makes one; precision is a state of the process, so it is put back."""

    def made(**how):
        AcceleratorState._reset_state()
        return Accelerator(cpu=True, **how)

    yield made
    AcceleratorState._reset_state()


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
def test_a_step_in_half_precision_learns_and_keeps_whole_weights(accelerator, decoder):
    network, _, batch = small(decoder=decoder, dropout=0.2, multi_sample_dropout=2)
    half = accelerator(mixed_precision="bf16")
    optimiser = adamw(network, TrainingSettings(learning_rate=0.02))
    model, optimiser = half.prepare(network, optimiser)
    losses = [step(model, optimiser, half, batch, 1.0, BOTH) for _ in range(12)]
    assert losses[-1] < losses[0] / 2
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}
    assert losses[0].dtype == torch.float32


def test_gradients_that_accumulate_are_the_mean_of_the_batches(accelerator):
    network, inputs, _ = small()
    settings = TrainingSettings(adversarial=0.3)

    def gradients(steps, seeds):
        network.zero_grad()
        own = accelerator(gradient_accumulation_steps=steps)
        for seed in seeds:
            torch.manual_seed(seed)
            with own.accumulate(network):
                add_gradients(network, own, inputs, settings)
        found = {name: p.grad for name, p in network.named_parameters() if p.grad is not None}
        return {name: value.clone() for name, value in found.items()}

    first, second = gradients(1, [1]), gradients(1, [2])
    together = gradients(2, [1, 2])
    for name, value in together.items():
        torch.testing.assert_close(value, (first[name] + second[name]) / 2, msg=name)
    assert not torch.allclose(
        first["decoder.linear.weight"], second["decoder.linear.weight"], rtol=1e-2
    )
