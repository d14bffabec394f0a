"""The pictures: a PNG a layer, in a font that has the characters."""

from io import BytesIO

import numpy as np
import pytest
from handmade import AWKWARD, from_tags, hard, in_two, shares, soft, whole

from ner.errors import NerError
from ner.explanation.explanation import Layer
from ner.explanation.fonts import Font, font_for
from ner.explanation.picture import picture, pictures

matplotlib = pytest.importorskip("matplotlib")
LATIN = "one, two"
DARKEST = np.array([0x6B, 0x2A, 0x00])


def pixels(png):
    """(height, width, 3), 0 to 255."""
    from matplotlib.image import imread

    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return np.rint(imread(BytesIO(png), format="png")[..., :3] * 255).astype(int)


def drawn(layer, text=LATIN):
    explained = whole(text, layers=[layer])
    [(_, png)] = pictures(explained, font_for([text]))
    return pixels(png)


def spot(image):
    """Where the darkest colour of the scale stands: down and across, 0 to 1."""
    hits = np.argwhere(np.abs(image - DARKEST).max(axis=-1) <= 3)
    assert len(hits)
    return tuple(hits.mean(axis=0) / image.shape[:2])


def pointed(row, column):
    """A layer of which one weight stands out."""
    size = len(LATIN)
    weights = np.full((1, size, size), 0.001, dtype=np.float32)
    weights[0, row, column] = 1
    return Layer("soft", False, tuple(LATIN), tuple(LATIN), 0, weights)


def test_rows_run_down_and_columns_across():
    down, across = spot(drawn(pointed(0, len(LATIN) - 1)))
    assert (down < 0.4, across > 0.7) == (True, True)
    down, across = spot(drawn(pointed(len(LATIN) - 1, 0)))
    assert (down > 0.7, across < 0.3) == (True, True)


def test_heads_stand_side_by_side_and_in_rows_of_four():
    one, four, six = (drawn(soft(LATIN, heads=heads)) for heads in (1, 4, 6))
    assert four.shape[1] > 3 * one.shape[1]
    assert four.shape[0] == one.shape[0]
    assert (six.shape[1], six.shape[0] > 1.7 * four.shape[0]) == (four.shape[1], True)


def test_each_head_has_its_own_weights():
    layer = soft(LATIN, heads=2)
    other = Layer("soft, relative", False, layer.rows, layer.columns, 0, layer.weights[::-1])
    first, second = drawn(layer), drawn(other)
    assert first.shape == second.shape
    assert (first != second).any()


def test_the_axes_show_the_characters():
    weights = shares(1, 4, 4)
    layers = [
        Layer("soft", False, tuple(text), tuple(text), 0, weights) for text in ("abcd", "wxyz")
    ]
    first, second = (drawn(layer, text="abcd") for layer in layers)
    assert (first != second).any()


def test_tags_stand_at_the_rows():
    layer = from_tags("abcd", ["O", "B-LOC", "I-LOC", "O"])
    plain = Layer(layer.name, False, tuple("abcd"), tuple("abcd"), 0, layer.weights)
    assert (drawn(layer, "abcd") != drawn(plain, "abcd")).any()


def test_context_makes_the_picture_wider_and_has_a_line():
    without = drawn(from_tags("abcd", "OOOO"), "abcd")
    with_it = drawn(from_tags("abcd", "OOOO", before="efghijkl"), "abcd")
    assert with_it.shape[1] > 1.5 * without.shape[1]


def test_there_is_a_picture_for_each_layer_of_each_piece():
    names = [name for name, _ in pictures(in_two("a" * 30), font_for(["a"]))]
    assert names == ["piece-1-layer-1", "piece-2-layer-1"]
    names = [name for name, _ in pictures(whole(LATIN), font_for([LATIN]))]
    assert names == ["piece-1-layer-1", "piece-1-layer-2"]
    assert list(pictures(whole(""), font_for([""]))) == []


def test_every_choice_of_a_hard_layer_is_dark():
    image = drawn(hard(LATIN, heads=1))
    dark = (np.abs(image - DARKEST).max(axis=-1) <= 3).any(axis=1)
    assert dark.sum() > 0.6 * image.shape[0]  # a cell in every row


def test_five_hundred_characters_keep_two_dots_each():
    image = drawn(
        Layer("soft", False, ("a",) * 500, ("a",) * 500, 0, shares(1, 500, 500)), "a" * 500
    )
    assert 1000 < image.shape[1] < 2000


def test_dollars_and_awkward_characters_are_drawn_as_they_are(recwarn):
    text = "$x^$ \\frac " + AWKWARD.replace("甲", "").replace("倒", "").replace("衢州", "")
    [*_, (_, png)] = pictures(whole(text, layers=[soft(text, heads=1)]), font_for([text]))
    assert pixels(png).min() < 100
    assert [str(one.message) for one in recwarn if "lyph" in str(one.message)] == []


def test_a_character_that_the_font_lacks_is_written_as_its_number():
    font = Font(path=font_for([""]).path, drawn=frozenset(map(ord, "aU+0123456789ABCDEF")))
    assert [font.label(character) for character in "aé \ud800"] == [
        "a",
        "U+00E9",
        "U+0020",
        "U+D800",
    ]


def test_without_a_chinese_font_the_packages_that_bring_one_are_named(monkeypatch):
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: [])
    with pytest.raises(NerError) as error:
        font_for(["在衢州", "abc"])
    for part in ("在州衢", "fonts-noto-cjk", "google-noto-sans-cjk-fonts", "Noto Sans CJK"):
        assert part in str(error.value)
    assert font_for(["abc"]).draws("abc")  # the font that comes with matplotlib


def test_a_file_that_is_no_font_is_passed_over(monkeypatch, tmp_path):
    (tmp_path / "notosanscjk-regular.ttc").write_bytes(b"none")
    found = [str(tmp_path / "notosanscjk-regular.ttc"), str(tmp_path / "gone.ttf")]
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: found)
    with pytest.raises(NerError, match="no installed font"):
        font_for(["衢"])


def test_the_font_found_has_the_characters():
    try:
        font = font_for(["衢州"])
    except NerError:
        pytest.skip("no Chinese font is installed")
    assert font.draws("衢州")
    first, second = (
        pixels(picture(one.pieces[0], one.pieces[0].layers[0], font))
        for one in (whole(text, layers=[soft(text)]) for text in ("衢州", "丽水"))
    )
    assert (first != second).any()


def test_the_settings_of_matplotlib_are_left_alone():
    before = dict(matplotlib.rcParams)
    drawn(soft(LATIN))
    assert dict(matplotlib.rcParams) == before
