"""``ner export``: a model as an ONNX graph, to tag with on a CPU without PyTorch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner.cli.console import Force, ModelPath, say
from ner.cli.values import usage


def export(
    model: ModelPath,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Another folder, for what tagging needs [beside the weights].",
        ),
    ] = None,
    quantize: Annotated[
        str,
        typer.Option(
            help="int8: smaller and faster, nearly as exact; int4: large tables in 4 bits; or none."
        ),
    ] = "none",
    force: Force = False,
) -> None:
    """Write what ner predict and ner.load then use: several times as fast, without PyTorch."""
    from ner.errors import ModelError, choose
    from ner.export.export import export as write
    from ner.export.quantisation import QUANTISATIONS
    from ner.model.catalogue import locate
    from ner.model.folder import GRAPH, find

    with usage("--quantize"):
        choose(quantize, QUANTISATIONS, kind="quantisation")
    model = locate(model)
    place = (find(model) if out is None else out) / GRAPH
    if place.exists() and not force:
        raise ModelError(f"{place}: is there already; --force overwrites it")
    done = write(model, out, quantize=quantize)
    say(
        f"{done.graph}: {done.size / 1e6:.1f} MB, emissions differ by at most {done.difference:.1g}"
    )
    if done.missing:
        listed = ", ".join(done.missing[:3])
        say(f"without weights.safetensors nothing can be trained from it: not found: {listed}")
