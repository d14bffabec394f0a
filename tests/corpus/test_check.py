"""The check of a corpus: each finding on a planted case, none where nothing is wrong."""

import json
from pathlib import Path

import pytest

from ner.corpus.check import characters, entities, labels, mentions
from ner.corpus.check.check import Thresholds
from ner.corpus.check.report import BROKEN_OFF, EMPTY, LISTED, check
from ner.errors import ConfigError, CorpusError
from ner.formats import ReadOptions
from ner.formats.findings import MALFORMED
from ner.storage import dumps

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
QUIET = Thresholds(min_support=1)


def record(text, *mentions, **fields):
    """A line of JSON with an entity for each (mention, label) where the mention first stands."""
    found = [
        {"start": text.index(mention), "end": text.index(mention) + len(mention), "label": label}
        for mention, label in mentions
    ]
    return dumps({"text": text, "entities": found, **fields}) + "\n"


CLEAN = record("阿梨在泉州。", ("阿梨", "PER"), ("泉州", "LOC"))


@pytest.fixture
def look(tmp_path):
    """Checks files of these contents, a split each, and gives the report."""

    def done(*, thresholds=QUIET, examples=5, options=None, format="auto", **files):
        paths = [tmp_path / f"{name}.jsonl" for name in files]
        for path, content in zip(paths, files.values(), strict=True):
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return check(
            paths, thresholds=thresholds, examples=examples, options=options, format=format
        )

    return done


def kinds(report):
    return {kind.name: kind for kind in report.kinds}


def only(report):
    """The only kind in a report."""
    (kind,) = report.kinds
    return kind


def listed(kind):
    """The examples: file's name, line, text."""
    return [
        (one.place and Path(one.place.path).name, one.place and one.place.line, one.example)
        for one in kind.examples
    ]


@pytest.mark.parametrize(
    "text, name, example",
    [
        ("他说\ufffd。", characters.REPLACED, "U+FFFD in 他说\ufffd。"),
        ("他说\ue305。", characters.PRIVATE, "U+E305 in 他说\ue305。"),
        ("他说\U00100000。", characters.PRIVATE, "U+100000 in 他说\U00100000。"),
        ("他\u200b说", characters.INVISIBLE, "U+200B in 他\u200b说"),
        ("他\ufeff说", characters.INVISIBLE, "U+FEFF in 他\ufeff说"),
        ("他\x7f说", characters.INVISIBLE, "U+007F in 他\x7f说"),
        ("他\x85说", characters.INVISIBLE, "U+0085 in 他\x85说"),
        ("他\ud83d说", characters.HALVES, "U+D83D in 他\ud83d说"),
        ("012345678\xad123456789", characters.INVISIBLE, "U+00AD in 12345678\xad12345678"),
    ],
)
def test_characters_that_a_reader_does_not_see_as_they_are_meant(look, text, name, example):
    kind = only(look(train=CLEAN + record(text)))
    assert (kind.name, kind.severity, kind.splits) == (name, "warning", {"train": 1})
    assert listed(kind) == [("train.jsonl", 2, example)]


def test_a_text_counts_once_for_each_kind_of_character_and_its_first_one_is_shown(look):
    found = kinds(look(train=record("一\u200b二\ufffd三\u200e四\ufffd")))
    assert {name: kind.count for name, kind in found.items()} == {
        labels.UNANNOTATED: 1,
        characters.INVISIBLE: 1,
        characters.REPLACED: 1,
    }
    assert found[characters.INVISIBLE].examples[0].example.startswith("U+200B")


@pytest.mark.parametrize("blank", ["\xa0", "\u3000", "\u2009", "\u2028"])
def test_blanks_that_are_not_the_usual_one_are_noted(look, blank):
    kind = only(look(train=CLEAN + record(f"他{blank}说")))
    assert (kind.name, kind.severity) == (characters.BLANKS, "note")
    assert listed(kind) == [("train.jsonl", 2, f"U+{ord(blank):04X} in 他{blank}说")]


def test_digits_of_two_widths_in_one_text_are_noted(look):
    kind = only(look(train=CLEAN + record("2０年") + record("2年") + record("３年")))
    assert (kind.name, kind.severity) == (characters.DIGITS, "note")
    assert listed(kind) == [("train.jsonl", 2, "2０年")]


@pytest.mark.parametrize("text", ["他\t说\n\r。", "👨\u200d👩", "x̂", " 他 ", "ｱ。"])
def test_blanks_line_ends_joiners_and_marks_on_letters_are_fine(look, text):
    assert look(train=CLEAN + record(text)).kinds == ()


