"""The page: what it ships is what was explained, and no text can break it."""

import json
import re
import shutil
import subprocess
from base64 import b64decode
from html import unescape
from html.parser import HTMLParser

import numpy as np
import pytest
from handmade import (
    AWKWARD,
    TAGS,
    apart,
    best_path_score,
    chain,
    from_tags,
    hard,
    in_two,
    soft,
    tags_of,
    whole,
)
from hypothesis import given
from hypothesis import strategies as st

from ner.document import Entity
from ner.explanation.page import SCRIPTS, STEPS, WEB, page
from ner.explanation.signs import excerpt, visible

TEXT = "昨夜陶小满把一箱橘子送到衢州码头。"
ENTITIES = (Entity("陶小满", "PER", 2, 5, 0.9731), Entity("衢州", "LOC", 12, 14))
BROWSER = shutil.which("chromium")


class Elements(HTMLParser):
    """The page's elements with their attributes, and the text inside each script."""

    def __init__(self, written):
        super().__init__()
        self.elements, self.scripts, self.title, self.open = [], [], "", ""
        self.feed(written)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.open = tag
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, content):
        if self.open == "script":
            self.scripts.append(content)
        if self.open == "title":
            self.title += content

    def handle_endtag(self, tag):
        self.open = ""


def shipped(*explanations):
    return json.loads(Elements(page(explanations)).scripts[0])


def floats(letters, *shape):
    return np.frombuffer(b64decode(letters), "<f4").reshape(shape)


@pytest.mark.parametrize("size", [1, 7, 90])
def test_soft_weights_come_back_within_half_a_step(size):
    layer = soft("田" * size, heads=3)
    [sent] = shipped(whole("田" * size, layers=[layer]))["texts"][0]["pieces"][0]["layers"]
    steps = np.frombuffer(b64decode(sent["weights"]), "<u2").reshape(3, size, size)
    assert np.abs(steps / STEPS - layer.weights).max() <= 0.501 / STEPS
    assert (sent["heads"], sent["context"], sent["tagged"]) == (3, 0, False)


def test_a_hard_layer_ships_the_chosen_columns_alone():
    layer = hard(TEXT, heads=4)
    [sent] = shipped(whole(TEXT, layers=[layer]))["texts"][0]["pieces"][0]["layers"]
    chosen = np.eye(len(TEXT))[np.array(sent["choices"])]
    assert np.array_equal(chosen, layer.weights)
    assert "weights" not in sent


def test_tags_as_rows_and_the_context_are_told_apart():
    tags = tags_of(len(TEXT), ENTITIES)
    layers = [from_tags(TEXT, tags, before="前一句。"), soft(TEXT)]
    first, second = shipped(whole(TEXT, layers=layers))["texts"][0]["pieces"][0]["layers"]
    assert (first["tagged"], first["context"], second["tagged"]) == (True, 4, False)
    assert first["rows"] == list(tags)
    assert first["columns"] == list("前一句。" + TEXT)


@pytest.mark.parametrize("text", [TEXT, AWKWARD])
def test_offsets_count_characters_whatever_the_text_holds(text):
    start = text.index("衢州")
    explained = whole(text, [Entity("衢州", "LOC", start, start + 2, 0.25)])
    sent = shipped(explained)["texts"][0]
    assert sent["characters"] == list(text)
    [entity] = sent["entities"]
    assert "".join(sent["characters"][entity["start"] : entity["end"]]) == "衢州"
    assert (entity["label"], entity["score"]) == ("LOC", 0.25)


def test_no_text_ends_the_data_or_becomes_an_element():
    plain, awkward = Elements(page([whole(TEXT)])), Elements(page([whole(AWKWARD)]))
    assert awkward.elements == plain.elements
    assert len(awkward.scripts) == len(plain.scripts) == 2
    assert not set("<>&") & set(awkward.scripts[0])


@pytest.mark.parametrize("text", ["</title><script>", "\ud800\ud83d", "\x00\x0c乙", "&lt;"])
def test_the_title_is_the_text_in_signs(text):
    written = page([whole(text)])
    assert Elements(written).title == f"{excerpt(text, 24)} · ner explain"
    assert len(Elements(written).scripts) == 2


def test_every_page_can_be_written_as_utf_8():
    written = page([whole("".join(map(chr, range(0xD7FE, 0xE002))), layers=[])], model="\udcff")
    assert json.loads(Elements(written.encode().decode()).scripts[0])["model"] == "\udcff"


def test_slots_of_the_template_are_filled_once():
    written = page([whole("{{style}}{{data}}")])
    assert written.count(":root {") == page([whole(TEXT)]).count(":root {")
    assert not re.search(r"\{\{(?!style|data)", Elements(written).scripts[1])


def test_the_page_refers_to_nothing_outside():
    written = page([whole(TEXT, ENTITIES)])
    assert not re.search(r"https?:|url\(|@import|\bfetch\(|XMLHttpRequest|\bimport\(", written)
    elements = Elements(written).elements
    assert not [one for one in elements if {"src", "href", "srcset"} & set(one[1])]
    assert any("default-src 'none'" in str(one[1].get("content")) for one in elements)


def test_chain_scores_come_back_as_they_are():
    explained = whole(TEXT, ENTITIES)
    sent = shipped(explained)["texts"][0]
    scores, own = sent["pieces"][0]["chain"], explained.pieces[0].chain
    size = len(TAGS)
    assert np.array_equal(floats(scores["emissions"], len(TEXT), size), own.emissions)
    assert np.array_equal(floats(scores["between"], size, size), own.between)
    assert np.array_equal(floats(scores["start"], size), own.start)
    assert np.array_equal(floats(scores["end"], size), own.end)
    assert (sent["tags"], sent["pieces"][0]["tags"]) == (
        list(TAGS),
        list(tags_of(len(TEXT), ENTITIES)),
    )


