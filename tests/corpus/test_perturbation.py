"""What holds for every perturbation in the table, whatever the documents are."""

from collections import Counter
from contextlib import contextmanager
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from layered import layered
from strategies import in_turn
from trained import annotated

from ner.corpus import edits
from ner.corpus.augmentation import Material
from ner.corpus.perturbation import PERTURBATIONS, asked, perturb
from ner.document import Document, Entity
from ner.errors import ConfigError

every_kind = pytest.mark.parametrize("kind", PERTURBATIONS)
several = st.lists(layered(max_size=20), min_size=1, max_size=4)
INSIDE = [kind for kind in PERTURBATIONS if kind.endswith("_inside")]
OUTSIDE = [kind for kind in PERTURBATIONS if kind.endswith("_outside")] + ["emoji"]
REPLACING = ["typo", "unseen", "longer", "cross"]
ODD = [
    Document(""),
    Document("\ud800甲", (Entity("\ud800", "PER", 0, 1), Entity("甲", "LOC", 1, 2))),
    Document("👩\u200d🚀说，3年。好", (Entity("👩\u200d🚀", "PER", 0, 3),), ((0, 7), (7, 8))),
    Document("。，", (Entity("。", "ORG", 0, 1), Entity("，", "ORG", 1, 2)), ((0, 1), (1, 2))),
    Document("苏州大学在", (Entity("苏州大学", "ORG", 0, 4), Entity("苏州", "LOC", 0, 2))),
    Document("甲乙丙", (Entity("甲乙", "LOC", 0, 2), Entity("乙丙", "LOC", 1, 3))),
    Document("第100天", (Entity("00", "LOC", 2, 4),), ((0, 3), (3, 5))),
]
PLAIN = [
    annotated(
        "[骆一舟|PER]在[苏州大学|ORG]研究表明，2026年有[陶小满|PER]等35%的人到了[衢州|LOC]。"
    ),
    annotated(
        "[青禾书店有限公司|ORG]搬到[丽水市|LOC]以后，[骆舟|PER]说ABC公司的软件未必是末班车！"
    ),
    annotated("他们己经知道了，[陶小满|PER]在[丽水|LOC]和[哈尔滨市|LOC]时，事情是这样的。"),
    annotated("[田小满|PER]说好。"),
    annotated("[丽江|LOC]说好。"),
]
MATERIAL = Material(PLAIN)


def at(kind, strength, documents, *, seed=1, material=None, options=""):
    (wanted,) = asked(f"{kind}:strength={strength}{options}")
    return perturb(documents, wanted, seed=seed, material=material or Material(documents))


def holders(document, start, end):
    """Which entities take in what stands, or is inserted, at these places."""
    pairs = enumerate((one.start, one.end) for one in document.entities)
    if start == end:
        return {number for number, (first, last) in pairs if first < start < last}
    return {number for number, (first, last) in pairs if first <= start and end <= last}


def tracked(document, made):
    """The slow oracle: every character of the new text, and the entities that it is a part of."""
    written, place = [], 0
    for start, end, replacement in sorted(made, key=lambda edit: edit[:2]):
        kept = range(place, start)
        written += [(document.text[here], holders(document, here, here + 1)) for here in kept]
        written += [(one, holders(document, start, end)) for one in replacement]
        place = end
    rest = range(place, len(document.text))
    return written + [(document.text[here], holders(document, here, here + 1)) for here in rest]


@contextmanager
def watched():
    """Compares all that any augmentation makes of edits with the oracle."""

    def apply(document, made, **how):
        listed = list(made)
        found = edits.apply(document, listed, **how)
        written = tracked(document, listed)
        assert found.text == "".join(one for one, _ in written)
        for number, entity in enumerate(found.entities):
            own = [place for place, (_, held) in enumerate(written) if number in held]
            assert list(range(entity.start, entity.end)) == own
        return found

    modules = ("augmentation", "concatenate", "cross", "swap")
    patches = [mock.patch(f"ner.corpus.augmentation.{one}.apply", apply) for one in modules]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in patches:
            patch.stop()


@given(several, st.sampled_from((0.3, 1.0)), st.booleans())
@example(ODD, 1.0, False)
@example(ODD, 0.5, True)
@settings(max_examples=40)
def test_entities_are_made_of_their_own_characters(documents, strength, known):
    for kind in in_turn(PERTURBATIONS):
        makes_them_of_their_own(kind, documents, strength, known)


def makes_them_of_their_own(kind, documents, strength, known):
    with watched():
        after = at(kind, strength, documents, material=MATERIAL if known else None)
    assert len(after) == len(documents)
    for old, new in zip(documents, after, strict=True):
        assert all(new.text[one.start : one.end] == one.text != "" for one in new.entities)
        assert all(0 <= start <= end <= len(new.text) for start, end in new.spans)
        assert (len(old.spans), old.id) == (len(new.spans), new.id)
        if kind == "concatenate":
            assert not labels(old) - labels(new)
        elif kind == "cross":
            assert len(old.entities) == len(new.entities)
        else:
            assert [one.label for one in old.entities] == [one.label for one in new.entities]


def labels(document):
    return Counter(one.label for one in document.entities)


@given(several)
@example(ODD)
@settings(max_examples=40)
def test_a_strength_of_zero_changes_nothing(documents):
    for kind in in_turn(PERTURBATIONS):
        assert at(kind, 0, documents) == documents


