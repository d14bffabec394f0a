"""One format into another: labels mapped, what is lost told once, outputs whole or not at all."""

import io
from dataclasses import replace

import pytest

from ner.corpus import conversion
from ner.corpus.conversion import DROPPED, PARTS, UNMET, plan, read_label_map, refuse, relabelled
from ner.document import Document, Entity
from ner.errors import ConfigError, CorpusError, Place
from ner.formats import FORMATS, Findings, WriteOptions
from ner.formats.reading import read_path
from ner.formats.tagged import CROWDED

WRITERS = [name for name, format in FORMATS.items() if format.write or format.save]
SAVERS = [name for name, format in FORMATS.items() if format.save]
HOLDERS = [name for name in WRITERS if FORMATS[name].annotated]
PLACE = Place("a.jsonl", 3)
TEXT = "阿梨在泉州。小满去了丽水。"
PLAIN = Document(
    TEXT,
    (Entity("泉州", "LOC", 3, 5), Entity("小满", "PER", 6, 8), Entity("丽水", "LOC", 10, 12)),
    place=PLACE,
)
PERSON, CITY = Entity("阿梨", "PER", 0, 2), Entity("泉州", "LOC", 3, 5)
LAYERED = Document("泉州茶厂", (Entity("泉州茶厂", "ORG", 0, 4), Entity("泉州", "LOC", 0, 2)))
WHOLE = [
    Document("阿梨在泉州。", (PERSON, CITY), id="a1", fields={"topic": "茶"}),
    Document("茶。", id="b2", fields={"topic": "雨"}),
    Document("去了泉州", (Entity("泉州", "LOC", 2, 4),), id="c3"),
]
WITH_PART = {
    "ids": replace(PLAIN, id="a1"),
    "fields": replace(PLAIN, fields={"topic": "茶"}),
    "scores": PLAIN.with_entities([replace(one, score=0.5) for one in PLAIN.entities]),
    "entity fields": PLAIN.with_entities([*PLAIN.entities[1:], replace(CITY, fields={"by": "她"})]),
    "sentences": replace(PLAIN, spans=((0, 2), (2, 13))),
}


@pytest.fixture
def convert(tmp_path):
    """Writes documents in a format into the test's folder; gives their path and the findings."""

    def done(documents, name, *, file="out", force=False, listener=None):
        path = tmp_path / file
        findings = Findings(listener)
        conversion.write(
            documents, plan(name, path, force=force), io.StringIO(), findings, WriteOptions()
        )
        return path.with_name(f"{path.name}.chars") if name == "parallel" else path, +findings

    return done


def reread(path, name):
    return list(read_path(path, Findings(), format=name))


def spans(document):
    return [(one.start, one.end, one.label) for one in document.entities]


def part_of(document, part):
    entities = sorted(document.entities, key=lambda one: one.start)
    return {
        "ids": document.id,
        "fields": document.fields,
        "scores": [one.score for one in entities],
        "entity fields": [one.fields for one in entities],
        "sentences": document.spans,
    }[part]


def is_kept(before, after):
    """Whether it is still there; a format may add fields of its own."""
    if isinstance(before, dict):
        return before.items() <= after.items()
    return before is None or before == after


@pytest.mark.parametrize("second", HOLDERS)
@pytest.mark.parametrize("first", HOLDERS)
def test_texts_and_entities_come_through_any_two_formats(convert, first, second):
    once = reread(convert(WHOLE, first, file="once")[0], first)
    path, findings = convert(once, second, file="twice")
    twice = reread(path, second)
    assert [one.text for one in twice] == [one.text for one in WHOLE]
    assert [spans(one) for one in twice] == [spans(one) for one in WHOLE]
    for part in ("ids", "fields"):
        had = [part_of(one, part) for one in once]
        if part not in FORMATS[second].holds:
            assert findings[PARTS[part]] == sum(map(bool, had))
        elif PARTS[part] not in findings and not any("cannot hold" in kind for kind in findings):
            kept = zip(had, (part_of(one, part) for one in twice), strict=True)
            assert all(is_kept(before, after) for before, after in kept)


@pytest.mark.parametrize("part", WITH_PART)
@pytest.mark.parametrize("name", WRITERS)
def test_what_a_format_does_not_keep_is_told_exactly_once(convert, name, part):
    """However many entities of the text it concerns: formats may count texts or entities."""
    _, usual = convert([PLAIN], name, file="usual")
    path, told = convert([WITH_PART[part]], name)
    more = told - usual
    found = reread(path, name)
    if len(found) == 1 and is_kept(part_of(WITH_PART[part], part), part_of(found[0], part)):
        assert not more
    else:
        assert len(more) == 1
        assert (more.keys() == {PARTS[part]}) == (part not in FORMATS[name].holds)