def test_a_model_without_a_chain_ships_none():
    assert shipped(whole(TEXT, chained=False))["texts"][0]["pieces"][0]["chain"] is None


def test_texts_and_pieces_keep_their_order():
    sent = shipped(whole("甲乙"), whole(""), in_two(TEXT, ENTITIES))["texts"]
    assert ["".join(one["characters"]) for one in sent] == ["甲乙", "", TEXT]
    ends = [(one["start"], one["end"], *one["owned"]) for one in sent[2]["pieces"]]
    assert ends == [(0, 10, 0, 6), (5, 17, 6, 17)]


def test_five_hundred_characters_make_a_page_of_few_megabytes():
    assert len(page([whole("田" * 500, layers=[soft("田" * 500, heads=4)])])) < 3_000_000


def test_each_sign_is_shipped_once_and_only_where_one_is_needed():
    signs = shipped(whole("甲 甲\n\ud800", layers=[from_tags("甲", "O", before="\x00")]))["signs"]
    assert signs == {" ": "␣", "\n": "↵", "\ud800": "U+D800", "\x00": "U+0000"}


@given(st.characters())
def test_a_sign_can_be_seen_and_written(character):
    sign = visible(character)
    assert sign.isprintable()
    assert sign.strip()
    assert sign.encode()


def test_all_scripts_are_in_the_page_and_find_their_elements():
    assert {path.stem for path in WEB.glob("*.js")} == set(SCRIPTS)
    written = page([whole(TEXT)])
    wanted = set(re.findall(r'(?:\bbox|getElementById)\("([\w-]+)"\)', written))
    known = {one["id"] for _, one in Elements(written).elements if "id" in one}
    assert {"text", "heat", "data"} <= wanted <= known


@pytest.fixture(scope="module")
def browsed(tmp_path_factory):
    """A page as a browser has drawn it; ``about`` is the part of the address after #."""
    folder = tmp_path_factory.mktemp("page")

    def drawn(explanation, about=""):
        (folder / "page.html").write_text(page([explanation]), encoding="utf-8")
        quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000"]
        address = f"file://{folder}/page.html#{about}"
        command = [str(BROWSER), *quiet, f"--user-data-dir={folder}", "--dump-dom", address]
        return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()

    return drawn


def words(written, pattern):
    """What stands inside the first element that the pattern finds, without its elements."""
    found = re.search(pattern, written, re.DOTALL)
    assert found, pattern
    return unescape(re.sub(r"<[^>]*>", " ", found[1])).split()


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
def test_a_browser_shows_the_greatest_weights_and_the_total(browsed):
    explained = whole(TEXT, ENTITIES)
    written = browsed(explained, "c=3&h=2")
    row = explained.pieces[0].layers[0].weights[1, 3]
    listed = words(written, r'<aside id="attended".*?<ol[^>]*>(.*?)</ol>')
    expected = [(TEXT[at], str(at), f"{row[at]:.3f}") for at in np.argsort(-row)[:8]]
    assert list(zip(*[iter(listed)] * 3, strict=True)) == expected
    total = f"{best_path_score(explained.pieces[0]):.2f}".replace("-", "−")
    assert words(written, r'<b id="total">(.*?)</b>') == [total]
    assert len(re.findall(r'<td class="best"', written)) == 5  # the entity and its neighbours


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
def test_a_browser_draws_any_text_and_says_illegal(browsed):
    start = AWKWARD.index("衢州")
    explained = whole(AWKWARD, [Entity("衢州", "LOC", start, start + 2)])
    written = browsed(explained, f"c={start}&l=2")
    assert len(re.findall(r'<span class="glyph[^"]*cell[^"]*"[^>]*data-place', written)) == len(
        AWKWARD
    )
    assert "illegal" in written
    assert "−10000" not in written
    assert len(re.findall(r'class="glyph[^"]* chosen', written)) >= 1


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
def test_a_browser_fades_what_the_piece_does_not_see(browsed):
    written = browsed(in_two(TEXT), "c=7")
    unseen = re.findall(r'class="[^"]*unseen[^"]*"[^>]*id="c(\d+)"', written)
    assert sorted(map(int, unseen)) == [0, 1, 2, 3, 4]


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
def test_a_browser_stays_in_the_sentence_and_says_what_none_sees(browsed):
    first, second = "桥修好了。", "老邵笑了。"
    explained = apart(first, "\n", second, [Entity("老邵", "PER", 6, 8)])
    written = browsed(explained)
    assert words(written, r'<div class="span-bar"><span>(.*?)</span>') == [
        "老邵笑",
        "characters",
        "6–9",
    ]
    shown = re.search(r'<div id="context"([^>]*)>', written)[1]
    assert "hidden" not in shown
    assert words(written, r'<div id="context".*?<div[^>]*>(.*?)</div>') == list(first)
    assert "the model does not see it" in browsed(explained, "c=5")


def test_the_hand_made_chain_closes_what_is_illegal():
    scores = chain(3)
    assert scores.between[TAGS.index("O"), TAGS.index("I-PER")] == -10_000
    assert scores.between[TAGS.index("B-PER"), TAGS.index("I-PER")] > -10
