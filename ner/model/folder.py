"""A model on disk: JSON and safetensors, nothing that runs. Reading its description needs no torch.

model.json           format version, labels, settings
features.json        normalisation, a pretrained part's tokeniser and config, what is small
features.safetensors vocabularies and lexicon, as arrays that need no building
weights.safetensors  parameters
README.md            the card, with figures by label
model.onnx           what ner export made of the weights (graph_file.py), where it has
model.onnx.data      its large arrays
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ner.calibration import CALIBRATION
from ner.errors import ConfigError, ModelError
from ner.features import format3, format4
from ner.features.featurizer import Featurizer
from ner.features.packing import Array, ArrayError, joined, mapped, split, written
from ner.settings import ModelSettings
from ner.storage import dumps, write_bytes, write_text

if TYPE_CHECKING:
    from ner.model.network import Network

FORMAT_VERSION = 5
MODEL = "model"  # the model folder in a run folder
# What makes today's features of those of earlier formats, which are read, too.
EARLIER = {3: format3.upgraded, 4: format4.upgraded}
NAMED = 5  # folders, where another one was meant
ALONE = 3  # all features of this format are in features.json
DESCRIPTION, FEATURES, ARRAYS, WEIGHTS, CARD, GRAPH, GRAPH_ARRAYS = (
    "model.json",
    "features.json",
    "features.safetensors",
    "weights.safetensors",
    "README.md",
    "model.onnx",
    "model.onnx.data",
)
DAMAGE = (KeyError, TypeError, ValueError, AttributeError, ValidationError)


@dataclass(frozen=True, slots=True)
class Description:
    """What a model is, without its weights."""

    settings: ModelSettings
    labels: tuple[str, ...]
    featurizer: Featurizer


def holds_run(folder: Path) -> bool:
    """Whether it is a run folder: its model stands in a folder of it."""
    return (folder / MODEL / DESCRIPTION).is_file()


def find(path: str | Path) -> Path:
    """The model folder that ``path`` is, or that stands in the run folder ``path``.

    Raises:
        ModelError: neither.
    """
    folder = Path(path)
    for place in (folder, folder / MODEL):
        if (place / DESCRIPTION).is_file():
            return place
    what = f"no {DESCRIPTION} in it{_instead(folder)}" if folder.is_dir() else "no such folder"
    raise ModelError(f"{folder}: not a model or run folder: {what}")


def _instead(folder: Path) -> str:
    """Which folders in it hold models, as a bag's do, to be named instead."""
    places = (
        sorted(folder.glob(pattern)) for pattern in (f"*/{DESCRIPTION}", f"*/*/{DESCRIPTION}")
    )
    names = dict.fromkeys(one.relative_to(folder).parts[0] for found in places for one in found)
    if not names:
        return ""
    more = ", …" * (len(names) > NAMED)
    return f"; name one of those in it: {', '.join(list(names)[:NAMED])}{more}"


def build_network(description: Description) -> Network:
    """A fresh network of this description."""
    from ner.model.network import Network

    return Network(
        description.settings, labels=description.labels, featurizer=description.featurizer
    )


def write_description(folder: Path, description: Description) -> None:
    """Everything but weights and card; no place on this machine is in it."""
    from ner.config import portable_model

    about = {
        "format_version": FORMAT_VERSION,
        "labels": description.labels,
        "settings": portable_model(description.settings).model_dump(mode="json"),
    }
    plain, arrays = split(description.featurizer.to_dict())
    write_bytes(folder / ARRAYS, written(arrays))
    write_text(folder / FEATURES, dumps(plain) + "\n")
    write_text(folder / DESCRIPTION, dumps(about, indent=2) + "\n")


def write_weights(folder: Path, network: Network) -> None:
    """The network's parameters; what was made of earlier ones goes."""
    from safetensors.torch import save

    for name in (GRAPH, GRAPH_ARRAYS, CALIBRATION):
        (folder / name).unlink(missing_ok=True)
    write_bytes(folder / WEIGHTS, save({k: v.cpu() for k, v in network.state_dict().items()}))