@pytest.mark.parametrize(
    "mention, name",
    [
        (" 泉州", entities.BLANK),
        ("泉州 ", entities.BLANK),
        ("\n。泉州", entities.BLANK),
        ("，泉州", entities.MARK),
        ("泉州。", entities.MARK),
        ("。", entities.MARK),
        ("%", entities.MARK),
        ("《泉州", entities.MARK),
        ("泉州》", entities.MARK),
        ("）泉州（", entities.MARK),
        ("《泉》州》", entities.MARK),
        ('"泉州', entities.MARK),
        ("泉州'", entities.MARK),
        ("泉州.", entities.MARK),
        (".", entities.MARK),
    ],
)
def test_entities_with_a_blank_or_a_mark_at_an_end(look, mention, name):
    kind = only(look(dev=CLEAN + record(f"在{mention}茶", (mention, "LOC"), ("茶", "PER"))))
    assert (kind.name, kind.severity, kind.splits) == (name, "warning", {"dev": 1})
    assert listed(kind) == [("dev.jsonl", 2, f"{mention!r} (LOC)")]


@pytest.mark.parametrize(
    "mention",
    [
        "《泉州》",
        "《泉》州",
        "泉（州）",
        "“泉州”茶",
        '"泉"州',
        "'泉州'",
        "5%",
        "５％",
        "Tea Inc.",
        "[A]",
    ],
)
def test_marks_that_belong_to_an_entity_are_fine(look, mention):
    assert look(train=CLEAN + record(f"在{mention}茶", (mention, "LOC"))).kinds == ()


def test_a_long_entity_is_shown_by_its_beginning(look):
    kind = only(look(train=CLEAN + record("，" + "茶" * 50, ("，" + "茶" * 50, "LOC"))))
    assert kind.examples[0].example == f"'，{'茶' * 29}…' (LOC)"


@pytest.mark.parametrize(
    "mentions, examples",
    [
        ([("泉州茶厂", "ORG"), ("泉州", "LOC")], ["泉州 (LOC) in 泉州茶厂 (ORG)"]),
        ([("茶厂", "ORG"), ("州茶", "LOC")], ["茶厂 (ORG) in 州茶 (LOC)"]),
        ([("泉州", "LOC"), ("泉州", "ORG")], ["泉州 (ORG) in 泉州 (LOC)"]),
        (
            [("泉州茶厂", "ORG"), ("泉", "LOC"), ("厂", "LOC")],
            ["泉 (LOC) in 泉州茶厂 (ORG)", "厂 (LOC) in 泉州茶厂 (ORG)"],
        ),
        ([("泉州", "LOC"), ("茶厂", "ORG")], []),
    ],
)
def test_entities_that_overlap_one_before_them(look, mentions, examples):
    found = kinds(look(train=CLEAN + record("泉州茶厂", *mentions)))
    told = found[entities.NESTED].examples if entities.NESTED in found else []
    assert [one.example for one in told] == examples
    assert {one.place.line for one in told} <= {2}


def test_a_sentence_is_long_from_one_character_more_than_the_model_sees(look):
    lines = record("茶" * 20) + record("茶" * 21) + record("她" * 30, sentences=[[0, 21], [21, 30]])
    kind = kinds(look(train=CLEAN + lines, thresholds=Thresholds(20, 1)))[entities.LONG]
    assert (kind.severity, kind.count) == ("note", 2)
    assert listed(kind) == [
        ("train.jsonl", 3, f"21 characters: {'茶' * 21}…"),
        ("train.jsonl", 4, f"21 characters: {'她' * 21}…"),
    ]


def test_a_label_is_rare_below_the_support_that_is_asked_for(look):
    def rare(support):
        lines = record("泉州，泉水", ("泉州", "LOC"), ("泉水", "LOC")) + record(
            "阿梨", ("阿梨", "PER")
        )
        found = kinds(look(train=lines, dev=CLEAN, thresholds=Thresholds(min_support=support)))
        return [one.example for one in found[labels.RARE].examples] if labels.RARE in found else []

    assert rare(1) == []
    assert rare(2) == ["PER: 1 in train"]
    assert rare(3) == ["LOC: 2 in train", "PER: 1 in train"]


def test_labels_that_train_lacks_are_told_for_each_split(look):
    more = record("茶厂", ("茶厂", "ORG"))
    report = look(test=more + more, train=CLEAN, dev=record("茶行", ("茶行", "ORG")))
    kind = kinds(report)[labels.LACKING]
    assert (kind.severity, kind.count) == ("warning", 2)
    assert [one.example for one in kind.examples] == [
        "ORG: 1 in dev, none in train",
        "ORG: 2 in test, none in train",
    ]


def test_a_split_without_entities_is_told_with_its_file(look):
    kind = only(look(train=CLEAN, dev=record("雨")))
    assert (kind.name, kind.severity, kind.splits) == (labels.UNANNOTATED, "warning", {"dev": 1})
    assert listed(kind) == [("dev.jsonl", None, "dev")]


def test_labels_that_look_alike_are_told_with_their_counts(look):
    lines = record("阿梨", ("阿梨", "PER")) * 3 + record("小满", ("小满", "Person"))
    kind = kinds(look(train=lines))[labels.ALIKE]
    assert (kind.severity, kind.examples[0].example) == ("warning", "PER (3) and Person (1)")


