"""Sentences with their confidence: by one model, by the votes of several."""

import math

import pytest
import torch
from trained import annotated, tiny_run

import ner
from ner.document import Document, Entity
from ner.features.batch import collate
from ner.formats import Findings
from ner.model.folder import load_network, read_description
from ner.model.inputs import Inputs
from ner.tagging.labelling import BLANK, DOUBTFUL, KEPT, Labeller, Vote, agreed
from ner.tags import tag_set

__all__ = ["tiny_run"]

SENTENCES = ["陶小满把信寄到了衢州。", "雨下了整夜！", "骆一舟在丽水等陶小满。"]


@pytest.fixture(scope="module")
def tagger(tiny_run):
    return ner.load(tiny_run, device="cpu")


@pytest.fixture
def label(tagger):
    def done(*texts, least=0.0, taggers=None):
        findings = Findings()
        labeller = Labeller(taggers or [tagger], least=least, findings=findings)
        return list(labeller.pipe_documents(map(Document, texts))), findings

    return done


def entity(start, end, label, score):
    return Entity("甲" * (end - start), label, start, end, score)


def test_the_confidence_is_the_probability_of_the_best_tags_of_the_sentence(label, tiny_run):
    description = read_description(tiny_run)
    network = load_network(tiny_run, description)
    tags = tag_set(description.labels, scheme=description.settings.scheme)
    documents, _ = label(*SENTENCES)
    for document in documents:
        features = [description.featurizer(document.text)]
        plain = Inputs.of(collate(features), torch.device("cpu"))
        best = network.decode(plain).tags
        with torch.no_grad():
            loss = network.loss(Inputs.of(collate(features, best), torch.device("cpu"))).item()
        assert document.fields["confidence"] == pytest.approx(math.exp(-loss), abs=1e-3)
        assert len(best[0]) == len(document.text) and max(best[0]) < len(tags)


def test_a_paragraph_is_cut_into_its_sentences_with_their_own_offsets(label, tagger):
    documents, findings = label("".join(SENTENCES))
    assert [one.text for one in documents] == SENTENCES
    assert findings[KEPT] == 3
    for document in documents:
        for found in document.entities:
            assert document.text[found.start : found.end] == found.text
        assert [e[:4] for e in map(_key, document.entities)] == [
            _key(e)[:4] for e in tagger(document.text).entities
        ]


def _key(found):
    return found.text, found.label, found.start, found.end


def test_doubtful_sentences_are_left_out_and_counted(label):
    documents, _ = label(*SENTENCES)
    confidences = sorted(one.fields["confidence"] for one in documents)
    least = (confidences[0] + confidences[1]) / 2
    kept, findings = label(*SENTENCES, least=least)
    assert kept == [one for one in documents if one.fields["confidence"] > least]
    assert (findings[KEPT], findings[DOUBTFUL]) == (2, 1)


def test_blank_texts_are_left_out_and_counted(label):
    documents, findings = label("", "  \n ", SENTENCES[0], "")
    assert [one.text for one in documents] == [SENTENCES[0]]
    assert findings[BLANK] == 3


def test_the_first_results_come_before_all_of_an_endless_text_is_read(tagger):
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield Document("雨下了整夜。" * 50)

    labeller = Labeller([tagger, tagger], least=0, findings=Findings())
    found = labeller.pipe_documents(endless())
    assert next(found).text == "雨下了整夜。"
    assert len(taken) < 1000


def test_fields_stay_where_the_sentence_is_all_of_its_document(tagger):
    documents = [
        Document(SENTENCES[0], id=1, fields={"page": 7}),
        Document("".join(SENTENCES[:2]), id=2, fields={"page": 8}),
    ]
    findings = Findings()
    found = list(Labeller([tagger], least=0, findings=findings).pipe_documents(documents))
    assert [(one.id, one.fields.get("page")) for one in found] == [(1, 7), (2, None), (2, None)]
    assert sum("further fields left out" in kind for kind in findings) == 1


def test_a_sentence_longer_than_a_window_has_the_confidence_of_all_its_windows(label):
    (short,), _ = label("雨下了整夜，")
    (long,), _ = label("雨下了整夜，" * 30)
    assert 0 <= long.fields["confidence"] < short.fields["confidence"]


def test_models_that_are_the_same_agree_in_everything(label, tagger):
    assert label(*SENTENCES, taggers=[tagger] * 3)[0] == [
        one.with_entities(one.entities) for one in label(*SENTENCES)[0]
    ]


def test_more_than_half_must_have_found_an_entity():
    person, place = (0, 2, "PER"), (3, 5, "LOC")
    votes = [
        Vote((entity(*person, 0.9), entity(*place, 0.8)), 0.9),
        Vote((entity(*person, 0.6),), 0.7),
        Vote((entity(*person, 0.6),), 0.5),
        Vote((entity(0, 3, "PER", 0.9), entity(*place, 0.5)), 0.6),
    ]
    found = agreed(votes)
    assert [(e.start, e.end, e.label) for e in found.entities] == [person]
    assert found.entities[0].score == pytest.approx((0.9 + 0.6 + 0.6) / 4)
    assert found.confidence == pytest.approx((0.7 + 0.5) / 4)


def test_where_none_agree_nothing_is_kept_and_nothing_is_sure():
    votes = [Vote((entity(n, n + 2, "PER", 0.9),), 0.9) for n in range(3)]
    assert agreed(votes) == Vote((), 0.0)


def test_agreement_on_nothing_counts_as_well():
    assert agreed([Vote((), 0.8), Vote((), 0.6)]) == Vote((), pytest.approx(0.7))


def test_offsets_count_from_the_sentence_in_documents_that_mark_their_own(tagger):
    marked = annotated("[陶小满|PER]来了。雨下了整夜。")
    document = Document(marked.text, spans=((0, 6), (6, 12)))
    found = list(Labeller([tagger], least=0, findings=Findings()).pipe_documents([document]))
    assert [one.text for one in found] == [marked.text[:6], marked.text[6:]]