def test_json_lines_keep_all_there_is(convert):
    everything = replace(
        WITH_PART["sentences"], id=7, fields={"topic": ["茶"]}, entities=(replace(CITY, score=0.5),)
    )
    path, told = convert([everything], "jsonl")
    assert not told
    assert reread(path, "jsonl")[0].to_dict() == everything.to_dict()


def test_the_one_sentence_that_is_the_whole_text_is_no_loss(convert):
    document = replace(PLAIN, spans=((0, len(TEXT)),))
    assert convert([document], "cluener")[1] == {}


def test_tags_are_written_in_the_scheme_that_is_asked_for(tmp_path):
    path = tmp_path / "a.bmes"
    findings = Findings()
    document = Document("阿梨来", (PERSON,))
    options = WriteOptions(scheme="BMES")
    conversion.write([document], plan("columns", path, force=False), None, findings, options)
    assert path.read_text(encoding="utf-8") == "阿\tB-PER\n梨\tE-PER\n来\tO\n\n"


def test_a_stream_is_written_without_a_path():
    stream = io.StringIO()
    target = plan("cluener", None, force=False)
    conversion.write([Document("茶")], target, stream, Findings(), WriteOptions())
    assert stream.getvalue() == '{"text": "茶", "label": {}}\n'


def test_labels_are_renamed_dropped_and_left():
    document = Document("阿梨在泉州。", (PERSON, CITY, Entity("州", "X", 4, 5)), place=PLACE)
    heard = []
    findings = Findings(heard.append)
    labels = {"PER": "person", "X": None, "LOC": "LOC", "ORG": "org", "EDU": None}
    (found,) = relabelled([document], labels, findings)
    assert spans(found) == [(0, 2, "person"), (3, 5, "LOC")]
    assert findings == {DROPPED: 1, UNMET: 2}
    assert [(one.place, one.example) for one in heard] == [
        *((PLACE, "州 (X)"), (None, "EDU"), (None, "ORG"))
    ]


def test_without_a_map_documents_stay_as_they_are():
    findings = Findings()
    assert list(relabelled(WHOLE, {}, findings)) == WHOLE
    assert not findings


@pytest.mark.parametrize(
    "content, expected",
    [
        ("PERSON: PER\nMISC: null\n组织: ORG\n", {"PERSON": "PER", "MISC": None, "组织": "ORG"}),
        ("'NO': 'ON'\n'1': '2'\nX: ~\n", {"NO": "ON", "1": "2", "X": None}),
        ("{}", {}),
    ],
)
def test_a_label_map_is_yaml(tmp_path, content, expected):
    path = tmp_path / "map.yaml"
    path.write_text(content, encoding="utf-8")
    assert read_label_map(path) == expected


@pytest.mark.parametrize(
    "content, said",
    [
        ("NO: X\n", "in quotes, if YAML takes it for something else, as NO or 1), got False: 'X'"),
        ("1: X\n", "got 1: 'X'"),
        ("X: 1\n", "got 'X': 1"),
        ("X: yes\n", "got 'X': True"),
        ("X: ''\n", "got 'X': ''"),
        ("X: [A, B]\n", "got 'X': ['A', 'B']"),
        ("2020-01-01: X\n", "got datetime.date(2020, 1, 1): 'X'"),
        ("", "expected lines like 'PERSON: PER', got None"),
        ("- PER\n", "expected lines like 'PERSON: PER', got ['PER']"),
        ("PER\n", "expected lines like 'PERSON: PER', got 'PER'"),
        ("a: b: c\n", "not YAML: "),
        ("2020-13-45: X\n", "not YAML: month must be in 1..12"),
        ("[" * 3000, "not YAML: "),
        ("!!python/object:os.system x: y\n", "not YAML: "),
    ],
)
def test_what_is_no_label_map_is_refused(tmp_path, content, said):
    path = tmp_path / "map.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        read_label_map(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert said in str(raised.value)


def test_a_label_map_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"gone\.yaml: No such file or directory"):
        read_label_map(tmp_path / "gone.yaml")
    (tmp_path / "map.yaml").write_bytes(b"\xff: x")
    with pytest.raises(ConfigError, match=r"map\.yaml: not YAML: 'utf-8' codec"):
        read_label_map(tmp_path / "map.yaml")


