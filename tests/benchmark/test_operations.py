"""Operations against a count by hand, for a small network."""

import pytest
import yaml
from networks import LABELS, TAGS, featurizer_of

from ner.benchmark.operations import operations
from ner.model.network import Network
from ner.settings import ModelSettings

LENGTH = 10
SIZE, INPUT, HALF = 6, 8 + 3, 3  # of the states, of a character's vector, of a direction's states
HEADS, HEAD = 2, 4
INNER = HEADS * HEAD
LSTM = 2 * 4 * HALF * (INPUT + HALF)
SECOND = 2 * 4 * HALF * (SIZE + HALF)  # a second layer reads the states of the first
MAPS = 4 * SIZE * INNER  # queries, keys, values, output
PLACE = HEADS * (HEAD * HEAD + 2 * HEAD)
OWN = {
    "{kind: soft, score: dot}": 2 * INNER * LENGTH,
    "{kind: soft, score: relative}": 3 * INNER * LENGTH,
    "{kind: soft, score: general}": 2 * INNER * LENGTH + HEADS * HEAD * HEAD,
    "{kind: windowed, score: dot, width: 2}": 2 * INNER * 5,
    "{kind: windowed, score: dot, width: 90}": 2 * INNER * LENGTH,
    "{kind: location, score: dot}": 2 * INNER * LENGTH + PLACE,
}


def counted(attention="none", *, layers=1, decoder="crf", length=LENGTH):
    """The operations of a small network, by part."""
    if attention != "none":
        attention = {**yaml.safe_load(attention), "heads": HEADS, "head_size": HEAD}
    settings = {
        "embedding": {"size": 8, "segmentation_size": 3},
        "encoder": {"size": SIZE, "layers": layers},
        "attention": attention,
        "decoder": decoder,
    }
    featurizer = featurizer_of(segmentation=True)
    model = ModelSettings.model_validate(settings)
    return operations(Network(model, labels=LABELS, featurizer=featurizer), length=length)


@pytest.mark.parametrize("attention", OWN)
def test_each_part_is_counted_as_by_hand(attention):
    assert counted(attention) == {
        "embedding": 0,  # lookups
        "encoder": 2 * LSTM,
        "attention": 2 * (MAPS + OWN[attention]),
        "decoder": 2 * SIZE * len(TAGS),
    }


def test_a_network_without_attention_counts_the_same_at_any_length():
    two = counted(layers=2)
    assert two["encoder"] == 2 * (LSTM + SECOND)
    assert "attention" not in two
    assert two == counted(layers=2, length=500)


def test_a_decoder_with_states_of_its_own_costs_more_than_emissions():
    assert counted(decoder="seq2seq")["decoder"] > counted(decoder="crf")["decoder"]
