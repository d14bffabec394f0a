"""``ner augment``: a corpus in, changed copies out, a summary beside them."""

import json

import pytest
import yaml
from streams import read, written
from trained import SENTENCES, TINY, annotated

from ner.config import load_config
from ner.training.run import Run

TEXTS = [annotated(one).text for one in SENTENCES]


@pytest.fixture
def corpus(tmp_path):
    """The file of six annotated sentences."""
    path = tmp_path / "small.bio"
    path.write_bytes(written(map(annotated, SENTENCES), "columns")[0])
    return path


@pytest.fixture
def verb(command):
    return lambda *arguments, **how: command("augment", *arguments, **how)


@pytest.fixture
def config(tmp_path, corpus):
    """Makes a config with this augmentation, whose dev set is held out of train."""

    def made(**augmentation):
        settings = yaml.safe_load(TINY.read_text(encoding="utf-8"))
        settings["data"] = {"root": ".", "train": "small.bio", "dev_share": 0.34}
        settings |= {"augmentation": augmentation, "seed": 5}
        path = tmp_path / "own.yaml"
        path.write_text(yaml.safe_dump(settings), encoding="utf-8")
        return path

    return made


def rows(written):
    return [json.loads(line) for line in written.split("\n")[:-1]]


def test_originals_come_first_and_copies_are_numbered(verb, corpus):
    found = verb(corpus, "--kind", "mention:rate=1")
    assert found.code == 0
    lines = rows(found.out)
    assert [row["text"] for row in lines[:6]] == TEXTS
    assert ["copy" in row for row in lines] == [False] * 6 + [True] * (len(lines) - 6)
    for row in lines:
        assert all(row["text"][e["start"] : e["end"]] == e["text"] for e in row["entities"])
    *reading, summary = found.err.splitlines()
    assert f"{corpus}: 6 sentences in scheme BIO" in reading
    assert summary == (
        f"{corpus}: 6 documents; 5 changed copies added (changed by mention 5), "
        "1 left out that nothing changed"
    )


def test_originals_may_be_left_out_and_copies_be_several(verb, corpus):
    found = verb(corpus, "--kind", "transpose:rate=1,where=outside", "--no-keep", "--copies", 3)
    lines = rows(found.out)
    longer = [one for one in SENTENCES if "等" not in one]  # in which no two stand side by side
    assert [row["copy"] for row in lines] == [1] * 5 + [2] * 5 + [3] * 5
    mentions = [[e["text"] for e in row["entities"]] for row in lines[:5]]
    assert mentions == [[e.text for e in annotated(one).entities] for one in longer]
    assert not {row["text"] for row in lines} & set(TEXTS)


def test_a_number_of_a_kind_is_read_out_of_its_text(verb, corpus):
    found = verb(corpus, "--kind", "concatenate:rate=1,most=2,between=3", "--no-keep")
    assert found.code == 0
    assert "3" in found.out


def test_the_seed_decides(verb, corpus):
    outs = [verb(corpus, "--kind", "tokens", "--seed", seed).out for seed in (1, 1, 2)]
    assert outs[0] == outs[1] != outs[2]
    assert verb(corpus, "--kind", "tokens").out == outs[0]


def test_columns_are_written_whole(verb, corpus, tmp_path):
    out = tmp_path / "new" / "more.bio"
    found = verb(
        corpus, corpus, "--kind", "swap:within=corpus,rate=1", "--to", "columns", "-o", out
    )
    assert (found.code, found.out) == (0, "")
    documents, _ = read(out.read_bytes(), "columns")
    assert [one.text for one in documents[:12]] == TEXTS * 2
    assert len(documents) == 12 + 10


def test_words_are_those_of_the_list(verb, corpus, tmp_path):
    words = tmp_path / "words.tsv"
    words.write_text("厦门\tLOC\n", encoding="utf-8")
    for arguments in (["--kind", "words:rate=1"], ["--kind", "words:rate=1,file=gone"]):
        found = verb(corpus, *arguments, "--words", words, "--no-keep")
        if "gone" in arguments[1]:
            assert found.message == "ner: gone: No such file or directory"
            continue
        places = {
            e["text"] for row in rows(found.out) for e in row["entities"] if e["label"] == "LOC"
        }
        assert places == {"厦门"}
    assert "changed by case 0, words " in verb(corpus, "--kind", "case", "--words", words).err


def test_a_config_gives_exactly_what_training_adds(verb, config, tmp_path):
    path = config(kinds=[{"kind": "mention", "rate": 1}, "transpose"], copies=2)
    found = verb("--config", path, "--no-keep")
    run = Run(load_config(path), tmp_path / "run", device="cpu")
    kept = [row for row in rows(verb("--config", path).out) if "copy" not in row]
    copies = rows(found.out)
    assert run.task.train.lengths == [len(row["text"]) for row in [*kept, *copies]]
    assert len(kept) == 4
    assert found.err.splitlines()[-1].split("; ")[1] in "".join(run.remarks)