def read_description(path: str | Path) -> Description:
    """What the model at ``path``, a model or run folder, is.

    Raises:
        ModelError: there is none, it is damaged, or of another format version.
    """
    folder = find(path)
    about = _read_json(folder / DESCRIPTION)
    version = about.get("format_version")
    if version not in (*EARLIER, FORMAT_VERSION):
        expected = f"formats {min(EARLIER)} to {FORMAT_VERSION}"
        place = folder / DESCRIPTION
        raise ModelError(f"{place}: model format {version!r}, this version of ner reads {expected}")
    featurizer = _read_features(folder, version)
    try:
        settings = ModelSettings.model_validate(about["settings"])
        return Description(settings, tuple(map(str, about["labels"])), featurizer)
    except DAMAGE as error:
        raise ModelError(f"{folder / DESCRIPTION}: damaged: {error}") from error


def _read_features(folder: Path, version: int) -> Featurizer:
    """The featurizer in a model folder of this format version."""
    data = _read_json(folder / FEATURES)
    arrays = {} if version == ALONE else _read_arrays(folder / ARRAYS)
    try:
        found = joined(data, arrays)
        upgraded = EARLIER.get(version)
        return Featurizer.from_dict(found if upgraded is None else upgraded(found))
    except ArrayError as error:
        place = folder / (FEATURES if version == ALONE else ARRAYS)
        raise ModelError(f"{place}: damaged: {error}") from error
    except DAMAGE as error:
        raise ModelError(f"{folder / FEATURES}: damaged: {error}") from error


def load_network(path: str | Path, description: Description) -> Network:
    """The network with the weights at ``path``, in evaluation mode.

    Where an export has left the weights out, they are read back out of its graph.

    Raises:
        ModelError: the weights are missing, damaged, or not of this description.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    folder = find(path)
    weights = folder / WEIGHTS
    try:
        network = build_network(description)
    except (ConfigError, TypeError, OverflowError) as error:
        raise ModelError(f"{folder / DESCRIPTION}: {error}") from error
    if not weights.exists() and (folder / GRAPH).is_file():
        from ner.model.graph_weights import read_weights

        network.load_state_dict(read_weights(folder / GRAPH, network.state_dict()))
        return network.eval()
    try:
        network.load_state_dict(load(weights.read_bytes()))
    except OSError as error:
        raise ModelError(f"{weights}: {error.strerror}") from error
    except SafetensorError as error:
        raise ModelError(f"{weights}: damaged or cut short: {error}") from error
    except RuntimeError as error:
        raise ModelError(f"{weights}: not the weights of this model: {error}") from error
    return network.eval()


def summary(path: str | Path) -> dict[str, Any]:
    """What a user may want to know of a model, as plain data.

    Raises:
        ModelError: there is none, or it is damaged.
    """
    folder, description = find(path), read_description(path)
    files = {one.name: one.stat().st_size for one in folder.iterdir() if one.is_file()}
    exported = GRAPH in files and WEIGHTS not in files  # then nobody counts its parameters
    return {
        "folder": str(folder),
        "format_version": _read_json(folder / DESCRIPTION)["format_version"],
        "labels": list(description.labels),
        "names": description.featurizer.names(),
        **({} if exported else {"parameters": _parameters(folder / WEIGHTS)}),
        "bytes": sum(files.values()),
        "files": dict(sorted(files.items(), key=lambda file: (-file[1], file[0]))),
        "features": description.featurizer.settings.model_dump(mode="json"),
        "model": description.settings.model_dump(mode="json"),
    }


def _parameters(weights: Path) -> int:
    """How many numbers the weights are."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(weights), framework="numpy") as file:
            shapes = [file.get_slice(name).get_shape() for name in file.keys()]  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{weights}: missing, damaged or cut short: {error}") from error
    return sum(prod(shape) for shape in shapes)


def _read_arrays(path: Path) -> dict[str, Array]:
    """The arrays of the features, of which only what is looked at is read from disk."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="numpy"):  # it refuses a file whose parts do not fit
            return mapped(path)
    except (SafetensorError, OSError, *DAMAGE) as error:
        raise ModelError(f"{path}: missing, damaged or cut short: {error}") from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: damaged: {error}") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path}: damaged: expected an object")
    return content
