"""Runs that train on changed copies of train."""

import pytest
from trained import SENTENCES, annotated, train

from ner.errors import CorpusError
from ner.tags import decode
from ner.training.run import Run
from ner.training.run_folder import CHECKPOINT

KINDS = "augmentation.kinds=[{kind: mention, rate: 1}, {kind: transpose, rate: 0.3}]"
TWICE = "augmentation.copies=2"


def texts(run):
    """What the examples' characters are, by the vocabulary."""
    names = ["[PAD]", "[UNK]", *run.description.featurizer.vocabulary.names]
    return [
        "".join(names[number] for number in one.features.rows["characters"])
        for one in run.task.train.examples
    ]


def test_copies_of_train_alone_are_added_and_remarked(config, tmp_path):
    plain = Run(config(), tmp_path / "plain", device="cpu")
    run = Run(config(KINDS, TWICE), tmp_path / "more", device="cpu")
    size = len(plain.task.train.examples)
    added = run.task.train.examples[size:]
    assert run.task.train.lengths[:size] == plain.task.train.lengths
    assert 0 < len(added) <= 2 * size
    assert run.task.dev_gold == plain.task.dev_gold
    assert run.task.dev.lengths == plain.task.dev.lengths
    remarks = [one for one in run.remarks if "copies" in one]
    assert len(remarks) == 1
    head = f"train: {len(added)} changed copies added (changed by mention 10, transpose "
    assert remarks[0].startswith(head)
    assert not any("copies" in one for one in plain.remarks)
    assert run.characters == sum(run.task.train.lengths) > plain.characters


def test_labels_are_those_of_train(config, tmp_path):
    run = Run(config(KINDS), tmp_path, device="cpu")
    assert run.description.labels == ("LOC", "ORG", "PER")
    entities = sum(len(annotated(one).entities) for one in SENTENCES)
    names = run.task.tags
    spans = [decode([names[tag] for tag in one.tags]) for one in run.task.train.examples]
    assert sum(map(len, spans[:6])) == entities
    assert sum(map(len, spans[6:])) == entities  # a sentence without any is transposed at most


def test_what_copies_bring_is_known(config, corpus, tmp_path):
    (corpus / "words.tsv").write_text("鑫淼\tLOC\n", encoding="utf-8")
    words = "augmentation.kinds=[{kind: words, rate: 1, file: words.tsv}]"
    run = Run(config(words), tmp_path, device="cpu")
    assert {"鑫", "淼"} <= set(run.description.featurizer.vocabulary.names)


def test_a_word_list_that_is_not_there_leaves_no_run(config, tmp_path):
    words = "augmentation.kinds=[{kind: words, file: gone.tsv}]"
    with pytest.raises(CorpusError, match=r"gone\.tsv: No such file"):
        Run(config(words), tmp_path / "run", device="cpu")
    assert not (tmp_path / "run").exists()


def test_a_run_that_goes_on_ends_as_if_it_had_not_stopped(config, tmp_path):
    settings = config(KINDS, TWICE, "training.epochs=3")
    train(settings, tmp_path / "whole")
    train(settings, tmp_path / "halves", stop_after=1)
    train(settings, tmp_path / "halves", resume=True)
    one, other = ((tmp_path / name / CHECKPOINT).read_bytes() for name in ("whole", "halves"))
    assert one == other


def test_the_seed_of_the_run_decides_the_copies(config, tmp_path):
    runs = [
        Run(config(KINDS, f"seed={seed}"), tmp_path / str(n), device="cpu")
        for n, seed in enumerate((1, 1, 2))
    ]
    tags = [[example.tags for example in run.task.train.examples] for run in runs]
    numbers = [texts(run) for run in runs]
    assert (tags[0], numbers[0]) == (tags[1], numbers[1])
    assert numbers[0] != numbers[2]


def test_copies_have_the_context_of_their_own_document(corpus, config, tmp_path):
    rows = {"阿": "B-PER", "梨": "I-PER", "乙": "B-PER", "丙": "I-PER"}
    lines = ["-DOCSTART-\tO\n"]
    for sentence in ("阿梨来", "乙丙去"):
        lines.append("".join(f"{one}\t{rows.get(one, 'O')}\n" for one in sentence))
    (tmp_path / "grouped.bio").write_text("\n".join(lines), encoding="utf-8")
    settings = config(
        *(f"data.root={tmp_path}", "data.train=grouped.bio", "data.dev=grouped.bio"),
        *("features.context=1", "augmentation.kinds=[{kind: mention, rate: 1}]"),
    )
    run, done = train(settings, tmp_path / "run", stop_after=1)
    assert texts(run) == ["阿梨来", "乙丙去", "乙丙来", "阿梨去"]
    costs = run.task.train.costs
    assert costs == [3, 6, 3, 6]
    assert len(done) == 1
