"""What is said of loading is checked before a model is opened."""

import numpy as np
import pytest

import ner
from ner.errors import ConfigError

WRONG = [
    ("device", None, "expected auto, cpu, cuda, cuda:1 or mps"),
    ("runtime", None, "expected auto, onnx or torch"),
    *(("min_score", got, "expected a number from 0 to 1") for got in ("0.5", None, -0.1, 5, True)),
    *(("min_score", got, "expected a number from 0 to 1") for got in (float("nan"), [1])),
    *(("threads", got, "expected a whole number from 1 on") for got in (0, -1, 1.5, "2", True)),
    *(("batch_characters", got, "expected a whole number from 1 on") for got in (0, -5, 1.5)),
    *(("window", got, "expected a whole number from 16 on") for got in (15, 20.0, "64")),
]


@pytest.mark.parametrize(("name", "got", "expected"), WRONG)
def test_a_value_that_cannot_be_is_refused(tmp_path, name, got, expected):
    for make in (ner.Loading, lambda **how: ner.load(tmp_path, **how)):
        with pytest.raises(ConfigError) as error:
            make(**{name: got})
        assert str(error.value) == f"{name}: got {got!r}, {expected}"


@pytest.mark.parametrize("got", [-1, None, 1.5])
def test_the_number_of_readings_is_whole(got):
    with pytest.raises(ConfigError, match=f"alternatives: got {got}, expected a whole number from"):
        ner.Loading(alternatives=got)


def test_numbers_of_other_libraries_are_taken(tiny_graph):
    how = {"threads": np.int64(1), "window": np.int32(16), "min_score": np.float32(0.5)}
    assert ner.load(tiny_graph, **how)("骆一舟在丽水。").text == "骆一舟在丽水。"


def test_a_device_is_named_as_any_caller_knows_it(tiny_run):
    with pytest.raises(ConfigError, match="^device gpu: expected auto, cpu, cuda, cuda:1 or mps"):
        ner.load(tiny_run, device="gpu")


def test_of_runtimes_all_names_are_told(tiny_run):
    with pytest.raises(ConfigError, match=r"unknown runtime 'tf' \(known: auto, onnx, torch\)"):
        ner.load(tiny_run, runtime="tf")
