"""Packed files read as what is in them; damaged ones are told by name."""

import gzip
import lzma

import pytest

from ner.errors import CorpusError
from ner.formats import Findings, ReadOptions
from ner.formats.reading import format_of, read_path

LINES = "骆一舟在丽水。\n雨下了整夜。\n" * 50
PACK = {".gz": gzip.compress, ".xz": lzma.compress}


def texts(path, **options):
    found = read_path(path, Findings(), format="text", options=ReadOptions(**options))
    return [one.text for one in found]


@pytest.mark.parametrize("ending", PACK)
def test_a_packed_file_reads_as_what_is_in_it(tmp_path, ending):
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(PACK[ending](LINES.encode()))
    assert texts(path) == LINES.splitlines()


@pytest.mark.parametrize("ending", PACK)
def test_what_is_read_is_told_as_packed_bytes(tmp_path, ending):
    told, path = [], tmp_path / f"a.txt{ending}"
    path.write_bytes(PACK[ending](LINES.encode()))
    texts(path, watch=told.append)
    assert sum(told) == path.stat().st_size


@pytest.mark.parametrize("ending", PACK)
@pytest.mark.parametrize("damage", ["cut", "other", "changed"])
def test_a_damaged_file_is_an_error_with_its_name(tmp_path, ending, damage):
    whole = PACK[ending](LINES.encode())
    middle = len(whole) // 2
    broken = {
        "cut": whole[:middle],
        "other": LINES.encode(),
        "changed": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
    }
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(broken[damage])
    with pytest.raises(CorpusError, match=rf"a\.txt\{ending}: damaged, or not packed as it says"):
        texts(path)


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.jsonl.xz", "jsonl"), ("a.txt.gz", "text"), ("a.TXT.XZ", "text"), ("a.xz", None)],
)
def test_the_format_is_told_by_the_ending_before_that_of_the_packing(name, format):
    assert format_of(name) == format
