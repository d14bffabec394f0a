"""Two files side by side: how they find each other, what their lines hold, how they are written."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import characters, documents

from ner.document import Document, Entity
from ner.errors import ConfigError, CorpusError
from ner.formats import FORMATS, Findings, ReadOptions, WriteOptions, parallel, reading
from ner.formats.findings import MALFORMED
from ner.formats.parallel import SPLIT
from ner.formats.tagged import CROWDED, ILLEGAL

CHARS = "阿 梨 [SPA] 去 泉 州\n茶\n"
TAGS = "B-PER I-PER O O B-LOC I-LOC\nO\n"
READ = [
    Document("阿梨 去泉州", (Entity("阿梨", "PER", 0, 2), Entity("泉州", "LOC", 4, 6))),
    Document("茶"),
]
CORPORA = os.environ.get("NER_CORPORA")
LOST = "parallel keeps characters and tags in two files"


@pytest.fixture
def pair(tmp_path):
    """Makes the two files, and gives the path of the characters."""

    def made(chars=CHARS, tags=TAGS, names=("a.chars", "a.tags")):
        for name, content in zip(names, (chars, tags), strict=True):
            if content is not None:
                raw = content if isinstance(content, bytes) else content.encode()
                (tmp_path / name).write_bytes(raw)
        return tmp_path / names[0]

    return made


def read(path, options=None, format="auto"):
    counts = Findings()
    return list(reading.read_path(path, counts, format=format, options=options)), counts


def refused(path, **how):
    with pytest.raises(CorpusError) as raised:
        read(path, **how)
    return str(raised.value)


def told(path):
    """The texts that are read, and what is told: kind, file, line and example."""
    heard = []
    found = list(reading.read_path(path, Findings(heard.append)))
    return [document.text for document in found], [
        (one.kind, Path(one.place.path).name, one.place.line, one.example) for one in heard
    ]


def saved(documents, path, options=None):
    """What both files hold after writing, and what was lost."""
    counts = Findings()
    parallel.save(documents, path / "own", counts, options or WriteOptions())
    return tuple((path / f"own.{end}").read_bytes().decode() for end in ("chars", "tags")), counts


def back(documents, options=None):
    with TemporaryDirectory() as folder:
        _, lost = saved(documents, Path(folder), options)
        found, counts = read(Path(folder) / "own.chars")
    return found, lost, counts


def test_characters_and_tags_of_a_line_are_a_document(pair):
    path = pair()
    found, counts = read(path)
    assert found == READ
    assert [document.place for document in found] == [(str(path), 1), (str(path), 2)]
    assert +counts == {"sentences in scheme BIO": 2, "file(s) read as parallel": 1}


@pytest.mark.parametrize("names", parallel.ENDINGS)
@pytest.mark.parametrize("prefix", ["", "train."])
def test_files_know_each_other_by_their_names(pair, names, prefix):
    chars, tags = (f"{prefix}{name}" for name in names)
    if chars.startswith("."):
        chars, tags = f"x{chars}", f"x{tags}"
    path = pair(names=(chars, tags))
    assert reading.files_below(path.parent) == [path]
    for named in (path, path.with_name(tags), path.parent):
        assert read(named)[0] == READ
        assert read(named, format="parallel")[0] == READ
    assert read(path.with_name(tags))[0][1].place == (str(path), 2)


def test_names_alone_make_no_pair(pair):
    path = pair("阿 梨\n", "阿梨去\n茶\n", ("source.txt", "target.txt"))
    assert reading.files_below(path.parent) == [path, path.with_name("target.txt")]
    assert read(path, ReadOptions(tagged=False))[0] == [Document("阿 梨")]
    assert FORMATS["parallel"].pair.companion(path) is None


def test_a_list_of_all_tags_is_no_partner(pair):
    path = pair(tags="B-PER\nO\n", chars=None, names=("sentences.txt", "tags.txt"))
    assert "no annotated file" in refused(path.parent)


@pytest.mark.parametrize("tags", ["", "\n", " \n", "x" * 5000])
def test_a_file_that_begins_with_no_tags_is_no_partner(pair, tags):
    assert FORMATS["parallel"].pair.companion(pair(tags=tags)) is None


def test_a_long_line_of_tags_is_known_by_its_beginning(pair):
    path = pair("茶 " * 3000, "B-LOC " * 3000, ("seq.in", "seq.out"))
    assert FORMATS["parallel"].pair.companion(path) == path.with_name("seq.out")
    assert (
        reading.detect(reading.open_source(path.with_name("seq.out"), ReadOptions())) == "parallel"
    )


def test_a_folder_of_other_files_is_not_opened(tmp_path, monkeypatch):
    for number in range(50):
        (tmp_path / f"{number}.txt").write_text("O O\n")
    monkeypatch.setattr(parallel, "open_source", None)
    assert len(reading.files_below(tmp_path)) == 50


@pytest.mark.parametrize("named, missing", [("a.chars", "a.tags"), ("a.tags", "a.chars")])
def test_a_file_without_its_partner_is_refused(pair, named, missing):
    path = pair().with_name(named)
    path.with_name(missing).unlink()
    assert refused(path) == f"{path}: {LOST}: {path.with_name(missing)} is not there"


def test_names_that_tell_nothing_are_refused_with_those_that_do(pair):
    path = pair(names=("a", "b"))
    said = f"{path}: {LOST}: their names end in input.seq.char and output.seq.bioattr, "
    assert refused(path, format="parallel").startswith(said)
    assert refused(path.with_name("b")).startswith(f"{path.with_name('b')}: {LOST}")


def test_without_annotations_the_characters_are_enough(pair):
    untagged = ReadOptions(tagged=False)
    path = pair(tags="X\n")
    plain = [document.with_entities(()) for document in READ]
    assert read(path, untagged)[0] == plain
    assert read(path.with_name("a.tags"), untagged)[0] == plain
    path.with_name("a.tags").unlink()
    assert read(path, untagged)[0] == plain


@pytest.mark.parametrize(
    "change",
    [lambda raw: raw.replace(b"\n", b"\r\n"), lambda raw: b"\xef\xbb\xbf" + raw, bytes.strip],
    ids=["CRLF", "BOM", "no last line feed"],
)
def test_line_ends_and_a_byte_order_mark_change_nothing(pair, change):
    assert read(pair(change(CHARS.encode()), change(TAGS.encode())))[0] == READ


def test_both_files_are_of_the_encoding(pair):
    path = pair(CHARS.encode("gb18030"), TAGS.replace("LOC", "地").encode("gb18030"))
    found, _ = read(path, ReadOptions(encoding="gb18030"))
    assert found[0].entities[1] == Entity("泉州", "地", 4, 6)
    assert refused(path).startswith(f"{path}:1: not utf-8: byte 0xb0")


def test_tokens_are_parted_by_blanks_alone(pair):
    path = pair("  阿  \u00a0 \u3000 \t 2031 年 \n", "O O O O B-DATE I-DATE\n")
    (document,), _ = read(path)
    assert document.text == "阿\u00a0\u3000\t2031年"
    assert document.entities == (Entity("2031年", "DATE", 4, 9),)


def test_another_token_may_stand_for_a_blank(pair):
    path = pair("阿 _ 梨 [SPA]\n", "O O O O\n")
    assert read(path, ReadOptions(blank="_"))[0][0].text == "阿 梨[SPA]"


def test_empty_lines_are_empty_documents(pair):
    assert [one.text for one in read(pair("阿\n\n梨\n\n", "O\n\nO\n"))[0]] == ["阿", "", "梨"]


@pytest.mark.parametrize(
    "chars, tags, told_at, said",
    [
        (
            "茶\n阿 梨\n",
            "O\nO O O\n",
            "a.chars:2",
            "got 2 characters and 3 tags ({tags}), expected as many",
        ),
        ("茶\n\n", "O\nO\n", "a.chars:2", "got 0 characters and 1 tags ({tags}), expected as many"),
        ("茶\n花\n", "O\nLOC\n", "a.tags:2", "unknown tag 'LOC': expected O or a tag like B-PER"),
        (
            "茶\n花\n好\n",
            "O\n",
            "a.chars:2",
            "expected as many lines in both files, but {tags} ends before",
        ),
        (
            "茶\n",
            "O\nO\nO\n",
            "a.tags:2",
            "expected as many lines in both files, but {chars} ends before",
        ),
    ],
)
def test_lines_that_do_not_fit_are_refused_with_their_place(pair, chars, tags, told_at, said):
    path = pair(chars, tags)
    said = said.format(chars=path, tags=path.with_name("a.tags"))
    assert refused(path) == f"{path.with_name(told_at)}: {said}"


def test_reading_goes_on_behind_what_is_told(pair):
    path = pair("阿 梨\n茶\n花\n好\n城\n", "O\nO\nX\nO\n")
    texts, heard = told(path)
    assert texts == ["茶", "好"]
    assert [entry[:3] for entry in heard] == [
        (MALFORMED, "a.chars", 1),
        (MALFORMED, "a.tags", 3),
        (MALFORMED, "a.chars", 5),
    ]


def test_the_scheme_is_told_from_the_tags_and_stray_ones_are_told(pair):
    path = pair("泉 州 好\n州 城\n", "B_LOC E_LOC S-X\nI-LOC O\n")
    texts, heard = told(path)
    assert texts == ["泉州好", "州城"]
    assert heard == [(ILLEGAL, "a.chars", 2, "州/I-LOC"), (ILLEGAL, "a.chars", 2, "州/I-LOC 城/O")]
    found, counts = read(path)
    assert [e.text for document in found for e in document.entities] == ["泉州", "好"]
    assert counts["sentences in scheme BIOES"] == 2
    assert read(path, ReadOptions(scheme="IOB1"))[0][1].entities[0].text == "州"


def test_characters_and_tags_are_written_a_line_a_sentence(tmp_path):
    assert saved(READ, tmp_path) == ((CHARS, TAGS), {})
    (_, tags), _ = saved(READ, tmp_path, WriteOptions(scheme="BIOES", blank="<s>"))
    assert tags == "B-PER E-PER O O B-LOC E-LOC\nO\n"
    assert (tmp_path / "own.chars").read_text().startswith("阿 梨 <s> 去")


@pytest.mark.parametrize(
    "given, expected",
    [
        ("own", ("own.chars", "own.tags")),
        ("own.txt", ("own.txt.chars", "own.txt.tags")),
        ("own.chars", ("own.chars", "own.tags")),
        ("own.tags", ("own.chars", "own.tags")),
        ("new/own", ("new/own.chars", "new/own.tags")),
        ("target.txt", ("source.txt", "target.txt")),
        ("input.seq.char", ("input.seq.char", "output.seq.bioattr")),
        (".", ("chars.txt", "tags.txt")),
    ],
)
def test_a_path_names_both_files(tmp_path, given, expected):
    parallel.save(READ, tmp_path / given, Findings(), WriteOptions())
    written = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert written == [tmp_path / name for name in expected]
    assert read(tmp_path)[0] == READ


@pytest.mark.parametrize("before", [0, 1, 100])
@pytest.mark.parametrize("format", ["auto", "parallel"])
def test_a_folder_whose_first_texts_are_empty_is_read_once(tmp_path, before, format):
    documents = [*[Document("")] * before, *READ]
    parallel.save(documents, tmp_path, Findings(), WriteOptions())
    assert read(tmp_path, format=format)[0] == documents


def test_a_folder_of_nothing_but_empty_texts_is_read_once(tmp_path):
    parallel.save([Document("")] * 3, tmp_path, Findings(), WriteOptions())
    assert read(tmp_path, format="parallel")[0] == [Document("")] * 3


def test_sentences_and_lines_are_texts_of_their_own_and_lost_entities_are_counted(tmp_path):
    text = "泉州好\n\n茶城里"
    places = [(0, 2), (1, 2), (2, 5), (5, 7), (6, 8)]
    document = Document(
        text, tuple(Entity(text[s:e], "X", s, e) for s, e in places), ((0, 6), (6, 8))
    )
    (chars, tags), counts = saved([document], tmp_path)
    assert (chars, tags) == ("泉 州 好\n茶\n城 里\n", "B-X I-X O\nO\nB-X I-X\n")
    assert +counts == {SPLIT: 1, CROWDED: 3}


@pytest.mark.parametrize("label", ["", "A B", "A\n", "A\r", "A\ud800"])
def test_a_label_that_would_break_its_line_is_refused(tmp_path, label):
    document = Document("泉州", (Entity("泉州", label, 0, 2),), id=7)
    with pytest.raises(CorpusError) as raised:
        saved([document], tmp_path)
    said = f"document 7: the label {label!r} cannot be written in parallel: it would break its line"
    assert str(raised.value) == said


def test_both_files_are_written_or_neither(tmp_path):
    (tmp_path / "own.tags").write_text("O\n")
    with pytest.raises(CorpusError, match=r"U\+D800 at character 0"):
        saved([*READ, Document("\ud800")], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["own.tags"]
    assert (tmp_path / "own.tags").read_text() == "O\n"


@pytest.mark.parametrize("blank", ["", "_", " ", "a b", "a\n", "a\ud800"])
def test_a_token_for_blanks_that_could_be_a_character_is_refused(tmp_path, blank):
    with pytest.raises(ConfigError, match="two characters or more, none of them blank; got"):
        saved(READ, tmp_path, WriteOptions(blank=blank))


@given(documents(min_size=0), documents())
@example(Document("\ufeff好"), Document("\ufeff"))
@example(Document("好\r"), Document("\r"))
@example(Document(" \t\u3000\u00a0\u2028\u0085"), Document("[SPA]"))
def test_any_text_without_line_feeds_comes_back(first, second):
    found, lost, counts = back([first, second])
    assert found == [first, second]
    assert not +lost
    assert counts[ILLEGAL] == 0


lines = st.text(characters(without="\x00") | st.sampled_from(" \nO"), max_size=12)


@given(lines, lines | st.lists(st.sampled_from(["O", "B-X", "I-X", "X", " ", "\n"])).map("".join))
def test_whatever_is_read_is_a_document_or_an_error_with_its_place(chars, tags):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "own.chars"
        path.write_bytes(chars.encode())
        path.with_name("own.tags").write_bytes(tags.encode())
        heard = []
        found = list(reading.read_path(path, Findings(heard.append)))
    for document in found:
        assert all(document.text[e.start : e.end] == e.text != "" for e in document.entities)
    assert all(one.place.line for one in heard)


@pytest.mark.skipif(not CORPORA, reason="NER_CORPORA names no folder of corpora")
def test_jd_is_read_whole_by_detection():
    found, counts = read(Path(CORPORA) / "jd")
    assert len(found) == 10_000
    assert not +counts.repairs
    assert counts["sentences in scheme BIO"] == 10_000
    assert sum(len(document.entities) for document in found) == 27_940
    assert sum(document.text.count(" ") for document in found) == 29_121
    assert sum(document.text.count("\u00a0") for document in found) == 4
    for document in found:
        assert all(document.text[e.start : e.end] == e.text for e in document.entities)
