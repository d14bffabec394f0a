"""Whole corpora: the embedded one, and the real ones where $NER_CORPORA has them."""

import os
from collections import Counter
from pathlib import Path

import pytest

from ner.formats import Findings, ReadOptions
from ner.formats.brat import DISCONTINUOUS, ELSEWHERE, MARKED, OTHERS, SHIFTED, STRAY
from ner.formats.columns import POSITIONS
from ner.formats.reading import read_path
from ner.formats.tagged import ILLEGAL
from ner.tags import encode, spans_of

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
SPLITS = ("train", "dev", "test")
CORPORA = os.environ.get("NER_CORPORA")

needs_corpora = pytest.mark.skipif(not CORPORA, reason="NER_CORPORA names no folder of corpora")
slow = pytest.mark.slow

COLUMNS = [  # file, scheme, sentences, illegal transitions
    pytest.param("msra/train.bio", "BIO", 40_500, 0, marks=slow),
    ("msra/dev.bio", "BIO", 4_500, 0),
    ("msra/test.bio", "BIO", 4_365, 0),
    ("weibo/weiboNER_2nd_conll.train", "BIO", 1_350, 10),
    ("weibo/weiboNER_2nd_conll.dev", "BIO", 270, 0),
    ("weibo/weiboNER_2nd_conll.test", "BIO", 270, 4),
    ("resume/train.char.bmes", "BMES", 3_821, 4),
    ("resume/dev.char.bmes", "BMES", 463, 0),
    ("resume/test.char.bmes", "BMES", 477, 0),
    ("youku/train.txt", "BIO", 8_001, 0),
    ("youku/dev.txt", "BIO", 1_000, 0),
    ("aishell/dev.bio.txt", "BIO", 14_326, 0),
    ("cmedqa/train.txt", "BIO", 1_673, 0),
    ("cmedqa/dev.txt", "BIO", 175, 0),
]


def load(path, **options):
    if not path.exists():
        pytest.skip(f"{path} is not there")
    counts = Findings()
    documents = list(read_path(path, counts, options=ReadOptions(**options)))
    for document in documents:
        assert all(document.text[e.start : e.end] == e.text for e in document.entities)
    return documents, counts


@needs_corpora
@pytest.mark.parametrize("file, scheme, size, illegal", COLUMNS)
def test_columns_of_a_real_corpus_are_read_whole(file, scheme, size, illegal):
    documents, counts = load(Path(CORPORA) / file)
    assert sum(len(document.sentences) for document in documents) == size
    expected = {
        f"sentences in scheme {scheme}": size,
        ILLEGAL: illegal,
        "file(s) read as columns": 1,
    }
    if file.startswith("weibo/"):
        expected[POSITIONS] = size
    assert +counts == +Counter(expected)
    assert any(document.entities for document in documents)


@needs_corpora
def test_the_json_lines_of_cluener_are_read_whole():
    documents, counts = load(Path(CORPORA) / "cluener" / "train.json")
    assert len(documents) == 10_748
    assert counts == {"file(s) read as cluener": 1}
    assert len({entity.label for document in documents for entity in document.entities}) == 10


LITERATURE = [  # split, documents, sentences, entities, of them nested or overlapping, counts
    pytest.param(
        "train",
        (695, 34_274, 124_989, 5_402),
        {OTHERS: 20_188, SHIFTED: 1_856, MARKED: 50, DISCONTINUOUS: 2, ELSEWHERE: 1, STRAY: 2},
        marks=slow,
    ),
    ("dev", (58, 3_159, 11_924, 462), {OTHERS: 2_077, MARKED: 3}),
]


@needs_corpora
@pytest.mark.parametrize("split, sizes, expected", LITERATURE)
def test_the_documents_of_literature_are_read_whole(split, sizes, expected):
    documents, counts = load(Path(CORPORA) / "literature" / split)
    sentences = [one for document in documents for one in document.sentences]
    crowded = sum(encode(spans_of(one.entities), len(one.text))[1] for one in sentences)
    held = sum(len(one.entities) for one in sentences)
    assert (len(documents), len(sentences), held, crowded) == sizes
    assert held == sum(len(document.entities) for document in documents)
    assert counts.repairs == expected


@needs_corpora
def test_a_document_of_literature_is_plain_text_where_no_annotations_are_wanted():
    documents, counts = load(Path(CORPORA) / "literature" / "dev" / "116.txt", tagged=False)
    assert len(documents) > 1
    assert not any(document.entities for document in documents)
    assert not counts.repairs


@pytest.fixture(scope="module")
def sample():
    """Each split of the embedded corpus: its documents, and what their reading counted."""
    return {name: load(SAMPLE / f"{name}.bio") for name in SPLITS}


def test_the_embedded_corpus_is_large_enough_to_learn_from(sample):
    sizes = {name: len(documents) for name, (documents, _) in sample.items()}
    assert sum(sizes.values()) >= 400
    assert sizes["train"] > sizes["dev"] + sizes["test"]


@pytest.mark.parametrize("name", SPLITS)
def test_a_split_of_the_embedded_corpus_is_clean(sample, name):
    documents, counts = sample[name]
    assert {e.label for document in documents for e in document.entities} == {"PER", "LOC", "ORG"}
    assert not +counts.repairs
    assert counts["sentences in scheme BIO"] == len(documents)


def test_no_sentence_of_the_embedded_corpus_is_in_two_splits(sample):
    texts = [{document.text for document in documents} for documents, _ in sample.values()]
    assert len(set().union(*texts)) == sum(len(one) for one in texts)
