"""The options of verbs that obey a dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import say

if TYPE_CHECKING:
    from ner.tagging.tagger import Tagger

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


def tell_new_labels(tagger: Tagger) -> None:
    """Names the labels that come from a dictionary alone: one may be a slip of the pen."""
    from ner.tagging.dictionary.guided import Guided
    from ner.tagging.dictionary.ready import BUILTIN

    if not isinstance(tagger, Guided):
        return
    rules = tagger.dictionary.rules()
    new = {rule.label for part, rule in rules if part.path != BUILTIN} & tagger.new_labels
    if new:
        known = ", ".join(sorted(set(tagger.labels) - tagger.new_labels))
        say(f"labels only of the dictionary: {', '.join(sorted(new))}; the model has {known}")
