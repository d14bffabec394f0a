"""The fast paths' memory grows with the length of a text, not with its square."""

from itertools import accumulate

import pytest
import torch
from mechanisms import both_modes, every_score
from torch.profiler import ProfilerActivity, profile

from ner.model.attention import build
from ner.model.attention.scores import SCORES, DotProduct
from ner.settings import SoftSettings, WindowedSettings

SHORT, LONG = 1024, 4096
MATRIX = LONG * LONG * 4  # the bytes of one score for each pair

every_fused_score = pytest.mark.parametrize(
    "score", [name for name, score in SCORES.items() if issubclass(score, DotProduct)]
)


def _peak(mechanism, length):
    """The most bytes that tensors take at once, in excess of what is there before."""
    states = torch.randn(1, length, 8, requires_grad=mechanism.training)
    mask = torch.arange(length)[None] < length - 7
    with (
        torch.set_grad_enabled(mechanism.training),
        profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler,
    ):
        context = mechanism(states, states, mask)
        if mechanism.training:
            context.square().sum().backward()
    recorded = profiler.profiler.kineto_results.events()
    events = [event for event in recorded if event.name() == "[memory]"]
    changes = [event.nbytes() for event in sorted(events, key=lambda event: event.start_ns())]
    return max(accumulate(changes))


def _holds(settings, training):
    torch.manual_seed(0)
    mechanism = build(settings, size=8).train(training)
    short, long = _peak(mechanism, SHORT), _peak(mechanism, LONG)
    assert short < long < 4.5 * short  # the fused kernel's own buffers do not grow
    assert long < MATRIX / 8


@every_score
@both_modes
def test_windowed_attention_grows_with_the_length(score, training):
    _holds(WindowedSettings(score=score, heads=1, head_size=4, width=4), training)


@every_fused_score
@both_modes
def test_soft_attention_by_dot_products_grows_with_the_length(score, training):
    _holds(SoftSettings(score=score, heads=1, head_size=4), training)


def test_the_measure_tells_what_grows_with_the_square():
    mechanism = build(SoftSettings(score="relative", heads=1, head_size=4), size=8).eval()
    assert _peak(mechanism, SHORT) > SHORT * SHORT * 4
