"""Blocks: nothing of a text is lost, nothing is added, whatever the tokeniser was saved with."""

import json
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pretrained import KNOWN

from ner.features.tokeniser import whole_texts
from ner.pretraining import blocks as module
from ner.pretraining.blocks import cut_blocks

CLS, SEP = 2, 3
AROUND = ([CLS], [SEP])
PARTS = (*"陶小满把 x，\n", "[SEP]", "\U0001f600", "한")
TEXTS = st.lists(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), max_size=12)


@pytest.fixture(scope="module")
def model(bert):
    return (bert / "tokenizer.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("cut") / "blocks"


def pieces_of(texts, tokenizer):
    """The pieces of each text, part by part, and its end."""

    def ids(text):
        parts = [part for part, _ in module._parts(text)]
        return [id for part in parts for id in tokenizer.encode(part, add_special_tokens=False).ids]

    return list(chain.from_iterable([*found, SEP] for found in map(ids, texts) if found))


@given(
    texts=TEXTS, length=st.integers(3, 9), together=st.integers(1, 30), longest=st.integers(1, 40)
)
def test_the_blocks_are_the_texts_pieces_in_order_without_an_unfinished_rest(
    model, path, texts, length, together, longest
):
    tokenizer = whole_texts(model)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "TOGETHER", together)
        patch.setattr(module, "LONGEST", longest)
        blocks = cut_blocks(texts, tokenizer, length=length, around=AROUND, path=path)
        expected = pieces_of(texts, tokenizer)
        parts = [list(module._parts(text)) for text in texts]
    assert ["".join(part for part, _ in own) for own in parts] == texts
    assert all(len(part) <= longest for own in parts for part, _ in own)
    inside = length - 2
    assert blocks.shape == (len(expected) // inside, length)
    assert blocks[:, 1:-1].flatten().tolist() == expected[: len(blocks) * inside]
    assert (blocks[:, 0] == CLS).all() and (blocks[:, -1] == SEP).all()


def test_a_long_text_is_cut_at_its_blanks(monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 6)
    cut = [("ab cd ", False), ("efghij", False), ("kl\nmn ", False), ("op", True)]
    assert list(module._parts("ab cd efghijkl\nmn op")) == cut
    assert list(module._parts("abcdef")) == [("abcdef", True)]
    assert list(module._parts("")) == [("", True)]


@pytest.mark.parametrize(
    "around", [([], []), ([CLS], []), ([], [SEP]), ([CLS, CLS], [SEP, SEP, SEP])]
)
def test_there_may_be_any_number_of_special_pieces_around(model, path, around):
    tokenizer = whole_texts(model)
    blocks = cut_blocks(["陶小满把信寄到"] * 9, tokenizer, length=8, around=around, path=path)
    before, after = map(len, around)
    text = [KNOWN.index(one) + 5 for one in "陶小满把信寄到"]
    expected = (text + around[1]) * 9
    inner = np.delete(blocks, [*range(before), *range(8 - after, 8)], axis=1).flatten().tolist()
    assert inner == expected[: len(inner)] and len(expected) - len(inner) < 8
    assert blocks[:, :before].tolist() == [around[0]] * len(blocks)
    assert blocks[:, 8 - after :].tolist() == [around[1]] * len(blocks)


def test_a_tokeniser_that_was_saved_with_a_length_neither_cuts_nor_fills_up(model, path):
    data = json.loads(model)
    data["truncation"] = {
        "direction": "Right",
        "max_length": 4,
        "strategy": "LongestFirst",
        "stride": 0,
    }
    data["padding"] = {
        "strategy": {"Fixed": 6},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "[PAD]",
    }
    texts = ["陶小满把信寄到衢州。", "雨"] * 5
    own, other = (
        cut_blocks(texts, whole_texts(one), length=7, around=AROUND, path=path.with_name(name))
        for one, name in ((model, "own"), (json.dumps(data), "other"))
    )
    assert own.tolist() == other.tolist()


def test_names_of_special_pieces_in_a_text_are_text(model, path):
    blocks = cut_blocks(
        ["[MASK]陶[CLS]"] * 9, whole_texts(model), length=6, around=AROUND, path=path
    )
    assert not set(blocks[:, 1:-1].flatten().tolist()) & {0, CLS, 4}  # [PAD], [MASK]


def test_no_text_is_no_block(model, path):
    blocks = cut_blocks(["", " ", "\n"], whole_texts(model), length=6, around=AROUND, path=path)
    assert blocks.shape == (0, 6)
