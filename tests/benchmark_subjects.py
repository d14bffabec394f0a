"""Programs that are measured in tests: workers that tag by rule, that fail, that end."""

import sys
import textwrap

PROGRAM = """
import os
from ner.benchmark.worker import serve
from ner.errors import ModelError

def load(request):
    {load}

serve(load)
"""
RULE = """
    print("what a program prints does not disturb the answers")
    def tag(texts):
        for text in texts:
            yield [(at, at + 1, request["label"]) for at, one in enumerate(text) if one == "甲"]
    return tag
"""
FAILING = {
    "raise ModelError('no such model')": "no such model",
    "raise SystemExit('out of tape')": "the measured process ended with code 1: out of tape",
    "os.kill(os.getpid(), 9)": "was ended by SIGKILL: was there too little memory?",
    "1 / 0": "ended with code 1: ZeroDivisionError: division by zero",
}


def program(load=RULE):
    """The command of a worker whose ``load`` is this code."""
    indented = textwrap.indent(textwrap.dedent(load).strip(), "    ").strip()
    return [sys.executable, "-c", PROGRAM.format(load=indented)]
