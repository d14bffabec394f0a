"""PIECE → PNG: the heads of a layer side by side, with the characters on the axes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from ner.explanation.explanation import Explanation, Layer, Piece
from ner.explanation.fonts import Font

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

COLOURS = ("#fffdf8", "#ffd88f", "#e2780c", "#6b2a00")  # from no weight to the greatest
INK, MUTED, LINE = "#1d1c1a", "#6b675f", "#e4e0d8"
GAMMA = 0.7  # as on the page: small weights stay visible
ACROSS = 4  # heads beside each other
DPI = 144
LARGEST, SMALLEST = 0.26, 0.0139  # sides of a cell, in inches: at the least two dots
WIDTH = 9.0  # of a head's map, in inches, as long as the cells can shrink
LABEL = 0.16  # inches that a label needs
STRIDES = (5, 10, 20, 25, 50, 100, 200, 500)


def pictures(explanation: Explanation, font: Font) -> Iterator[tuple[str, bytes]]:
    """A name, ``piece-1-layer-1``, and a PNG for every layer of every piece."""
    for number, piece in enumerate(explanation.pieces, 1):
        for place, layer in enumerate(piece.layers, 1):
            yield f"piece-{number}-layer-{place}", picture(piece, layer, font)


def picture(piece: Piece, layer: Layer, font: Font) -> bytes:
    """A PNG of one layer; long pieces have a label only at every few characters."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heads, rows, columns = layer.weights.shape
    side = max(SMALLEST, min(LARGEST, WIDTH / columns))
    across = min(heads, ACROSS)
    down = -(-heads // across)
    size = (across * (columns * side + 1.1) + 0.3, down * (rows * side + 1.1) + 0.5)
    figure = Figure(figsize=size, dpi=DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(down, across, squeeze=False)
    for head, axis in enumerate(axes.flat):
        if head < heads:
            _draw(axis, (piece, layer, font), head, stride=_stride(side))
        else:
            axis.set_axis_off()
    _title(figure, piece, layer)
    return _png(figure)


def _stride(side: float) -> int:
    """Every how many characters there is room for a label."""
    if side >= LABEL:
        return 1
    return next((stride for stride in STRIDES if stride * side >= 2 * LABEL), STRIDES[-1])


def _draw(axis: Axes, shown: tuple[Piece, Layer, Font], head: int, *, stride: int) -> None:
    from matplotlib.colors import LinearSegmentedColormap, PowerNorm

    piece, layer, font = shown
    weights = layer.weights[head]
    shades = LinearSegmentedColormap.from_list("weights", COLOURS)
    scale = PowerNorm(GAMMA, vmin=0, vmax=max(float(weights.max()), 1e-9))
    axis.imshow(weights, cmap=shades, norm=scale, interpolation="nearest", aspect="equal")
    for edge in axis.spines.values():
        edge.set_color(LINE)
    axis.tick_params(length=0, pad=3)
    axis.xaxis.tick_top()
    _label_columns(axis, piece, layer, font, stride)
    _label_rows(axis, piece, layer, font, stride)
    if layer.context:
        axis.axvline(layer.context - 0.5, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    greatest = "" if layer.chosen else f", greatest weight {weights.max():.3f}"
    axis.set_xlabel(f"head {head + 1}{greatest}", fontsize=9, color=MUTED, usetex=False)


def _label_columns(axis: Axes, piece: Piece, layer: Layer, font: Font, stride: int) -> None:
    offsets = [
        column - layer.context + (piece.start if column >= layer.context else 0)
        for column in range(len(layer.columns))
    ]
    places = [column for column, offset in enumerate(offsets) if offset % stride == 0]
    names = [font.label(layer.columns[column]) for column in places]
    if stride > 1:
        names = [f"{offsets[at]}\n{name}" for at, name in zip(places, names, strict=True)]
    axis.set_xticks(places, names)
    for at, label in zip(places, axis.get_xticklabels(), strict=True):
        label.set_color(MUTED if at < layer.context else INK)
        upright = stride > 1 or len(label.get_text()) < 3
        label.set_rotation(0 if upright else 90)
        _write(label, font, stride)


def _label_rows(axis: Axes, piece: Piece, layer: Layer, font: Font, stride: int) -> None:
    places = [row for row in range(len(layer.rows)) if (piece.start + row) % stride == 0]
    names = ["".join(map(font.label, layer.rows[row])) for row in places]
    if stride > 1:
        names = [f"{piece.start + row} {name}" for row, name in zip(places, names, strict=True)]
    axis.set_yticks(places, names)
    for label in axis.get_yticklabels():
        label.set_color(INK)
        _write(label, font, stride)


def _write(label: Text, font: Font, stride: int) -> None:
    """A label in the font, its dollars and backslashes being no formula."""
    label.set_parse_math(False)
    label.set_usetex(False)
    label.set_fontproperties(font.path)
    label.set_fontsize(11 if stride == 1 else 8)


def _title(figure: Figure, piece: Piece, layer: Layer) -> None:
    rows = "characters" if layer.rows == layer.columns[layer.context :] else "tags"
    name = f"{layer.name} · characters {piece.start}–{piece.end} · {rows} attend to the columns"
    figure.suptitle(name, fontsize=11, color=INK, x=0.01, ha="left", usetex=False)


def _png(figure: Figure) -> bytes:
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=DPI)
    return stream.getvalue()
