"""The tagger that obeys a dictionary: what it must find, what it must not, and exact offsets."""

import pickle
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebook import SLOW_MODES, counting, matches
from trained import SAMPLE, tiny_config, tiny_run, train

import ner
from ner.calibration import Calibration, write_calibration
from ner.document import Document
from ner.errors import ConfigError, CorpusError
from ner.features.channels import Characters
from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import Featurizer
from ner.settings import FeatureSettings
from ner.tagging.bag import load_together, write_bag
from ner.tagging.dictionary import Dictionary
from ner.tagging.dictionary.guided import Guided
from ner.tagging.dictionary.rules import Entry, Manner, Part
from ner.tagging.loading import Loading, load_model
from ner.tagging.tagger import Tagger

__all__ = ["tiny_run"]

TEXTS = (SAMPLE / "demo.txt").read_text(encoding="utf-8").splitlines()
LONG = "".join(TEXTS * 3)
STEMS = (
    "泉州",
    "陈若溪",
    "海润物流",
    "四川大学",
    "ＩＴ",
    "it",
    "😂",
    "花了３８６块",
    "。今天",
    "成都",
)
LABELS = ("PER", "LOC", "ORG", "NEW")
drawn_rules = st.lists(
    st.tuples(
        st.sampled_from(STEMS) | st.text("泉州四川大学陈若溪", min_size=1, max_size=3),
        st.sampled_from(SLOW_MODES),
        st.sampled_from(LABELS),
        st.sampled_from([0, 1]),
    ).map(
        lambda rule: (
            rule if rule[1] in ("force", "fill") or rule[2] != "NEW" else (*rule[:2], "LOC", 0)
        )
    ),
    max_size=6,
)
drawn_texts = st.lists(st.sampled_from((*STEMS, "从", "飞往", "，", "\ud800", "\n")), max_size=24)


@pytest.fixture(scope="module")
def windowed(tiny_run):
    """Sees 16 characters at once."""
    return ner.load(tiny_run, device="cpu", window=16)


def parts_of(drawn):
    return Dictionary(
        tuple(
            Part("own.tsv", Manner(mode), (Entry(mention, label, priority, line),))
            for line, (mention, mode, label, priority) in enumerate(drawn, 1)
        )
    )


def keys(document):
    return [(one.start, one.end, one.label) for one in document.entities]


def sources(document):
    return {one.text: one.source for one in document.entities}


def assert_obeyed(document, drawn, normalise):
    """Held against the slow answers, whatever the model found."""
    text, entities = document.text, document.entities
    assert all(text[one.start : one.end] == one.text for one in entities)
    assert all(0 <= one.score <= 1 for one in entities)
    assert all(a.end <= b.start for a, b in pairwise(entities))
    plain = [(mode, label, priority) for _, mode, label, priority in drawn]
    found = matches(text, [mention for mention, *_ in drawn], normalise)
    for start, end, number in counting(found, plain):
        mode, label, _ = plain[number]
        inside = [one for one in entities if one.start < end and start < one.end]
        here = [(one.start, one.end, one.label) for one in inside]
        if mode == "force":
            assert here == [(start, end, label)]
            assert (inside[0].source, inside[0].score) == ("dictionary", 1.0)
        if mode == "fill":
            assert here
        if mode == "forbid":
            assert (start, end, label) not in here


@settings(max_examples=60)
@given(drawn_texts.map("".join), drawn_rules)
def test_every_mode_is_obeyed_with_exact_offsets_in_windows_of_any_text(windowed, text, drawn):
    tagger = windowed.with_dictionary(parts_of(drawn))
    documents = tagger([text, "", text[:7]])
    for document in documents:
        assert_obeyed(document, drawn, windowed.featurizer.normalise)
    assert tagger(text).text == text


@given(drawn_texts.map("".join), drawn_rules)
def test_every_mode_but_a_bonus_is_obeyed_without_emissions(runs, text, drawn):
    drawn = [rule for rule in drawn if rule[1] in ("force", "fill")]
    text = text.replace("川", "甲甲").replace("州", "乙")
    document = runs.tagger(8, 3).with_dictionary(parts_of(drawn))(text)
    assert_obeyed(document, drawn, str)


@pytest.mark.parametrize("mode", SLOW_MODES)
def test_where_nothing_matches_nothing_changes(tagger, mode):
    guided = tagger.with_dictionary(Dictionary.of([("不在其中", "LOC")], mode))
    plain = [document.to_dict() for document in tagger(TEXTS)]
    assert [document.to_dict() for document in guided(TEXTS)] == plain
    assert all("source" not in one for row in plain for one in row["entities"])
    assert {one.source for document in tagger(TEXTS) for one in document.entities} == {"model"}


