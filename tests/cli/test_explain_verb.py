"""``ner explain``: a text or a file in, a page and pictures out."""

import json
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from handmade import soft, whole
from trained import SENTENCES

import ner
from ner.cli import explain as verb
from ner.document import Entity
from ner.explanation.page import page

TEXT = "老邵在衢州修桥。"
LINES = f"{TEXT}\n\n今天没有船。\n"


def explanation_of(text):
    """Finds 衢州 only; one soft layer."""
    start = text.find("衢州")
    found = [Entity("衢州", "LOC", start, start + 2, 0.9)] if start >= 0 else []
    return whole(text, found, layers=[soft(text, heads=1)])


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """What the verb asks to be explained, and a model that takes no time."""
    seen = []

    def explainer(path, *, device):
        def look(text):
            seen.append((str(path), text, device))
            return explanation_of(text)

        return look

    collect = SimpleNamespace(Explainer=explainer)
    monkeypatch.setitem(sys.modules, "ner.explanation.collect", collect)
    monkeypatch.setattr("ner.model.catalogue.locate", Path)  # no folder is asked for
    return seen


@pytest.fixture
def explain(command):
    return lambda *arguments, **how: command("explain", "-m", "folder", *arguments, **how)


def texts_of(written):
    """What a page holds of each text."""
    data = re.search(r'<script id="data"[^>]*>(.*?)</script>', written, re.DOTALL)[1]
    return json.loads(data)["texts"]


def texts_in(written):
    return ["".join(one["characters"]) for one in texts_of(written)]


def test_a_text_becomes_a_page_on_stdout(explain, asked):
    found = explain(TEXT)
    assert (found.code, found.err) == (0, "")
    assert found.out == page([explanation_of(TEXT)], model="folder")
    assert asked == [("folder", TEXT, "auto")]


def test_a_page_goes_into_a_file_and_nothing_to_stdout(explain, asked, tmp_path):
    found = explain(TEXT, "-o", tmp_path / "new" / "page.html", "--device", "cpu")
    assert (found.code, found.out, found.err) == (0, "", "")
    written = (tmp_path / "new" / "page.html").read_text(encoding="utf-8")
    assert texts_in(written) == [TEXT]
    assert asked == [("folder", TEXT, "cpu")]


@pytest.mark.parametrize("name", ["lines.txt", "lines"])
def test_a_file_has_a_text_in_each_line(explain, tmp_path, name):
    (tmp_path / name).write_text(LINES, encoding="utf-8")
    found = explain(tmp_path / name)
    assert texts_in(found.out) == [TEXT, "今天没有船。"]
    assert found.err == f"{tmp_path / name}: 1 of 3 texts left out: empty\n"


def test_standard_input_is_a_file_too(explain):
    assert texts_in(explain("-", stdin=LINES.encode()).out) == [TEXT, "今天没有船。"]


def test_a_named_pipe_is_as_good_as_a_file(explain):
    reading, writing = os.pipe()
    os.write(writing, TEXT.encode())
    os.close(writing)
    assert texts_in(explain(f"/dev/fd/{reading}").out) == [TEXT]
    os.close(reading)


@pytest.mark.parametrize(("name", "chosen"), [("a.jsonl", []), ("a", ["--from", "jsonl"])])
def test_files_may_be_of_any_format(explain, tmp_path, name, chosen):
    (tmp_path / name).write_text(json.dumps({"text": f"{TEXT}\n{TEXT}"}), encoding="utf-8")
    assert texts_in(explain(tmp_path / name, *chosen).out) == [f"{TEXT}\n{TEXT}"]


def test_each_sentence_of_a_document_is_explained_by_itself(explain, tmp_path):
    (tmp_path / "a.bio").write_text("桥 O\n上 O\n\n船 O\n", encoding="utf-8")
    found = explain(tmp_path / "a.bio")
    assert (texts_in(found.out), found.err) == (["桥上", "船"], "")


def test_the_encoding_may_be_given(explain, tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT.encode("gb18030"))
    assert texts_in(explain(tmp_path / "a.txt", "--encoding", "gb18030").out) == [TEXT]
    assert "say --encoding gb18030" in explain(tmp_path / "a.txt").message


def test_a_missing_file_is_taken_for_a_text_with_a_remark(explain):
    found = explain("gone.txt")
    assert texts_in(found.out) == ["gone.txt"]
    assert found.err == "there is no file gone.txt: the argument is taken as the text itself\n"


