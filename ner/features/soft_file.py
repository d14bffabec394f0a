"""The file of soft targets that ``ner label --soft`` writes: its one reader and its one writer.

It is safetensors, the sentences in the order of the labelled ones:

    keys           uint64 (sentences): each text's BLAKE2b of 8 bytes, so that it is found again
    lengths        uint32 (sentences): characters; 0 where a sentence has no soft targets
    counts         whole numbers (characters): how many pairs of tags are kept for each
    pairs          whole numbers (entries): their numbers, as ``SoftTags`` counts them
    probabilities  float16 (entries)

and the metadata's one entry, ``about``, is JSON: the format version, the tags in the order of their
numbers, their scheme, the temperature, and below which probability a pair is left out.
"""

from __future__ import annotations

import json
import shutil
import struct
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ner.errors import CorpusError
from ner.features.soft import Numbers, SoftTags, number_type
from ner.formats.compressed import uncompressed_name
from ner.storage import dumps, whole_file

FORMAT_VERSION = 1
ENDING = ".soft.safetensors"
ABOUT = "about"
PARTS = ("keys", "lengths", "counts", "pairs", "probabilities")
NAMES = {"uint8": "U8", "uint16": "U16", "uint32": "U32", "uint64": "U64", "float16": "F16"}


@dataclass(frozen=True, slots=True)
class About:
    """What the numbers in a file mean."""

    tags: tuple[str, ...]  # in the order of their numbers
    scheme: str
    temperature: float
    least: float  # a pair's probability; rarer ones are left out


def soft_path(labelled: Path) -> Path:
    """Where the soft targets of a file of labelled sentences are."""
    return labelled.with_name(Path(uncompressed_name(labelled.name)).stem + ENDING)


def key_of(text: str) -> int:
    """The number that a text is found by."""
    return int.from_bytes(
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
    )


def part_types(tags: int) -> list[np.dtype[Any]]:
    """The types of a file's parts, for so many tags."""
    whole = np.dtype(number_type(tags))
    return [np.dtype(np.uint64), np.dtype(np.uint32), whole, whole, np.dtype(np.float16)]


class SoftWriter:
    """Takes sentence after sentence; what it has taken waits on the disk."""

    def __init__(self, about: About, parts: Mapping[str, IO[bytes]]) -> None:
        self._types = dict(zip(PARTS, part_types(len(about.tags)), strict=True))
        self._parts = parts

    def add(self, text: str, soft: SoftTags | None) -> None:
        """The next sentence; without soft targets it is only named."""
        self._put("keys", [key_of(text)])
        self._put("lengths", [0 if soft is None else len(soft)])
        if soft is not None:
            for name in ("counts", "pairs", "probabilities"):
                self._put(name, getattr(soft, name))

    def header(self, about: About) -> bytes:
        """What stands before the numbers."""
        described: dict[str, Any] = {
            "__metadata__": {ABOUT: dumps({"format_version": FORMAT_VERSION, **asdict(about)})}
        }
        start = 0
        for name, type_ in self._types.items():
            end = start + self._parts[name].tell()
            shape = [(end - start) // type_.itemsize]
            offsets = [start, end]
            described[name] = {
                "dtype": NAMES[type_.name],
                "shape": shape,
                "data_offsets": offsets,
            }
            start = end
        written = dumps(described).encode("utf-8")
        written += b" " * (-len(written) % 8)
        return struct.pack("<Q", len(written)) + written

    def _put(self, name: str, values: Any) -> None:
        self._parts[name].write(np.asarray(values, dtype=self._types[name]).tobytes())


@contextmanager
def soft_writer(path: Path, about: About) -> Iterator[SoftWriter]:
    """A writer whose file stands at ``path`` once the block ends without an error.

    Memory does not grow with the sentences.
    """
    with ExitStack() as opened:
        target = opened.enter_context(whole_file(path))
        parts = {
            name: opened.enter_context(tempfile.TemporaryFile(dir=path.parent)) for name in PARTS
        }
        writer = SoftWriter(about, parts)
        yield writer
        target.write(writer.header(about))
        for part in parts.values():
            part.seek(0)
            shutil.copyfileobj(part, target)


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file holds, an array a part; the sentences and their characters in order."""

    about: About
    keys: NDArray[np.uint64]
    lengths: NDArray[np.uint32]
    counts: Numbers
    pairs: Numbers
    probabilities: NDArray[np.float16]

    def used(self) -> NDArray[np.bool_]:
        """Which pairs occur, (tags, tags)."""
        size = len(self.about.tags)
        return np.bincount(self.pairs, minlength=size * size).reshape(size, size) > 0


def read_soft(path: Path) -> Stored:
    """All of a file.

    Raises:
        CorpusError: it cannot be read, or is not such a file.
    """
    from safetensors import SafetensorError, safe_open

    try:
        path.open("rb").close()  # safetensors' own error would name the file once more
        with safe_open(str(path), framework="numpy") as file:
            about = _about(json.loads((file.metadata() or {})[ABOUT]))
            stored = Stored(about, *(file.get_tensor(name) for name in PARTS))
        _check(stored)
    except OSError as error:
        raise CorpusError(error.strerror or str(error), path=path) from error
    except (SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        why = f"not soft targets as `ner label --soft` writes them: {error}"
        raise CorpusError(why, path=path) from error
    return stored


def _about(written: Mapping[str, Any]) -> About:
    version, tags = written["format_version"], tuple(written["tags"])
    if version != FORMAT_VERSION:
        raise ValueError(f"format {version!r}, this version of ner reads format {FORMAT_VERSION}")
    if not all(isinstance(tag, str) for tag in tags) or tags[:1] != ("O",):
        raise ValueError(f"tags {tags!r}, expected O and then others")
    return About(tags, written["scheme"], float(written["temperature"]), float(written["least"]))


def _check(stored: Stored) -> None:
    """Makes sure that the parts fit together.

    Raises:
        ValueError: they do not.
    """
    arrays = [getattr(stored, name) for name in PARTS]
    size = len(stored.about.tags)
    if [one.dtype for one in arrays] != part_types(size) or any(one.ndim != 1 for one in arrays):
        raise ValueError("parts of another type or shape")
    held = [len(one) for one in arrays]
    characters, entries = (int(one.sum(dtype=np.int64)) for one in arrays[1:3])
    if held != [held[0], held[0], characters, entries, entries]:
        raise ValueError(f"parts of {held} numbers, which do not go together")
    if entries and not (stored.pairs.max() < size * size and stored.counts.min() > 0):
        raise ValueError("pairs of tags that there are none of")
    if not ((stored.probabilities > 0) & (stored.probabilities <= 1)).all():
        raise ValueError("probabilities out of 0…1")