def test_a_forced_mention_is_said_to_be_the_dictionarys(tagger):
    document = tagger.with_dictionary(Dictionary.of([("飞往成都", "EVENT")]))(TEXTS[0])
    assert (10, 14, "EVENT") in keys(document)
    (own,) = (one for one in document.to_dict()["entities"] if one["label"] == "EVENT")
    assert (own["source"], own["score"], own["text"]) == ("dictionary", 1.0, "飞往成都")


def test_a_forced_mention_that_windows_cut_is_one_entity(windowed):
    mention = LONG[5:40]
    document = windowed.with_dictionary(Dictionary.of([(mention, "LOC")]))(LONG)
    assert (5, 40, "LOC") in keys(document)
    assert_obeyed(document, [(mention, "force", "LOC", 0)], windowed.featurizer.normalise)


def test_mentions_are_found_in_any_width_case_and_script(tagger):
    mentions = Dictionary.of([("林语彤", "PER"), ("386块", "MONEY")])
    documents = tagger.with_dictionary(mentions)(TEXTS)
    assert sources(documents[2])["林語彤"] == "dictionary"
    assert sources(documents[1])["３８６块"] == "dictionary"
    exact = Dictionary.of([("386块", "MONEY")], exact=True)
    assert keys(tagger.with_dictionary(exact)(TEXTS[1])) == keys(tagger(TEXTS[1]))


def test_a_bonus_brings_an_entity_or_drives_it_away(tagger):
    for bonus, there in ((40.0, True), (-40.0, False)):
        preferred = Dictionary.of([("合作协议", "ORG")], "prefer", bonus=bonus)
        document = tagger.with_dictionary(preferred)(TEXTS[0])
        assert ("合作协议" in sources(document)) == there
        if there:
            assert sources(document)["合作协议"] == "dictionary"
            assert 0.9 < {one.text: one.score for one in document.entities}["合作协议"] <= 1


def test_what_the_model_found_is_not_filled_in_again(tagger):
    found = tagger(TEXTS[0])
    first = found.entities[0]
    outside = "签了合作协议"
    assert outside not in "".join(one.text for one in found.entities)
    words = Dictionary.of([(first.text, "NEW"), (outside, "NEW"), ("合作", "NEW")], "fill")
    document = tagger.with_dictionary(words)(TEXTS[0])
    own = [one for one in document.entities if one.label == "NEW"]
    assert [one.text for one in own] == [outside]
    assert [one for one in document.entities if one.label != "NEW"] == list(found.entities)


@pytest.mark.parametrize("every", [False, True])
def test_a_forbidden_entity_is_gone(tagger, every):
    one = tagger(TEXTS[0]).entities[0]
    forbidden = Dictionary.of([(one.text, "*" if every else one.label)], "forbid")
    document = tagger.with_dictionary(forbidden)(TEXTS[0])
    spans = [key[:2] if every else key for key in keys(document)]
    assert ((one.start, one.end) if every else (one.start, one.end, one.label)) not in spans


def test_what_is_forbidden_is_not_forced_either(tagger):
    both = Dictionary.of([("合作协议", "ORG"), ("合作", "ORG")])
    document = tagger.with_dictionary(both + Dictionary.of([("合作协议", "ORG")], "forbid"))(
        TEXTS[0]
    )
    assert sources(document)["合作"] == "dictionary"
    assert "合作协议" not in sources(document)


def test_without_emissions_forbidden_ones_are_left_out_and_bonuses_refused(runs):
    plain = runs.tagger()
    tagger = plain.with_dictionary(Dictionary.of([("甲甲", "甲"), ("乙", "*")], "forbid"))
    assert keys(tagger("甲甲丙乙丙甲")) == [(5, 6, "甲")]
    with pytest.raises(ConfigError, match="mode prefer: the model's decoder is no linear chain"):
        plain.with_dictionary(Dictionary.of([("丙", "甲")], "prefer"))


def test_a_real_writer_of_tags_takes_forced_and_forbidden_mentions(tmp_path):
    decoder = "model.decoder={kind: seq2seq, size: 4, tag_size: 2, attention: {heads: 1}}"
    changes = (decoder, "training.epochs=1", "training.batch_characters=999")
    run, _ = train(tiny_config(*changes), tmp_path / "run")
    forced = Dictionary.of([("合作协议", "NEW")])
    document = ner.load(run.folder, device="cpu", dictionary=forced)(TEXTS[0])
    assert sources(document)["合作协议"] == "dictionary"
    with pytest.raises(ConfigError, match="force, fill and forbid take any decoder"):
        ner.load(run.folder, device="cpu", dictionary=Dictionary.of([("合作", "LOC")], "prefer"))


