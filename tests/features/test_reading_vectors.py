"""Ready vectors are read from both kinds of files and pruned to what is needed."""

import numpy as np
import pytest
from safetensors.numpy import save

from ner.errors import CorpusError
from ner.features.vectors import Kept, Wanted, read_vectors

TABLE = {"雨": (3, 4), "停": (0, 1), "了": (1, 0), "鹭": (2, 2), "雨停": (5, 0), "青禾书店": (0, 2)}
LOWER = str.lower


def word2vec(table=TABLE, *, header=False, end="\n"):
    lines = [" ".join([name, *map(str, row)]) for name, row in table.items()]
    if header:
        lines.insert(0, f"{len(table)} {len(next(iter(table.values())))}")
    return "".join(line + end for line in lines).encode("utf-8")


def stored(tables):
    """A file as ``ner vectors`` writes it, of {table: {name: row}}."""
    tensors = {}
    for table, rows in tables.items():
        names = "\n".join(rows).encode("utf-8")
        tensors[f"{table}.names"] = np.frombuffer(names, dtype=np.uint8)
        tensors[f"{table}.vectors"] = np.array(list(rows.values()), dtype=np.float16)
    return save(tensors)


@pytest.fixture
def read(tmp_path):
    """Writes files and reads what is wanted of them."""

    def vectors(*contents, texts=("雨停了",), words=None, spare=0, ending=".txt", normalise=LOWER):
        paths = [tmp_path / f"{number}{ending}" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        found = read_vectors(paths, Wanted.by(texts, words, spare=spare), normalise)
        return {table: directions(one) for table, one in found.items()}

    return vectors


def directions(vectors):
    """The names with their vectors, scaled to be compared; their mean norm is 1."""
    norms = np.linalg.norm(vectors.rows, axis=1)
    assert norms.mean() == pytest.approx(1, abs=1e-3)
    assert vectors.rows.dtype == np.float32
    assert vectors.size == vectors.rows.shape[1]
    rows = (vectors.rows / vectors.rows[0].max()).round(3)
    return dict(zip(vectors.names, rows.tolist(), strict=True))


CHARACTERS = {"雨": [0.75, 1], "停": [0, 0.25], "了": [0.25, 0]}


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("end", ["\n", " \n", "\r\n", " \r\n"])
def test_word2vecs_names_are_of_the_table_that_their_length_says(read, header, end):
    found = read(word2vec(header=header, end=end), words={"雨停", "青禾书店", "鹭"})
    assert found == {
        "characters": CHARACTERS,
        "bigrams": {"雨停": [1, 0]},
        "words": {"鹭": [1, 1], "雨停": [2.5, 0], "青禾书店": [0, 1]},
    }


def test_a_stored_files_tables_are_those_that_it_names(read):
    content = stored({"characters": TABLE, "words": {"青禾书店": (1, 2), "雨": (3, 0)}})
    found = read(content, ending=".safetensors", words={"雨", "青禾书店"})
    assert found["characters"] == CHARACTERS
    assert found["words"] == {"青禾书店": [0.5, 1], "雨": [1.5, 0]}
    assert found.keys() == {"characters", "words"}


@pytest.mark.parametrize(
    ("ending", "write"),
    [(".txt", word2vec), (".safetensors", lambda table: stored({"characters": table}))],
)
class TestPruning:
    def test_what_is_needed_is_kept_and_the_first_of_the_others(self, read, ending, write):
        table = {name: (1, 1) for name in "甲雨乙丙停丁"}
        for spare, names in ((0, "雨停"), (1, "甲雨停"), (3, "甲雨乙丙停"), (99, "甲雨乙丙停丁")):
            found = read(write(table), ending=ending, spare=spare)["characters"]
            assert "".join(found) == names

    def test_the_first_spelling_of_a_name_counts(self, read, ending, write):
        table = {"A": (4, 0), "雨": (0, 4), "a": (9, 9), "B": (1, 1), "b": (2, 2)}
        found = read(write(table), ending=ending, texts=["a雨"], spare=5)["characters"]
        assert found == {"a": [1, 0], "雨": [0, 1], "b": [0.25, 0.25]}

    def test_the_first_file_counts_for_a_table(self, read, ending, write):
        first, second = write({"雨": (1, 0), "停": (2, 0)}), write({"停": (0, 5), "了": (0, 5)})
        found = read(first, second, ending=ending)
        assert found["characters"] == {"雨": [1, 0], "停": [2, 0]}

    def test_a_file_without_anything_that_is_needed_is_an_error(
        self, read, tmp_path, ending, write
    ):
        with pytest.raises(CorpusError, match="none of the characters, bigrams that are needed"):
            read(write({"鹭": (1, 2)}), ending=ending, spare=9)

    def test_a_vector_of_zeros_is_a_vector(self, tmp_path, ending, write):
        path = tmp_path / f"zeros{ending}"
        path.write_bytes(write({"雨": (0, 0)}))
        found = read_vectors([path], Wanted.by(["雨"], None, spare=0), str)["characters"]
        assert (found.names, found.rows.tolist()) == (("雨",), [[0, 0]])


def test_words_are_kept_only_where_they_are_needed(read):
    found = read(word2vec(), words={"青禾书店", "无"}, spare=99)
    assert found["words"] == {"青禾书店": [0, 1]}
    assert set(found["characters"]) == set("雨停了鹭")
    assert "words" not in read(word2vec(), words=None, spare=99)


def test_what_stands_before_a_texts_end_is_no_names_bigram():
    needed = Wanted.by(["雨停", "了"], None, spare=0).needed
    assert needed == {"characters": set("雨停了"), "bigrams": {"雨停", "停\n", "了\n"}}


# word2vec's lines.


def test_a_name_may_hold_blanks_and_may_be_one(read):
    content = b"2 2\nNew York 1 2\n\xe3\x80\x80 3 4\n  5 6\n"
    words = {"new york", "\u3000", " "}
    found = read(content, words=words, texts=["\u3000"])
    assert found["words"] == {"new york": [0.5, 1], "\u3000": [1.5, 2], " ": [2.5, 3]}


def test_odd_separators_in_a_name_end_no_line(read):
    names = ["a\u2028b", "a\u0085b", "a\x0bb", "a\rb"]
    found = read(word2vec({"雨": (1, 1), **{name: (2, 1) for name in names}}), words=set(names))
    assert list(found["words"]) == names


def test_empty_lines_are_nothing(read):
    assert read(b"\n" + word2vec() + b"\n\n")["characters"] == CHARACTERS


@pytest.mark.parametrize("table", [{"雨": (1,), "停": (2,)}, {"12": (34, 1), "雨": (1, 1)}])
def test_a_first_line_that_is_no_header_is_a_vector(read, table):
    assert read(word2vec(table), texts=["12雨"]).keys() >= {"characters"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("雨", "0 numbers, expected 2"),
        ("雨 0.1", "1 numbers, expected 2"),
        ("雨 0.1 0.2 0.3", "3 numbers, expected 2"),
        ("雨 0.1 -0.2e-3 0.3 1", "4 numbers, expected 2"),
        ("雨 0.1 x", "x"),
        ("雨 0.1 ", "1 numbers, expected 2"),
        ("雨 0.1\t0.2", "1 numbers, expected 2"),
        ("雨 0.1 nan", "not finite"),
        ("雨 0.1 -inf", "not finite"),
        ("雨 0.1 1e60", "not finite"),
    ],
)
@pytest.mark.parametrize("header", [True, False])
def test_a_damaged_line_is_an_error_with_its_place(read, tmp_path, header, line, reason):
    table = {"停": (0.5, 1.5), "了": (1.5, 0.25)}
    content = word2vec(table, header=header) + f"{line}\n鹭 1 1\n".encode()
    with pytest.raises(CorpusError, match=reason) as caught:
        read(content)
    place = (str(tmp_path / "0.txt"), 3 + header)
    assert (caught.value.path, caught.value.line) == place


