"""Arrays come back from fewer bytes as they were, or not at all."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from rows import reread

from ner.features.deflation import ArrayError, Deflated, deflated, inflated
from ner.features.packing import WORTH, written

KINDS = st.sampled_from([np.uint8, np.uint16, np.uint32, np.int32, np.int64, np.float64])
SHAPES = arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=7)


@given(arrays.arrays(KINDS, SHAPES))
def test_an_array_comes_back_as_it_was(array):
    again = inflated(np.frombuffer(deflated(array), np.uint8), Deflated.of(array), "own")
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    assert again.tobytes() == np.ascontiguousarray(array).tobytes()


@pytest.mark.parametrize("size", [0, 2, 4])
def test_content_of_another_size_is_an_error(size):
    content = np.frombuffer(zlib.compress(b"abc"), np.uint8)
    with pytest.raises(ArrayError, match=f"own: .* expected {size}"):
        inflated(content, Deflated("|u1", (size,)), "own")


@pytest.mark.parametrize("about", [("O", (1,)), ("?", (1,)), ("<u2", (-1,)), ("x", (1,))])
def test_other_kinds_and_shapes_are_errors(about):
    with pytest.raises(ArrayError):
        Deflated(*about)


def test_large_arrays_that_are_alike_are_deflated_and_others_are_left():
    noise = np.random.default_rng(0).integers(0, 256, 9 * WORTH).astype(np.uint8)
    data = {"alike": np.arange(9 * WORTH, dtype=np.uint16), "noise": noise, "few": np.arange(3)}
    assert len(written(data)) < noise.nbytes + WORTH
    again = reread(data)
    assert all(np.array_equal(again[name], own) for name, own in data.items())
