"""The softmax decoder: a loss a character, and the best path among legal ones, by enumeration."""

from math import exp, log

import numpy as np
import pytest
import torch
from enumeration import LABEL, batch_of, every_scheme, legal_paths, spans

from ner.model.decoders.softmax import SoftmaxDecoder
from ner.settings import SoftmaxSettings
from ner.tags import continues, tag_set

SIZE, LENGTHS = 4, [4, 1, 3, 2]


def _decoder(scheme, *, seed=0):
    torch.manual_seed(seed)
    tags = tag_set(LABEL, scheme=scheme)
    return SoftmaxDecoder(SoftmaxSettings(), size=SIZE, tags=tags, scheme=scheme)


def _scores(decoder, states):
    """The score of each tag, as nested lists: (batch, length, tags)."""
    return (states @ decoder.linear.weight.T + decoder.linear.bias).tolist()


@every_scheme
@torch.no_grad()
def test_a_sentences_loss_is_the_sum_of_its_characters(scheme):
    decoder, (states, mask) = _decoder(scheme), batch_of(LENGTHS, SIZE)
    tags = torch.randint(3, mask.shape, generator=torch.Generator().manual_seed(1))
    expected = []
    for scores, numbers, length in zip(
        _scores(decoder, states), tags.tolist(), LENGTHS, strict=True
    ):
        own = zip(scores[:length], numbers[:length], strict=True)
        expected.append(sum(log(sum(exp(s) for s in row)) - row[tag] for row, tag in own))
    torch.testing.assert_close(decoder.losses(states, mask, tags), torch.tensor(expected))


def _legal_totals(decoder, scheme, scores):
    """All legal paths and the sum of each one's scores."""
    paths = legal_paths(scheme, len(scores))
    totals = [sum(row[tag] for row, tag in zip(scores, path, strict=True)) for path in paths]
    return paths, np.array(totals)


@every_scheme
@torch.no_grad()
def test_the_tags_are_those_of_the_best_legal_path(scheme):
    for seed in range(8):
        decoder, (states, mask) = _decoder(scheme, seed=seed), batch_of(LENGTHS, SIZE, seed=seed)
        found = decoder.decode(states * 3, mask).tags
        for scores, tags, length in zip(_scores(decoder, states * 3), found, LENGTHS, strict=True):
            paths, totals = _legal_totals(decoder, scheme, scores[:length])
            assert tags == list(paths[totals.argmax()])


@every_scheme
@torch.no_grad()
def test_a_spans_probability_is_its_share_of_the_legal_paths(scheme):
    names = tag_set(LABEL, scheme=scheme)
    decoder, (states, mask) = _decoder(scheme), batch_of(LENGTHS, SIZE)
    decoded = decoder.decode(states, mask)
    for sentence, (scores, length) in enumerate(
        zip(_scores(decoder, states), LENGTHS, strict=True)
    ):
        paths, totals = _legal_totals(decoder, scheme, scores[:length])
        best = paths[totals.argmax()]
        for start, end in spans(length):
            holds = [
                path[start:end] == best[start:end]
                and (end == length or not continues(names[path[end - 1]], names[path[end]]))
                for path in paths
            ]
            expected = np.exp(totals)[holds].sum() / np.exp(totals).sum()
            found = decoded.probability(sentence, start, end)
            assert found == pytest.approx(expected, abs=1e-6)