@every_kind
def test_the_seed_decides(kind):
    documents = PLAIN * 4
    strength = 0.5 if kind != "speech" else 0.1
    runs = [at(kind, strength, documents, seed=seed) for seed in (1, 1, 2, 3)]
    assert runs[0] == runs[1]
    assert runs[0] != documents
    assert len({tuple(run) for run in runs}) > 1


@pytest.mark.parametrize("kind", INSIDE)
@given(several)
@example(ODD + PLAIN)
@settings(max_examples=15)
def test_what_changes_inside_entities_leaves_all_else(kind, documents):
    after = at(kind, 1, documents)
    assert list(map(gaps, after)) == list(map(gaps, documents))


@pytest.mark.parametrize("kind", OUTSIDE)
@given(several)
@example(ODD + PLAIN)
@settings(max_examples=15)
def test_what_changes_outside_entities_leaves_them(kind, documents):
    after = at(kind, 1, documents)
    assert [[one.text for one in new.entities] for new in after] == [
        [one.text for one in old.entities] for old in documents
    ]


@pytest.mark.parametrize("kind", REPLACING)
def test_what_replaces_entities_leaves_all_else(kind):
    after = at(kind, 1, PLAIN * 3)
    assert list(map(gaps, after)) == list(map(gaps, PLAIN * 3))


def gaps(document):
    """The characters outside entities, those of each gap together."""
    inside = {place for one in document.entities for place in range(one.start, one.end)}
    marks = ["|" if place in inside else character for place, character in enumerate(document.text)]
    return [gap for gap in "".join(marks).split("|") if gap]


MANY = [annotated("[苏州|LOC]己己己己己己己己己己己己己己己己己己己己ABC。")] * 200


@pytest.mark.parametrize("strength", (0.1, 0.5))
def test_the_strength_is_the_share_of_characters_that_change(strength):
    after = at("look_alike_outside", strength, MANY)
    changed = sum(one.text.count("己") for one in MANY) - sum(one.text.count("己") for one in after)
    assert abs(changed / 4000 - strength) < 0.03
    shorter = at("drop", strength, MANY)
    letters = sum(len(one.text) - 1 for one in MANY)
    lost = sum(len(one.text) for one in MANY) - sum(len(one.text) for one in shorter)
    assert abs(lost / letters - strength) < 0.03
    longer = at("double", strength, MANY)
    gained = sum(len(one.text) for one in longer) - sum(len(one.text) for one in MANY)
    assert abs(gained / letters - strength) < 0.03


@pytest.mark.parametrize("strength", (0.2, 0.7))
@pytest.mark.parametrize("kind", ("typo", "unseen"))
def test_the_strength_is_the_share_of_entities_that_change(kind, strength):
    after = at(kind, strength, PLAIN * 100)
    pairs = zip(PLAIN * 100, after, strict=True)
    kept = [a.text == b.text for x, y in pairs for a, b in zip(x.entities, y.entities, strict=True)]
    assert abs(1 - sum(kept) / len(kept) - strength) < 0.07


@pytest.mark.parametrize("strength", (0.2, 0.7))
@pytest.mark.parametrize("kind", ("traditional", "concatenate"))
def test_the_strength_is_the_share_of_sentences_that_change(kind, strength):
    after = at(kind, strength, PLAIN * 100)
    changed = sum(x != y for x, y in zip(PLAIN * 100, after, strict=True))
    assert abs(changed / len(after) - strength) < 0.08


def test_a_kind_alone_is_asked_for_at_each_of_its_strengths():
    assert [one.strength for one in asked("typo")] == list(PERTURBATIONS["typo"].strengths)
    assert [str(one) for one in asked("typo:strength=0.5")] == ["typo:strength=0.5"]
    (joined,) = asked("concatenate:strength=0.5,most=2")
    assert joined.steps[0].most == 2
    (wanted,) = asked("drop:strength=0.5,where=inside")
    assert [(one.rate, one.where) for one in wanted.steps] == [(0.5, "inside")]


@pytest.mark.parametrize(
    "written, said",
    [
        ("tipo", "unknown perturbation 'tipo' (known: blank, .*; did you mean 'typo'?)"),
        ("typo:strength", "typo:strength: expected a setting like strength=0.15, got 'strength'"),
        ("typo:strength=2", "typo:strength=2: strength: expected a number from 0 to 1, got '2'"),
        ("typo:strength=nan", "typo:strength=nan: strength: expected a number from 0 to 1"),
        ("drop:wher=inside", "drop:wher=inside: unknown setting 'wher' .*did you mean 'where'"),
        ("drop:where=in", "drop:where=in: where: got 'in': Input should be"),
        ("drop:rate=1", "drop:rate=1: unknown setting 'rate'"),
    ],
)
def test_what_is_asked_wrongly_is_refused(written, said):
    with pytest.raises(ConfigError, match=said.replace("(", r"\(").replace("?)", r"\?\)")):
        asked(written)


@pytest.mark.parametrize(
    "written", ["typo:strength=0.5", "drop:strength=0.3,where=inside", "width:strength=1,by=run"]
)
def test_what_was_asked_for_says_all_of_its_settings(written):
    assert [str(one) for one in asked(written)] == [written]


def test_settings_without_a_strength_are_said_behind_each_strength():
    said = [str(one) for one in asked("traditional:variant=s2twp")]
    assert said == ["traditional:strength=1,variant=s2twp"]
