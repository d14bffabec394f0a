"""What benchmarks/speed.py measured, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

OURS = "zhuyi-ner"
COLUMNS = (
    *("system", "threads", "characters/s", "95 % interval", "processors used", "load, s"),
    *("first answer, s", "peak, MiB", "F1, PER LOC ORG", "F1, all labels"),
)


def markdown(found: dict[str, Any]) -> Iterator[str]:
    """The tables."""
    facts = found["machine"]
    numbers = " ".join(f"{name} {version}" for name, version in facts["versions"].items())
    yield f"{facts['processor']}, {facts['cores']} cores, Python {facts['python']}, {numbers}; "
    yield f"model {found['model']}, text {found['text']}, scores on {found['test']}.\n"
    yield from speed_table(found["systems"])
    yield from (f"\n{line}" for line in found["missing"])
    if found["operations"]:
        yield from share_table(found)
        yield from profile_table(found["profile"])


def speed_table(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---" * len(COLUMNS) + "|"
    for row in rows:
        speed = row["characters_per_second"]
        ends = f"{speed['low']:,.0f} – {speed['high']:,.0f}"
        if speed["coverage"] < 0.95:
            ends += f" ({100 * speed['coverage']:.0f} %)"
        seconds = [row[name]["median"] for name in ("load_seconds", "first_answer_seconds")]
        peak = "–" if row["peak_bytes"] is None else f"{row['peak_bytes'] / 2**20:,.0f}"
        f1 = [f"{100 * row[name]:.2f}" if name in row else "–" for name in ("f1_common", "f1")]
        cells = [row["system"], row["threads"], f"{speed['median']:,.0f}", ends]
        cells += [f"{row['processors_used']:.2f}", *(f"{one:.2f}" for one in seconds), peak, *f1]
        yield f"| {' | '.join(map(str, cells))} |"


def share_table(found: dict[str, Any]) -> Iterator[str]:
    """Our network's useful operations a second beside what the machine can do."""
    parts = found["operations"]["parts"]
    each = sum(parts.values())
    shown = ", ".join(f"{name} {count:,.0f}" for name, count in parts.items())
    length = found["operations"]["length"]
    yield f"\n{each:,.0f} operations a character ({shown}), sentences of {length:.0f} characters.\n"
    yield "| threads | matrix products | operations/s | ours, operations/s | share |"
    yield "|---|---|---|---|---|"
    for row in found["systems"]:
        if row["system"] != OURS:
            continue
        ours = each * row["characters_per_second"]["median"]
        for name, values in found["matrix_rates"][str(row["threads"])].items():
            if isinstance(values, str):
                yield f"| {row['threads']} | {name} | {values} | {ours / 1e9:.2f} G | – |"
                continue
            rate = median(values)
            share = f"{100 * ours / rate:.1f} %"
            figures = f"{rate / 1e9:.1f} G | {ours / 1e9:.2f} G | {share}"
            yield f"| {row['threads']} | {name} | {figures} |"


def profile_table(found: dict[str, Any]) -> Iterator[str]:
    stages = found["stages"]
    whole = sum(stages.values())
    yield "\n| one thread | share of the time | µs a character |"
    yield "|---|---|---|"
    for name, seconds in stages.items():
        each = 1e6 * seconds / found["characters"]
        yield f"| {name} | {100 * seconds / whole:.1f} % | {each:.2f} |"
