"""brat: two files a document, mentions that run over lines, places that a text has outgrown."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import characters, documents
from streams import source

from ner.document import Document, Entity
from ner.errors import CorpusError, Place
from ner.formats import Findings, ReadOptions, WriteOptions, brat, brat_folder, open_source
from ner.formats.reading import detect, read_path

TEXT = "阿梨昨天到了泉州。她买茶。"
PLACE = Entity("泉州", "LOC", 6, 8)
PLAIN = ReadOptions(tagged=False)


@pytest.fixture
def pair(tmp_path):
    """Makes a text and its annotations, and gives the text's path."""

    def made(text=TEXT, annotations=None, name="7"):
        for suffix, content in ((".txt", text), (".ann", annotations)):
            if content is not None:
                raw = content if isinstance(content, bytes) else content.encode()
                (tmp_path / f"{name}{suffix}").write_bytes(raw)
        return tmp_path / f"{name}.txt"

    return made


def read(path, options=None):
    """The one document of a pair, and what its reading counted."""
    counts = Findings()
    (document,) = read_path(path, counts, options=options)
    return document, counts.repairs


def line(number, start, end, said, label="LOC"):
    return f"T{number}\t{label} {start} {end}\t{said}\n"


def refused(path, options=None):
    with pytest.raises(CorpusError) as raised:
        read(path, options)
    return raised.value