def test_a_config_s_copies_and_seed_may_be_changed(verb, config):
    path = config(kinds=["tokens"])
    found = verb("--config", path, "--copies", 2, "--seed", 9, "--no-keep")
    assert {row["copy"] for row in rows(found.out)} == {1, 2}
    assert (
        found.out
        == verb("--config", config(kinds=["tokens"], copies=2), "--seed", 9, "--no-keep").out
    )


def test_an_output_is_overwritten_only_by_force(verb, corpus, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    assert verb(corpus, "--kind", "case", "-o", out).message == (
        f"ner: {out}: is there already; --force overwrites it"
    )
    assert out.read_text() == "old"
    assert verb(corpus, "--kind", "case", "-o", out, "--force").code == 0
    assert [row["text"] for row in rows(out.read_text(encoding="utf-8"))] == TEXTS
    assert f"{tmp_path}: is a folder" in verb(corpus, "--kind", "case", "-o", tmp_path).message


def test_a_bad_input_leaves_nothing(verb, corpus, tmp_path):
    bad = tmp_path / "bad.bio"
    bad.write_text("阿\tB-PER\n梨\n", encoding="utf-8")
    message = verb(corpus, bad, "--kind", "case", "-o", tmp_path / "out" / "a.jsonl").message
    assert f"{bad}:2: " in message
    assert not (tmp_path / "out").exists()


def test_a_corpus_may_be_overwritten_by_its_own_enrichment(verb, corpus):
    found = verb(corpus, "--kind", "transpose:rate=1", "--to", "columns", "-o", corpus, "--force")
    assert found.code == 0
    assert [one.text for one in read(corpus.read_bytes(), "columns")[0]][:6] == TEXTS


@pytest.mark.parametrize(
    "arguments, message",
    [
        (
            ["--kind", "mentoin"],
            "--kind: augmentation.kinds: unknown augmentation 'mentoin' (known",
        ),
        (["--kind", "mentoin"], "did you mean 'mention'?)"),
        (
            ["--kind", "swap:rte=1"],
            "--kind: augmentation.kinds.rte (swap): unknown setting (known:",
        ),
        (
            ["--kind", "swap:rate=2"],
            "--kind: augmentation.kinds.rate: got '2': Input should be les",
        ),
        (
            ["--kind", "swap:0.2"],
            "--kind swap:0.2: expected a kind, or one with its settings like ",
        ),
        (["--kind", ":rate=1"], "--kind :rate=1: expected a kind"),
        (["--kind", "words"], "--kind words: no list of mentions is named: expected --words FILE"),
        ([], "--kind: none is given (known: case, concatenate, "),
        (["--kind", "case", "--to", "jsnl"], "unknown output format 'jsnl' (known: "),
        (["--kind", "case", "--to", "text"], "unknown output format 'text' (known: "),
        (["--kind", "case", "--from", "colums"], "did you mean 'columns'?"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_what_cannot_be_asked_for_is_named(verb, corpus, arguments, message):
    assert message in verb(corpus, *arguments).usage


def test_a_config_without_augmentation_is_an_error(verb, config):
    path = config()
    assert verb("--config", path).message == (
        f"ner: {path}: augmentation.kinds: none is given, training adds nothing"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["FILE", "--config", "a.yaml"],
        ["--config", "a.yaml", "--kind", "case"],
        ["--config", "a.yaml", "--words", "a.tsv"],
        ["FILE", "--kind", "case", "--copies", 0],
        ["FILE", "--kind", "case", "--seed", -1],
    ],
    ids=str,
)
def test_wrong_usage_is_said_on_stderr(verb, corpus, arguments):
    found = verb(*(corpus if one == "FILE" else one for one in arguments))
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("Usage: ")


def test_what_the_base_installation_lacks_is_named(ended, corpus):
    program = "import sys; sys.modules['pypinyin'] = None; from ner.cli import main; main()"
    found = ended("augment", corpus, "--kind", "homophone", program=("-c", program))
    last = found.err.splitlines()[-1]
    assert (found.code, found.out) == (1, "")
    assert last == "ner: pypinyin is not installed: pip install 'zhuyi-ner[augment]' brings it"


def test_nothing_heavy_is_loaded(ended, corpus):
    program = (
        "import sys; from ner.cli import main\n"
        "try: main()\nfinally: print(*sorted({'torch', 'pypinyin', 'jieba'} & sys.modules.keys()))"
    )
    found = ended("augment", corpus, "--kind", "mention", "--no-keep", program=("-c", program))
    assert found.code == 0
    assert found.out.splitlines()[-1] == ""
