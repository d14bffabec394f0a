"""The beam search against every legal path, with a writer that looks at all it wrote before."""

from dataclasses import dataclass
from math import exp, log, sin

import numpy as np
import pytest
import torch
from enumeration import LABEL, every_scheme, legal_paths, spans
from torch import Tensor

from ner.model.decoders.beam import search
from ner.model.decoders.rules import Rules
from ner.tags import continues, illegal_neighbours, tag_set

LENGTHS = [4, 1, 3, 2, 4, 4, 3, 4]


@dataclass(frozen=True)
class _Wrote:
    """What each row of a beam wrote, and which sentence it is of."""

    sums: Tensor  # (rows), of all tags before, each counting by its place
    sentences: Tensor  # (rows)

    def taken(self, rows):
        return _Wrote(self.sums[rows], self.sentences[rows])


def _summed(before, last, place):
    return before + (last + 1) * 1.37 * (place + 1)


def _step(sharpness, tags):
    def step(state, last, place):
        sums = _summed(state.sums, last, place)  # (rows)
        numbers = torch.arange(tags, dtype=torch.float64)
        angles = sums[:, None] + 2.3 * numbers + 5.1 * state.sentences[:, None]
        return angles.sin() * sharpness, _Wrote(sums, state.sentences)

    return step


def _searched(scheme, *, beam, lengths=LENGTHS, sharpness=2.0, sentences=None):
    tags = tag_set(LABEL, scheme=scheme)
    numbers = torch.tensor(sentences or range(len(lengths))).double().repeat_interleave(beam)
    begin = _Wrote(torch.zeros(len(numbers), dtype=torch.float64), numbers)
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    rules = Rules.of(tags, scheme)
    return search(_step(sharpness, len(tags)), begin, mask, rules, beam=beam)


def _chances(scheme, sentence, path, length, *, sharpness=2.0):
    """By hand: the chance of each tag that may stand after each beginning of ``path``."""
    tags, found, sums, last = len(tag_set(LABEL, scheme=scheme)), [], 0.0, None
    everything = legal_paths(scheme, length)
    for place in range(length):
        before = path[:place]
        open_ = {one[place] for one in everything if one[:place] == before}
        sums = _summed(sums, tags if last is None else last, place)
        shares = {k: exp(sin(sums + 2.3 * k + 5.1 * sentence) * sharpness) for k in open_}
        found.append({k: share / sum(shares.values()) for k, share in shares.items()})
        last = path[place]
    return found


def _log_probability(scheme, sentence, path):
    steps = _chances(scheme, sentence, path, len(path))
    return sum(log(step[tag]) for step, tag in zip(steps, path, strict=True))


def _enumerated(scheme, sentence, length):
    """All legal paths and the probability of each."""
    paths = legal_paths(scheme, length)
    shares = np.exp([_log_probability(scheme, sentence, path) for path in paths])
    assert shares.sum() == pytest.approx(1)  # no beginning is a dead end
    return paths, shares


@every_scheme
def test_a_beam_as_wide_as_there_are_paths_finds_the_best_of_all(scheme):
    found = _searched(scheme, beam=len(legal_paths(scheme, max(LENGTHS)))).tags
    for sentence, (tags, length) in enumerate(zip(found, LENGTHS, strict=True)):
        paths, shares = _enumerated(scheme, sentence, length)
        assert tuple(tags) == paths[shares.argmax()]


@every_scheme
def test_a_beam_of_one_takes_the_likeliest_tag_each_time(scheme):
    for sentence, (tags, length) in enumerate(
        zip(_searched(scheme, beam=1).tags, LENGTHS, strict=True)
    ):
        steps = _chances(scheme, sentence, tuple(tags), length)
        assert tags == [max(step, key=step.get) for step in steps]


@every_scheme
def test_greedy_is_not_always_best(scheme):
    greedy, best = (_searched(scheme, beam=beam).tags for beam in (1, 50))
    assert greedy != best
    for sentence, pair in enumerate(zip(greedy, best, strict=True)):
        one, other = (_log_probability(scheme, sentence, tuple(tags)) for tags in pair)
        assert one <= other


@every_scheme
@pytest.mark.parametrize("beam", [1, 2, 5, 40])
@pytest.mark.parametrize("sharpness", [0.0, 0.5, 30.0])
def test_no_written_path_is_illegal(scheme, beam, sharpness):
    names = tag_set(LABEL, scheme=scheme)
    lengths = [7, 1, 9, 2, 1, 5]
    found = _searched(scheme, beam=beam, lengths=lengths, sharpness=sharpness).tags
    assert [len(tags) for tags in found] == lengths
    assert not any(illegal_neighbours([names[k] for k in tags], scheme=scheme) for tags in found)


@every_scheme
@pytest.mark.parametrize("beam", [1, 3])
def test_what_is_kept_of_each_tag_are_the_chances_after_those_before(scheme, beam):
    written = _searched(scheme, beam=beam)
    for sentence, (tags, length) in enumerate(zip(written.tags, LENGTHS, strict=True)):
        for place, step in enumerate(_chances(scheme, sentence, tuple(tags), length)):
            row = written.chances[sentence, place]
            expected = [step.get(tag, 0.0) for tag in range(len(row))]
            np.testing.assert_allclose(row, expected, atol=1e-6)


@every_scheme
@pytest.mark.parametrize("beam", [1, 3])
def test_a_spans_probability_is_that_of_all_paths_with_the_same_tags_before_it(scheme, beam):
    names, written = tag_set(LABEL, scheme=scheme), _searched(scheme, beam=beam)
    for sentence, (tags, length) in enumerate(zip(written.tags, LENGTHS, strict=True)):
        paths, shares = _enumerated(scheme, sentence, length)
        for start, end in spans(length):
            before = np.array([list(path[:start]) == tags[:start] for path in paths])
            holds = [
                list(path[:end]) == tags[:end]
                and (end == length or not continues(names[path[end - 1]], names[path[end]]))
                for path in paths
            ]
            expected = shares[holds].sum() / shares[before].sum()
            found = written.probability(sentence, start, end)
            assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("beam", [1, 3, 20])
def test_a_sentence_alone_is_written_as_in_a_batch(beam):
    together = _searched("BIOES", beam=beam)
    for sentence, length in enumerate(LENGTHS):
        alone = _searched("BIOES", beam=beam, lengths=[length], sentences=[sentence])
        assert alone.tags == together.tags[sentence : sentence + 1]
        np.testing.assert_allclose(alone.chances[0], together.chances[sentence, :length])
