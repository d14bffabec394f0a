"""The tagger: any text in, exact spans out, the same however texts are batched and called."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import characters
from streams import read
from trained import SAMPLE

import ner
from ner.document import Document

odd = st.text(characters(surrogates=True), max_size=24)
any_text = odd | st.builds(str.__mul__, odd, st.integers(2, 12))
TEXTS = [one.text for one in read((SAMPLE / "dev.bio").read_bytes(), "columns")[0]]


@pytest.fixture(scope="module")
def small_batches(tiny_run):
    """A tagger that computes 16 characters at once and gathers 128."""
    return ner.load(tiny_run, device="cpu", batch_characters=16)


def bare(document):
    return document.text, [(one.start, one.end, one.label) for one in document.entities]


def assert_alike(found, expected):
    assert [bare(one) for one in found] == [bare(one) for one in expected]
    scores = [[e.score for one in some for e in one.entities] for some in (found, expected)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-5)
    assert scores[0]


def assert_sound(document, labels):
    """Every entity is where it says, in order, and apart from the others."""
    length = len(document.text)
    for one in document.entities:
        assert 0 <= one.start < one.end <= length
        assert document.text[one.start : one.end] == one.text
        assert 0 <= one.score <= 1
        assert one.label in labels
    assert all(a.end <= b.start for a, b in pairwise(document.entities))


@given(any_text)
def test_the_entities_of_any_text_are_sound(tagger, text):
    document = tagger(text)
    assert document.text == text
    assert_sound(document, tagger.labels)


@settings(max_examples=50)
@given(any_text)
def test_the_entities_of_any_text_in_words_are_sound(segmenting, text):
    assert_sound(segmenting(text), segmenting.labels)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "\0",
        "\ud83d",
        "\ud83d\ude00",
        "e\u0301\u20dd",
        "👩‍👩‍👧",
        "\u2028",
        "𠮷",
        "\t" * 99,
    ],
    ids=ascii,
)
def test_odd_texts_are_sound_alone_and_inside_a_sentence(tagger, text):
    assert_sound(tagger(text), tagger.labels)
    around = tagger(f"骆一舟{text}在丽水{text}。")
    assert around.text == f"骆一舟{text}在丽水{text}。"
    assert_sound(around, tagger.labels)


@pytest.mark.parametrize("text", ["", "\n", " "])
def test_texts_without_a_word_have_no_entity_but_keep_their_place(tagger, text):
    documents = tagger([text, TEXTS[2], text])
    assert [one.text for one in documents] == [text, TEXTS[2], text]
    assert bare(documents[1]) == bare(tagger(TEXTS[2]))


def test_a_text_gives_a_document_and_a_list_a_list(tagger):
    assert isinstance(tagger(TEXTS[0]), Document)
    assert tagger([]) == tagger(()) == []
    assert tagger(TEXTS[:1]) == [tagger(TEXTS[0])]
    assert tagger(tuple(TEXTS[:2])) == tagger(TEXTS[:2])


def test_it_knows_its_labels(tagger):
    assert tagger.labels == ["LOC", "ORG", "PER"]


def test_a_run_folder_and_its_model_folder_are_the_same_tagger(tagger, tiny_run):
    assert ner.load(str(tiny_run / "model"), device="cpu")(TEXTS) == tagger(TEXTS)


@settings(max_examples=20)
@given(st.permutations(range(12)), st.integers(0, 60))
def test_neighbours_and_padding_change_no_entity(tagger, order, repeats):
    texts = [TEXTS[place] * (1 + repeats // (place + 1)) for place in range(12)]
    together = tagger([texts[place] for place in order])
    assert_alike(together, [tagger(texts[place]) for place in order])


@pytest.mark.parametrize("characters", [1, 50, 300, 100_000])
def test_the_size_of_batches_changes_no_entity(tagger, tiny_run, characters):
    other = ner.load(tiny_run, device="cpu", batch_characters=characters)
    assert_alike(other([*TEXTS, "".join(TEXTS)]), tagger([*TEXTS, "".join(TEXTS)]))


def test_a_line_of_a_hundred_thousand_characters_is_tagged(tagger):
    line = "".join(text.replace("。", "") for text in TEXTS)
    line = (line * (1 + 100_000 // len(line)))[:100_000]
    document = tagger(line)
    assert_sound(document, tagger.labels)
    assert document.entities[0].start < 1000
    assert document.entities[-1].end > 99_000


@pytest.mark.parametrize("size", [7, 0])
def test_the_pipe_takes_a_bounded_number_of_texts_ahead(small_batches, size):
    taken = []
    waiting = small_batches.pipe(taken.append(n) or TEXTS[n % 5][:size] for n in range(900))
    assert taken == []
    for number in range(400):
        assert next(waiting).text == TEXTS[number % 5][:size]
        assert number < len(taken) <= number + 128 // (size + 1) + 1


def test_the_pipe_keeps_the_order_of_texts_of_any_length(small_batches):
    texts = [TEXTS[n % 90][: n * 31 % 40] * (1 + n % 4) for n in range(150)]
    assert [one.text for one in small_batches.pipe(iter(texts))] == texts


def test_what_goes_with_a_text_comes_back_with_it(tagger):
    companions = [object() for _ in TEXTS]
    found = list(tagger.pipe_tuples(zip(TEXTS, companions, strict=True)))
    assert [document for document, _ in found] == list(tagger.pipe(TEXTS))
    assert all(mine is other for (_, mine), other in zip(found, companions, strict=True))


def test_threads_get_the_answers_that_one_caller_gets(tagger):
    texts = [*TEXTS, "".join(TEXTS)] * 2
    alone = [tagger(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tagger, texts)) == alone


@st.composite
def marked(draw):
    """A document whose sentences, some of them empty, are marked."""
    sentences = draw(st.lists(st.text("甲甲乙。", max_size=9), min_size=1, max_size=4))
    spans, start = [], 0
    for one in sentences:
        spans.append((start, start + len(one)))
        start += len(one) + 1
    return Document("\n".join(sentences), (), tuple(spans), id=draw(st.integers()))


@given(st.lists(marked(), max_size=4))
def test_each_sentence_of_a_document_is_tagged_by_itself(runs, documents):
    found = list(runs.tagger(batch_characters=4).pipe_documents(documents))
    assert [(one.id, one.text, one.spans) for one in found] == [
        (one.id, one.text, one.spans) for one in documents
    ]
    assert [bare(one)[1] for one in found] == [
        [
            (a + s.start, b + s.start, s.text[a])
            for s in one.sentences
            for a, b in runs.spans(s.text)
        ]
        for one in documents
    ]


def test_an_empty_last_sentence_gives_no_second_document(runs):
    document = Document("丙甲。", (), ((0, 3), (3, 3)), id=1)
    found = list(runs.tagger().pipe_documents([document, document]))
    assert [bare(one) for one in found] == [("丙甲。", [(1, 2, "甲")])] * 2


def test_entities_that_a_document_had_are_replaced_and_its_fields_kept(runs):
    old = runs.tagger()("甲丙")
    document = Document("丙甲", old.entities, id="a", fields={"source": "x"})
    (found,) = runs.tagger().pipe_documents([document])
    assert (found.id, found.fields) == ("a", {"source": "x"})
    assert bare(found)[1] == [(1, 2, "甲")]
    assert document.entities == old.entities


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (b"abc", "several texts, each a str, got bytes"),
        (None, "several texts, each a str, got None"),
        (["一", b"abc"], "text 2: expected a str, got bytes"),
        ([None], "text 1: expected a str, got None"),
        ([Document("一")], "text 1: expected a str, got Document"),
    ],
)
def test_what_is_no_text_is_named_with_its_place(small_batches, given, message):
    with pytest.raises(TypeError, match=message):
        small_batches(given)


def test_one_text_is_not_taken_for_a_row_of_characters(small_batches):
    with pytest.raises(TypeError, match="several texts, each a str, got str"):
        list(small_batches.pipe("一二三"))
    with pytest.raises(TypeError, match="text 1: expected a str, got int"):
        list(small_batches.pipe_tuples([(3, "its number")]))
    with pytest.raises(TypeError, match="document 2: expected a Document, got str"):
        list(small_batches.pipe_documents([Document("一"), "二"]))


def test_what_comes_later_than_a_document_is_listed_in_the_package():
    assert set(ner.__all__) <= set(dir(ner))
