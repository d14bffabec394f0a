"""Tag schemes, held against seqeval's strict mode and against enumeration."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.scheme import IOB2, Entities
from strategies import LABELS, spans

from ner.document import Entity
from ner.errors import ConfigError
from ner.tags import (
    SCHEMES,
    WRITABLE,
    TagReader,
    continues,
    decode,
    detect,
    encode,
    illegal_neighbours,
    illegal_places,
    legal,
    spans_of,
    split,
    tag_set,
)

LENGTH = 4  # enough for every pair of neighbours that a scheme has
TWO = ("PER", "LOC")
any_tag = st.sampled_from(["O", *(f"{a}-{b}" for a, b in product("BIMELSU", LABELS))])
any_span = st.tuples(st.integers(-1, 9), st.integers(-1, 9), st.sampled_from(LABELS))


def span_lists(length, place=0):
    """Every list of spans that do not overlap, in a text of ``length`` characters."""
    if place == length:
        yield []
        return
    for rest in span_lists(length, place + 1):
        yield rest
    for end, label in product(range(place + 1, length + 1), TWO):
        for rest in span_lists(length, end):
            yield [(place, end, label), *rest]


def seqeval_spans(tags):
    return [(e.start, e.end, e.tag) for e in Entities([tags], IOB2).entities[0]]


def as_bio(tag):
    return tag if tag == "O" else ("B" if tag[0] in "BSU" else "I") + tag[1:]


@pytest.mark.parametrize("scheme", WRITABLE)
@given(st.data())
def test_spans_that_do_not_overlap_come_back_from_their_tags(scheme, data):
    found = data.draw(spans(data.draw(st.integers(0, 12))))
    length = max([end for _, end, _ in found], default=0) + 1
    tags, lost = encode(reversed(found), length, scheme=scheme)
    assert (decode(tags, scheme=scheme), len(tags), lost) == (found, length, 0)
    assert illegal_neighbours(tags, scheme=scheme) == 0


@given(st.lists(any_tag, max_size=12), st.sampled_from(WRITABLE))
def test_decoding_any_tags_equals_strict_seqeval_on_their_bio_conversion(tags, scheme):
    assert decode(tags, scheme=scheme) == seqeval_spans([as_bio(tag) for tag in tags])


@given(st.lists(st.sampled_from(["O", *(f"{a}-{b}" for a, b in product("BI", TWO))]), max_size=12))
def test_in_iob1_an_inside_tag_opens_an_entity_where_none_of_its_label_is_open(tags):
    labels = [tag[2:] for tag in tags]
    opened = [
        f"B-{label}" if label and label != before else tag
        for tag, label, before in zip(tags, labels, ["", *labels], strict=False)
    ]
    assert decode(tags, scheme="IOB1") == seqeval_spans(opened)


def test_iob1_marks_only_the_neighbours_of_one_label():
    tags = ["I-PER", "I-PER", "B-PER", "O", "I-LOC", "I-PER"]
    expected = [(0, 2, "PER"), (2, 3, "PER"), (4, 5, "LOC"), (5, 6, "PER")]
    assert decode(tags, scheme="IOB1") == expected
    assert decode(tags, scheme="BIO") == [(2, 3, "PER")]


@pytest.mark.parametrize("scheme", WRITABLE)
def test_the_legal_pairs_are_those_that_encoding_makes(scheme):
    made = set()
    for found in span_lists(LENGTH):
        tags, _ = encode(found, LENGTH, scheme=scheme)
        made |= set(pairwise((None, *tags, None)))
    known = [None, *tag_set(TWO, scheme=scheme)]
    made.add((None, None))  # an empty sentence
    assert {(a, b) for a, b in product(known, known) if legal(a, b, scheme=scheme)} == made


@pytest.mark.parametrize("scheme", WRITABLE)
def test_tags_without_an_illegal_pair_come_back_from_their_spans(scheme):
    seen = 0
    for tags in product(tag_set(TWO, scheme=scheme), repeat=LENGTH):
        if illegal_neighbours(tags, scheme=scheme) == 0:
            seen += 1
            assert encode(decode(tags, scheme=scheme), LENGTH, scheme=scheme) == (list(tags), 0)
    assert seen == sum(1 for _ in span_lists(LENGTH))


@pytest.mark.parametrize(
    "tags, scheme, expected",
    [
        ([], "BIOES", 0),
        (["O", "O"], "BIO", 0),
        (["B-PER", "I-PER"], "BIO", 0),
        (["I-PER", "O"], "BIO", 1),
        (["B-PER", "I-LOC"], "BIO", 1),
        (["O", "I-PER", "O", "I-PER"], "BIO", 2),
        (["B-PER"], "BIOES", 1),
        (["I-PER"], "BIOES", 2),
        (["B-PER", "O"], "BIOES", 1),
        (["B-PER", "S-PER"], "BIOES", 1),
        (["B-PER", "E-LOC"], "BIOES", 1),
        (["B-NAME", "M-NAME"], "BMES", 1),
        (["E-NAME", "O"], "BMES", 1),
        (["U-PER", "L-PER"], "BILOU", 1),
        (["I-PER", "B-PER", "I-LOC"], "IOB1", 0),
    ],
)
def test_illegal_neighbours_are_counted_at_the_ends_of_a_sentence_too(tags, scheme, expected):
    assert illegal_neighbours(tags, scheme=scheme) == expected


@pytest.mark.parametrize(
    "before, after, expected",
    [("B-PER", "I-PER", True), ("M-PER", "E-PER", True), ("I-PER", "L-PER", True)]
    + [("B-PER", "I-LOC", False), ("E-PER", "I-PER", False), ("S-PER", "E-PER", False)]
    + [("O", "I-PER", False), ("B-PER", "B-PER", False), ("B-PER", "O", False), ("O", "O", False)],
)
def test_an_entity_continues_only_within_itself(before, after, expected):
    assert continues(before, after) is expected


@pytest.mark.parametrize("scheme", WRITABLE)
def test_a_scheme_is_told_from_its_own_tags(scheme):
    tags, _ = encode([(0, 1, "PER"), (1, 3, "PER"), (4, 7, "LOC")], 8, scheme=scheme)
    assert detect([["O"], tags]) == scheme


@pytest.mark.parametrize(
    "sentences, expected",
    [
        ([], "BIO"),
        ([["O", "O"]], "BIO"),
        ([["B-PER"]], "BIO"),
        ([["I-PER", "O"], ["B-PER", "I-PER"]], "BIO"),
        ([["B-LOC", "B-LOC", "I-LOC"]], "BIO"),
        ([["I-PER", "I-PER"]], "IOB1"),
        ([["I-LOC", "B-LOC", "I-LOC"], ["O"]], "IOB1"),
        ([["O", "S-PER"]], "BIOES"),
        ([["B-PER", "E-PER"]], "BIOES"),
        ([["B-PER", "E-PER"], ["B-PER", "M-PER", "E-PER"]], "BMES"),
        ([["U-PER"]], "BILOU"),
        ([["B-PER", "L-PER"]], "BILOU"),
    ],
)
def test_a_scheme_is_told_from_the_letters_of_a_whole_file(sentences, expected):
    assert detect(sentences) == expected


@pytest.mark.parametrize(
    "tag, expected",
    [("O", ("O", "")), ("B_body", ("B", "body")), ("I-PER.NAM", ("I", "PER.NAM"))]
    + [("E-a-b_c", ("E", "a-b_c")), ("S-人名", ("S", "人名"))],
)
def test_a_tag_is_a_letter_and_a_label(tag, expected):
    assert split(tag) == expected


@pytest.mark.parametrize("tag", ["", "o", "B", "B-", "B_", "BPER", "b-PER", "X-PER", "0", "O-PER"])
def test_an_unknown_tag_is_named_beside_a_right_one(tag):
    with pytest.raises(ValueError) as raised:
        split(tag)
    assert str(raised.value) == f"unknown tag {tag!r}: expected O or a tag like B-PER"


@pytest.mark.parametrize(
    "found, kept, lost",
    [
        ([(0, 2, "PER"), (1, 4, "ORG")], [(1, 4, "ORG")], 1),  # the longer one stays
        ([(2, 4, "LOC"), (1, 3, "PER")], [(1, 3, "PER")], 1),  # of equal ones the first
        ([(0, 4, "ORG"), (0, 1, "LOC"), (2, 3, "LOC")], [(0, 4, "ORG")], 2),  # nested
        ([(0, 2, "PER"), (0, 2, "PER")], [(0, 2, "PER")], 1),
        ([(1, 1, "PER"), (2, 1, "PER"), (-1, 2, "PER"), (3, 5, "PER")], [], 4),
    ],
)
def test_spans_that_one_layer_cannot_hold_are_counted(found, kept, lost):
    tags, count = encode(found, 4)
    assert (decode(tags), count) == (kept, lost)


@given(st.lists(any_span, max_size=6), st.integers(0, 8), st.sampled_from(WRITABLE))
def test_every_span_is_either_tagged_or_counted(found, length, scheme):
    tags, lost = encode(found, length, scheme=scheme)
    kept = decode(tags, scheme=scheme)
    assert len(tags) == length
    assert set(kept) <= set(found)
    assert len(kept) + lost == len(found)


def test_spans_of_entities_keep_their_order():
    entities = [Entity("泉州", "LOC", 3, 5), Entity("阿梨", "PER", 0, 2)]
    assert spans_of(entities) == [(3, 5, "LOC"), (0, 2, "PER")]


@pytest.mark.parametrize(
    "ask", [lambda s: encode([], 1, scheme=s), lambda s: tag_set([], scheme=s)]
)
def test_an_unknown_scheme_names_the_nearest(ask):
    with pytest.raises(ConfigError, match="unknown tag scheme 'BOIES'.*did you mean 'BIOES'"):
        ask("BOIES")


def test_the_set_of_tags_starts_with_outside_and_goes_label_by_label():
    assert tag_set(TWO, scheme="BIO") == ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
    assert tag_set(["PER"], scheme="BMES") == ["O", "B-PER", "M-PER", "E-PER", "S-PER"]


def read_slowly(tags, scheme):
    return decode(tags, scheme=scheme), illegal_places(tags, scheme=scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pattern_reads_every_short_sequence_as_the_rule_does(scheme):
    reader = TagReader(scheme)
    letters = sorted(SCHEMES[scheme].letters)
    tags = ["O", *(f"{letter}-{label}" for letter, label in product(letters, TWO))]
    for length in range(4):
        for sequence in product(tags, repeat=length):
            assert reader.read(sequence) == read_slowly(sequence, scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
@given(st.lists(any_tag, max_size=12))
def test_the_pattern_reads_foreign_letters_as_the_rule_does(scheme, tags):
    assert TagReader(scheme).read(tags) == read_slowly(tags, scheme)


def test_labels_may_look_like_letters_and_be_many():
    labels = ["B", "I", "O", "-", "E S", *(f"L{number}" for number in range(3000))]
    reader = TagReader("BIOES")
    for label in labels:
        tags = [f"B-{label}", f"I-{label}", f"E-{label}", "O", f"S-{label}"]
        assert reader.read(tags) == ([(0, 3, label), (4, 5, label)], [])
