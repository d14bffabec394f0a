"""The spans of a batch's tag numbers are those that ``ner.tags.decode`` finds in each sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.tagging.spans import SpanFinder
from ner.tags import WRITABLE, decode, tag_set


@pytest.mark.parametrize("scheme", WRITABLE)
@given(data=st.data())
def test_spans_are_those_of_each_sentence_legal_or_not(scheme, data):
    tags = tag_set(["PER", "LOC"], scheme=scheme)
    numbers = st.integers(0, len(tags) - 1)
    rows = data.draw(st.lists(st.lists(numbers, min_size=1, max_size=12), min_size=1, max_size=5))
    lengths = np.array([len(row) for row in rows])
    path = np.full((len(rows), lengths.max()), data.draw(numbers))  # padding is anything
    for own, row in zip(path, rows, strict=True):
        own[: len(row)] = row
    find = SpanFinder(tags)
    expected = [
        (sentence, *span)
        for sentence, row in enumerate(rows)
        for span in decode([tags[number] for number in row])
    ]
    found = find(path, lengths)
    assert list(find.named(found)) == expected
    flags = st.lists(st.booleans(), min_size=path.size, max_size=path.size)
    covered = np.array(data.draw(flags)).reshape(path.shape)
    free = [one for one in expected if not covered[one[0], one[1] : one[2]].any()]
    assert list(find.named(found.outside(covered))) == free
