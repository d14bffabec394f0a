"""The words of a lexicon: jieba's dictionary and the user's lists, which count where both speak."""

from pathlib import Path

import pytest

from ner.errors import CorpusError
from ner.features.jieba_words import SPEECH, Dictionary, dictionary
from ner.features.word_lists import LISTED, lexicon_words
from ner.settings import LexiconSettings
from ner.words import tokenizer


@pytest.fixture
def read(tmp_path):
    """Writes lists and reads them."""

    def words(*lists, normalise=str, jieba=False, **settings):
        for number, content in enumerate(lists):
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            (tmp_path / f"{number}.txt").write_bytes(data)
        files = [f"{number}.txt" for number in range(len(lists))]
        chosen = LexiconSettings.model_validate({"jieba": jieba, "files": files, **settings})
        return lexicon_words(chosen, root=tmp_path, normalise=normalise)

    return words


@pytest.mark.parametrize(
    "content",
    [
        "青禾书店\tORG\n骆一舟\n",
        "青禾书店\tORG\n骆一舟",
        "\ufeff青禾书店\tORG\n\n骆一舟\n\n",
        "青禾书店\tORG\r\n骆一舟\r\n",
        " 青禾书店 \t ORG \n骆一舟 ",
    ],
)
def test_a_line_is_a_word_and_its_kind_if_it_has_one(read, content):
    assert read(content) == {"青禾书店": "ORG", "骆一舟": LISTED}


def test_a_word_may_hold_blanks(read):
    assert read("New York\tLOC\n") == {"New York": "LOC"}


def test_the_later_list_counts(read):
    assert read("丽水\tLOC\n衢州\tLOC\n", "丽水\tPER\n") == {"丽水": "PER", "衢州": "LOC"}


def test_the_users_list_counts_more_than_jiebas_dictionary(read):
    plain, listed = read(jieba=True), read("北京\tMINE\n青禾书店\n", jieba=True)
    assert plain["北京"] == "ns" and listed["北京"] == "MINE"
    assert listed["青禾书店"] == LISTED and "青禾书店" not in plain
    assert {word: kind for word, kind in plain.items() if word != "北京"}.items() <= listed.items()


def test_spellings_of_a_word_are_one_word(read):
    normalise = str.maketrans("鎮", "镇")
    found = read("青石鎮\tA\n青石镇\tB\n", normalise=lambda text: text.translate(normalise))
    assert found == {"青石镇": "B"}


@pytest.mark.parametrize("jieba", [True, False])
def test_words_longer_than_the_setting_are_left_out(read, jieba):
    found = read("一二三\n一二三四\n", longest=3, jieba=jieba)
    assert "一二三" in found and "一二三四" not in found
    assert max(map(len, found)) == 3


@pytest.mark.parametrize("line", ["\tLOC", "丽水\t", " \tLOC", "丽水\t ", "丽水\tLOC\tPER"])
def test_a_line_that_is_no_word_is_an_error_with_its_place(read, tmp_path, line):
    with pytest.raises(CorpusError, match="expected WORD or WORD<TAB>KIND") as caught:
        read("衢州\n", f"衢州\tLOC\n\n{line}\n")
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "1.txt"), 3)


def test_a_list_that_is_not_utf_8_is_an_error_with_its_place(read, tmp_path):
    with pytest.raises(CorpusError, match="not UTF-8") as caught:
        read("衢州\n".encode() + "丽水\n".encode("gbk"))
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "0.txt"), 2)


def test_a_list_that_is_not_there_is_an_error_with_its_path(tmp_path):
    settings = LexiconSettings(jieba=False, files=("gone.txt",))
    with pytest.raises(CorpusError, match=r"gone\.txt: No such file"):
        lexicon_words(settings, root=tmp_path, normalise=str)


def test_a_list_may_stand_anywhere(tmp_path):
    (tmp_path / "own.txt").write_text("丽水\n", encoding="utf-8")
    settings = LexiconSettings(jieba=False, files=(str(tmp_path / "own.txt"),))
    assert lexicon_words(settings, root=Path("elsewhere"), normalise=str) == {"丽水": LISTED}


def test_every_part_of_speech_of_jiebas_dictionary_has_a_number_of_its_own():
    assert len(set(SPEECH)) == len(SPEECH)
    assert dictionary()["北京"] == "ns"
    read = Dictionary.read()
    assert read.words == tuple(dictionary())
    assert read.speech.min() > 0  # none is as words that are not listed are


def test_jiebas_dictionary_is_read_as_jieba_reads_it():
    read = Dictionary.read()
    listed = {word: count for word, count in tokenizer().FREQ.items() if count}
    assert dict(zip(read.words, read.counts.tolist(), strict=True)) == listed
    assert read.total == tokenizer().total