@pytest.mark.parametrize("name", ["jsonlines", "pku", "universal"])
def test_what_cannot_be_written_is_no_output_format(name):
    with pytest.raises(ConfigError, match=f"unknown output format '{name}'"):
        plan(name, None, force=False)


@pytest.mark.parametrize("name", SAVERS)
def test_what_takes_files_or_a_folder_cannot_go_to_a_stream(name):
    with pytest.raises(ConfigError, match=f"--to {name} takes files or a folder, .*give -o"):
        plan(name, None, force=False)


@pytest.mark.parametrize("name", WRITERS)
def test_an_output_that_is_there_is_refused_before_anything_is_read(tmp_path, name):
    (tmp_path / "out").write_text("old")
    with pytest.raises(CorpusError) as raised:
        plan(name, tmp_path / "out", force=False)
    assert str(raised.value) == f"{tmp_path / 'out'}: is there already; --force overwrites it"


@pytest.mark.parametrize("name", WRITERS)
def test_an_output_is_written_anew_by_force(convert, name):
    convert(WHOLE, name)
    path, _ = convert(WHOLE[2:], name, force=True)
    assert WHOLE[2].text in [one.text for one in reread(path, name)]


@pytest.mark.parametrize("name", WRITERS)
def test_an_error_in_mid_way_leaves_nothing_behind(convert, tmp_path, name):
    def documents():
        yield WHOLE[0]
        raise CorpusError("ends here", path="a.jsonl")

    with pytest.raises(CorpusError, match="ends here"):
        convert(documents(), name, file="new/out")
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("name", WRITERS)
def test_a_strict_conversion_refuses_the_first_loss_and_leaves_nothing(convert, tmp_path, name):
    second = replace(WITH_PART["entity fields"], id="d4", fields={"topic": "茶"})
    _, told = convert([WHOLE[2], second], name, file="usual/out")
    if not told:
        pytest.skip(f"{name} holds it all")
    with pytest.raises(CorpusError) as raised:
        convert([second], name, file="new/out", listener=refuse)
    assert str(raised.value).startswith("a.jsonl:3: refused by --strict: ")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_refusal_says_what_is_lost(convert):
    document = replace(LAYERED, place=PLACE)
    with pytest.raises(CorpusError) as raised:
        convert([document], "columns", listener=refuse)
    assert str(raised.value) == f"a.jsonl:3: refused by --strict: {CROWDED} (泉州)"
    with pytest.raises(CorpusError, match=r"the documents: refused by --strict: "):
        convert([LAYERED], "columns", listener=refuse)


def test_a_pair_of_files_is_overwritten_only_by_force(convert, tmp_path):
    (tmp_path / "out.tags").write_text("old")
    with pytest.raises(CorpusError, match=r"out\.tags: is there already; --force"):
        convert(WHOLE, "parallel")
    assert [path.name for path in tmp_path.iterdir()] == ["out.tags"]
    assert (tmp_path / "out.tags").read_text() == "old"
    path, _ = convert(WHOLE, "parallel", force=True)
    assert [spans(one) for one in reread(path, "parallel")] == [spans(one) for one in WHOLE]


def test_a_pair_of_files_can_go_into_a_folder(convert, tmp_path):
    (tmp_path / "out").mkdir()
    convert(WHOLE, "parallel", force=True)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["chars.txt", "tags.txt"]


def test_files_of_a_folder_that_is_there_stay_beside_the_new_ones(convert, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "own").write_text("old")
    (tmp_path / "out" / "a1.txt").write_text("old")
    path, _ = convert(WHOLE[:1], "brat", force=True)
    assert sorted(one.name for one in path.iterdir()) == ["a1.ann", "a1.txt", "own"]
    assert (path / "own").read_text() == "old"
    assert [one.text for one in reread(path, "brat")] == [WHOLE[0].text]


def test_a_folder_cannot_take_the_place_of_a_file(convert, tmp_path):
    (tmp_path / "out").write_text("old")
    with pytest.raises(CorpusError, match="out: is a file"):
        convert(WHOLE, "brat", force=True)
    assert (tmp_path / "out").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_path_may_lead_upwards(convert, tmp_path):
    (tmp_path / "in").mkdir()
    convert(WHOLE, "brat", file="in/../new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "new"]
