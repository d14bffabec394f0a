"""Each augmentation by hand: what a rate of 1 makes of a sentence, and what it leaves alone."""

from collections import Counter

import numpy as np
import pytest
from enrichment import augmented, marked, remarked, settings_of, texts

from ner.corpus.augmentation import Material, build
from ner.corpus.augmentation.mistaken import look_alike_groups
from ner.corpus.augmentation.unseen import name_parts
from ner.document import Document, Entity
from ner.errors import CorpusError


def test_a_mention_is_replaced_by_another_of_its_label():
    train = ["[苏州|LOC][陶小满|PER]", "[哈尔滨|LOC]"]
    assert texts("mention", "在[苏州|LOC]。", "[陶小满|PER]", rate=1, train=train) == [
        "在[哈尔滨|LOC]。",
        "[陶小满|PER]",
    ]


def test_every_distinct_mention_is_as_likely():
    train = ["[甲|LOC]"] * 50 + ["[乙|LOC]", "[丙|LOC]"]
    found = Counter(texts("mention", *["[丙|LOC]"] * 600, rate=1, train=train))
    assert set(found) == {"[甲|LOC]", "[乙|LOC]"}
    assert 240 < found["[甲|LOC]"] < 360


def test_a_rate_is_the_share_of_mentions_that_are_replaced():
    found = texts("mention", *["[甲|LOC]"] * 1000, rate=0.3, train=["[甲|LOC]", "[乙|LOC]"])
    assert 250 < found.count("[乙|LOC]") < 350


@pytest.mark.parametrize(
    ("old", "length", "ending"),
    [
        ("法国", 3, "国"),
        ("波兰共和国", 5, "共和国"),
        ("尼加拉瓜国", 5, "国"),
        ("乌干达王国", 5, "王国"),
        ("莫斯科", 3, ""),
        ("加利西亚", 4, ""),
    ],
)
def test_foreign_places_become_foreign_ones_of_their_length(old, length, ending):
    syllables = set(name_parts()["syllables"])
    for seed in range(5):
        (found,) = augmented("unseen", [marked(f"在[{old}|LOC]")], rate=1, seed=seed)
        (entity,) = found.entities
        assert entity.text != old and len(entity.text) == length
        assert entity.text.endswith(ending)
        assert set(entity.text.removesuffix(ending)) <= syllables


@pytest.mark.parametrize("old", ["国", "丽水", "西安", "苏州市"])
def test_other_places_become_places_of_this_country(old):
    (found,) = augmented("unseen", [marked(f"在[{old}|LOC]")], rate=1)
    (entity,) = found.entities
    stem = entity.text.removesuffix("市") if old.endswith("市") else entity.text
    assert stem in name_parts()["places"]


def test_an_inner_mention_is_replaced_and_the_outer_stretches():
    outer, inner = Entity("苏州大学", "ORG", 0, 4), Entity("苏州", "LOC", 0, 2)
    train = [marked("[哈尔滨|LOC]"), marked("[青禾书店|ORG]")]
    (found,) = augmented("mention", [Document("苏州大学", (outer, inner))], rate=1, train=train)
    assert found.entities == (Entity("哈尔滨大学", "ORG", 0, 5), Entity("哈尔滨", "LOC", 0, 3))


def test_a_mention_over_the_end_of_a_line_is_not_put_elsewhere():
    train = [Document("泉\n州", (Entity("泉\n州", "LOC", 0, 3),))]
    (found,) = augmented("mention", [marked("[苏州|LOC]")], rate=1, train=train)
    assert found.text == "苏州"


@pytest.fixture
def listed(tmp_path):
    """Makes a word list, and what the kind ``words`` makes of a sentence with it."""

    def made(content, *written):
        (tmp_path / "own.tsv").write_bytes(
            content if isinstance(content, bytes) else content.encode()
        )
        documents = [marked(one) for one in written]
        settings = settings_of("words", file="own.tsv", rate=1)
        change = build(settings, Material(documents, tmp_path))
        return [remarked(one) for one in change(documents, np.random.default_rng(1))]

    return made


