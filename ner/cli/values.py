"""Values of options that cannot be: wrong usage, said before any work begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from ner.errors import ConfigError, choose


@contextmanager
def usage(option: str | None = None) -> Iterator[None]:
    """Takes what is said of settings for wrong usage, of this option if one is named.

    Raises:
        BadParameter: what is done inside raises a ConfigError.
    """
    try:
        yield
    except ConfigError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def checked(check: Callable[[str], object]) -> Callable[[str], str]:
    """The callback of an option whose value is wrong usage if ``check`` raises a ConfigError."""

    def looked_at(value: str) -> str:
        with usage():
            check(value)
        return value

    return looked_at


def input_format(name: str) -> None:
    """Raises a ConfigError unless a format, or ``auto``, is called so."""
    from ner.formats import FORMATS

    if name != "auto":
        choose(name, FORMATS, kind="format")


def output_format(name: str) -> None:
    """Raises a ConfigError unless a format is called so that writes documents to a stream."""
    from ner.formats import FORMATS

    fitting = {name: one for name, one in FORMATS.items() if one.write and one.annotated}
    choose(name, fitting, kind="output format")


def encoding(name: str) -> None:
    """Raises a ConfigError unless files may be in an encoding of this name."""
    from ner.formats.source import byte_order_mark

    byte_order_mark(name)


def device(name: str) -> None:
    """Raises a ConfigError unless a device may be called so, on whatever machine."""
    from ner.model.device import refuse_unknown

    refuse_unknown(name)


def runtime(name: str) -> None:
    """Raises a ConfigError unless a runtime, or ``auto``, is called so."""
    from ner.tagging.runtimes import AUTO, RUNTIMES

    choose(name, {AUTO: None, **RUNTIMES}, kind="runtime")
