"""Label Studio's export, JSON_MIN and import: which annotation is read, and how places count."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import characters, documents
from streams import NAME, read, source, written

from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats import Findings, ReadOptions, labelstudio, reading
from ner.formats.regions import CONVERTED, ELSEWHERE, IMPROBABLE, MARKUP, OTHERS

TEXT = "阿梨在泉州。"
PLACE = Entity("泉州", "LOC", 3, 5)
TEA = "\U0001f375阿梨\U0001f469在泉州，泉州。"  # code points: 泉州 at 5 and 8; code units: 7 and 10

plain = st.none() | st.booleans() | st.integers() | st.text()
fields = st.dictionaries(st.sampled_from(["topic", "text2", ""]), plain, max_size=2)


def region(start, end, said=None, labels=("LOC",), **more):
    value = {"start": start, "end": end, "labels": list(labels)}
    if said is not None:
        value["text"] = said
    return {"id": "e1", "from_name": "label", "to_name": "text", "type": "labels", **more} | {
        "value": value
    }


def task(*results, text=TEXT, **more):
    """A task with one annotation of these results, as Label Studio exports it."""
    annotation = {
        "id": 3,
        "completed_by": 1,
        "result": list(results),
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2026-02-01T10:00:00.000000Z",
        "lead_time": 4.2,
        "prediction": {},
    }
    return {
        "id": 7,
        "annotations": [annotation],
        "drafts": [],
        "predictions": [],
        "data": {"text": text},
        "meta": {},
        "project": 1,
        **more,
    }


def dumped(*tasks, indent=None):
    return json.dumps(tasks, ensure_ascii=False, indent=indent)


def found(*tasks, **options):
    return read(dumped(*tasks), "label-studio", ReadOptions(**options))


def refused(raw):
    """The message of a task that is the second of a file."""
    content = "[" + json.dumps(task()) + ",\n" + json.dumps(raw, ensure_ascii=False) + "]"
    with pytest.raises(CorpusError) as raised:
        read(content, "label-studio")
    place, _, message = str(raised.value).partition(": ")
    assert place == f"{NAME}:2"
    return message


def spans(document):
    return [(one.start, one.end, one.text) for one in document.entities]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_export_is_read_task_by_task(indent):
    tasks = [task(region(3, 5, "泉州")), task(id=8, data={"text": "茶", "source": "信"})]
    documents_found, counts = read(dumped(*tasks, indent=indent), "auto")
    assert documents_found == [Document(TEXT, (PLACE,), id=7), Document("茶", id=8)]
    assert [one.fields for one in documents_found] == [{}, {"source": "信"}]
    assert documents_found[0].entities[0].fields == {"id": "e1"}
    assert not counts


def test_a_document_is_placed_at_the_line_where_its_task_begins():
    content = "[" + json.dumps(task(), indent=1) + ",\n\n" + json.dumps(task()) + "]"
    first, second = read(content, "label-studio")[0]
    assert (first.place, second.place) == ((NAME, 1), (NAME, content.count("\n") + 1))


@pytest.mark.parametrize("indent", [None, 2])
def test_a_single_task_and_tasks_one_after_another_are_read(indent):
    one = json.dumps(task(region(3, 5, "泉州")), ensure_ascii=False, indent=indent)
    assert read(one, "auto")[0] == [Document(TEXT, (PLACE,), id=7)]
    assert read(f"{one}\n{one}\n", "auto")[0] == [Document(TEXT, (PLACE,), id=7)] * 2


def record(*values, **more):
    """A record of JSON_MIN."""
    known = {"text": TEXT, "id": 7, "label": list(values), "annotator": 1, "annotation_id": 3}
    times = {"created_at": "2026", "updated_at": "2026", "lead_time": 4.2}
    return {**known, **times, **more}


def test_the_smaller_export_is_read():
    value = {"start": 3, "end": 5, "text": "泉州", "labels": ["LOC"]}
    found_documents, counts = read(dumped(record(value, mood="好"), record(id=8)), "auto")
    assert found_documents == [Document(TEXT, (PLACE,), id=7), Document(TEXT, id=8)]
    assert found_documents[0].fields == {"mood": "好"}
    assert not counts


def test_the_smaller_export_repeats_a_text_for_each_annotation_and_the_first_is_read():
    value = {"start": 3, "end": 5, "text": "泉州", "labels": ["LOC"]}
    other = {"start": 0, "end": 2, "text": "阿梨", "labels": ["PER"]}
    records = [record(value), record(other, annotation_id=2), record(), record(id=8), record(id=7)]
    found_documents, counts = found(*records)
    assert [one.id for one in found_documents] == [7, 8, 7]
    assert found_documents[0].entities == (PLACE,)
    assert counts == {labelstudio.FURTHER: 2}


def test_texts_without_a_task_around_them_are_read_and_never_taken_for_repeated():
    found_documents, counts = read('[{"text": "茶", "id": 1}, {"text": "茶", "id": 1}]', "auto")
    assert found_documents == [Document("茶", id=1)] * 2
    assert not counts


def annotation(label, **more):
    return {"result": [region(3, 5, "泉州", [label])], "was_cancelled": False, **more}


@pytest.mark.parametrize(
    "annotations, read_label, counted",
    [
        ([annotation("A")], "A", {}),
        ([annotation("A"), annotation("B")], "A", {labelstudio.FURTHER: 1}),
        (
            [annotation("A", created_at="2026-01-02"), annotation("B", created_at="2026-01-03")],
            "B",
            {labelstudio.FURTHER: 1},
        ),
        (
            [annotation("A", ground_truth=True), annotation("B", created_at="2026")],
            "A",
            {labelstudio.FURTHER: 1},
        ),
        (
            [annotation("A", was_cancelled=True, created_at="2027"), annotation("B")],
            "B",
            {labelstudio.CANCELLED: 1},
        ),
        ([annotation("A", skipped=True), annotation("B")], "B", {labelstudio.CANCELLED: 1}),
    ],
)
@pytest.mark.parametrize("key", ["annotations", "completions"])
def test_a_ground_truth_then_the_latest_that_is_not_cancelled_is_read(
    key, annotations, read_label, counted
):
    raw = {"data": {"text": TEXT}, key: annotations}
    (document,), counts = found(raw)
    assert [one.label for one in document.entities] == [read_label]
    assert counts == counted


def test_a_text_whose_annotations_were_all_cancelled_is_left_out_where_those_are_wanted():
    raw = task(annotations=[annotation("A", was_cancelled=True)] * 2)
    assert found(raw) == ([], {labelstudio.CANCELLED: 2, labelstudio.SKIPPED: 1})
    assert found(raw, tagged=False) == ([Document(TEXT, id=7)], {})


def test_predictions_are_read_for_want_of_annotations_with_their_scores():
    prediction = {"model_version": "a", "score": 0.5, "result": [region(3, 5, "泉州", score=0.75)]}
    (document,), counts = found(task(annotations=[], predictions=[prediction]))
    assert document.entities == (Entity("泉州", "LOC", 3, 5, 0.75),)
    assert counts == {labelstudio.PREDICTED: 1}
    (document,), counts = found(task(predictions=[prediction, prediction]))
    assert (document.entities, counts) == ((), {labelstudio.PREDICTIONS: 2})


@pytest.mark.parametrize("more", [{"annotations": []}, {"annotations": None, "predictions": None}])
def test_a_text_without_annotations_has_no_entities_and_is_counted(more):
    assert found(task(**more)) == ([Document(TEXT, id=7)], {labelstudio.UNANNOTATED: 1})


def test_a_region_with_several_labels_is_an_entity_for_each():
    (document,), _ = found(task(region(3, 5, "泉州", ["LOC", "ORG"])))
    assert [(one.label, one.text) for one in document.entities] == [
        ("LOC", "泉州"),
        ("ORG", "泉州"),
    ]


def test_results_that_are_no_labelled_spans_are_counted():
    path = region("/p[1]/text()[1]", "/p[1]/text()[1]", "泉州", startOffset=3)
    choice = {
        "from_name": "mood",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": ["好"]},
    }
    relation = {"from_id": "e1", "to_id": "e2", "type": "relation", "direction": "right"}
    marked = {"type": "hypertextlabels", "value": {"start": "/p[1]", "hypertextlabels": ["LOC"]}}
    (document,), counts = found(task(path, choice, relation, marked, region(3, 5)))
    assert document.entities == (PLACE,)
    assert counts == {MARKUP: 2, OTHERS: 2}


def test_values_of_the_smaller_export_that_are_no_labelled_spans_are_counted():
    values = [
        {"start": "/p[1]", "end": "/p[1]", "hypertextlabels": ["LOC"]},
        {"start": 0, "end": 1, "paragraphlabels": ["LOC"]},
        {"start": 3, "end": 5, "labels": ["LOC"]},
    ]
    (document,), counts = found(record(*values))
    assert document.entities == (PLACE,)
    assert counts == {MARKUP: 1, OTHERS: 1}


def test_places_are_code_points():
    results = [region(5, 7, "泉州"), region(8, 10, "泉州"), region(0, 1, "\U0001f375")]
    (document,), counts = found(task(*results, text=TEA))
    assert spans(document) == [(5, 7, "泉州"), (8, 10, "泉州"), (0, 1, "\U0001f375")]
    assert not counts


def test_places_of_old_versions_are_code_units_and_are_converted():
    results = [region(7, 9, "泉州"), region(2, 4, "阿梨"), region(0, 2, "\U0001f375")]
    (document,), counts = found(task(*results, text=TEA))
    assert spans(document) == [(5, 7, "泉州"), (1, 3, "阿梨"), (0, 1, "\U0001f375")]
    assert counts == {CONVERTED: 3}


def test_the_other_regions_decide_for_one_that_fits_in_both_units():
    text = "\U0001f375泉州好好好好"
    doubtful = region(4, 6, "好好")  # code points 4 to 6, or code units: code points 3 to 5
    (alone,), counts = found(task(doubtful, text=text))
    assert (spans(alone), counts) == ([(4, 6, "好好")], {})
    (old,), counts = found(task(doubtful, region(2, 4, "泉州"), text=text))
    assert spans(old) == [(3, 5, "好好"), (1, 3, "泉州")]
    assert counts == {CONVERTED: 2}
    (new,), counts = found(task(doubtful, region(1, 3, "泉州"), text=text))
    assert (spans(new), counts) == ([(4, 6, "好好"), (1, 3, "泉州")], {})


def test_a_region_without_its_text_counts_as_the_others_do():
    (silent,), counts = found(task(region(5, 7), text=TEA))
    assert (spans(silent), counts) == ([(5, 7, "泉州")], {})
    (old,), counts = found(task(region(7, 9), region(2, 4, "阿梨"), text=TEA))
    assert (spans(old)[0], counts) == ((5, 7, "泉州"), {CONVERTED: 2})


def test_blanks_and_line_breaks_in_a_regions_text_make_no_difference():
    text = "Berlin,  Germany\n泉 州"
    results = [region(0, 16, "Berlin, Germany"), region(17, 20, "泉州"), region(16, 18, "\n泉")]
    (document,), counts = found(task(*results, text=text))
    assert spans(document) == [(0, 16, text[:16]), (17, 20, "泉 州"), (16, 18, "\n泉")]
    assert not counts


@pytest.mark.parametrize(
    "start, end", [(0, 2), (-3, -1), (3, 3), (5, 3), (4, 99), (10**20, 10**21)]
)
def test_a_region_whose_text_stands_elsewhere_is_counted(start, end):
    (document,), counts = found(task(region(start, end, "泉州"), region(3, 5, "泉州")))
    assert document.entities == (PLACE,)
    assert counts == {ELSEWHERE: 1}


@pytest.mark.parametrize("start, end", [(-3, -1), (3, 3), (5, 3), (0, 7)])
def test_a_region_outside_the_text_that_says_none_is_refused(start, end):
    expected = f"region {start}:{end} does not fit a text of 6 characters"
    assert refused(task(region(start, end))) == expected


@pytest.mark.parametrize(
    "raw, expected",
    [
        (region(3.0, 5), "a region's start and end are whole numbers, got 3.0 and 5"),
        (region(True, 5), "a region's start and end are whole numbers, got True and 5"),
        (region(3, None), "a region's start and end are whole numbers, got 3 and None"),
        (region(3, 5, labels=[]), "a region's labels are a list of names, got []"),
        (region(3, 5, labels=[""]), "a region's labels are a list of names, got ['']"),
        (region(3, 5, labels=["A", 1]), "a region's labels are a list of names, got ['A', 1]"),
        (region(3, 5, ["泉州"]), "a region's text is a string, got ['泉州']"),
        (region(3, 5, score="0.5"), "a region's score is a number, got '0.5'"),
        ({"type": "labels"}, 'a region has an object "value", got None'),
        ({"type": "labels", "value": {"start": 3, "end": 5}},
         "a region's labels are a list of names, got None"),
    ],
)  # fmt: skip
def test_a_region_of_wrong_types_is_refused(raw, expected):
    assert refused(task(raw)) == expected


@pytest.mark.parametrize(
    "raw, expected",
    [
        (task(annotations={}), '"annotations": expected a list of objects, got {}'),
        (task(annotations=[31]), '"annotations": expected a list of objects, got [31]'),
        (task(annotations=[{"result": "x"}]), "\"result\": expected a list of objects, got 'x'"),
        (task("x"), "\"result\": expected a list of objects, got ['x']"),
        ([1], "expected an object, got [1]"),
        ("茶", "expected an object, got ',\\n\"茶\"'"),
        ({"data": {}}, 'expected a string "text" in the data, or one string; it has nothing'),
        ({"data": []}, "expected a string \"text\" in the data, or one string; it has 'data'"),
        (
            {"data": {"a": "茶", "b": "茶", "text": 1}},
            "expected a string \"text\" in the data, or one string; it has 'a', 'b', 'text'",
        ),
    ],
)
def test_a_task_of_another_shape_is_refused(raw, expected):
    assert refused(raw) == expected


@pytest.mark.parametrize("score", [1.5, -0.1, float("nan"), float("inf"), 95])
def test_a_score_that_is_no_probability_is_counted(score):
    (document,), counts = found(task(region(3, 5, "泉州", score=score)))
    assert document.entities[0].score is None
    assert counts == {IMPROBABLE: 1}


@pytest.mark.parametrize(
    "data, target",
    [
        ({"content": TEXT, "year": 2026}, "text"),
        ({"content": TEXT, "title": "茶"}, "content"),
        ({"text": TEXT, "title": "茶"}, "title"),
    ],
)
def test_the_text_is_told_by_its_name_the_results_or_for_being_the_only_string(data, target):
    (document,), _ = found(task(region(3, 5, "泉州", to_name=target), data=data))
    assert document == Document(TEXT, (PLACE,), id=7)
    assert document.fields == {k: v for k, v in data.items() if v != TEXT}
    (untagged,), _ = found(task(region(3, 5, to_name=target), data=data), tagged=False)
    assert untagged == Document(TEXT, id=7)


def test_annotations_that_are_not_wanted_cannot_be_wrong():
    raws = [task("x"), task(annotations=[3]), task(annotations={}), record({"start": 0, "end": 99})]
    found_documents, counts = found(*raws, tagged=False)
    assert found_documents == [Document(TEXT, id=7)] * 4
    assert not counts


def test_bad_tasks_are_told_and_the_others_are_read():
    bad = [task(region(3, 5, labels=[])), 3, task(data={})]
    content = "[" + ",\n".join(json.dumps(one) for one in [*bad, task()]) + "]"
    told = []
    listening = Findings(lambda one: told.append((one.place.line, one.severity)))
    assert len(list(labelstudio.read(source(content), listening))) == 1
    assert told == [(1, "error"), (2, "error"), (3, "error")]


@pytest.mark.parametrize(
    "content",
    [
        "[" * 200_000,
        "[{" * 100_000,
        '[{"data": {"text": "a"}, "annotations": ' + "[" * 950 + "]" * 950 + "}]",
        '[{"data": {"text": "a"}, "annotations": [{"result": [' + "[" * 900 + "]" * 900 + "]}]}]",
        '[{"data": {"text": "a"}, "id": ' + "9" * 5000 + "}]",
    ],
)
def test_nonsense_is_refused(content):
    with pytest.raises(CorpusError):
        read(content, "label-studio")


@given(
    documents(characters(surrogates=True), min_size=0),
    st.none() | st.integers() | st.text(min_size=1),
    fields,
    st.sampled_from([None, 0.0, 0.5, 1.0]),
)
@example(Document("\U0001f375\udc00\ud800阿"), 0, {}, None)
def test_any_text_with_metadata_and_scores_comes_back(document, number, extra, score):
    if json.loads(json.dumps(document.text)) != document.text:
        return  # JSON joins a high and a low surrogate that stand side by side
    entities = [Entity(e.text, e.label, e.start, e.end, score) for e in document.entities]
    whole = Document(document.text, tuple(entities), id=number, fields=extra)
    content, lost = written([whole], "label-studio")
    (back,), counts = read(content, "auto")
    assert back == whole
    assert back.fields == extra
    predicted = score is not None and entities
    assert counts == ({labelstudio.PREDICTED: 1} if predicted else {})
    assert not lost


def test_a_task_is_a_line_in_the_shape_that_label_studio_imports():
    own = Entity("阿梨", "PER", 0, 2, fields={"id": "x9"})
    content, _ = written(
        [Document(TEXT, (own, PLACE), id=7), Document("茶", id="d1")], "label-studio"
    )
    lines = content.decode().splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("[", "]", 4)
    value = {"start": 3, "end": 5, "text": "泉州", "labels": ["LOC"]}
    first, second = json.loads(content)
    assert first["id"] == 7
    assert first["data"] == {"text": TEXT}
    results = first["annotations"][0]["result"]
    assert [one["id"] for one in results] == ["x9", "e1"]
    assert results[1] == region(3, 5) | {"value": value}
    assert second == {"data": {"id": "d1", "text": "茶"}, "annotations": [{"result": []}]}


def test_scored_entities_are_a_prediction_with_the_mean_of_their_scores():
    entities = (Entity("阿", "PER", 0, 1, 0.5), Entity("泉", "LOC", 3, 4, 0.75), PLACE)
    (raw,) = json.loads(written([Document(TEXT, entities)], "label-studio")[0])
    (prediction,) = raw["predictions"]
    assert "annotations" not in raw
    assert prediction["model_version"].startswith("zhuyi-ner ")
    assert prediction["score"] == 0.625
    assert [one.get("score") for one in prediction["result"]] == [0.5, 0.75, None]


def test_regions_have_names_of_their_own():
    names = ["e1", "e1", "", 3, "a", "e2"]
    entities = [Entity("阿", "X", 0, 1, fields={"id": name}) for name in names]
    (raw,) = json.loads(written([Document(TEXT, tuple(entities))], "label-studio")[0])
    given_names = [one["id"] for one in raw["annotations"][0]["result"]]
    assert given_names == ["e1", "e3", "e4", "e5", "a", "e2"]


def test_what_a_task_cannot_hold_is_counted():
    entity = Entity("阿", "X", 0, 1, fields={"id": "a", "more": 1})
    document = Document(TEXT, (entity,), ((0, 2), (2, 6)), 7, {"text": "x", "id": 2, "a": 1})
    content, counts = written([document], "label-studio")
    assert json.loads(content)[0]["data"] == {"a": 1, "text": TEXT}
    assert counts == {labelstudio.REDUCED: 1, labelstudio.PIECES: 1, labelstudio.CLASHING: 2}


@pytest.mark.parametrize(
    "content, expected",
    [
        (dumped(task()), "label-studio"),
        (dumped(task(), indent=4), "label-studio"),
        (json.dumps(task(region(3, 5, "泉州" * 90_000))), "label-studio"),
        (dumped(record()), "label-studio"),
        ('[{"content": "茶", "label": [{"start": 0, "end": 1, "labels": ["A"]}]}]', "label-studio"),
        ('[{"text": "茶"}]', "label-studio"),
        ('{"data": {"text": "茶"}}', "label-studio"),
        ('{"text": "茶", "data": {"text": "茶"}}', "jsonl"),
        ('{"text": "茶", "annotations": []}', "jsonl"),
        ('{"data": "茶", "label": []}', "doccano"),
        ("[1] 茶", "text"),
        ("[茶]", "text"),
        ('茶 [{"text": "茶"}]', "text"),
    ],
)
def test_it_is_told_from_other_json(content, expected):
    assert reading.detect(source(content)) == expected