@pytest.mark.parametrize("mode", ["prefer", "forbid"])
def test_a_label_that_the_model_lacks_is_refused_where_it_makes_no_sense(tagger, tmp_path, mode):
    path = tmp_path / "own.tsv"
    path.write_text("苏州\tLOC\n骆一舟\tPRE\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"own\.tsv:2: label 'PRE': .*did you mean 'PER'\?"):
        tagger.with_dictionary(Dictionary.read(path, mode))
    guided = tagger.with_dictionary(Dictionary.read(path, "fill"))
    assert (guided.labels, guided.new_labels) == (["LOC", "ORG", "PER", "PRE"], {"PRE"})


def test_a_dictionary_after_a_dictionary_comes_behind_it(tagger):
    first, second = (Dictionary.of([("合作", label)]) for label in ("ONE", "TWO"))
    both = tagger.with_dictionary(first).with_dictionary(second)
    assert {"ONE"} == {one.label for one in both(TEXTS[0]).entities if one.text == "合作"}
    assert len(both.dictionary) == 2


def test_sentences_that_a_document_marks_are_not_joined(tagger):
    document = Document("我去泉州大学。", spans=((0, 4), (4, 7)))
    forced = tagger.with_dictionary(Dictionary.of([("泉州大学", "ORG"), ("大学", "NEW")]))
    (found,) = forced.pipe_documents([document])
    assert (4, 6, "NEW") in keys(found) and (2, 6, "ORG") not in keys(found)


def test_no_sentence_ends_inside_a_mention_where_sentences_see_those_before():
    settings = FeatureSettings.model_construct(normalise=(), max_length=9, overlap=2, context=1)
    channels = {"characters": Characters(Vocabulary("甲"))}

    def decoded(batch):
        path = np.zeros(batch.rows["characters"].shape, dtype=np.int64)
        nothing = lambda spans, *_, **__: np.zeros(len(spans))  # noqa: E731
        return SimpleNamespace(path=path, lengths=batch.lengths, probabilities=nothing)

    plain = Tagger(Featurizer(settings, channels, {}), ["O", "B-X", "I-X"], decoded)
    words = [("甲。乙", "NEW"), ("！", "NEW")]
    document = plain.with_dictionary(Dictionary.of(words))("甲。乙！丙。甲。乙")
    assert keys(document) == [(0, 3, "NEW"), (3, 4, "NEW"), (6, 9, "NEW")]


def test_patterns_look_around_over_the_borders_of_windows(windowed, tmp_path):
    path = tmp_path / "own.tsv"
    path.write_text("END\t(?<=^.{30}).(?=.{20})\nLAST\t.$\n", encoding="utf-8")
    document = windowed.with_dictionary(Dictionary.read_patterns(path))(LONG)
    assert sources(document)[LONG[30]] == "pattern"
    assert (30, 31, "END") in keys(document) and (len(LONG) - 1, len(LONG), "LAST") in keys(
        document
    )


def test_a_bag_obeys_as_one(tiny_run, tmp_path):
    write_bag(tmp_path, [str(tiny_run), str(tiny_run)])
    forced = Dictionary.of([("合作协议", "NEW"), ("泉州", "ORG")])
    bag = ner.load(tmp_path, device="cpu", dictionary=forced)
    alone = ner.load(tiny_run, device="cpu", dictionary=forced)
    assert [keys(one) for one in bag(TEXTS)] == [keys(one) for one in alone(TEXTS)]
    assert any(label == "NEW" for one in bag(TEXTS) for _, _, label in keys(one))


def test_what_loads_a_tagger_goes_to_another_process(tiny_run):
    how = Loading("cpu", dictionary=Dictionary.of([("合作协议", "NEW")]))
    how = pickle.loads(pickle.dumps(how))
    for tagger in (load_model(tiny_run, how), load_together([tiny_run], how)):
        assert isinstance(tagger, Guided)
        assert sources(tagger(TEXTS[0]))["合作协议"] == "dictionary"


def test_confidences_are_those_of_the_constrained_chain(tagger):
    forced = tagger.with_dictionary(Dictionary.of([(TEXTS[3], "NEW")]))
    ((document, chances),) = forced.pipe_sure([Document(TEXTS[3])])
    assert keys(document) == [(0, len(TEXTS[3]), "NEW")]
    assert chances == [pytest.approx(1.0)]


def test_a_mention_that_would_cut_what_the_model_found_takes_its_place(tagger):
    whole = next(one for one in tagger(TEXTS[0]).entities if one.end - one.start > 2)
    part = whole.text[1:]
    document = tagger.with_dictionary(Dictionary.of([(part, "NEW")]))(TEXTS[0])
    assert (whole.start + 1, whole.end, "NEW") in keys(document)
    assert all(a.end <= b.start for a, b in pairwise(document.entities))


def test_every_reading_holds_what_is_forced_and_the_first_is_the_result(tagger):
    guided = tagger.with_dictionary(Dictionary.of([("合作协议", "NEW"), ("飞往", "ORG")]))
    found = guided(TEXTS[0])
    readings = guided.n_best(TEXTS[0], 5)
    assert len(readings) == 5
    spans = [[(own.start, own.end, own.label) for own in one.entities] for one in readings]
    assert spans[0] == keys(found) and len({tuple(one) for one in spans}) == 5
    for one in readings:
        sources_here = {own.text: (own.label, own.source, own.score) for own in one.entities}
        assert sources_here["合作协议"] == ("NEW", "dictionary", None)
        assert sources_here["飞往"] == ("ORG", "dictionary", None)


def test_readings_are_filled_and_rid_of_what_is_forbidden_each_by_itself(tagger):
    (first, *_) = tagger(TEXTS[0]).entities
    count = 40
    plain = [{own.text for own in one.entities} for one in tagger.n_best(TEXTS[0], count)]
    assert {first.text in one for one in plain} == {True, False}
    gaps = Dictionary.of([(first.text, "NEW")], "fill")
    for one in tagger.with_dictionary(gaps).n_best(TEXTS[0], count):
        here = [own for own in one.entities if own.start < first.end and first.start < own.end]
        assert here and all(a.end <= b.start for a, b in pairwise(one.entities))
    banned = tagger.with_dictionary(Dictionary.of([(first.text, "*")], "forbid"))
    readings = banned.n_best(TEXTS[0], count)
    spans = [tuple((own.start, own.end, own.label) for own in one.entities) for one in readings]
    assert len(spans) == len(set(spans)) and list(spans[0]) == keys(banned(TEXTS[0]))
    assert all((first.start, first.end) not in {own[:2] for own in one} for one in spans)


def test_a_least_score_leaves_out_no_certain_entity_and_is_asked_last(tiny_run, tagger):
    doubtful = min(tagger(TEXTS[0]).entities, key=lambda one: one.score)
    assert doubtful.score < 1
    words = Dictionary.of([("合作协议", "NEW")])
    words += Dictionary.of([("签了", "GAP"), (doubtful.text, "GAP")], "fill")
    strict = ner.load(tiny_run, device="cpu", min_score=1.0, dictionary=words)
    found = sources(strict(TEXTS[0]))
    assert strict.min_score == 1.0
    assert found["合作协议"] == found["签了"] == "dictionary"
    assert doubtful.text not in found
    assert sources(tagger.with_dictionary(words)(TEXTS[0]))[doubtful.text] == "model"


def test_a_calibration_holds_under_a_dictionary(tagger, tiny_run, tmp_path):
    cool = Calibration(temperature=3.0, slope=0.5, bias=-0.2)
    words = Dictionary.of([("不在其中", "LOC")])
    expected = [one.score for one in tagger.calibrated(cool)(TEXTS[0]).entities]
    assert expected != [one.score for one in tagger(TEXTS[0]).entities]
    for guided in (
        tagger.calibrated(cool).with_dictionary(words),
        tagger.with_dictionary(words).calibrated(cool),
        tagger.with_dictionary(words).calibrated(cool).with_dictionary(words),
    ):
        assert [one.score for one in guided(TEXTS[0]).entities] == pytest.approx(expected)
    write_bag(tmp_path, [str(tiny_run), str(tiny_run)])
    write_calibration(tmp_path, cool, {})
    assert ner.load(tmp_path, device="cpu", dictionary=words).calibration == cool


def test_worker_processes_obey(tiny_run):
    how = Loading("cpu", dictionary=Dictionary.of([("合作协议", "NEW")]))
    with ner.Pool(tiny_run, workers=1, loading=how) as pool:
        (document,) = pool.pipe([TEXTS[0]])
    assert sources(document)["合作协议"] == "dictionary"


def test_what_is_no_dictionary_is_refused_by_name(tiny_run, tagger):
    with pytest.raises(TypeError, match="expected a Dictionary, .*, got str"):
        tagger.with_dictionary("own.tsv")
    with pytest.raises(TypeError, match="expected a Dictionary, .*, got str"):
        ner.load(tiny_run, device="cpu", dictionary="own.tsv")
