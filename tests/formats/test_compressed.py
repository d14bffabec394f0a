"""Compressed files are read as the bytes that they hold, and damage names the file."""

import bz2
import gzip
import lzma

import pytest

from ner.errors import CorpusError
from ner.formats import Findings, ReadOptions, open_source
from ner.formats.compressed import ENDINGS, uncompressed_name
from ner.formats.reading import format_of, read_path

COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
TEXT = "阿梨昨天到了泉州。\r\n\n她在泉州。" * 3_000


def lines(path, **options):
    with open_source(path, ReadOptions(**options)) as source:
        return list(source.lines())


def test_every_known_ending_is_tested():
    assert set(COMPRESS) == set(ENDINGS)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_compressed_file_has_the_lines_of_the_plain_one(tmp_path, ending, encoding):
    plain, packed = tmp_path / "a.txt", tmp_path / f"a.txt{ending}"
    plain.write_bytes(TEXT.encode(encoding))
    packed.write_bytes(COMPRESS[ending](plain.read_bytes()))
    assert lines(packed, encoding=encoding) == lines(plain, encoding=encoding)


@pytest.mark.parametrize("ending", ENDINGS)
def test_several_streams_one_after_another_are_one_file(tmp_path, ending):
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(COMPRESS[ending]("甲\n乙".encode()) + COMPRESS[ending]("丙\n".encode()))
    assert lines(path) == [(1, "甲"), (2, "乙丙")]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_bytes_that_are_told_are_those_on_disk(tmp_path, ending):
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(COMPRESS[ending](TEXT.encode()))
    told = []
    lines(path, watch=told.append)
    assert sum(told) == path.stat().st_size


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("damage", ["cut", "plain"])
def test_damage_is_an_error_that_names_the_file(tmp_path, ending, damage):
    whole = COMPRESS[ending](TEXT.encode())
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(whole[: len(whole) // 2] if damage == "cut" else TEXT.encode())
    with pytest.raises(CorpusError) as raised:
        lines(path)
    expected = f"{path}: damaged, cut short, or not compressed as {ending} says: "
    assert str(raised.value).startswith(expected)


def test_a_bad_byte_inside_is_named_with_its_line(tmp_path):
    path = tmp_path / "a.txt.xz"
    path.write_bytes(lzma.compress("甲\n".encode() + b"\xff\n"))
    with pytest.raises(CorpusError) as raised:
        lines(path)
    assert str(raised.value).startswith(f"{path}:2: not utf-8: byte 0xff (number 4 of the file")


def test_the_format_is_told_from_the_name_below_the_ending(tmp_path):
    assert uncompressed_name("in/a.JSONL.GZ") == "in/a.JSONL"
    assert uncompressed_name("a.txt") == "a.txt"
    assert format_of("a.jsonl.gz") == "jsonl"
    assert format_of("a.xz") is None


def test_a_compressed_corpus_is_detected_and_read(tmp_path):
    path = tmp_path / "train.bio.gz"
    path.write_bytes(gzip.compress("阿\tB-PER\n梨\tI-PER\n在\tO\n\n".encode()))
    (document,) = read_path(path, Findings())
    assert (document.text, [one.text for one in document.entities]) == ("阿梨在", ["阿梨"])
