"""``ner info``: what a model is."""

from __future__ import annotations

from ner.cli.console import Json, ModelPath, output


def info(model: ModelPath, json: Json = False) -> None:
    """Labels, vocabulary, settings and size of a model."""
    from ner.model.folder import summary
    from ner.storage import dumps

    about = summary(model)
    with output() as stream:
        if json:
            print(dumps(about, indent=2), file=stream)
            return
        for key, value in about.items():
            shown = value if isinstance(value, str | int) else dumps(value)
            print(f"{key.replace('_', ' '):16} {shown}", file=stream)
