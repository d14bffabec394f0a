"""A table learns its first rows, keeps the others as they were given, and has no more."""

import pytest
import torch

from ner.model.embedding.table import Table


def _table(rows=9, tuned=4, *, padding=True):
    torch.manual_seed(0)
    return Table(rows, 3, tuned=tuned, padding=padding)


def _filled(**how):
    """A table whose rows hold their own numbers: row n is n, n/10, n/100."""
    table = _table(**how)
    numbers = torch.arange(1, table.rows)
    table.put(numbers, numbers[:, None] * torch.tensor([1.0, 0.1, 0.01]))
    return table


def test_learned_and_kept_rows_give_their_vectors():
    numbers = torch.tensor([[1, 3, 4], [8, 5, 2]])
    expected = numbers[..., None] * torch.tensor([1.0, 0.1, 0.01])
    torch.testing.assert_close(_filled()(numbers), expected, atol=2e-3, rtol=1e-3)


def test_kept_rows_are_zero_until_they_are_given():
    table = _table()
    assert (table(torch.arange(4, 9)) == 0).all()
    assert (table(torch.arange(1, 4)) != 0).any(dim=-1).all()
    table.put(torch.tensor([6]), torch.ones(1, 3))
    assert [bool(row.any()) for row in table(torch.arange(4, 9))] == [
        False,
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("tuned", [0, 1, 4, 9])
@pytest.mark.parametrize("padding", [True, False])
def test_numbers_beyond_the_last_row_are_zero(tuned, padding):
    table = _filled(tuned=tuned, padding=padding)
    assert (table(torch.tensor([9, 10, 500])) == 0).all()
    assert table(torch.arange(1, 9)).any(dim=-1).all()


@pytest.mark.parametrize("padding", [True, False])
def test_a_table_without_rows_gives_zeros(padding):
    assert (_table(rows=0, tuned=0, padding=padding)(torch.tensor([0, 1, 7])) == 0).all()


def test_padding_is_zero_and_learns_nothing():
    table = _filled()
    table(torch.tensor([0, 0, 1])).sum().backward()
    assert (table(torch.tensor([0])) == 0).all()
    assert (table.learned.weight.grad[0] == 0).all()


def test_without_padding_the_first_row_is_a_row_like_others():
    table = _table(padding=False)
    table(torch.tensor([0])).sum().backward()
    assert table(torch.tensor([0])).any()
    assert (table.learned.weight.grad[0] == 1).all()


def test_the_gradient_reaches_the_learned_rows_that_were_read_and_no_others():
    table = _filled()
    table(torch.tensor([1, 1, 3, 6, 8, 40])).sum().backward()
    assert table.learned.weight.grad.tolist() == [[n] * 3 for n in (0, 2, 0, 1)]
    assert [name for name, _ in table.named_parameters()] == ["learned.weight"]


@pytest.mark.parametrize(("rows", "tuned"), [(9, 4), (9, 0), (1, 0), (0, 0), (5, 5)])
def test_every_row_stands_in_one_place(rows, tuned):
    table = _table(rows=rows, tuned=tuned, padding=False)
    learned = max(tuned, 1)
    assert table.learned.num_embeddings == learned
    assert table.kept.shape == (max(rows - learned, 0), 3)


def test_kept_rows_are_saved_with_the_learned_ones():
    table, other = _filled(), _table()
    other.load_state_dict(table.state_dict())
    assert torch.equal(other(torch.arange(12)), table(torch.arange(12)))


def test_put_changes_no_other_row():
    table = _filled()
    before = table(torch.arange(9)).detach().clone()
    table.put(torch.tensor([7, 2]), torch.full((2, 3), 5.0))
    changed = (table(torch.arange(9)) != before).any(dim=-1)
    assert changed.nonzero().flatten().tolist() == [2, 7]
    assert (table(torch.tensor([7, 2])) == 5).all()
    table.put(torch.tensor([], dtype=torch.long), torch.zeros(0, 3))


def test_vectors_have_about_the_length_of_those_that_were_given():
    torch.manual_seed(0)
    drawn = Table(500, 60, tuned=500, padding=False)(torch.arange(500))
    assert drawn.norm(dim=-1).mean().item() == pytest.approx(1, abs=0.05)
