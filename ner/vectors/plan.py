"""What a user can choose about vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ner.errors import ConfigError, choose
from ner.features.normalisation import Normaliser
from ner.vectors.kinds import KINDS

SCRIPT = "script"
RULES = {"width": "width", "case": "case", SCRIPT: SCRIPT}


@dataclass(frozen=True, slots=True)
class Plan:
    """Which vectors are made, and how.

    Args:
        tables: names out of ``KINDS``.
        normalise: names out of ``width``, ``case`` and ``script``; as ``features.normalise`` has
            them, so that the names are those of the features.
        size: of a vector.
        window: how many names to each side are a name's neighbours.
        min_count: by table; rarer names have no vector.
        epochs: how often the text is gone through.
        skip_gram: for all tables; None for what suits each.
        workers: threads; only one alone makes the same vectors again.
        seed: of the first weights and of all that is drawn.
    """

    tables: tuple[str, ...] = tuple(KINDS)
    normalise: tuple[str, ...] = tuple(RULES)
    size: int = 50
    window: int = 5
    min_count: Mapping[str, int] = field(default_factory=dict)
    epochs: int = 3
    skip_gram: bool | None = None
    workers: int = 1
    seed: int = 1

    def least(self, table: str) -> int:
        """How often a name of the table is to occur."""
        return self.min_count.get(table, KINDS[table].min_count)

    def skips(self, table: str) -> bool:
        """Whether the table is trained by skip-gram."""
        return KINDS[table].skip_gram if self.skip_gram is None else self.skip_gram


def parse_rules(written: str) -> tuple[str, ...]:
    """The rules of ``width,case,script``, in this order; none of ``none``.

    Raises:
        ConfigError: there is no such rule.
    """
    if written == "none":
        return ()
    wanted = [choose(one.strip(), RULES, kind="normalisation") for one in written.split(",")]
    return tuple(rule for rule in RULES if rule in wanted)


def parse_counts(written: Iterable[str]) -> dict[str, int]:
    """The least counts in ``20`` (for every table) and ``bigrams=20``; the later one counts.

    Raises:
        ConfigError: one is no number from 1, or there is no such table.
    """
    counts: dict[str, int] = {}
    for one in written:
        table, equals, number = one.rpartition("=")
        if not number.isdecimal() or int(number) < 1:
            raise ConfigError(f"got {one!r}, expected a number from 1, or TABLE=NUMBER")
        if equals:
            choose(table, KINDS, kind="table")
        counts.update(dict.fromkeys([table] if equals else KINDS, int(number)))
    return counts


def normaliser(rules: Iterable[str]) -> Normaliser:
    """The features' normalisation by these rules."""
    return Normaliser.of(tuple(rules))