@pytest.mark.parametrize("content", [b"\xe9\x9b\xa8\n", b"5\n", b"\x00\x01\x02"])
def test_a_file_of_no_vectors_is_an_error_at_its_first_line(read, content):
    with pytest.raises(CorpusError, match="expected some") as caught:
        read(content)
    assert caught.value.line == 1


def test_a_header_that_lies_is_an_error(read):
    with pytest.raises(CorpusError, match="2 numbers, expected 3"):
        read(b"2 3\n" + word2vec())


def test_an_empty_file_is_an_error(read):
    with pytest.raises(CorpusError, match="none of the characters"):
        read(b"")


def test_names_that_are_not_utf_8_are_left_out_and_counted(read, caplog):
    content = word2vec() + b"\xe9\x9b 7 7\n" + b"\xff 8 8\n"
    assert read(content, spare=9)["characters"].keys() == set("雨停了鹭")
    assert "2 names are not UTF-8" in caplog.text


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    for name in ("gone.txt", "gone.safetensors"):
        with pytest.raises(CorpusError, match=rf"{name}: No such file"):
            read_vectors([tmp_path / name], Wanted.by(["雨"], None, spare=0), str)


def test_no_more_is_in_memory_than_what_is_kept():
    kept = Kept({"雨"}, spare=2)
    taken = [name for name in ("甲", "雨", "甲", "乙", "丙", "雨", "丁") if _take(kept, name)]
    assert taken == ["甲", "雨", "乙"]
    assert kept.found == 1
    assert kept.vectors().names == ("甲", "雨", "乙")


def _take(kept, name):
    """Puts a name's vector where it is wanted."""
    wanted = kept.wants(name)
    if wanted:
        kept.put(name, np.ones(2, dtype=np.float16))
    return wanted


# Stored files.


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not vectors"),
        (b"no such file", "not vectors"),
        (stored({"characters": TABLE})[:-3], "not vectors"),
        (save({"characters.vectors": np.zeros((2, 3), np.float16)}), "characters.names"),
        (
            save(
                {
                    "characters.vectors": np.zeros((3, 2), np.float16),
                    "characters.names": np.frombuffer("雨\n停".encode(), dtype=np.uint8),
                }
            ),
            "2 names of characters, but 3 vectors",
        ),
        (
            save(
                {
                    "characters.vectors": np.zeros((1, 2), np.float16),
                    "characters.names": np.frombuffer("雨".encode("gbk"), dtype=np.uint8),
                }
            ),
            "not vectors",
        ),
        (stored({"characters": {"雨": (1, np.inf)}}), "not finite"),
        (stored({"characters": {"雨": (1, np.nan)}}), "not finite"),
    ],
)
def test_a_damaged_stored_file_is_an_error_with_its_path(read, tmp_path, content, reason):
    with pytest.raises(CorpusError, match=reason) as caught:
        read(content, ending=".safetensors")
    assert caught.value.path == str(tmp_path / "0.safetensors")
