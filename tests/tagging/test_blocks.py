"""Blocks of documents: nothing is lost between them, and reading goes on behind any of them."""

import bz2
import gzip
import json
import lzma
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ner.document import Document
from ner.formats import ReadOptions
from ner.tagging.bulk.blocks import BlockReader, gathered
from ner.tagging.files import Job, Request

PACKED = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
LINES = st.text(st.sampled_from("丙甲乙 \u2028\ufeff😀"), max_size=6)
WRITTEN = {
    "a.txt": "{}\n".format,
    "a.jsonl": lambda text: json.dumps({"text": text}) + "\n\n",
    "a.doccano": lambda text: json.dumps({"text": text, "label": []}) + "\n",
    "a.bio": lambda text: "".join(f"{one}\tO\n" for one in text if one.isalpha()) + "\n",
}


def reader(folder, contents, name, packing, size):
    """The blocks of files that hold these texts, all of one job and then each of its own."""
    paths = []
    for number, texts in enumerate(contents):
        path = Path(folder) / f"{number}{name}{packing}"
        path.write_bytes(PACKED[packing]("".join(map(WRITTEN[name], texts)).encode()))
        paths.append(path)
    jobs = [Job(tuple(paths), None), *(Job((path,), None) for path in paths)]
    return BlockReader(jobs, Request("auto", "jsonl", ReadOptions(tagged=False)), size=size)


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("name", WRITTEN)
def test_reading_goes_on_behind_any_block_as_if_it_had_never_stopped(name, packing):
    @given(st.lists(st.lists(LINES, max_size=8), min_size=1, max_size=3), st.integers(1, 9))
    @settings(max_examples=8)
    def check(contents, size):
        with TemporaryDirectory() as folder:
            whole = list(reader(folder, contents, name, packing, size).blocks())
            for place, block in enumerate(whole):
                again = reader(folder, contents, name, packing, size)
                rest = list(again.blocks(block.job, block.after))
                of_job = [one for one in whole[place + 1 :] if one.job == block.job]
                if not of_job:  # the last one: nothing is left but to say so
                    assert rest.pop(0).documents == ()
                documents = [one.documents for one in rest]
                assert documents == [one.documents for one in whole[place + 1 :]]
                places = [one.place for group in documents for one in group]
                later = [d.place for one in whole[place + 1 :] for d in one.documents]
                assert places == later
                assert [one.repairs for one in rest] == [one.repairs for one in whole[place + 1 :]]

    check()


def test_lines_are_found_by_their_offset_and_are_not_read_again(tmp_path, monkeypatch):
    texts = [f"第{number}行" for number in range(50)]
    blocks = reader(tmp_path, [texts], "a.txt", "", 20)
    third = list(blocks.blocks())[2]
    path = tmp_path / "0a.txt"
    damaged = b"\xff" * third.after.start.offset + path.read_bytes()[third.after.start.offset :]
    path.write_bytes(damaged)
    rest = next(iter(blocks.blocks(0, third.after)))
    assert rest.documents[0].text == texts[third.after.start.lines]
    assert rest.documents[0].place.line == third.after.start.lines + 1


@given(st.lists(LINES, max_size=20), st.integers(1, 30))
def test_blocks_are_as_large_as_they_must_be_and_hold_all(texts, size):
    groups = list(gathered(map(Document, texts), size))
    assert [one.text for group in groups for one in group] == texts
    sizes = [sum(len(one.text) + 1 for one in group) for group in groups]
    assert all(held >= size for held in sizes[:-1])
    assert all(
        held - len(group[-1].text) - 1 < size for held, group in zip(sizes, groups, strict=True)
    )


def test_how_far_the_files_are_read_is_told_in_their_bytes(tmp_path):
    blocks = reader(tmp_path, [["甲乙", "丙"], ["乙"]], "a.txt", "", 1)
    whole = [one.read for one in blocks.blocks()]
    assert whole[-1] == 2 * sum(path.stat().st_size for path in tmp_path.iterdir())
    assert whole == sorted(whole)
    behind = next(one for one in blocks.blocks() if one.job == 1)
    assert [one.read for one in blocks.blocks(1, behind.after)][-1] == whole[-1]