@pytest.mark.parametrize("text", ["甲" * 300, "a\x00b", "x/" * 40, ".", "\udcff乙"])
def test_a_text_need_not_look_like_one(explain, text):
    assert texts_in(explain(text).out) == [text]


def test_a_page_is_overwritten_only_by_force(explain, asked, tmp_path):
    out = tmp_path / "page.html"
    out.write_text("old")
    assert f"{out}: is there already; --force overwrites it" in explain(TEXT, "-o", out).message
    assert (out.read_text(), asked) == ("old", [])
    assert explain(TEXT, "-o", out, "--force").code == 0
    assert texts_in(out.read_text(encoding="utf-8")) == [TEXT]


def test_lone_surrogates_can_be_written(explain, tmp_path):
    assert explain("甲\ud83d\ude00乙", "-o", tmp_path / "a.html").code == 0
    assert texts_in((tmp_path / "a.html").read_text(encoding="utf-8")) == ["甲\ud83d\ude00乙"]


@pytest.mark.parametrize(
    ("lines", "most"),
    [(["桥"] * (verb.MOST_TEXTS + 3), verb.MOST_TEXTS), (["桥" * 1400] * 5, 2)],
    ids=["too many", "too long together"],
)
def test_what_a_page_cannot_hold_is_counted(explain, tmp_path, lines, most, monkeypatch):
    def light(path, *, device):
        return lambda text: whole(text, layers=[])

    monkeypatch.setattr(sys.modules["ner.explanation.collect"], "Explainer", light)
    path = tmp_path / "many.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = explain(path)
    assert texts_in(found.out) == lines[:most]
    assert found.err == (
        f"{path}: the first {most} of {len(lines)} texts are shown: "
        "a page holds at most 100 texts and 3,000 characters\n"
    )


def test_a_text_too_long_for_a_page_is_refused(explain, asked):
    message = explain("桥" * 3001).message
    assert "the text: 3,001 characters; a page holds at most" in message
    assert "explain a part" in message
    assert asked == []


@pytest.mark.parametrize("lines", ["", "\n\n"])
def test_nothing_to_explain_is_said(explain, lines):
    assert "<stdin>: nothing in it to explain" in explain("-", stdin=lines.encode()).message


def test_an_unknown_format_is_named(explain, tmp_path):
    assert "did you mean 'columns'?" in explain(TEXT, "--from", "colums").usage


def test_pictures_go_into_a_folder_that_was_empty(explain, asked, tmp_path):
    pytest.importorskip("matplotlib")
    folder = tmp_path / "pictures"
    found = explain("one", "--png", folder)
    assert (found.code, found.out, found.err) == (0, "", "")
    assert [path.name for path in folder.iterdir()] == ["text-001-piece-1-layer-1.png"]
    assert f"{folder}: is not empty; --force" in explain("two", "--png", folder).message
    assert len(asked) == 1
    assert texts_in(explain("two", "--png", folder, "-o", "-", "--force").out) == ["two"]


def test_without_a_font_nothing_is_written(explain, asked, tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: [])
    both = ["-o", tmp_path / "a.html", "--png", tmp_path / "png"]
    assert "fonts-noto-cjk" in explain(TEXT, *both).message
    assert (list(tmp_path.iterdir()), asked) == ([], [])


def test_without_matplotlib_the_extra_that_brings_it_is_named(explain, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    message = explain(TEXT, "--png", tmp_path / "png").message
    assert "matplotlib is not installed: pip install 'zhuyi-ner[plot]' brings it" in message


def test_a_trained_model_is_explained_as_it_tags(command, tiny_run, monkeypatch):
    monkeypatch.delitem(sys.modules, "ner.explanation.collect")
    text = SENTENCES[0].replace("[", "").replace("|PER]", "").replace("|LOC]", "")
    found = command("explain", text, "-m", tiny_run, "--device", "cpu")
    assert (found.code, found.err) == (0, "")
    [sent] = texts_of(found.out)
    tagged = ner.load(tiny_run, device="cpu")(text)
    assert [(e["start"], e["end"], e["label"]) for e in sent["entities"]] == [
        (e.start, e.end, e.label) for e in tagged.entities
    ]
    assert sent["pieces"][0]["layers"]