def test_a_mention_with_several_labels_is_shown_where_its_rarest_one_stands_first(look):
    org = record("泉州队赢", ("泉州", "ORG"))
    more = record("去了泉州", ("泉州", "LOC"))
    report = look(train=CLEAN + more, dev=record("她在雨中", ("雨", "LOC")) + org)
    kind = kinds(report)[mentions.SEVERAL]
    assert (kind.severity, kind.splits) == ("note", {"dev": 1})
    assert listed(kind) == [("dev.jsonl", 2, "泉州: LOC 2, ORG 1")]


def test_a_corpus_without_faults_has_no_findings(look):
    dev = record("小满去丽水", ("小满", "PER"), ("丽水", "LOC"))
    assert look(train=CLEAN, dev=dev).kinds == ()


def test_the_embedded_sample_has_no_errors():
    report = check([SAMPLE / f"{name}.bio" for name in ("train", "dev", "test")])
    assert [split.name for split in report.corpus.splits] == ["train", "dev", "test"]
    assert {kind.severity for kind in report.kinds} <= {"note", "warning"}
    assert not report.has_errors


def test_what_cannot_be_read_is_listed_whole_and_reading_goes_on(look):
    bad = '{"text": 7}\n' * 9
    report = look(train=CLEAN + bad, dev=bad + CLEAN.replace("泉州", "丽水"), examples=1)
    kind = report.kinds[0]
    assert (kind.name, kind.severity, kind.count) == (MALFORMED, "error", 18)
    assert kind.splits == {"train": 9, "dev": 9}
    said = 'expected an object with a string "text"'
    places = [("train.jsonl", line) for line in range(2, 11)]
    places += [("dev.jsonl", line) for line in range(1, 10)]
    assert listed(kind) == [(*place, said) for place in places]
    assert report.has_errors
    assert [split.documents for split in report.corpus.splits] == [1, 1]


def test_of_endless_errors_only_so_many_are_kept(look):
    kind = only(look(train=CLEAN + "x\n" * (LISTED + 1)))
    assert (kind.count, len(kind.examples)) == (LISTED + 1, LISTED)


def test_bytes_that_are_no_text_end_their_split_alone(look):
    raw = CLEAN.encode() + b"\xff\n" + CLEAN.encode()
    report = look(train=raw, dev=CLEAN.replace("泉", "杭").encode())
    kind = only(report)
    assert (kind.name, kind.severity, kind.splits) == (BROKEN_OFF, "error", {"train": 1})
    ((file, line, said),) = listed(kind)
    assert (file, line) == ("train.jsonl", 2)
    assert said.startswith("not utf-8: byte 0xff")
    assert [split.documents for split in report.corpus.splits] == [1, 1]


def test_a_split_with_nothing_but_faults_is_no_end_of_the_check(look):
    report = look(train='{"text": \n', dev=CLEAN, test=b"")
    found = kinds(report)
    assert found[MALFORMED].splits == {"train": 1}
    assert found[EMPTY].severity == "error"
    assert [(file, text) for file, _, text in listed(found[EMPTY])] == [
        ("train.jsonl", "train"),
        ("test.jsonl", "test"),
    ]
    assert json.loads(json.dumps(report.to_dict()))["splits"][0]["documents"] == 0


def test_errors_come_first_then_warnings_then_notes(look):
    lines = record("2０年") + record("他\ufffd") + "x\n"
    order = [kind.severity for kind in look(train=lines, dev=CLEAN).kinds]
    assert order == sorted(order, key=("error", "warning", "note").index)
    assert set(order) == {"error", "warning", "note"}


@pytest.mark.parametrize("examples", [0, 1, 3])
def test_so_many_examples_are_kept_as_are_asked_for(look, examples):
    kind = only(look(train=CLEAN + record("他\ufffd") * 1 + record("她\ufffd"), examples=examples))
    assert (kind.count, len(kind.examples)) == (2, min(2, examples))


def test_a_path_that_is_not_there_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(CorpusError, match=r"gone\.bio: no such file or folder"):
        check([tmp_path / "gone.bio"])


def test_unknown_settings_are_refused(look):
    with pytest.raises(ConfigError, match="unknown format 'jsnl'.*'jsonl'"):
        look(train=CLEAN, format="jsnl")
    with pytest.raises(ConfigError, match="unknown encoding"):
        look(train=CLEAN, options=ReadOptions(encoding="utf-9"))


def test_the_report_as_plain_data_has_every_finding_with_its_place(look, tmp_path):
    report = look(train=CLEAN + record("他\ufffd"), dev=CLEAN.replace("泉州", "丽水"))
    (found,) = report.to_dict()["findings"]
    assert found == {
        "severity": "warning",
        "kind": characters.REPLACED,
        "count": 1,
        "splits": {"train": 1},
        "examples": [
            {"path": str(tmp_path / "train.jsonl"), "line": 2, "text": "U+FFFD in 他\ufffd"}
        ],
    }
    assert [split["name"] for split in report.to_dict()["splits"]] == ["train", "dev"]
