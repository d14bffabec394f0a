"""``ner vectors`` and ``ner info`` on its file: what is written, what is said, what is refused."""

import gzip
import io
import json
import random
import signal
import sys
import time

import pytest

from ner.cli import vectors as verb
from ner.features.vector_file import read_about, read_stored

pytest.importorskip("gensim")

LINES = [f"{one}{other}去泉州，{other}在家" for one in "猫狗马" for other in "猫狗马"] * 30
TEXT = "\n".join(random.Random(1).sample(LINES, len(LINES))) + "\n"
WITHOUT_GENSIM = "import sys; sys.modules['gensim'] = None; from ner.cli import main; main()"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "v.safetensors"


@pytest.fixture
def made(command, file, out):
    """A file of vectors, made by the verb with one worker."""
    assert command("vectors", file("a.txt", TEXT), "-o", out, "--workers", 1).code == 0
    return out


def test_the_table_has_what_was_read_and_what_has_a_vector(command, file, out):
    found = command("vectors", file("a.txt", TEXT), "-o", out, "--min-count", "words=200")
    assert (found.code, found.err) == (0, "")
    rows = [line.split() for line in found.out.splitlines()]
    assert rows[0] == ["read", "names", "covered", "seconds"]
    assert [row[:4] for row in rows[1:]] == [
        ["characters", "2,430", "9", "100.00"],
        ["bigrams", "2,160", "22", "100.00"],
        ["words", *rows[3][1:4]],
    ]
    for one, row in zip(read_stored(out), rows[1:], strict=True):
        assert row[2] == f"{len(one.names):,}"
    assert min(one.counts) >= 200 and float(rows[3][3]) < 100


def test_the_file_says_how_it_was_made(command, file, out):
    path = file("a.txt", TEXT)
    options = ("--no-words", "--cbow", "--size", 8, "--seed", 7, "--normalise", "case")
    command("vectors", path, "-o", out, *options, "--epochs", 2, "--window", 3, "--workers", 1)
    about = read_about(out)
    assert about.pop("made_by").startswith("zhuyi-ner ")
    assert about == {
        "format_version": 1,
        "sources": [str(path)],
        "normalise": ["case"],
        "window": 3,
        "min_count": {"characters": 5, "bigrams": 10},
        "skip_gram": {"characters": False, "bigrams": False},
        "epochs": 2,
        "workers": 1,
        "seed": 7,
    }
    assert [(one.table, one.size) for one in read_stored(out)] == [
        ("characters", 8),
        ("bigrams", 8),
    ]


def test_another_process_with_one_worker_writes_the_same_bytes(ended, made, tmp_path):
    again = tmp_path / "again.safetensors"  # another process draws other hashes
    assert ended("vectors", tmp_path / "a.txt", "-o", again, "--workers", 1).code == 0
    assert again.read_bytes() == made.read_bytes()


def test_compressed_text_and_standard_input_are_the_same_text(command, file, made, tmp_path):
    file("a.txt.gz", gzip.compress(TEXT.encode()))
    sources = {"gz": tmp_path / "a.txt.gz", "stdin": "-"}
    for name, source in sources.items():
        out = tmp_path / f"{name}.safetensors"
        options = ("-o", out, "--workers", 1)
        assert command("vectors", source, *options, stdin=TEXT.encode()).code == 0
        for own, other in zip(read_stored(out), read_stored(made), strict=True):
            assert (own.names, own.rows.tobytes()) == (other.names, other.rows.tobytes())


def test_word2vec_s_text_is_a_file_a_table(command, file, made, tmp_path):
    folder = tmp_path / "text"
    options = ("--to", "word2vec", "-o", folder, "--workers", 1)
    assert command("vectors", tmp_path / "a.txt", *options).code == 0
    stored = list(read_stored(made))
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{one.table}.txt" for one in stored
    )
    for one in stored:
        head, *lines = (folder / f"{one.table}.txt").read_text(encoding="utf-8").splitlines()
        assert head == f"{len(one.names)} 50"
        assert [line.split(" ")[0] for line in lines] == one.names
        assert [float(number) for number in lines[0].split(" ")[1:]] == pytest.approx(
            one.rows[0].astype(float).tolist(), rel=1e-3
        )


def test_gb18030_is_read_where_it_is_said(command, file, out):
    path = file("a.txt", TEXT.encode("gb18030"))
    message = command("vectors", path, "-o", out).message
    assert message.startswith(f"ner: {path}:1: not utf-8: byte 0x")
    assert message.endswith("say --encoding gb18030")
    assert not out.exists()
    assert command("vectors", path, "-o", out, "--encoding", "gb18030").code == 0


def test_a_bad_byte_leaves_the_old_file(command, file, out):
    out.write_bytes(b"old")
    path = file("a.txt", TEXT.encode() + b"\xff\n")
    assert f"{path}:271: not utf-8" in command("vectors", path, "-o", out, "--force").message
    assert out.read_bytes() == b"old"


def test_files_that_are_there_stay_unless_forced(command, file, out, tmp_path):
    path = file("a.txt", TEXT)
    out.write_bytes(b"old")
    assert command("vectors", path, "-o", out).message == (
        f"ner: {out}: is there already; --force overwrites it"
    )
    old = file("text/words.txt", "old")
    found = command("vectors", path, "-o", tmp_path / "text", "--to", "word2vec")
    assert found.message == f"ner: {old}: is there already; --force overwrites it"
    assert [one.name for one in (tmp_path / "text").iterdir()] == ["words.txt"]
    assert command("vectors", path, "-o", out, "--force").code == 0
    assert list(read_stored(out))


