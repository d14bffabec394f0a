"""Tables in 8 and in 4 bits look up what was rounded, row by row."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ner.model.embedding.rounded import PackedTable, RoundedTable, packed, unpacked
from ner.model.embedding.table import Table

WIDE = 50


@pytest.fixture
def table():
    torch.manual_seed(1)
    table = Table(9, WIDE, tuned=4, padding=True)
    table.kept.normal_()
    table.kept[0] *= 1e-3  # a rare name's vector is short
    table.kept[1] = 0
    return table


NUMBERS = torch.arange(12).view(3, 4)  # some beyond the last row


def test_in_eight_bits_a_number_is_off_by_half_a_step_of_its_row(table):
    own, rounded = table(NUMBERS), RoundedTable(table.joined())(NUMBERS)
    steps = own.abs().amax(dim=-1, keepdim=True) / RoundedTable.STEPS
    assert ((rounded - own).abs() <= 0.52 * steps).all()


def test_in_four_bits_a_number_is_off_by_half_a_step_or_cut_by_at_most_two_thirteenths(table):
    own, rounded = table(NUMBERS), PackedTable(table.joined())(NUMBERS)
    largest = own.abs().amax(dim=-1, keepdim=True)
    off = (rounded - own).abs()
    assert (off <= 0.155 * largest).all()
    inner = own.abs() <= 0.85 * largest
    assert (off <= 0.51 * largest / PackedTable.STEPS)[inner].all()


@pytest.mark.parametrize("kind", [RoundedTable, PackedTable])
def test_rows_of_zeros_and_those_beyond_the_last_stay_zero(table, kind):
    rounded = kind(table.joined())(NUMBERS).view(-1, WIDE)
    assert not rounded[[0, 5, 9, 10, 11]].any()
    assert rounded[[1, 2, 3, 4, 6, 7, 8]].any(dim=1).all()


def test_four_bits_take_half_the_room_of_eight(table):
    coarse, fine = PackedTable(table.joined()), RoundedTable(table.joined())
    assert coarse.nibbles.nbytes * 2 == fine.steps.nbytes
    assert coarse.scales.nbytes == fine.scales.nbytes


def test_the_scale_of_a_row_is_the_best_of_those_tried():
    torch.manual_seed(2)
    rows = torch.randn(200, WIDE)
    error = (PackedTable(rows)(torch.arange(200)) - rows).square().sum(dim=1)
    whole = rows.abs().amax(dim=1, keepdim=True) / PackedTable.STEPS
    plain = ((rows / whole).round() * whole - rows).square().sum(dim=1)
    assert (error <= plain * 1.01).all()
    assert error.sum() < 0.95 * plain.sum()


@given(st.lists(st.integers(0, 15), min_size=2, max_size=40).filter(lambda own: len(own) % 2 == 0))
def test_numbers_are_unpacked_as_they_were_packed(numbers):
    given = torch.tensor([numbers, numbers[::-1]])
    bytes_ = packed(given)
    assert bytes_.dtype == torch.uint8 and bytes_.shape == (2, len(numbers) // 2)
    assert torch.equal(unpacked(bytes_), given.float())
