"""Sparse pairs of tags: what they mean, cut, joined to batches, written and read."""

import json
import struct

import numpy as np
import pytest

from ner.errors import CorpusError
from ner.features.soft import SoftTags, joined_soft
from ner.features.soft_file import About, read_soft, soft_path, soft_writer

TAGS = ("O", "B-PER", "I-PER")
ABOUT = About(TAGS, "BIO", 1.0, 1e-3)


def chain(length, tags=3, seed=0):
    """Random pairs of a chain, (characters, tags, tags), the first character's in row 0."""
    rng = np.random.default_rng(seed)
    dense = np.zeros((length, tags, tags))
    dense[0, 0] = rng.dirichlet(np.ones(tags))
    for place in range(1, length):
        before = dense[place - 1].sum(axis=0)
        dense[place] = before[:, None] * rng.dirichlet(np.ones(tags), size=tags)
    return dense


def sparse(length, **how):
    return SoftTags.sparse(chain(length, **how), 0.0)


def test_what_is_rare_is_left_out_but_for_the_likeliest():
    dense = np.full((1, 2, 2), 0.0)
    dense[0, 0] = 0.9, 0.1
    kept = SoftTags.sparse(dense, 0.2)
    assert (kept.counts.tolist(), kept.pairs.tolist()) == ([1], [0])
    assert SoftTags.sparse(dense, 0.95).pairs.tolist() == [0]
    np.testing.assert_allclose(kept.dense()[0, 0], [1, 0])


def test_dense_is_what_was_made_sparse():
    np.testing.assert_allclose(sparse(5).dense(), chain(5), atol=5e-4)


def test_a_part_knows_nothing_of_what_stands_before_it():
    whole, part = chain(6), sparse(6).part(2, 5).dense()
    np.testing.assert_allclose(part[1:], whole[3:5], atol=5e-4)
    np.testing.assert_allclose(part[0, 0], whole[2].sum(axis=0), atol=5e-4)
    assert (part[0, 1:] == 0).all()
    assert sparse(6).part(0, 6).pairs.tolist() == sparse(6).pairs.tolist()


def test_a_batch_expects_what_its_sentences_do():
    rows = [sparse(3, seed=1), None, sparse(5, seed=2)]
    batch = joined_soft(rows, 6)
    own, pairs = batch.expected(6)
    assert batch.shares.tolist() == [1, 0, 1]
    for row, length, seed in ((0, 3, 1), (2, 5, 2)):
        dense = chain(length, seed=seed)
        np.testing.assert_allclose(own[row, :length], dense.sum(axis=1), atol=5e-4)
        np.testing.assert_allclose(own[row, :length].sum(axis=1), 1, atol=1e-12)
        np.testing.assert_allclose(pairs[row], dense[1:].sum(axis=0), atol=2e-3)
        assert (own[row, length:] == 0).all()
    assert (own[1] == 0).all() and (pairs[1] == 0).all()
    assert joined_soft([None, None], 6) is None


def test_a_file_holds_what_was_written(tmp_path):
    path = tmp_path / "own.soft.safetensors"
    given = {"雨下了整夜。": sparse(6), "长": None, "\ud800": sparse(1, seed=3)}
    with soft_writer(path, ABOUT) as writer:
        for text, soft in given.items():
            writer.add(text, soft)
    stored = read_soft(path)
    assert stored.about == ABOUT
    assert stored.lengths.tolist() == [6, 0, 1]
    for name in ("counts", "pairs", "probabilities"):
        parts = [getattr(one, name) for one in given.values() if one is not None]
        np.testing.assert_array_equal(getattr(stored, name), np.concatenate(parts))
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    with soft_writer(path, ABOUT):
        pass
    assert len(read_soft(path).keys) == 0


def test_a_file_that_fails_is_not_there(tmp_path):
    with pytest.raises(RuntimeError), soft_writer(tmp_path / "a", ABOUT) as writer:
        writer.add("茶", sparse(1))
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("labelled.jsonl", "labelled.soft.safetensors"),
        ("labelled.jsonl.xz", "labelled.soft.safetensors"),
        ("news.txt.jsonl", "news.txt.soft.safetensors"),
    ],
)
def test_the_file_stands_beside_the_labelled_one(tmp_path, name, expected):
    assert soft_path(tmp_path / name) == tmp_path / expected


def changed(raw, change):
    """The file with another header, or other numbers."""
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + size])
    about = json.loads(header["__metadata__"]["about"])
    body = change(about, bytearray(raw[8 + size :])) or raw[8 + size :]
    header["__metadata__"]["about"] = json.dumps(about)
    written = json.dumps(header).encode()
    return struct.pack("<Q", len(written)) + written + bytes(body)


def put(at, value):
    def change(about, body):
        body[at] = value
        return body

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda about, body: about.update(format_version=2), "format 2, this version of ner reads"),
        (lambda about, body: about.update(tags=["B-PER", "O"]), "expected O and then others"),
        (lambda about, body: about.pop("scheme") and body, "scheme"),
        (put(8, 5), "do not go together"),  # the sentence's length
        (put(12, 0), "do not go together"),  # the first count
        (put(-1, 0x7C), "out of 0…1"),  # the last probability
        (lambda about, body: body[:-2], ""),
    ],
)
def test_a_damaged_file_is_an_error_with_its_name(tmp_path, change, said):
    path = tmp_path / "own.soft.safetensors"
    with soft_writer(path, ABOUT) as writer:
        writer.add("雨下了整夜。", sparse(6))
    path.write_bytes(changed(path.read_bytes(), change))
    with pytest.raises(CorpusError, match=f"{path}: not soft targets.*{said}"):
        read_soft(path)
