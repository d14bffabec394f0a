"""EXPLANATIONS → ONE PAGE: an HTML file that needs nothing else and opens without a network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ner.document import Entity
from ner.explanation.explanation import Chain, Explanation, Layer, Piece
from ner.explanation.signs import excerpt, visible
from ner.pages.template import as_data, filled, joined
from ner.storage import dumps

WEB = Path(__file__).with_name("web")
STYLES = ("base.css", "page.css")
SCRIPTS = ("data", "state", "text", "attended", "heat", "chain", "start")
STEPS = 65535  # a weight is stored as a whole number of 65535ths
HEADING = 24  # characters of the first text that stand in the window's title


def page(explanations: Sequence[Explanation], *, model: str = "") -> str:
    """The page that shows the explanations, one at a time.

    The text is shipped as a list of characters, since JavaScript counts some of them as two; the
    result holds no lone surrogate and can be written as UTF-8.

    Args:
        explanations: at least one.
        model: what the model is called.
    """
    first = excerpt(explanations[0].text, HEADING)
    data = dumps({"model": model, **_data(explanations)})
    slots = {
        "title": escape(f"{first} · ner explain"),
        "style": joined(WEB, STYLES),
        "script": joined(WEB, [f"{name}.js" for name in SCRIPTS]),
        "data": as_data(data),
    }
    return filled(joined(WEB, ["page.html"]), slots)


def _data(explanations: Sequence[Explanation]) -> dict[str, Any]:
    """All that the page's script reads."""
    signs = {character: visible(character) for one in explanations for character in _drawn(one)}
    return {
        "signs": {character: sign for character, sign in signs.items() if sign != character},
        "texts": [_text(one) for one in explanations],
    }


def _drawn(explanation: Explanation) -> Iterator[str]:
    """The characters that are drawn anywhere."""
    yield from explanation.text
    for piece in explanation.pieces:
        for layer in piece.layers:
            yield from layer.columns


def _text(explanation: Explanation) -> dict[str, Any]:
    return {
        "characters": list(explanation.text),
        "entities": [_entity(entity) for entity in explanation.entities],
        "tags": explanation.tag_names,
        "pieces": [_piece(piece) for piece in explanation.pieces],
    }


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "start": entity.start,
        "end": entity.end,
        "label": entity.label,
        "score": entity.score,
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "start": piece.start,
        "end": piece.end,
        "owned": [piece.owned_start, piece.owned_end],
        "tags": piece.tags,
        "layers": [_layer(layer) for layer in piece.layers],
        "chain": None if piece.chain is None else _chain(piece.chain),
    }


def _layer(layer: Layer) -> dict[str, Any]:
    """A layer's names and weights; of a hard one the chosen columns, (heads, rows), are enough."""
    named = {
        "name": layer.name,
        "context": layer.context,
        "heads": len(layer.weights),
        "rows": layer.rows,
        "columns": layer.columns,
        "tagged": layer.rows != layer.columns[layer.context :],
    }
    if layer.chosen:
        return {**named, "choices": layer.weights.argmax(axis=-1).tolist()}
    return {**named, "weights": _packed(np.rint(layer.weights.clip(0, 1) * STEPS), "<u2")}


def _chain(chain: Chain) -> dict[str, Any]:
    parts = {"emissions": chain.emissions, "start": chain.start}
    parts |= {"between": chain.between, "end": chain.end}
    return {name: _packed(scores, "<f4") for name, scores in parts.items()}


def _packed(numbers: ArrayLike, kind: str) -> str:
    """The numbers' bytes, row by row, in letters."""
    return b64encode(np.asarray(numbers).astype(kind).tobytes()).decode("ascii")
