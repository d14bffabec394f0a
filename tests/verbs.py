"""A verb of the command line called in this process, where PyTorch is loaded already."""

import sys
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper

import pytest

from ner.cli import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def message(self):
        """The one line of an error that a user can put right."""
        assert (self.code, self.out) == (1, "")
        last = self.err.splitlines()[-1]
        assert last.startswith("ner: ")
        assert "Traceback" not in self.err
        return last

    @property
    def usage(self):
        """The one line that says what is wrong with the options."""
        assert (self.code, self.out) == (2, "")
        last = self.err.splitlines()[-1]
        assert last.startswith("Error: ")
        assert "Traceback" not in self.err
        return last


@pytest.fixture
def command(capfd, monkeypatch):
    """``ner ARGUMENTS`` in this process."""

    def done(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["ner", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin)))
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # Typer puts its own there
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        return Outcome(left.value.code or 0, *capfd.readouterr())

    return done
