"""Sentences that weigh: the loss is Σ wᵢ·lossᵢ / Σ wᵢ, and equal weights change nothing."""

import numpy as np
import pytest
import torch
from trained import SENTENCES, annotated

from ner.features.batch import collate
from ner.features.featurizer import Featurizer
from ner.model.inputs import Inputs
from ner.model.network import Network
from ner.settings import FeatureSettings, ModelSettings
from ner.tags import tag_set
from ner.training.examples import prepare

LABELS = ("LOC", "ORG", "PER")
DOCUMENTS = [annotated(one) for one in SENTENCES]
HARD = {"kind": "hard", "estimator": "reinforce", "heads": 2, "head_size": 4}


def ready(attention="none"):
    """A network, and the examples of the six sentences."""
    featurizer = Featurizer.fitted(FeatureSettings(), [one.text for one in DOCUMENTS])
    settings = ModelSettings.model_validate(
        {"embedding": {"size": 8}, "encoder": {"size": 8}, "attention": attention}
    )
    torch.manual_seed(0)
    network = Network(settings, labels=LABELS, featurizer=featurizer)
    tags = tag_set(LABELS, scheme=settings.scheme)
    return network, prepare(DOCUMENTS, featurizer, tags, scheme=settings.scheme).examples


def inputs(examples, weights=None):
    features, tags = [one.features for one in examples], [one.tags for one in examples]
    return Inputs.of(collate(features, tags, weights), torch.device("cpu"))


def gradients(network, loss):
    network.zero_grad()
    loss.backward()
    return [p.grad.clone() for p in network.parameters() if p.grad is not None]


def test_the_loss_is_the_weighted_mean_of_the_sentences_own_losses():
    network, examples = ready()
    network.eval()
    weights = [1.0, 0.25, 0.5, 1.0, 0.125, 2.0]
    own = [network.loss(inputs([one])).item() for one in examples]
    expected = sum(w * loss for w, loss in zip(weights, own, strict=True)) / sum(weights)
    assert network.loss(inputs(examples, weights)).item() == pytest.approx(expected, rel=1e-5)


def test_a_sentence_of_twice_the_weight_teaches_as_if_it_stood_there_twice():
    network, examples = ready()
    network.eval()
    twice = gradients(network, network.loss(inputs([*examples, examples[0]])))
    heavy = gradients(network, network.loss(inputs(examples, [2.0, *[1.0] * 5])))
    for one, other in zip(twice, heavy, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("weight", [1.0, 0.3])
@pytest.mark.parametrize("attention", ["none", HARD], ids=["none", "reinforce"])
def test_equal_weights_give_exactly_what_no_weights_give_in_training_too(weight, attention):
    found = []
    for weights in (None, [weight] * len(DOCUMENTS)):
        network, examples = ready(attention)
        torch.manual_seed(1)
        loss = network.train().loss(inputs(examples, weights))
        found.append([loss.detach(), *gradients(network, loss)])
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))


def test_a_term_of_the_loss_counts_each_sentence_by_its_weight():
    def gradient(weights):
        """Of what only the term teaches: where hard attention looks."""
        network, examples = ready(HARD)
        torch.manual_seed(1)
        loss = network.train().loss(inputs(examples, weights))
        return torch.autograd.grad(loss, network.attention[0].mechanism.queries.weight)[0]

    nothing = [1e-9] * 5
    first, last = gradient([1.0, *nothing]), gradient([*nothing, 1.0])
    mixed = gradient([1.0, *nothing[1:], 1.0])
    assert first.abs().max() > 1e-6
    torch.testing.assert_close(mixed, (first + last) / 2, rtol=1e-3, atol=1e-6)


def test_a_batch_holds_weights_only_where_they_differ():
    _, examples = ready()
    features = [one.features for one in examples[:3]]
    assert collate(features).weights is None
    assert collate(features, weights=[0.5] * 3).weights is None
    weights = collate(features, weights=[0.5, 1.0, 0.5]).weights
    assert weights.dtype == np.float32
    assert weights.tolist() == [0.5, 1.0, 0.5]
