"""How probable readings are, by all paths, and who judges what."""

import json

import pytest
from trained import annotated, tiny_config, train

from ner.document import Document
from ner.errors import CorpusError, ModelError
from ner.tagging.bag import load_alike, write_bag
from ner.tagging.doubts import Judges, cases, judged
from ner.tagging.loading import Loading
from ner.tagging.out_of_fold import OUT_OF_FOLD, folds_of
from ner.tagging.pieces import Piece
from ner.tagging.suspects import Panel, suspects
from ner.tags import decode

ON_CPU = Loading("cpu")


@pytest.fixture(scope="module")
def other_run(tmp_path_factory):
    changes = ("data.train=test.bio", "training.epochs=2", "seed=2")
    return train(tiny_config(*changes), tmp_path_factory.mktemp("second"))[0].folder


@pytest.fixture
def taggers(tiny_run, other_run):
    return load_alike([tiny_run, other_run], ON_CPU)


def told(judges, *documents):
    features = judges._taggers[0].featurizer.settings
    own = [case for n, one in enumerate(documents) for case in cases(one, n, features)]
    found = [one for batch in judges.batches(own) for one in judges.doubts(batch)]
    return sorted(found, key=lambda one: (one[0].document, one[0].window.start))


def share(tagger, text, start, end, spans):
    """How probable it is that just these spans are in the stretch, none over its ends: by all
    paths that are not too improbable."""
    chain = tagger.decoded([Piece(text, "")])
    total, paths = 0.0, chain.n_best(3000)[0]
    assert sum(probability for _, probability in paths) > 0.999
    for path, probability in paths:
        found = decode([tagger.tags[number] for number in path])
        inside = [one for one in found if one[0] < end and start < one[1]]
        total += probability * (inside == spans)
    return total


def test_both_readings_have_the_probability_of_all_paths_with_them(taggers):
    wrong = annotated("[等骆|ORG]一舟")
    for chosen in (taggers[:1], taggers):
        ((_, doubt),) = told(Judges(chosen), wrong)
        one = doubt.disagreement
        for entities, chance in ((one.gold, doubt.annotated), (one.predicted, doubt.predicted)):
            spans = [(e.start, e.end, e.label) for e in entities]
            each = [share(tagger, wrong.text, one.start, one.end, spans) for tagger in chosen]
            assert chance == pytest.approx(sum(each) / len(each), abs=1e-3)
        assert doubt.judges == len(chosen) and 0 <= doubt.agreed <= doubt.judges


def test_what_is_annotated_as_it_is_found_is_no_doubt(taggers):
    (tagger, _) = taggers
    text = "骆一舟在丽水等陶小满。"
    right = tagger(text)
    assert right.entities
    judges = Judges([tagger])
    assert told(judges, right) == []
    ((_, doubt),) = told(judges, right.with_entities(right.entities[1:]))
    assert doubt.disagreement.kind == "missing"
    assert doubt.agreed == 1 and doubt.predicted > doubt.annotated


def test_a_label_that_the_models_do_not_know_is_of_no_probability(taggers):
    ((_, doubt),) = told(Judges(taggers), annotated("[天|NEW]"))
    assert doubt.annotated == 0 and doubt.disagreement.gold[0].label == "NEW"


def test_long_sentences_are_judged_once_in_every_place(taggers):
    marked = "从[衢州|LOC]到[丽水|LOC]，车要开三个钟头，[陶小满|PER]说。"
    long, tagger = annotated(marked * 12), taggers[0]
    size = tagger.featurizer.settings.max_length
    assert len(long.text) > 3 * size
    places = [
        (case.window.start + doubt.disagreement.start, case.window.start + doubt.disagreement.end)
        for case, doubt in told(Judges([tagger]), long)
    ]
    assert len(places) == len(set(places))
    assert all(a[1] <= b[0] for a, b in zip(sorted(places), sorted(places)[1:], strict=False))
    none = long.with_entities(())
    found = told(Judges([tagger]), none)
    assert found and all(doubt.disagreement.kind == "missing" for _, doubt in found)
    whole = {(one.start, one.end) for one in tagger(long.text).entities}
    missing = {
        (case.window.start + one.disagreement.start, case.window.start + one.disagreement.end)
        for case, one in found
    }
    assert len(missing & whole) >= 0.9 * len(whole)


def test_what_no_sentence_and_no_layer_holds_is_not_judged():
    document = annotated("[陶小满|PER]在[丽水|LOC]")
    two = Document(document.text, document.entities, spans=((0, 2), (2, 6)))
    assert (judged(document), judged(two)) == (2, 1)


def rows(folds):
    return "".join(
        json.dumps({"text": text, "entities": [], "fold": fold}) + "\n" for text, fold in folds
    )


@pytest.fixture
def bag(tmp_path, tiny_run, other_run):
    for name, run in (("one", tiny_run), ("two", other_run)):
        (tmp_path / name).symlink_to(run)
    write_bag(tmp_path, ["one", "two"])
    (tmp_path / OUT_OF_FOLD).write_text(rows([("天晴", 1), ("Ａ 雨", 2)]), encoding="utf-8")
    return tmp_path


def test_a_sentence_is_judged_by_all_that_were_not_trained_on_it(bag):
    once, twice = Panel.open([bag], ON_CPU), Panel.open([bag, bag], ON_CPU)
    for text, own in (("天晴", (0,)), ("A雨", (1,)), ("雪", (0, 1))):
        assert once.of(text) == own
        assert twice.of(text) == (*own, *(number + 2 for number in own))
    found = suspects([annotated("[天|NEW]晴"), annotated("[雪|NEW]")], once)
    assert [(one.document, one.judges) for one in found if one.gold] in (
        [(0, 1), (1, 2)],
        [(1, 2), (0, 1)],
    )


def test_suspects_come_by_score_with_offsets_in_their_documents(bag):
    panel = Panel.open([bag], ON_CPU)
    first, second = annotated("[等骆|ORG]一舟。"), annotated("他说，[天|PER]晴了。")
    both = Document(
        first.text + second.text,
        (*first.entities, *(one.moved(len(first.text)) for one in second.entities)),
        spans=((0, len(first.text)), (len(first.text), len(first.text + second.text))),
    )
    found = suspects([both], panel)
    assert len(found) >= 2
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    for one in found:
        for entity in (*one.gold, *one.predicted):
            assert both.text[entity.start : entity.end] == entity.text
            assert one.start <= entity.start and entity.end <= one.end


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (None, ModelError, "there is no out_of_fold.jsonl in it"),
        (rows([("天晴", 1), ("雨", 3)]), CorpusError, r"jsonl:2: fold: got 3, .* from 1 to 2"),
        ('{"text": "雨", "entities": []}\n', CorpusError, "jsonl:1: fold: got None"),
    ],
)
def test_a_bag_that_does_not_say_what_it_was_trained_on_judges_nothing(
    tmp_path, content, error, message
):
    if content:
        (tmp_path / OUT_OF_FOLD).write_text(content, encoding="utf-8")
    with pytest.raises(error, match=message):
        folds_of(tmp_path, 2)
