"""Holes: how many, where, how long, and what is shown in them."""

import pytest
import torch

from ner.pretraining.masking import draw

PIECES, SPECIAL, MASK = 1_000, 5, 4
FIXED = torch.arange(PIECES) < SPECIAL


def drawn(ids, *, share=0.15, longest=4, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return draw(ids, FIXED, MASK, share=share, longest=longest, generator=generator)


@pytest.fixture(scope="module")
def ids():
    generator = torch.Generator().manual_seed(0)
    return torch.randint(SPECIAL, PIECES, (2_000, 128), generator=generator)


def runs(holes):
    """The lengths of the stretches of holes in each block, one after the other."""
    padded = torch.nn.functional.pad(holes.int(), (1, 1))
    edges = padded.diff(dim=1)
    return (edges == -1).nonzero()[:, 1] - (edges == 1).nonzero()[:, 1]


@pytest.mark.parametrize("share", [0.05, 0.15, 0.4, 0.9])
@pytest.mark.parametrize("longest", [1, 4])
def test_the_share_of_holes_is_as_asked(ids, share, longest):
    _, holes = drawn(ids, share=share, longest=longest)
    # the first pieces of a block have no stretches before them that could reach in
    assert holes[:, longest - 1 :].float().mean() == pytest.approx(share, abs=0.005)


def test_a_stretch_is_no_longer_than_asked(ids):
    _, holes = drawn(ids, share=0.001)  # so rare that hardly two touch
    lengths = torch.bincount(runs(holes))
    assert lengths[1:5].sum() > 0.98 * lengths.sum()
    _, alone = drawn(ids, share=0.001, longest=1)
    assert (runs(alone) == 1).float().mean() > 0.98


def test_a_stretch_of_one_piece_more_is_half_as_frequent(ids):
    _, holes = drawn(ids, share=0.01)
    lengths = torch.bincount(runs(holes[:, :-4]))[1:5].float()
    assert (lengths / lengths.sum()).tolist() == pytest.approx(
        [8 / 15, 4 / 15, 2 / 15, 1 / 15], abs=0.03
    )


def test_eight_of_ten_are_masked_one_is_another_and_one_is_itself(ids):
    shown, holes = drawn(ids)
    own, seen = ids[holes], shown[holes]
    shares = [(seen == MASK), (seen != MASK) & (seen != own), seen == own]
    assert [float(one.float().mean()) for one in shares] == pytest.approx([0.8, 0.1, 0.1], abs=0.01)
    assert (shown == ids)[~holes].all()


def test_special_pieces_are_never_masked_and_never_shown_for_another():
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(0, 10, (500, 64), generator=generator)  # half of them are special
    ids[ids == MASK] = 0
    shown, holes = drawn(ids, share=0.6)
    assert not FIXED[ids][holes].any()
    assert set(shown[holes].unique().tolist()) == {MASK, 5, 6, 7, 8, 9}
    assert holes[~FIXED[ids]].float().mean() == pytest.approx(0.6, abs=0.02)


def test_a_block_of_special_pieces_has_no_hole():
    ids = torch.full((3, 8), 2)
    shown, holes = drawn(ids)
    assert torch.equal(shown, ids) and not holes.any()


def test_the_same_seed_draws_the_same_and_another_draws_others(ids):
    first, again, other = drawn(ids[:50]), drawn(ids[:50]), drawn(ids[:50], seed=2)
    assert all(map(torch.equal, first, again))
    assert not torch.equal(first[1], other[1])


def test_what_is_given_stays(ids):
    before = ids.clone()
    drawn(ids)
    assert torch.equal(ids, before)
