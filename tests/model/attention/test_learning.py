"""A planted task that only attention can do goes from chance to all but certainty, by every kind.

Characters know only themselves, and the tag of each is what one marker among them says. Where that
stands is told by what it looks like, by its distance, or by its place alone.
"""

import pytest
import torch
from mechanisms import every_score, every_variant, settings_of
from torch import nn
from torch.nn.functional import cross_entropy

from ner.model.attention import build

MARKERS, CHARACTERS, SIZE = 2, 8, 16
LENGTH, WIDTH, PLACE = 8, 3, 2
ENOUGH = 0.99  # of all tags


def _random(batch, length, generator):
    """Characters that are no markers, and markers."""
    characters = torch.randint(MARKERS, CHARACTERS, (batch, length), generator=generator)
    return characters, torch.randint(MARKERS, (batch, 1), generator=generator)


# Each gives characters, tags, and the characters whose tag is asked for; no marker is.


def somewhere(batch, length, generator):
    """One marker stands anywhere."""
    characters, markers = _random(batch, length, generator)
    places = torch.randint(length, (batch, 1), generator=generator)
    characters = characters.scatter(1, places, markers)
    return characters, markers.expand(batch, length), characters >= MARKERS


def nearby(batch, length, generator):
    """The same, and what is far from it is not asked for."""
    characters, tags, asked = somewhere(batch, length, generator)
    return characters, tags, asked & (_distances(characters) <= WIDTH)


def far_off(batch, length, generator):
    """The same, and what is near it is not asked for."""
    characters, tags, asked = somewhere(batch, length, generator)
    return characters, tags, asked & (_distances(characters) > WIDTH)


def at_one_place(batch, length, generator):
    """The marker stands at one and the same place, and one that says the contrary near the end."""
    characters, markers = _random(batch, length, generator)
    contrary = torch.randint(length - 3, length, (batch, 1), generator=generator)
    characters = characters.scatter(1, contrary, 1 - markers)
    characters[:, PLACE] = markers[:, 0]
    return characters, markers.expand(batch, length), characters >= MARKERS


def _distances(characters):
    """How far each character stands from the one marker, (batch, length)."""
    places = (characters < MARKERS).int().argmax(dim=1, keepdim=True)
    return (torch.arange(characters.shape[1]) - places).abs()


TASKS = [somewhere, nearby, far_off, at_one_place]


def _task(variant):
    """What the kind is for: looks, looks within reach, or a place."""
    if variant["kind"] == "windowed" or variant.get("centre") == "own":
        return nearby
    return at_one_place if variant["kind"].startswith("location") else somewhere


class _Reader(nn.Module):
    def __init__(self, mechanism):
        super().__init__()
        self.embedding = nn.Embedding(CHARACTERS, SIZE)
        self.mechanism = mechanism
        self.linear = nn.Linear(SIZE, MARKERS)

    def forward(self, characters):
        states = self.embedding(characters)
        if self.mechanism is not None:
            mask = torch.ones_like(characters, dtype=torch.bool)
            states = states + self.mechanism(states, states, mask)
        return self.linear(states)

    def loss(self, characters, tags, asked):
        own = cross_entropy(self(characters).transpose(1, 2), tags, reduction="none") * asked
        losses = own.sum(dim=1)  # (batch)
        estimator = getattr(self.mechanism, "estimator", None)
        if not hasattr(estimator, "term"):
            return losses.mean()
        lengths = torch.full_like(losses, characters.shape[1])
        return losses.mean() + estimator.term(losses, lengths)


@torch.no_grad()
def _accuracy(reader, characters, tags, asked):
    found = reader.eval()(characters).argmax(dim=-1)
    return (found == tags)[asked].float().mean().item()


def _learn(mechanism, task, *, steps=120, enough=1.1):
    """The accuracy before and after training, which ends early once it is more than enough."""
    torch.manual_seed(1)
    generator = torch.Generator().manual_seed(2)
    reader, test = _Reader(mechanism), task(300, LENGTH, generator)
    before = _accuracy(reader, *test)
    optimiser = torch.optim.Adam(reader.parameters(), lr=0.01)
    for step in range(1, steps + 1):
        optimiser.zero_grad()
        reader.train().loss(*task(32, LENGTH, generator)).backward()
        optimiser.step()
        if step % 20 == 0 and (after := _accuracy(reader, *test)) > enough:
            break
    return before, after


def _fresh(variant, score="dot", *, heads=4):
    """A mechanism as it is built, with the window or the crop that the tasks are made for."""
    torch.manual_seed(1)
    narrow = {"width": WIDTH if _task(variant) is nearby else 1}
    options = narrow if "width" in type(settings_of(variant)).model_fields else {}
    settings = settings_of(variant, heads=heads, head_size=8, score=score, **options)
    return build(settings, size=SIZE)


@every_variant
def test_it_learns_what_only_attention_can_reach(variant):
    before, after = _learn(_fresh(variant), _task(variant), enough=ENOUGH)
    assert 0.35 < before < 0.65
    assert after > ENOUGH


@every_score
def test_it_learns_with_every_score(score):
    before, after = _learn(_fresh({"kind": "soft"}, score), somewhere, enough=ENOUGH)
    assert 0.35 < before < 0.65
    assert after > ENOUGH


@pytest.mark.parametrize("task", TASKS)
def test_without_attention_it_stays_at_chance(task):
    _, after = _learn(None, task)
    assert 0.4 < after < 0.6


def test_what_stands_beyond_its_window_is_not_learned():
    _, after = _learn(_fresh({"kind": "windowed"}), far_off)
    assert 0.4 < after < 0.6


def test_a_place_alone_is_not_learned_by_looks():
    _, after = _learn(_fresh({"kind": "soft"}), at_one_place)
    assert 0.4 < after < 0.6


@pytest.mark.parametrize("kind", ["hard", "location_hard"])
def test_a_choice_that_no_estimate_teaches_is_not_learned(kind):
    untaught = {"kind": kind, "estimator": "reinforce", "reinforcement": 0.0, "entropy": 0.0}
    _, after = _learn(_fresh(untaught, heads=1), _task(untaught))
    assert after < 0.8