def test_words_come_from_the_list_below_the_corpus_folder(listed):
    words = "\ufeff厦门\tLOC\r\n\n叶青\tPER\n"
    assert listed(words, "[苏州|LOC]和[阿梨|PER]", "[青禾|ORG]") == [
        "[厦门|LOC]和[叶青|PER]",
        "[青禾|ORG]",
    ]


@pytest.mark.parametrize(
    "content, message",
    [
        (
            "厦门\tLOC\n厦门 LOC\n",
            "own.tsv:2: expected a mention, a tab and a label, got '厦门 LOC'",
        ),
        (
            "厦门\tLOC\tx\n",
            r"own.tsv:1: expected a mention, a tab and a label, got '厦门\tLOC\tx'",
        ),
        ("厦门\t\n", "own.tsv:1: expected"),
        ("\tLOC\n", "own.tsv:1: expected"),
        (" 厦门\tLOC\n", "own.tsv:1: expected"),
        ("\n厦\t \n", "own.tsv:2: expected"),
        (b"\n\xff\tLOC\n", "own.tsv:2: not utf-8: byte 0xff"),
        ("\n", "own.tsv: there is no word in it: expected lines mention<TAB>label"),
        ("厦门\tGPE\n", "own.tsv: no word of a label of the corpus: got GPE, it has LOC"),
        ("字" * 500, "got '" + "字" * 80 + "…'"),
    ],
)
def test_a_bad_word_list_is_an_error_with_its_line(listed, content, message):
    with pytest.raises(CorpusError) as raised:
        listed(content, "[苏州|LOC]")
    assert message in str(raised.value)


def test_a_word_list_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match=r"gone\.tsv: No such file"):
        build(settings_of("words", file="gone.tsv"), Material([], tmp_path))


def test_mentions_of_a_sentence_exchange_their_texts():
    assert texts("swap", "[甲|PER]和[乙丙|PER]在[苏州|LOC]", rate=1) == [
        "[乙丙|PER]和[甲|PER]在[苏州|LOC]"
    ]
    assert texts("swap", "[甲|PER]", "[乙|PER]", rate=1) == ["[甲|PER]", "[乙|PER]"]


def test_sentences_of_a_document_exchange_nothing_unless_the_corpus_does():
    document = marked("[甲|PER]来[乙|PER]去", ((0, 2), (2, 4)))
    assert augmented("swap", [document], rate=1) == [document]
    (found,) = augmented("swap", [document], rate=1, within="corpus")
    assert remarked(found) == "[乙|PER]来[甲|PER]去"


def test_mentions_of_the_corpus_exchange_their_texts_and_none_is_lost():
    written = [
        f"[{name}|PER]在[{place}|LOC]" for name, place in zip("甲乙丙丁", "东南西北", strict=True)
    ]
    found = texts("swap", *written, rate=1, within="corpus")
    assert sorted("".join(found)) == sorted("".join(written))
    for old, new in zip(written, found, strict=True):
        assert all(a != b for a, b in zip(old, new, strict=True) if a in "甲乙丙丁东南西北")


@pytest.mark.parametrize(
    "mentions, changed", [("甲甲乙", 2), ("甲甲乙乙", 4), ("甲甲乙丙", 4), ("甲甲甲乙丙", 4)]
)
def test_as_many_mentions_as_possible_get_another_text(mentions, changed):
    for seed in range(10):
        written = "在".join(f"[{one}|PER]" for one in mentions)
        (found,) = texts("swap", written, rate=1, seed=seed)
        assert sum(a != b for a, b in zip(written, found, strict=True)) == changed


def test_a_character_is_replaced_by_one_seen_under_its_tag():
    train = ["[苏州|LOC]来", "[泉州|LOC]去", "[杭市|LOC]来"]
    for seed in range(20):
        (found,) = texts("tokens", "[泉市|LOC]来", rate=1, train=train, seed=seed)
        assert found in {f"[{a}州|LOC]去" for a in "苏杭"}


def test_characters_are_drawn_as_often_as_they_stand_there():
    found = Counter(texts("tokens", *["来"] * 900, rate=1, train=["去去去到来来来来来"]))
    assert set(found) == {"去", "到"}
    assert 600 < found["去"] < 750


def test_blanks_are_neither_replaced_nor_drawn():
    (found,) = texts("tokens", "来 \u3000去", rate=1)
    assert found == "去 \u3000来"


