"""What computes tags goes on computing wherever it finds itself."""

import os
import signal

import pytest

import ner

LONG = "骆一舟从衢州到丽水，雨下了整夜。" * 99


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_computes_in_threads_of_its_own(tiny_graph):
    tagger = ner.load(tiny_graph, runtime="onnx", threads=2)
    expected = tagger(LONG)
    child = os.fork()
    if not child:
        signal.alarm(20)
        os._exit(0 if tagger(LONG) == expected else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert tagger(LONG) == expected
