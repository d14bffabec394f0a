"""The twenty hard sentences: well-formed, of all labels, and strangers to the embedded corpus."""

import json
from collections import Counter

from trained import ROOT, SAMPLE

from ner.formats import Findings
from ner.formats.reading import read_path
from ner.tags import encode, spans_of

HARD = ROOT / "data" / "hard.jsonl"


def read(path):
    findings = Findings()
    return list(read_path(path, findings)), findings


def test_they_can_be_read_and_held_by_one_layer_of_tags():
    documents, findings = read(HARD)
    assert len(documents) == 20 and findings.total() == 1  # that the file is JSON lines
    for one in documents:
        assert encode(spans_of(one.entities), len(one.text))[1] == 0
        assert one.fields["hard"]
    assert len({one.text for one in documents}) == 20


def test_they_have_all_labels_and_one_has_no_entity():
    documents, _ = read(HARD)
    labels = Counter(entity.label for one in documents for entity in one.entities)
    assert set(labels) == {"PER", "LOC", "ORG"} and min(labels.values()) >= 20
    assert sum(not one.entities for one in documents) == 1


def test_the_embedded_corpus_does_not_have_them():
    sample = {one.text for path in SAMPLE.glob("*.bio") for one in read(path)[0]}
    assert sample and not sample & {one.text for one in read(HARD)[0]}


def test_what_the_readme_counts_is_so():
    documents, _ = read(HARD)
    labels = Counter(entity.label for one in documents for entity in one.entities)
    counts = [len(documents), sum(len(one.text) for one in documents)]
    counts += [labels[label] for label in ("PER", "LOC", "ORG")]
    row = f"| `hard.jsonl` | {' | '.join(map(str, counts))} |"
    assert row in (ROOT / "data" / "README.md").read_text(encoding="utf-8")


def test_every_mention_stands_where_the_file_says():
    for line in HARD.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        for one in record["entities"]:
            assert record["text"][one["start"] : one["end"]] == one["text"]