def test_a_sentence_goes_on_with_another_and_its_entities():
    found = texts(
        "concatenate",
        "在[苏州|LOC]。",
        rate=1,
        train=["在[苏州|LOC]。", "[阿梨|PER]走了"],
        between="，",
    )
    assert found == ["在[苏州|LOC]。，[阿梨|PER]走了"]


def test_each_sentence_of_a_document_is_joined_inside_its_own_span():
    document = marked("[甲|PER]来\n[乙|PER]去", ((0, 2), (3, 5)))
    train = [Document("好", ())]
    (found,) = augmented("concatenate", [document], rate=1, train=train)
    assert remarked(found) == "[甲|PER]来好\n[乙|PER]去好"
    assert found.spans == ((0, 3), (4, 7))
    assert [one.text for one in found.sentences] == ["甲来好", "乙去好"]


def test_a_sentence_is_not_joined_to_itself_nor_inside_an_entity():
    assert texts("concatenate", "来了", "来了", rate=1) == ["来了", "来了"]
    crossed = Document("甲乙丙", (Entity("乙丙", "LOC", 1, 3),), ((0, 2), (2, 3)))
    (found,) = augmented("concatenate", [crossed], rate=1, train=[Document("好")])
    assert (found.text, found.spans) == ("甲乙丙好", ((0, 2), (2, 4)))


@pytest.mark.parametrize(
    "before, after",
    [
        ("昨天晚上", "天昨上晚"),
        ("昨天晚", "天昨晚"),
        ("去[苏州|LOC]了吧", "去[州苏|LOC]吧了"),
        ("看看，了", "看看，了"),
        ("来👩", "来👩"),
        ("[甲|PER][乙|PER]", "[甲|PER][乙|PER]"),
    ],
)
def test_neighbours_change_places_but_never_across_a_border(before, after):
    assert texts("transpose", before, rate=1) == [after]


def test_neighbours_in_two_sentences_stay():
    assert (
        augmented("transpose", [Document("甲乙", (), ((0, 1), (1, 2)))], rate=1)[0].text == "甲乙"
    )


def test_homophones_share_reading_and_tone_unless_the_tone_is_left_out():
    pytest.importorskip("pypinyin")
    train = ["是事时x"]
    assert texts("homophone", "是x，", rate=1, train=train) == ["事x，"]
    drawn = {
        texts("homophone", "是", rate=1, train=train, tone=False, seed=s)[0] for s in range(20)
    }
    assert drawn == {"事", "时"}


def test_homophones_are_drawn_as_often_as_train_has_them():
    pytest.importorskip("pypinyin")
    found = Counter(texts("homophone", *["是"] * 600, rate=1, train=["事事事事市"]))
    assert set(found) == {"事", "市"}
    assert 420 < found["事"] < 540


def test_characters_that_look_alike_stand_for_each_other():
    drawn = {texts("look_alike", "己好", rate=1, seed=seed)[0] for seed in range(20)}
    assert drawn == {"已好", "巳好"}


def test_the_table_of_look_alikes_is_clean():
    groups = look_alike_groups()
    assert len(groups) > 500
    assert all(len(group) == len(set(group)) > 1 for group in groups)
    assert len({frozenset(group) for group in groups}) == len(groups)
    assert not any(one.isspace() or one == "#" for group in groups for one in group)


@pytest.mark.parametrize("before, after", [("aZ1，好", "Az1，好"), ("Ａß\u0130", "ａß\u0130")])
def test_letters_change_case_where_that_is_one_letter(before, after):
    assert texts("case", before, rate=1) == [after]


@pytest.mark.parametrize(
    "before, after", [("!~A1 好", "！～Ａ１ 好"), ("！～Ａ１\u3000。", "!~A1\u3000。")]
)
def test_ascii_changes_width_and_back(before, after):
    assert texts("width", before, rate=1) == [after]


def test_every_ascii_mark_has_its_own_full_width():
    ascii_marks = "".join(map(chr, range(0x21, 0x7F)))
    (wide,) = augmented("width", [Document(ascii_marks)], rate=1)
    assert len(set(wide.text)) == 94
    assert not set(wide.text) & set(ascii_marks)
    assert augmented("width", [wide], rate=1)[0].text == ascii_marks
