"""The options of verbs that obey a dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import say

if TYPE_CHECKING:
    from ner.tagging.dictionary import Dictionary

Words = Annotated[
    list[str] | None,
    typer.Option(
        "--dictionary",
        metavar="FILE[:MODE]",
        help="Mentions with their labels; MODE is force, prefer, fill or forbid [force].",
    ),
]
Patterns = Annotated[
    list[str] | None,
    typer.Option(
        "--patterns",
        metavar="FILE[:MODE]",
        help="Labels with regular expressions; builtin has phone numbers, e-mail …",
    ),
]


def named(words: Sequence[str] | None, patterns: Sequence[str] | None) -> Dictionary | None:
    """The dictionary that the options name; where they name none, nothing of it is loaded."""
    if not words and not patterns:
        return None
    from ner.tagging.dictionary import Dictionary

    return Dictionary.named(words or (), patterns or ())


def tell_new_labels(dictionary: Dictionary | None, models: Sequence[Path]) -> None:
    """Names the labels that come from a dictionary alone: one may be a slip of the pen."""
    if dictionary is None:
        return
    from ner.model.folder import read_description
    from ner.tagging.bag import all_members
    from ner.tagging.dictionary.ready import BUILTIN
    from ner.tagging.dictionary.rules import FILL, FORCE

    known = read_description(all_members(models)[0]).labels
    own = [part for part in dictionary.parts if part.path != BUILTIN]
    giving = [part for part in own if part.manner.mode in (FORCE, FILL)]
    new = {rule.label for part in giving for rule in part.rules} - set(known)
    if new:
        model = ", ".join(sorted(known))
        say(f"labels only of the dictionary: {', '.join(sorted(new))}; the model has {model}")