def beside(text, annotations):
    """The document of a text and its annotations, and what its reading counted."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "own.txt"
        path.write_bytes(text.encode())
        path.with_suffix(".ann").write_bytes(annotations.encode())
        return read(path)


def found(text, annotations):
    """The entities alone, and what was counted."""
    document, counts = beside(text, annotations)
    return list(document.entities), counts


def test_either_file_stands_for_the_document(pair):
    path = pair(annotations=line(1, 6, 8, "泉州") + line(2, 0, 2, "阿梨", "PER"))
    entities = (Entity("阿梨", "PER", 0, 2), PLACE)
    expected = Document(TEXT, entities, ((0, 9), (9, 13)), "7")
    assert read(path) == read(path.with_suffix(".ann")) == (expected, Counter())


def test_an_entity_keeps_its_number(pair):
    document, _ = read(pair(annotations=line(12, 6, 8, "泉州")))
    assert document.entities[0].fields == {"id": "T12"}


def test_nested_and_overlapping_entities_are_kept(pair):
    lines = line(1, 6, 9, "泉州。") + line(2, 6, 8, "泉州") + line(3, 4, 7, "到了泉")
    document, counts = read(pair(annotations=lines))
    assert [(one.start, one.end) for one in document.entities] == [(4, 7), (6, 8), (6, 9)]
    assert not counts


def test_what_is_no_entity_is_counted(pair):
    others = ["R1\tNear Arg1:T1 Arg2:T1\t", "E1\tGo:T1", "A1\tSure T1", "M1\tSure T1"]
    others += ["N1\tRef T1 W:1\tx", "#1\tNote T1\twhy", "*\tEquiv T1 T1"]
    document, counts = read(pair(annotations="\n".join([*others, "", line(1, 6, 8, "泉州")])))
    assert document.entities == (PLACE,)
    assert counts == {brat.OTHERS: 7}


def test_a_text_is_kept_exactly_and_its_line_ends_count(pair):
    text = "阿梨\r\n\r\n到了\r泉州\u2028"
    document, counts = read(pair(text, line(1, 9, 11, "泉州").replace("\n", "\r\n")))
    assert document.text == text
    assert document.entities == (Entity("泉州", "LOC", 9, 11),)
    assert not counts


def test_a_byte_order_mark_is_no_part_of_either_file(pair):
    plain = read(pair(annotations=line(1, 6, 8, "泉州")))
    assert read(pair("\ufeff" + TEXT, "\ufeff" + line(1, 6, 8, "泉州"))) == plain


def test_gb18030_is_read_where_it_is_asked_for(pair):
    path = pair(TEXT.encode("gb18030"), line(1, 6, 8, "泉州").encode("gb18030"))
    document, _ = read(path, ReadOptions(encoding="gb18030"))
    assert (document.text, document.entities) == (TEXT, (PLACE,))


def test_bytes_that_cannot_be_decoded_are_blamed_on_their_file_and_line(pair):
    path = pair(annotations=line(1, 6, 8, "泉州").encode() + b"T2\t\xff\n")
    error = refused(path)
    assert (error.path, error.line) == (str(path.with_suffix(".ann")), 2)
    error = refused(pair(b"a\n\xff", ""))
    assert (error.path, error.line) == (str(path), 2)


def test_characters_beyond_the_basic_plane_are_one_each():
    entities, counts = found("𠮷🍵泉州", line(1, 2, 4, "泉州") + line(2, 0, 1, "𠮷"))
    assert [one.text for one in entities] == ["𠮷", "泉州"]
    assert not counts


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\n\u3000\u3000"])
def test_pieces_with_only_a_line_break_between_are_one_entity(line_break):
    start = 2 + len(line_break)
    entities, counts = found(f"去泉{line_break}州玩", f"T1\tLOC 1 2;{start} {start + 1}\t泉 州\n")
    assert entities == [Entity(f"泉{line_break}州", "LOC", 1, start + 1)]
    assert not counts


def test_pieces_with_a_text_between_are_left_out_and_counted():
    entities, counts = found("东、西城", "T1\tLOC 0 1;3 4\t东 城\n" + line(2, 2, 4, "西城"))
    assert [one.text for one in entities] == ["西城"]
    assert counts == {brat.DISCONTINUOUS: 1}


def test_pieces_may_stand_in_any_order():
    assert found("泉\n州", "T1\tLOC 2 3;0 1\t泉 州\n")[0] == [Entity("泉\n州", "LOC", 0, 3)]


@pytest.mark.parametrize("said", ["泉州古\n城", "泉 州\n古城", "泉州\n\n古城"])
def test_a_line_feed_inside_a_mention_may_have_broken_its_line(said):
    text = said.replace(" ", "\u3000") + "好。茶"
    lines = line(1, 0, len(said), said) + line(2, len(text) - 1, len(text), "茶", "FOOD")
    entities, counts = found(text, lines)
    assert [one.text for one in entities] == [text[: len(said)], "茶"]
    assert not counts


def test_a_line_that_a_mention_has_no_place_for_is_counted():
    entities, counts = found("泉州茶", line(1, 0, 2, "泉州\n茶") + line(2, 2, 3, "茶"))
    assert [one.text for one in entities] == ["泉州", "茶"]
    assert counts == {brat.STRAY: 1}


def test_a_mark_that_stands_for_another_is_accepted_and_counted():
    entities, counts = found(
        "安・梨去了《泉州》", line(1, 0, 3, "安、梨") + line(2, 5, 9, "“泉州”")
    )
    assert [one.text for one in entities] == ["安・梨", "《泉州》"]
    assert counts == {brat.MARKED: 2}


@pytest.mark.parametrize(
    "start, end, said",
    [
        (6, 8, "杭州"),
        (6, 8, "泉"),
        (6, 8, "泉、"),
        (6, 8, "泉州。"),
        (6, 9, "泉州茶"),
        (7, 9, "泉州"),
        (8, 9, "！"),
        (6, 8, ""),
        (12, 15, "。好茶"),
        (90, 92, "泉州"),
    ],
)
def test_a_mention_that_is_not_what_stands_at_its_place_is_left_out_and_counted(start, end, said):
    entities, counts = found(TEXT, line(1, start, end, said))
    assert entities == []
    assert counts == {brat.ELSEWHERE: 1}


def moved(step, words=("泉州", "阿梨", "红茶", "杭州")):
    """A text, and annotations of what it was before ``step`` characters were lost before it."""
    text = "茶园里真好：" + "，".join(words) + "。"
    lines = [
        line(n, text.index(word) + step, text.index(word) + step + len(word), word)
        for n, word in enumerate(words, 2)
    ]
    return text, line(1, 0, 2, "茶园") + "".join(lines)


@pytest.mark.parametrize("step", [-3, -2, -1, 1, 2, 3])
def test_mentions_that_all_stand_as_far_from_their_places_are_moved(step):
    text, lines = moved(step)
    entities, counts = found(text, lines)
    assert [one.text for one in entities] == ["茶园", "泉州", "阿梨", "红茶", "杭州"]
    assert all(text[one.start : one.end] == one.text for one in entities)
    assert counts == {brat.SHIFTED: 4}


def test_a_text_may_have_lost_characters_twice():
    first, second = moved(1)
    size = len(first) + 1
    words = ("丙丁", "戊己", "庚辛")
    text = first + "".join(words)
    more = [line(9 + n, size + 1 + 2 * n, size + 3 + 2 * n, word) for n, word in enumerate(words)]
    entities, counts = found(text, second + "".join(more))
    assert [one.text for one in entities][5:] == list(words)
    assert counts == {brat.SHIFTED: 7}


@pytest.mark.parametrize("step", [-4, 4])
def test_mentions_that_stand_too_far_from_their_places_are_left_out(step):
    _, counts = found(*moved(step))
    assert counts == {brat.ELSEWHERE: 4}


def test_two_mentions_are_too_few_to_tell_how_far_a_text_has_moved():
    entities, counts = found(*moved(1, ("泉州", "阿梨")))
    assert [one.text for one in entities] == ["茶园"]
    assert counts == {brat.ELSEWHERE: 2}


def test_where_two_distances_fit_none_is_taken():
    lines = "".join(line(n, 0, 2, "泉州") for n in (1, 2, 3))
    assert found("茶泉州好", lines)[1] == {brat.SHIFTED: 3}
    assert found("茶泉州泉州", lines)[1] == {brat.ELSEWHERE: 3}


def test_a_mention_that_fits_nowhere_moves_no_other():
    lines = line(1, 0, 2, "杭州") + line(2, 2, 4, "昨天") + line(3, 4, 6, "到了")
    entities, counts = found(TEXT, lines + line(4, 6, 8, "泉州"))
    assert [one.text for one in entities] == ["昨天", "到了", "泉州"]
    assert counts == {brat.ELSEWHERE: 1}


@pytest.mark.parametrize(
    "broken, said",
    [
        ("T2 LOC 6 8\t泉州", "expected an annotation like T1, tab, got "),
        ("T2\tLOC 6 8", "expected T1, tab, label, start and end, tab, mention; got "),
        ("T2\tLOC 6\t泉州", "expected T1, tab, label, start and end, tab, mention; got "),
        ("T2\tLOC -6 8\t泉州", "expected T1, tab, label, start and end, tab, mention; got "),
        ("T2\t6 8\t泉州", "expected T1, tab, label, start and end, tab, mention; got "),
        ("T2\tLOC 8 6\t泉州", "a mention ends after its start, got '8 6'"),
        ("T2\tLOC 6 6\t", "a mention ends after its start, got '6 6'"),
        ("T2\tLOC 6 8;7 9\t泉州 州。", "a mention's pieces do not overlap, got '6 8;7 9'"),
        ("R1\tNear Arg1:T1 Arg2:T1\n泉州", "expected an annotation like T1, tab, got '泉州'"),
    ],
)
def test_a_broken_line_is_named(pair, broken, said):
    path = pair(annotations=line(1, 6, 8, "泉州") + broken + "\n")
    error = refused(path)
    assert (error.path, error.line) == (str(path.with_suffix(".ann")), 2 + broken.count("\n"))
    assert str(error).partition(f":{error.line}: ")[2].startswith(said)


@pytest.mark.parametrize("first, missing", [(".txt", ".ann"), (".ann", ".txt")])
def test_a_file_without_the_other_is_an_error(tmp_path, first, missing):
    (tmp_path / f"7{first}").write_text(TEXT, encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        list(read_path(tmp_path / f"7{first}", Findings(), format="brat"))
    assert raised.value.path == str(tmp_path / f"7{first}")
    assert f"in two files: {tmp_path / f'7{missing}'} is not there" in str(raised.value)


def test_a_stream_has_nothing_beside_it():
    with pytest.raises(CorpusError, match="^sample: brat keeps .* two files"):
        list(brat.read(source(TEXT), Findings()))


def test_without_annotations_wanted_the_text_alone_is_read(pair, tmp_path):
    expected = Document(TEXT, (), ((0, 9), (9, 13)), "7")
    path = pair()
    for beside in (None, "wrong"):
        pair(annotations=beside)
        counts = Findings()
        assert list(read_path(path, counts, format="brat", options=PLAIN)) == [expected]
        assert not counts.repairs
    assert list(read_path(path.with_suffix(".ann"), Findings(), options=PLAIN)) == [expected]


def test_a_text_is_brat_only_with_its_annotations_there_and_wanted(pair):
    def told(path, options=None):
        with open_source(path, options or ReadOptions()) as opened:
            return detect(opened)

    path = pair()
    assert told(path) == "text"
    pair(annotations=line(1, 6, 8, "泉州"))
    assert [told(path), told(path, PLAIN)] == ["brat", "text"]
    assert [told(path.with_suffix(".ann"), one) for one in (None, PLAIN)] == ["brat", "brat"]
    other = pair("泉\tB-LOC\n", None, "8")
    assert told(other) == "columns"


def test_an_end_inside_an_entity_ends_no_sentence(pair):
    document, _ = read(pair("看《谁？我》去。走", line(1, 1, 6, "《谁？我》", "WORK")))
    assert [one.text for one in document.sentences] == ["看《谁？我》去。", "走"]
    assert [len(one.entities) for one in document.sentences] == [1, 0]


@given(documents(characters() | st.sampled_from("。！\n\r，、")), st.sampled_from(["\n", "\r\n"]))
def test_mentions_of_any_text_come_back_each_in_one_sentence(document, line_break):
    wanted = [one for one in document.entities if one.text.strip()]
    lines = [
        line(n, one.start, one.end, " ".join(one.text.split()), one.label)
        for n, one in enumerate(wanted, 1)
    ]
    back, counts = beside("\ufeff" + document.text, "".join(lines).replace("\n", line_break))
    assert (back.text, list(back.entities)) == (document.text, wanted)
    assert not counts
    assert sum(len(one.entities) for one in back.sentences) == len(wanted)


def saved(wanted, folder, **findings):
    """What writing counted; the folder is read again by ``read_path``."""
    counts = Findings(**findings)
    brat_folder.save(wanted, folder, counts, WriteOptions())
    return counts


def contents(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_a_document_is_written_as_two_files_of_its_id(tmp_path):
    fields = {"id": "T7"}
    entities = (Entity("泉州", "LOC", 6, 8, fields=fields), Entity("阿梨", "PER", 0, 2))
    counts = saved([Document(TEXT, entities, id="7")], tmp_path / "new" / "folder")
    annotations = line(7, 6, 8, "泉州") + line(1, 0, 2, "阿梨", "PER")
    assert contents(tmp_path / "new" / "folder") == {"7.txt": TEXT, "7.ann": annotations}
    assert not counts


def test_a_mention_over_the_end_of_a_line_is_written_in_pieces(tmp_path):
    entity = Entity("苏\r\n\n州 城", "LOC", 3, 10)
    saved([Document("她在去苏\r\n\n州 城。", (entity,))], tmp_path)
    written = (tmp_path / "000001.ann").read_text(encoding="utf-8")
    assert written == "T1\tLOC 3 4;7 10\t苏 州 城\n"


def test_ids_that_no_other_entity_has_are_kept(tmp_path):
    ids = ["T2", "T3", "T3", "x", None, 4, "T1"]
    entities = tuple(Entity("泉州", "LOC", 6, 8, fields={"id": id} if id else {}) for id in ids)
    counts = saved([Document(TEXT, entities)], tmp_path)
    written = (tmp_path / "000001.ann").read_text(encoding="utf-8")
    assert [one.split("\t")[0] for one in written.splitlines()] == [
        *("T2", "T4", "T5", "T6", "T7", "T8", "T1")
    ]
    assert counts == {brat_folder.FIELDS: 4}


@pytest.mark.parametrize(
    "ids, names",
    [
        ([None, None], ["000001", "000002"]),
        (["a", "A", 7], ["a", "A-2", "7"]),
        (["../../x", "a/b c", "..", ".a"], ["_.._x", "a_b_c", "000003", "a"]),
        (["000002", None], ["000002", "000002-2"]),
        (["ａ.b", "é", "e\u0301"], ["ａ.b", "é", "e_"]),
        (["泉" * 80], ["泉" * 50]),
        (["", 0, {"a": 1}], ["000001", "0", "_a_1_"]),
    ],
)
def test_names_of_files_are_safe_and_no_two_are_the_same(tmp_path, ids, names):
    counts = saved([Document("茶", id=id) for id in ids], tmp_path)
    assert {path.stem for path in tmp_path.glob("*.txt")} == set(names)
    changed = [id for id, name in zip(ids, names, strict=True) if id not in (None, name)]
    assert counts[brat_folder.RENAMED] == len([id for id in changed if str(id) not in names])


def test_files_that_are_there_are_not_overwritten(tmp_path):
    (tmp_path / "annotation.conf").write_text("[entities]", encoding="utf-8")
    (tmp_path / "b.ann").write_text("old", encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        saved([Document("茶", id="a"), Document("茶", id="b")], tmp_path)
    path = tmp_path / "b.ann"
    assert str(raised.value) == f"{path}: is there already; brat's files are never overwritten"
    assert sorted(contents(tmp_path)) == ["a.ann", "a.txt", "annotation.conf", "b.ann"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_file_is_no_folder(tmp_path):
    path = tmp_path / "a"
    path.write_text("茶", encoding="utf-8")
    with pytest.raises(CorpusError, match="a: is a file; brat's documents are written to a folder"):
        saved([], path)


def test_no_documents_are_an_empty_folder(tmp_path):
    saved([], tmp_path / "a")
    assert contents(tmp_path / "a") == {}


@pytest.mark.parametrize("label", ["A B", "", "A\u3000B", "A\n"])
def test_a_label_with_blanks_is_refused(tmp_path, label):
    document = Document("茶", (Entity("茶", label, 0, 1),), id=7)
    with pytest.raises(CorpusError) as raised:
        saved([document], tmp_path)
    expected = "cannot be written in brat, where blanks end a label"
    assert str(raised.value) == f"document 7: the label {label!r} {expected}"
    assert contents(tmp_path) == {}


@pytest.mark.parametrize(
    "document", [Document("茶\ud800"), Document("茶", (Entity("茶", "A\ud800", 0, 1),))]
)
def test_lone_surrogates_are_refused(tmp_path, document):
    with pytest.raises(CorpusError, match=r"lone surrogate U\+D800 at character 1 .* in brat"):
        saved([document], tmp_path)
    assert contents(tmp_path) == {}


def test_what_brat_cannot_hold_is_told_with_its_place(tmp_path):
    text = "\n阿梨。她"
    entities = (
        Entity("\n", "PER", 0, 1),
        Entity("\n阿梨", "PER", 0, 3, 0.5, {"id": "T1", "kind": "name"}),
    )
    place = Place("corpus.jsonl", 3)
    document = Document(text, entities, ((0, 2), (2, 5)), fields={"topic": "茶"}, place=place)
    told = []
    saved([document], tmp_path, listener=told.append)
    assert {(one.kind, one.example) for one in told} == {
        (brat_folder.FIELDS, "topic"),
        (brat_folder.FIELDS, "kind"),
        (brat_folder.SCORES, "\n阿梨"),
        (brat_folder.EMPTY, "\n"),
        (brat_folder.TRIMMED, "\n阿梨"),
        (brat_folder.RETOLD, text),
    }
    assert {one.place for one in told} == {place}
    assert (tmp_path / "000001.ann").read_text(encoding="utf-8") == line(1, 1, 3, "阿梨", "PER")


def test_what_has_no_place_in_a_text_is_told_with_its_own(pair):
    told = []
    path = pair(annotations=line(1, 6, 8, "泉州") + "T2\tLOC 0 1;6 7\t阿 泉\n" + "R1\tx\n")
    list(read_path(path, Findings(told.append)))
    annotations = str(path.with_suffix(".ann"))
    assert [(one.kind, one.place, one.example) for one in told] == [
        (brat.OTHERS, (annotations, 3), "R1\tx"),
        (brat.DISCONTINUOUS, (annotations, 2), "阿 泉"),
    ]


@pytest.mark.parametrize("said", [" ", "\u3000", "  "])
def test_blanks_are_a_mention_too(said):
    entities, counts = found(f"泉{said}州", line(1, 1, 1 + len(said), said))
    assert entities == [Entity(said, "LOC", 1, 1 + len(said))]
    assert not counts


def test_a_mention_that_many_lines_are_missing_from_takes_no_longer_than_its_file():
    entities, counts = found(TEXT, "T1\tLOC 0 999999999\tx\n" + "y\n" * 200_000)
    assert entities == []
    assert counts == {brat.ELSEWHERE: 1}


@given(st.lists(documents(characters() | st.sampled_from("。！\n\r，、")), max_size=3))
def test_what_is_written_comes_back(wanted):
    with TemporaryDirectory() as folder:
        counts = saved(wanted, Path(folder) / "new")
        back = list(read_path(Path(folder) / "new", Findings(), format="brat")) if wanted else []
    assert [one.text for one in back] == [one.text for one in wanted]
    for one, expected in zip(back, wanted, strict=True):
        stripped = [within(entity) for entity in expected.entities]
        assert list(one.entities) == [entity for entity in stripped if entity.text]
    assert counts[brat_folder.EMPTY] == sum(
        not within(entity).text for one in wanted for entity in one.entities
    )


def within(entity):
    """A mention without the line breaks that it begins and ends with."""
    text = entity.text.strip("\r\n")
    start = entity.start + len(entity.text) - len(entity.text.lstrip("\r\n"))
    return Entity(text, entity.label, start, start + len(text))


@given(documents(characters() | st.sampled_from("。，"), min_size=0), st.data())
def test_nested_entities_and_their_numbers_come_back(document, data):
    size = len(document.text)
    drawn = data.draw(st.lists(st.tuples(st.integers(0, size), st.integers(0, size)), max_size=4))
    places = sorted({(min(pair), max(pair)) for pair in drawn if pair[0] != pair[1]})
    texts = [(document.text[start:end], start, end) for start, end in places]
    entities = tuple(
        Entity(text, "LOC", start, end, fields={"id": f"T{9 - n}"})
        for n, (text, start, end) in enumerate(texts)
        if not {text[0], text[-1]} & {"\r", "\n"}
    )
    with TemporaryDirectory() as folder:
        counts = saved([document.with_entities(entities)], Path(folder))
        (back,) = read_path(Path(folder), Findings())
    assert (back.text, back.entities) == (document.text, entities)
    assert [one.fields for one in back.entities] == [one.fields for one in entities]
    assert not counts