def test_a_folder_in_the_file_s_place_is_refused(command, file, out):
    out.mkdir()
    assert command("vectors", file("a.txt", TEXT), "-o", out, "--force").message == (
        f"ner: {out}: is a folder"
    )


@pytest.mark.parametrize(
    "options, expected",
    [
        (["-o", "v.txt"], "expected a name in .safetensors"),
        (["--normalise", "widht"], "did you mean 'width'?"),
        (["--min-count", "word=3"], "did you mean 'words'?"),
        (["--min-count", "0"], "expected a number from 1, or TABLE=NUMBER"),
        (["--no-characters", "--no-bigrams", "--no-words"], "one of characters, bigrams and words"),
        (["--size", "0"], "--size"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_wrong_usage_exits_with_two(command, file, out, options, expected):
    found = command("vectors", file("a.txt", TEXT), "-o", out, *options)
    assert (found.code, found.out) == (2, "")
    assert expected in " ".join(found.err.split())
    assert not out.exists()


@pytest.mark.parametrize(
    "option, value, expected",
    [
        ("--to", "word2vek", "unknown output format 'word2vek'"),
        ("--from", "txt", "unknown format 'txt'"),
        ("--encoding", "utf-9", "unknown encoding 'utf-9'"),
    ],
)
def test_an_unknown_name_is_answered(command, file, out, option, value, expected):
    assert expected in command("vectors", file("a.txt", TEXT), "-o", out, option, value).usage


def test_a_missing_input_is_named(command, out, tmp_path):
    found = command("vectors", tmp_path / "none.txt", "-o", out)
    assert found.message == f"ner: {tmp_path / 'none.txt'}: no such file or folder"


def test_an_empty_text_is_an_error(command, file, out):
    path = file("a.txt", "\n \r\n")
    assert command("vectors", path, "-o", out).message == f"ner: {path}: there is no text in it"
    assert not out.exists()


def test_what_the_base_installation_lacks_is_named(ended, file, out):
    found = ended("vectors", file("a.txt", TEXT), "-o", out, program=("-c", WITHOUT_GENSIM))
    assert (
        found.message == "ner: gensim is not installed: pip install 'zhuyi-ner[vectors]' brings it"
    )


def test_a_terminal_gets_bars_of_reading_and_of_every_table(monkeypatch, file):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    path = file("a.txt", TEXT)
    from ner.vectors.plan import Plan

    with verb._bars([path], Plan(tables=("characters", "words"))) as (watch, ended):
        watch(path.stat().st_size)
        for _ in range(3):
            ended("characters")
    shown = sys.stderr.getvalue()
    assert "reading" in shown and "training characters" in shown and "training words" in shown
    assert "100 %" in shown


def test_an_interrupt_leaves_nothing(process, tmp_path, out, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with process("vectors", "-", "-o", out, "--no-words") as running:
        running.stdin.write(TEXT.encode())
        running.stdin.flush()
        while not list(temporary.glob("ner-vectors-*/*")) and running.poll() is None:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        assert b"Traceback" not in running.stderr.read()
    assert running.returncode == 130
    assert list(temporary.glob("ner-*")) == []
    assert not out.exists()


def test_info_says_what_the_file_holds(command, made):
    about = json.loads(command("info", made, "--json").out)
    assert about["bytes"] == made.stat().st_size
    assert {table: one["names"] for table, one in about["tables"].items()} == {
        one.table: len(one.names) for one in read_stored(made)
    }
    assert about["tables"]["characters"]["tokens"] == 2_430
    assert about["seed"] == 1
    found = command("info", made)
    assert (found.code, found.err) == (0, "")
    assert ["characters", "9", "50", "2,430"] in [line.split() for line in found.out.splitlines()]


def test_info_lists_the_nearest_names_of_each_table_that_has_the_name(command, made):
    found = command("info", made, "--nearest", "猫", "--nearest", "泉州", "--json")
    near = json.loads(found.out)
    assert list(near) == ["猫", "泉州"]
    assert set(near["泉州"]) == {"bigrams", "words"}
    names = [name for name, _ in near["猫"]["characters"]]
    cosines = [cosine for _, cosine in near["猫"]["characters"]]
    assert len(names) == 8 and "猫" not in names
    assert cosines == sorted(cosines, reverse=True) and abs(cosines[0]) <= 1
    lines = command("info", made, "--nearest", "猫").out.splitlines()
    assert lines[0] == "猫" and lines[1].startswith(f"characters  {names[0]} {cosines[0]:.2f}")


def test_info_looks_a_name_up_as_the_file_spells_it(command, made):
    near = json.loads(command("info", made, "--nearest", "貓", "--json").out)
    assert "characters" in near["貓"]


def test_info_names_what_has_no_vector(command, made):
    message = command("info", made, "--nearest", "鲸").message
    assert message == (
        f"ner: {made}: there is no vector of '鲸' in it (in characters, bigrams, words)"
    )


def test_info_of_a_model_has_no_neighbours(command, tmp_path):
    found = command("info", tmp_path, "--nearest", "猫")
    assert (found.code, found.out) == (2, "")
    assert "is for vectors" in found.err


def test_info_of_what_is_no_file_of_vectors_is_an_error(command, file):
    path = file("v.safetensors", "nothing of the kind")
    assert f"{path}: not vectors as `ner vectors` writes them" in command("info", path).message
