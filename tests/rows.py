"""Single texts through what takes many, and saved features read again."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from ner.features.packing import joined, mapped, split, written
from ner.features.texts import Texts


def row_of(channel, text, normalised=None):
    """The numbers that a channel gives the characters of one text."""
    given = Texts.of([text])
    *row, border = channel(given, given if normalised is None else Texts.of([normalised])).tolist()
    assert border == 0
    return row


def matches_of(lexicon, text):
    """What a lexicon finds in one text."""
    return lexicon(Texts.of([text]))


def reread(data):
    """The data as it comes back from a model's folder."""
    plain, arrays = split(data)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "arrays"
        path.write_bytes(written(arrays))
        return joined(json.loads(json.dumps(plain)), mapped(path))


def plain(data):
    """The data with lists for arrays, to be compared."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    return data.tolist() if hasattr(data, "tolist") else data
