"""The texts that are tagged."""

import pytest
from trained import SAMPLE

from ner.benchmark.texts import built_in, texts_of
from ner.errors import CorpusError


def test_the_built_in_texts_are_the_same_at_any_time():
    texts = built_in()
    assert texts == built_in() and built_in(5) == texts[:5]
    assert len(set(texts)) > len(texts) / 2
    assert all(6 <= len(text) <= 60 and "{" not in text for text in texts)


def test_a_file_gives_its_lines(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("雨停了。\n书店开了。\n", encoding="utf-8")
    assert texts_of(path) == ["雨停了。", "书店开了。"]


def test_a_corpus_gives_its_sentences():
    texts = texts_of(SAMPLE / "test.bio")
    assert len(texts) > 5 and not any("\t" in text for text in texts)


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_text_is_refused(tmp_path, content):
    path = tmp_path / "a.txt"
    path.write_text(content)
    with pytest.raises(CorpusError, match="a.txt: no text in it"):
        texts_of(path)
