"""A corpus divided: nothing is lost, nothing leaks, the seed alone decides, labels keep shares."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.corpus.division import ACROSS, BLANK, FURTHER, Plan, divide, parse_ratio
from ner.corpus.repeats import CONFLICTING, LEAKED, REPEATED, plain
from ner.corpus.splits import Split, read_files
from ner.document import Document, Entity
from ner.errors import ConfigError, CorpusError, Place
from ner.formats import Findings, ReadOptions

CORPORA = os.environ.get("NER_CORPORA")
needs_corpora = pytest.mark.skipif(not CORPORA, reason="NER_CORPORA names no folder of corpora")


@st.composite
def sentences(draw):
    """A short text out of few, so that many are the same, with or without an entity."""
    text = draw(st.text("茶水Ａ A", min_size=1, max_size=3))
    label = draw(st.sampled_from(["", "PER", "LOC"]))
    return text, [Entity(text[:1], label, 0, 1)] if label else []


@st.composite
def texts(draw):
    """A document of some sentences."""
    text, found, spans = "", [], []
    for piece, entities in draw(st.lists(sentences(), min_size=1, max_size=3)):
        spans.append((len(text), len(text) + len(piece)))
        found += [entity.moved(len(text)) for entity in entities]
        text += piece
    id = draw(st.sampled_from([None, None, 1, "1", [2]]))
    return Document(text, tuple(found), tuple(spans), id, place=Place(draw(st.sampled_from("ab"))))


corpora = st.lists(texts(), min_size=1, max_size=25).map(
    lambda documents: Split("all", "own.bio", tuple(documents), Counter())
)
plans = st.builds(
    Plan,
    ratio=st.sampled_from([(8, 1, 1), (1, 1), (1, 1, 1), (0.9, 0.1)]),
    seed=st.integers(0, 3),
    by=st.sampled_from(["document", "sentence"]),
    keep_leaks=st.booleans(),
)


def divided(whole, plan):
    """The parts and the findings, or None where there are too few documents."""
    findings = Findings()
    try:
        return divide(whole, plan, findings), findings
    except CorpusError as error:
        assert "too few" in str(error)
        return None


def sentences_of(splits):
    return Counter((one.text, one.entities) for split in splits for one in split.sentences)


@given(corpora, plans)
def test_no_sentence_is_lost_and_none_is_won(whole, plan):
    found = divided(whole, plan)
    if found:
        splits, findings = found
        assert sentences_of(splits) == sentences_of([whole])
        assert [split.name for split in splits] == ["train", "dev", "test"][: len(plan.ratio)]
        assert all(split.documents for split in splits)


@given(corpora, plans)
def test_parts_keep_the_order_of_the_corpus(whole, plan):
    found = divided(whole, plan)
    if found and plan.by == "document":
        places = {id(one): place for place, one in enumerate(whole.documents)}
        for split in found[0]:
            order = [places[id(one)] for one in split.documents]
            assert order == sorted(order)


@given(corpora, plans)
def test_no_text_stands_in_two_parts_unless_that_is_allowed(whole, plan):
    found = divided(whole, plan)
    if not found:
        return
    splits, findings = found
    texts = [{plain(one.text) for one in split.sentences} - {""} for split in splits]
    shared = sum(map(len, texts)) - len(set().union(*texts))
    assert bool(shared) == bool(findings[LEAKED])
    assert plan.keep_leaks or not shared


@given(corpora, plans)
def test_documents_of_one_id_in_one_file_stay_together(whole, plan):
    found = divided(whole, plan)
    if found and plan.by == "document":
        keys = [
            {(one.place.path, repr(one.id)) for one in split.documents if one.id is not None}
            for split in found[0]
        ]
        assert sum(map(len, keys)) == len(set().union(*keys))


@given(corpora, plans)
def test_the_same_plan_gives_the_same_parts(whole, plan):
    assert divided(whole, plan) == divided(whole, plan)


def single(count, label="PER"):
    """Different sentences, an entity in each."""
    texts = (chr(0x4E00 + number) for number in range(count))
    documents = tuple(Document(text, (Entity(text, label, 0, 1),)) for text in texts)
    return Split("all", "own.bio", documents, Counter())


def test_the_seed_decides_what_goes_where():
    parts = [divide(single(50), Plan(seed=seed), Findings())[1].documents for seed in (1, 1, 2)]
    assert parts[0] == parts[1] != parts[2]


@pytest.mark.parametrize(
    "ratio, sizes", [((8, 1, 1), [80, 10, 10]), ((3, 1), [75, 25]), ((0.5, 0.5), [50, 50])]
)
def test_parts_have_the_sizes_of_the_ratio(ratio, sizes):
    splits = divide(single(100), Plan(ratio), Findings())
    assert [len(split.documents) for split in splits] == sizes


def test_texts_that_are_the_same_go_together_and_are_told():
    texts = ["Ａ座", "A 座", "A座", *"甲乙丙丁戊己庚辛"]
    documents = [Document(text) for text in texts]
    documents[2] = Document("A座", (Entity("A座", "LOC", 0, 2),))
    findings = Findings()
    splits = divide(Split("all", "x", tuple(documents), Counter()), Plan((1, 1)), findings)
    held = [sum(plain(one.text) == "A座" for one in split.documents) for split in splits]
    assert sorted(held) == [0, 3]
    assert findings == {REPEATED: 2, CONFLICTING: 1}


def test_documents_tied_by_way_of_another_stay_together():
    def of(*parts):
        ends = [len("".join(parts[: place + 1])) for place in range(len(parts))]
        spans = tuple((end - len(part), end) for end, part in zip(ends, parts, strict=True))
        return Document("".join(parts), (), spans)

    chain = [of("甲。", "乙。"), of("丁。"), of("丙。", "戊。"), of("乙。", "丙。")]
    first, second = divide(Split("all", "x", tuple(chain), Counter()), Plan((3, 1)), Findings())
    assert first.documents == (chain[0], chain[2], chain[3])
    assert second.documents == (chain[1],)


def test_ids_of_other_files_tie_nothing():
    documents = tuple(Document(str(n), id=1, place=Place(f"{n}.jsonl", 1)) for n in range(4))
    splits = divide(Split("all", "x", documents, Counter()), Plan((1, 1)), Findings())
    assert [len(split.documents) for split in splits] == [2, 2]


LONG = Document(
    "她在苏州。 茶凉了。",
    (Entity("苏州", "LOC", 2, 4), Entity("州。 茶", "X", 3, 7)),
    ((0, 5), (5, 5), (6, 10)),
    7,
    {"source": "own"},
    Place("own.jsonl", 3),
)


def test_a_document_is_cut_by_sentence_and_what_that_loses_is_told():
    findings = Findings()
    splits = divide(Split("all", "x", (LONG,), Counter()), Plan((1, 1), by="sentence"), findings)
    pieces = {one.text: one for split in splits for one in split.documents}
    assert set(pieces) == {"她在苏州。", "茶凉了。"}
    assert pieces["她在苏州。"].entities == (Entity("苏州", "LOC", 2, 4),)
    assert all((one.id, one.place) == (7, LONG.place) for one in pieces.values())
    assert findings == {ACROSS: 1, FURTHER: 1, BLANK: 1}


def test_a_document_of_one_sentence_stays_as_it_is():
    documents = tuple(Document(text, id=1, fields={"a": 1}) for text in "甲乙")
    findings = Findings()
    splits = divide(Split("all", "x", documents, Counter()), Plan((1, 1), by="sentence"), findings)
    assert sorted(one.text for split in splits for one in split.documents) == ["乙", "甲"]
    assert all(one.fields == {"a": 1} for split in splits for one in split.documents)
    assert not findings


@pytest.mark.parametrize(
    "texts, plan, message",
    [
        (
            "甲",
            Plan((1, 1)),
            "x: 1 documents are too few for 2 parts of this ratio: dev would be empty",
        ),
        (
            "甲乙丙丁",
            Plan(),
            "x: 4 documents are too few for 3 parts of this ratio: test would be empty",
        ),
        (
            "甲甲甲",
            Plan((1, 1)),
            "x: 3 documents in 1 groups that stay together are too few for 2 parts of this ratio:"
            " dev would be empty; --by sentence or --keep-leaks parts more of them",
        ),
    ],
)
def test_too_few_documents_are_refused(texts, plan, message):
    whole = Split("all", "x", tuple(map(Document, texts)), Counter())
    with pytest.raises(CorpusError) as raised:
        divide(whole, plan, Findings())
    assert str(raised.value) == message


def test_an_unknown_unit_names_the_nearest():
    with pytest.raises(ConfigError, match="unknown unit of division 'sentences'.*did you mean 'se"):
        divide(single(9), Plan(by="sentences"), Findings())


@pytest.mark.parametrize(
    "written, expected", [("8:1:1", (8, 1, 1)), ("0.9:0.1", (0.9, 0.1)), (" 80 : 20 ", (80, 20))]
)
def test_a_ratio_is_read(written, expected):
    assert parse_ratio(written) == expected


@pytest.mark.parametrize(
    "written", ["", "8", "8:1:1:1", "8:0:2", "8:-1", "a:b", "8::1", "nan:1", "inf:1", "1e308:1e308"]
)
def test_a_ratio_that_is_none_is_refused(written):
    with pytest.raises(ConfigError) as raised:
        parse_ratio(written)
    expected = "a ratio is two or three numbers over 0 with colons between, like 8:1:1 or 9:1"
    assert str(raised.value) == f"{expected}, got {written!r}"


@needs_corpora
@pytest.mark.parametrize("name", ["weibo", "resume", "literature"])
def test_every_label_of_a_real_corpus_keeps_its_share(name):
    folder = Path(CORPORA) / name
    paths = [folder / "dev"] if name == "literature" else sorted(folder.iterdir())
    if not all(path.exists() for path in paths) or not paths:
        pytest.skip(f"{folder} is not there")
    whole = read_files("all", paths, options=ReadOptions())
    splits = divide(whole, Plan(by="sentence"), Findings())
    assert sum((split.labels for split in splits), Counter()) == whole.labels
    for label, number in whole.labels.items():
        for split, share in zip(splits, (0.8, 0.1, 0.1), strict=True):
            assert abs(split.labels[label] - share * number) < max(3, 0.02 * number)
