"""Pieces of any text at all: one for each character, in order, in windows that overlap."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pretrained import JAMO, KNOWN, PLACES, SPECIALS, bert, config_of, in_package

from ner.features.featurizer import Featurizer
from ner.features.normalisation import Normaliser
from ner.features.pieces import Pieces, joined, windowed
from ner.features.tokeniser import SURROGATE, Tokeniser
from ner.training import transformer

__all__ = ["bert"]

NUMBERS = {piece: number for number, piece in enumerate((*SPECIALS, *KNOWN))}
NAMES = {number: piece for piece, number in NUMBERS.items()}
INNER = PLACES - 2
ANY = st.text(st.characters(), max_size=60)
ODD = "陶\u200b小\x00満\U0001f600한\u1112\u1161\u11abe\u0301\ud800\udc00\ufeff\u3000\ufffd"
NORMALISE = Normaliser(("width", "case"), {}).text


@pytest.fixture(scope="module")
def tokeniser(bert):
    return transformer.tokeniser(config_of(bert))


@pytest.fixture(scope="module")
def real():
    """That of a public model of 21,128 pieces."""
    return transformer.tokeniser(config_of(in_package("embedding", "m3e-small")))


def pieces_of(tokeniser, text):
    """All pieces, and that of each character, by their names."""
    found = tokeniser(text, NORMALISE(text))
    ids = found.ids.flatten()
    return "".join(NAMES[n] for n in ids), [NAMES[n] for n in ids[found.index]]


def check(tokeniser, text):
    """Every character has a piece, in the order of the text, of those that the model knows."""
    found = tokeniser(text, NORMALISE(text))
    assert found.index.shape == (len(text),)
    assert ((found.index >= 0) & (found.index < found.ids.size)).all()
    assert found.ids.shape == found.mask.shape and found.mask.all()
    assert ((found.ids >= 0) & (found.ids < tokeniser.encoder["vocab_size"])).all()
    assert found.ids.shape[1] <= tokeniser.specials.window
    ids, index = tokeniser.aligned(SURROGATE.sub("\ufffd", text))
    assert all(before <= after for before, after in pairwise(index))
    assert len(index) == len(text) and all(place < len(ids) for place in index)


@given(text=ANY | st.text(st.sampled_from(ODD + "陶小满ab1 龍Ａ"), max_size=80))
@example(text=ODD)
@example(text="")
def test_any_text_gets_a_piece_for_each_character_in_order(tokeniser, text):
    check(tokeniser, text)


@given(text=ANY)
@example(text=ODD * 60)
@example(text="[CLS][UNK]##a" * 200)
@example(text="a" * 3000)
def test_with_a_real_vocabulary_too(real, text):
    check(real, text)


@pytest.mark.parametrize(
    ("text", "pieces", "own"),
    [
        ("陶小", "[CLS]陶小[SEP]", ["陶", "小"]),
        ("ab1", "[CLS]ab##1[SEP]", ["ab", "ab", "##1"]),
        ("陶 \t小", "[CLS]陶[UNK][UNK]小[SEP]", ["陶", "[UNK]", "[UNK]", "小"]),
        ("\u200b陶\x00", "[CLS][UNK]陶[UNK][SEP]", ["[UNK]", "陶", "[UNK]"]),
        ("陶\ud800小", "[CLS]陶[UNK]小[SEP]", ["陶", "[UNK]", "小"]),
        ("[SEP]", "[CLS][UNK][UNK][UNK][UNK][UNK][SEP]", ["[UNK]"] * 5),
        ("", "", []),
    ],
    ids=["known", "of-two", "blanks", "unseen", "surrogate", "special", "empty"],
)
def test_what_pieces_a_text_has(tokeniser, text, pieces, own):
    assert pieces_of(tokeniser, text) == (pieces, own)


def test_a_character_of_several_pieces_has_the_first(tokeniser):
    pieces = "[CLS]陶" + "".join(JAMO) + "小[SEP]"
    assert pieces_of(tokeniser, "陶\ud55c小") == (pieces, ["陶", JAMO[0], "小"])


def test_a_word_that_the_vocabulary_lacks_is_read_by_characters(tokeniser):
    assert pieces_of(tokeniser, "aXb") == ("[CLS]a[UNK]b[SEP]", ["a", "[UNK]", "b"])


def test_a_character_that_the_vocabulary_lacks_is_read_as_normalised(tokeniser):
    assert pieces_of(tokeniser, "ＡＢ，") == ("[CLS]ab，[SEP]", ["ab", "ab", "，"])


def test_it_comes_back_as_it_was_saved(tokeniser):
    again = Tokeniser.from_dict(tokeniser.to_dict())
    for text in ("陶小满ab 1", "骆一舟在等" * 9):
        for own, other in zip(
            *((p.ids, p.mask, p.index) for p in (again(text, text), tokeniser(text, text))),
            strict=True,
        ):
            np.testing.assert_array_equal(own, other)


# Windows.


def test_a_text_that_fits_is_one_window():
    found = windowed([5, 6, 7], [0, 0, 1, 2], size=3, around=([1], [2, 2]))
    assert found.ids.tolist() == [[1, 5, 6, 7, 2, 2]]
    assert found.index.tolist() == [1, 1, 2, 3]


def test_a_long_text_is_read_in_windows_where_each_piece_is_most_central():
    found = windowed(range(10, 20), range(10), size=4, around=([1], [2]))
    assert found.ids.tolist() == [
        [1, 10, 11, 12, 13, 2],
        [1, 12, 13, 14, 15, 2],
        [1, 14, 15, 16, 17, 2],
        [1, 16, 17, 18, 19, 2],
    ]
    rows = [0, 0, 0, 1, 1, 2, 2, 3, 3, 3]
    assert (found.index // 6).tolist() == rows
    assert found.ids.flatten()[found.index].tolist() == list(range(10, 20))


@given(count=st.integers(1, 200), size=st.integers(1, 30))
def test_windows_lose_no_piece_and_show_what_is_around_it(count, size):
    found = windowed(range(count), range(count), size=size, around=([500], [501]))
    assert found.ids.flatten()[found.index].tolist() == list(range(count))
    width = found.ids.shape[1]
    for piece, place in enumerate((found.index % width - 1).tolist()):
        left, right = place, width - 3 - place
        assert min(left, piece) >= min(piece, size // 4 - 1)
        assert min(right, count - 1 - piece) >= min(count - 1 - piece, size // 4 - 1)


def test_joined_windows_are_padded_and_keep_their_characters():
    one = windowed([5, 6], [0, 1, 1], size=4, around=([1], [2]))
    two = windowed(range(10, 16), range(6), size=4, around=([1], [2]))
    both = joined([one, Pieces.nothing(), two], 6)
    assert both.ids.shape == both.mask.shape == (3, 6)
    assert both.mask.sum(axis=1).tolist() == [4, 6, 6]
    assert (both.ids[~both.mask] == 0).all()
    flat = both.ids.flatten()
    assert flat[both.index[0]].tolist()[:3] == [5, 6, 6]
    assert flat[both.index[2]].tolist() == list(range(10, 16))
    assert joined([None, None], 6) is None


def test_a_featurizer_gives_the_pieces_of_what_stands_before_too(tokeniser):
    plain = Featurizer.fitted(config_of("x").features, ["陶小满"])
    own = Featurizer(plain.settings, plain.channels, {}, None, tokeniser)
    found = own("陶小", "青禾书")
    assert len(found.pieces.index) == 2 and len(found.context.pieces.index) == 3
    again = Featurizer.from_dict(own.to_dict()).seeing(16)
    np.testing.assert_array_equal(again("陶小").pieces.ids, found.pieces.ids)
