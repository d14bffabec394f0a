"""The card of the shipped model: what it is, learned from and is good for, out of its figures.

    python benchmarks/shipped_card.py runs/shipped/standard runs/shipped/figures.json

writes README.md into the model's folder; its words stand in `shipped_card.md`. Programs read its
front matter (`ner models` its first F1, and `model-index` as on model hubs). All figures in it that
are the model's come from the JSON file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from shipped_figures import RATES, domain_rows, error_rows, failure_rows, speed_rows

from ner.errors import ModelError, NerError
from ner.model.catalogue import FENCE, digest
from ner.model.folder import CARD, find
from ner.storage import write_text

HARD = "hard sentences"
TASK = {"type": "token-classification", "name": "named-entity recognition"}
TEMPLATE = Path(__file__).with_suffix(".md")


def card(figures: Mapping[str, Any]) -> str:
    """The text of a model's card."""
    model, domains = figures["model"], figures["domains"]
    count = next(one["documents"] for one in domains if one["name"] == HARD)
    text = TEMPLATE.read_text(encoding="utf-8").format(
        name=model["name"],
        labels=", ".join(model["labels"]),
        version=model["version"],
        megabytes=model["bytes"] / 1e6,
        domains="\n".join(domain_rows(domains)),
        errors="\n".join(error_rows(figures["errors"])),
        failures="\n".join(_with_a_gap(list(failure_rows(figures["failures"], count)))),
        files="\n".join(_files(model["files"], model["bytes"])),
        speed="\n".join(speed_rows(figures["speed"])),
        machine=_machine(figures["speed"]["machine"]),
        sha256=model["sha256"],
    )
    return (
        FENCE + yaml.safe_dump(front(figures), sort_keys=False, allow_unicode=True) + FENCE + text
    )


def front(figures: Mapping[str, Any]) -> dict[str, Any]:
    """What programs read of a card."""
    model = figures["model"]
    results = [_result(one["name"], one) for one in figures["domains"]]
    results += [
        _result(f"MSRA test, {one['about']}", {"f1": one["after"]}) for one in figures["errors"]
    ]
    return {
        "language": "zh",
        "library_name": "zhuyi-ner",
        "pipeline_tag": TASK["type"],
        "license": "other",
        "license_name": "research",
        "sha256": model["sha256"],
        "bytes": model["bytes"],
        "speed": _speed(figures["speed"]),
        "model-index": [{"name": model["name"], "results": results}],
    }


def write(model: Path, figures: Path) -> None:
    """The card of a model's folder.

    Raises:
        ModelError: the figures are of another model, or there is none.
    """
    folder = find(model)
    about = json.loads(figures.read_text(encoding="utf-8"))
    if digest(folder) != about["model"]["sha256"]:
        raise ModelError(f"{figures}: these are figures of other files than those in {folder}")
    write_text(folder / CARD, card(about))


def _result(name: str, scores: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in ("f1", "precision", "recall") if kind in scores]
    metrics = [{"type": kind, "value": round(scores[kind], 4)} for kind in kinds]
    slug = "-".join(re.findall("[a-z0-9]+", name.lower()))
    return {"task": dict(TASK), "dataset": {"name": name, "type": slug}, "metrics": metrics}


def _speed(speed: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"threads": one["threads"], **{key: round(one[key]["median"], 2) for key in RATES}}
        for one in speed["cells"]
    ]


def _files(sizes: Mapping[str, int], whole: int) -> list[str]:
    rows = [f"| `{name}` | {size / 1e6:.2f} |" for name, size in sorted(sizes.items())]
    return ["| file | MB |", "|---|---|", *rows, f"| all | {whole / 1e6:.2f} |"]


def _machine(facts: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    return f"By `ner benchmark` on {facts['processor']}, {facts['cores']} cores; {versions}."


def _with_a_gap(rows: list[str]) -> list[str]:
    """The first line apart from the list below it."""
    return [rows[0], "", *rows[1:]] if rows[1:] else rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("figures", type=Path)
    options = parser.parse_args()
    try:
        write(options.model, options.figures)
    except NerError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
