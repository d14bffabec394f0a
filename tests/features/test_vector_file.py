"""The file of vectors: what is written is read, always the same bytes, and damage is named."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from ner.errors import CorpusError
from ner.features.vector_file import TABLES, Stored, read_about, read_stored, write_vectors
from ner.features.vectors import Wanted, read_vectors

ABOUT = {"sources": ["甲.txt"], "normalise": [], "seed": 3, "epochs": 2, "window": 5}


def stored(table, names, size=4):
    rows = np.arange(len(names) * size, dtype=np.float16).reshape(len(names), size)
    return Stored(table, list(names), rows, np.arange(len(names), 0, -1))


TABLES_OF_ALL = (
    stored("characters", "的了是"),
    stored("bigrams", ["一个"]),
    stored("words", ["啊"]),
)


@pytest.fixture
def path(tmp_path):
    write_vectors(tmp_path / "v.safetensors", TABLES_OF_ALL, ABOUT)
    return tmp_path / "v.safetensors"


def test_what_is_written_is_read(path):
    read = list(read_stored(path))
    assert [one.table for one in read] == list(TABLES)
    for own, other in zip(TABLES_OF_ALL, read, strict=True):
        assert other.names == own.names
        assert np.array_equal(other.rows, own.rows) and other.rows.dtype == np.float16
        assert np.array_equal(other.counts, own.counts) and other.counts.dtype == np.int64
    assert read_about(path) == ABOUT


def test_the_same_tables_are_the_same_bytes(path, tmp_path):
    for _ in range(5):
        write_vectors(tmp_path / "again.safetensors", TABLES_OF_ALL, ABOUT)
        assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()


def test_the_features_find_the_vectors_that_were_written(path):
    wanted = Wanted({"characters": {"是"}, "words": {"啊"}}, spare=0)
    found = read_vectors([path], wanted, lambda text: text)
    assert {table: one.names for table, one in found.items()} == {
        "characters": ("是",),
        "words": ("啊",),
    }
    expected = TABLES_OF_ALL[0].rows[2].astype(np.float32)
    assert np.allclose(found["characters"].rows[0], expected / np.linalg.norm(expected))


def test_a_file_of_other_origin_may_lack_counts_and_say_nothing(tmp_path):
    path = tmp_path / "v.safetensors"
    rows = np.ones((1, 2), dtype=np.float32)
    names = np.frombuffer("的".encode(), dtype=np.uint8)
    save_file({"characters.vectors": rows, "characters.names": names}, path)
    (one,) = read_stored(path)
    assert (one.names, one.size, one.counts) == (["的"], 2, None)
    assert read_about(path) == {}


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("characters.names", None, "not vectors as `ner vectors` writes them: 'characters.names'"),
        ("characters.names", b"a\nb", "damaged: 2 names of characters, but 3 vectors"),
        (
            "characters.names",
            b"\xff\n\n",
            "not vectors as `ner vectors` writes them: 'utf-8' codec",
        ),
        ("characters.vectors", np.ones(3), "damaged: vectors of characters of shape (3,)"),
        ("words.counts", np.ones(2), "damaged: 1 names of words, but counts of shape (2,)"),
    ],
)
def test_damage_is_named(path, name, value, expected):
    tensors = load_file(path)
    if value is None:
        del tensors[name]
    else:
        raw = isinstance(value, bytes)
        tensors[name] = np.frombuffer(value, dtype=np.uint8) if raw else value
    save_file(tensors, path)
    with pytest.raises(CorpusError) as raised:
        list(read_stored(path))
    assert str(raised.value).startswith(f"{path}: {expected}")


@pytest.mark.parametrize("read", [lambda path: list(read_stored(path)), read_about])
def test_what_is_no_such_file_is_named(tmp_path, read):
    path = tmp_path / "v.safetensors"
    with pytest.raises(CorpusError, match="No such file"):
        read(path)
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(CorpusError, match="not vectors as `ner vectors` writes them"):
        read(path)


@pytest.mark.parametrize("about", ["[]", "{"])
def test_metadata_that_is_no_object_is_an_error(tmp_path, about):
    path = tmp_path / "v.safetensors"
    save_file({"a": np.ones(1)}, path, metadata={"about": about})
    with pytest.raises(CorpusError, match="not vectors as"):
        read_about(path)
