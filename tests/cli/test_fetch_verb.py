"""``ner fetch``: nothing without a yes, and what came is said."""

import hashlib
import os
import pty
import signal
import time
from pathlib import Path

import pytest
from servers import rest, running, stall, whole
from trained import ROOT

from ner.corpus.fetching import sources
from ner.corpus.fetching.sources import Corpus, File

TRAIN, DEV = "阿\tB-PER\n".encode(), "泉\tB-LOC\n".encode()
KNOWN = hashlib.sha256(TRAIN).hexdigest()
LICENCE = "own: Own sentences\n  cite: Nobody (2024)\n  licence: CC0 (https://own.invalid)\n"


@pytest.fixture(autouse=True)
def table(monkeypatch, tmp_path):
    """A corpus of our own in the table, recipes for it, and nowhere to look for corpora."""
    files = (File("own/train.bio", size=len(TRAIN)), File("own/dev.bio"))
    corpus = Corpus(
        "Own sentences", "Nobody (2024)", "CC0", "https://own.invalid", files, by_hand="write it"
    )
    monkeypatch.setitem(sources.SOURCES, "own", corpus)
    monkeypatch.setitem(sources.SHA256, "own/train.bio", KNOWN)
    monkeypatch.delenv("NER_CORPORA", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("configs").mkdir()
    Path("configs/own.yaml").write_text("data: {train: own/train.bio, dev: own/dev.bio}")


@pytest.fixture
def site():
    with running() as one:
        one.serve("/own/train.bio", whole(TRAIN))
        one.serve("/own/dev.bio", whole(DEV))
        yield one


@pytest.fixture
def fetch(command, site):
    """``ner fetch`` from the local mirror."""
    return lambda *arguments: command("fetch", "--mirror", site.url, *arguments)


def test_the_list_has_names_sizes_and_licences(command):
    found = command("fetch", "--list")
    assert (found.code, found.err) == (0, "")
    rows = [line.split("  ") for line in found.out.splitlines()]
    assert [row[0].strip() for row in rows] == ["name", *sources.SOURCES]
    weibo = next(line for line in found.out.splitlines() if line.startswith("weibo "))
    assert "0.8 MB  CC BY-SA 3.0 (annotations)  Weibo" in weibo
    assert "not known  CC BY-SA 4.0" in found.out
    assert "over 9.7 MB  none stated" in found.out


def test_without_a_terminal_nothing_is_fetched_without_a_yes(fetch, site):
    found = fetch("own")
    assert found.message == "ner: nothing is fetched: --yes says that you agree to the licences"
    assert found.err.startswith(LICENCE)
    assert site.asked == []
    assert not Path("corpora").exists()


def test_files_come_to_the_default_folder_and_the_recipe_is_said(fetch):
    found = fetch("own", "--yes")
    assert (found.code, found.out) == (0, "")
    digest = hashlib.sha256(DEV).hexdigest()
    assert found.err == (
        f"{LICENCE}"
        "corpora/own/train.bio: fetched\n"
        "corpora/own/dev.bio: fetched\n"
        f"corpora/own/dev.bio: not checked, its SHA-256 was not known before: {digest}\n"
        "own: train on it by: ner train configs/own.yaml -o runs/own\n"
    )
    assert Path("corpora/own/train.bio").read_bytes() == TRAIN


def test_the_variable_names_the_folder_and_the_option_overrides_it(fetch, monkeypatch):
    monkeypatch.setenv("NER_CORPORA", "elsewhere")
    assert "elsewhere/own/train.bio: fetched\n" in fetch("own", "-y").err
    found = fetch("own", "-y", "--root", "given")
    assert "given/own/train.bio: fetched\n" in found.err
    assert found.err.endswith("-o runs/own --set data.root=given\n")


def test_a_second_time_all_is_there(fetch, site):
    fetch("own", "-y")
    asked = len(site.asked)
    found = fetch("own", "own", "-y")
    assert found.code == 0
    assert found.err.count("corpora/own/train.bio: already there\n") == 1
    assert len(site.asked) == asked


def test_a_wrong_file_is_said_the_rest_come_and_the_code_is_1(fetch, site):
    wrong = TRAIN[::-1]
    url = site.serve("/own/train.bio", whole(wrong))
    found = fetch("own", "-y")
    assert found.code == 1
    assert f"{url}: SHA-256 of own/train.bio is {hashlib.sha256(wrong).hexdigest()}" in found.err
    assert "corpora/own/dev.bio: fetched\n" in found.err
    assert "ner train" not in found.err
    assert not Path("corpora/own/train.bio").exists()


def test_another_content_is_overwritten_by_force_alone(fetch):
    Path("corpora/own").mkdir(parents=True)
    Path("corpora/own/train.bio").write_text("mine")
    refused = fetch("own", "-y")
    assert refused.code == 1
    assert "corpora/own/train.bio: there is another content" in refused.err
    assert fetch("own", "-y", "--force").code == 0
    assert Path("corpora/own/train.bio").read_bytes() == TRAIN


def test_what_has_no_public_address_is_by_hand(command):
    found = command("fetch", "own", "-y")
    assert found.code == 1  # nothing is there
    assert found.err == (
        f"{LICENCE}"
        "corpora/own/train.bio: to be had by hand alone\n"
        "corpora/own/dev.bio: to be had by hand alone\n"
        "own: write it\n"
    )


def test_an_archive_may_lack_what_no_figure_was_made_with(command):
    Path("given").mkdir()
    Path("given/train.bio").write_bytes(TRAIN)
    found = command("fetch", "own", "-y", "--archive", "given")
    assert (found.code, found.out) == (0, "")
    assert found.err == (f"{LICENCE}corpora/own/train.bio: fetched\ngiven: has no own/dev.bio\n")


def test_an_archive_that_is_not_there_is_said(command):
    assert command("fetch", "own", "-y", "--archive", "no.zip").message == (
        "ner: no.zip: No such file or directory"
    )


def test_an_unknown_corpus_is_answered_with_the_nearest(command):
    message = command("fetch", "wiebo", "-y").message
    assert message.startswith("ner: unknown corpus 'wiebo' (known: aishell, ")
    assert message.endswith("did you mean 'weibo'?)")


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "name a corpus, or ask for --list"),
        (["own", "--mirror", "https://a", "--archive", "b"], "either one, not both"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(command, arguments, words):
    found = command("fetch", *arguments)
    assert (found.code, found.out) == (2, "")
    assert words in found.err


@pytest.mark.parametrize("mirror", ["ftp://a", "own", "file:///a", ""])
def test_a_mirror_is_a_web_address(command, mirror):
    found = command("fetch", "own", "-y", "--mirror", mirror)
    assert found.code == 1
    assert "not an address to read from, expected http://… or https://…" in found.err


def test_a_recipe_of_the_checkout_is_named_where_there_is_none_here(fetch):
    Path("configs/own.yaml").unlink()
    assert "ner train" not in fetch("own", "-y").err
    Path("corpora/weibo").mkdir()
    for file in sources.SOURCES["weibo"].files:
        Path("corpora", file.path).write_text("mine")
    assert f"ner train {ROOT}/configs/weibo.yaml -o runs/weibo" in fetch("weibo", "-y").err


@pytest.mark.parametrize("answer, asked", [("n", False), ("", False), ("y", True)])
def test_at_a_terminal_the_question_decides(process, site, tmp_path, answer, asked):
    keyboard, terminal = pty.openpty()
    arguments = ("jd", "--mirror", site.url, "--root", tmp_path / "root")
    with process("fetch", *arguments, stdin=terminal) as running:
        os.close(terminal)
        os.write(keyboard, f"{answer}\n".encode())
        out, err = running.communicate(timeout=60)
    os.close(keyboard)
    assert (running.returncode, out.strip()) == (1, b"")  # Click leaves a blank behind
    assert b"Fetch? [y/N]" in err
    assert bool(site.asked) == asked
    assert (b"ner: nothing is fetched" in err) == (not asked)


def test_a_terminal_sees_how_far_it_is(process, site, tmp_path):
    site.serve("/universal/zh_pud-ud-test.iob2", whole(TRAIN * 60_000))
    keyboard, terminal = pty.openpty()
    arguments = ("universal", "-y", "--mirror", site.url, "--root", tmp_path / "a b")
    with process("fetch", *arguments, stderr=terminal) as running:
        os.close(terminal)
        seen = b"".join(iter(lambda: shown(keyboard), b"")).decode()
    os.close(keyboard)
    assert running.returncode == 0
    assert "universal: Universal NER" in seen
    assert " MB" in seen
    assert "zh_pud-ud-test.iob2: fetched" in seen.replace("\r\n", "")


def shown(terminal):
    """What comes on a terminal, nothing once it is left."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""


def test_an_interrupt_exits_with_130_and_the_same_command_goes_on(process, ended, site, tmp_path):
    content = TRAIN * 20_000
    names = [file.path for file in sources.SOURCES["universal"].files]
    for name in names[1:]:
        site.serve(f"/{name}", whole(DEV))
    site.serve(f"/{names[0]}", stall(site, content[:150_000], len(content)), rest(content))
    arguments = ("fetch", "universal", "-y", "--mirror", site.url, "--root", tmp_path / "root")
    part = tmp_path / "root" / "universal" / f".{Path(names[0]).name}.part"
    with process(*arguments) as first:
        while first.poll() is None and not (part.exists() and part.stat().st_size):
            time.sleep(0.02)
        first.send_signal(signal.SIGINT)
        err = first.stderr.read().decode()
    assert first.returncode == 130
    assert err.endswith("what has come is kept: the same command goes on from there\n")
    size = part.stat().st_size
    assert 0 < size <= 150_000
    second = ended(*arguments)
    assert second.code == 0
    assert f"bytes={size}-" in site.ranges
    assert (tmp_path / "root" / names[0]).read_bytes() == content
    assert not part.exists()
