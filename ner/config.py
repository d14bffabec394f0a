"""Settings of a training run: YAML in, frozen and checked objects out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ner.errors import ConfigError, nearest

CORPORA_VARIABLE = "NER_CORPORA"
DEFAULT_ROOT = "corpora"


class Settings(BaseModel):
    """A group of settings: frozen, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DataSettings(Settings):
    """Where the corpus is; without a ``root``, under $NER_CORPORA or else ``corpora``."""

    root: str = ""
    train: str
    dev: str | None = None  # without one, `dev_share` of train is held out, drawn by `seed`
    test: str | None = None
    format: str = "auto"
    encoding: str = "utf-8"
    position_digits: bool = False
    dev_share: float = Field(default=0.1, gt=0, lt=1)

    def path(self, name: str) -> Path:
        """The place of a file that the settings name."""
        return Path(self.root or os.environ.get(CORPORA_VARIABLE) or DEFAULT_ROOT) / name


class FeatureSettings(Settings):
    """What a character is to the model."""

    normalise: tuple[Literal["width", "case", "script"], ...] = ("width", "case", "script")
    min_count: int = Field(default=1, ge=1)  # rarer characters are unknown
    segmentation: bool = False  # jieba's word boundaries as a second embedding
    max_length: int = Field(default=256, ge=16)  # longer sentences are cut into windows
    overlap: int = Field(default=64, ge=1)  # characters that neighbouring windows share


class EmbeddingSettings(Settings):
    size: int = Field(default=128, ge=1)
    segmentation_size: int = Field(default=20, ge=1)
    dropout: float = Field(default=0.5, ge=0, lt=1)
    # The share of characters that is replaced by [UNK] in training.
    unknown_rate: float = Field(default=0.05, ge=0, lt=1)


class EncoderSettings(Settings):
    """The bidirectional LSTM; ``size`` counts both directions."""

    size: int = Field(default=256, ge=2, multiple_of=2)
    layers: int = Field(default=1, ge=1)
    dropout: float = Field(default=0.5, ge=0, lt=1)


class AttentionSettings(Settings):
    kind: str = "soft"
    score: str = "relative"
    heads: int = Field(default=4, ge=1)
    head_size: int = Field(default=32, ge=2, multiple_of=2)
    dropout: float = Field(default=0.3, ge=0, lt=1)  # of the residual branch


class ModelSettings(Settings):
    scheme: Literal["BIO", "BIOES", "BMES", "BILOU"] = "BIOES"
    embedding: EmbeddingSettings = EmbeddingSettings()
    encoder: EncoderSettings = EncoderSettings()
    attention: AttentionSettings | None = AttentionSettings()  # `none` in YAML
    decoder: str = "crf"

    @field_validator("attention", mode="before")
    @classmethod
    def _none(cls, value: Any) -> Any:
        return None if value == "none" else value


class TrainingSettings(Settings):
    epochs: int = Field(default=30, ge=1)
    patience: int = Field(default=10, ge=1)  # epochs without a better dev F1
    batch_characters: int = Field(default=1024, ge=1)
    learning_rate: float = Field(default=2e-3, gt=0)
    weight_decay: float = Field(default=0.01, ge=0)  # not on norms, biases and transitions
    warmup: float = Field(default=0.05, ge=0, lt=1)  # share of all steps
    clip: float = Field(default=5.0, gt=0)
    average: float = Field(default=0.998, ge=0, lt=1)  # decay of the kept weights' moving average
    mixed_precision: Literal["auto", "no", "fp16", "bf16"] = (
        "auto"  # auto: bf16 on a GPU that has it
    )

    @field_validator("mixed_precision", mode="before")
    @classmethod
    def _no(cls, value: Any) -> Any:
        """YAML reads a bare ``no`` as false."""
        return "no" if value is False else value


class Config(Settings):
    """A whole run."""

    seed: int = 1
    data: DataSettings
    features: FeatureSettings = FeatureSettings()
    model: ModelSettings = ModelSettings()
    training: TrainingSettings = TrainingSettings()


def load_config(path: str | Path, overrides: Sequence[str] = ()) -> Config:
    """The settings in a YAML file, changed by overrides like ``training.epochs=3``.

    A ``data.root`` in the file counts from the file's folder; one in an override from the
    working folder.

    Raises:
        ConfigError: the file cannot be read, or a setting is unknown or wrong.
    """
    place = Path(path)
    try:
        raw = yaml.safe_load(place.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{place}: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{place}: not YAML: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{place}: expected settings like 'data:', got {raw!r}")
    data = raw.get("data")
    if isinstance(data, dict) and data.get("root"):
        data["root"] = str(place.parent / str(data["root"]))
    for override in overrides:
        _set(raw, override)
    return build(raw, str(place))


def build(raw: Mapping[str, Any], place: str) -> Config:
    """Checked settings out of plain data; ``place`` goes into the message.

    Raises:
        ConfigError: a setting is unknown or wrong.
    """
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        problems = "\n  ".join(_explain(dict(problem)) for problem in error.errors())
        raise ConfigError(f"{place}: {problems}") from error


def dump(config: Config) -> str:
    """YAML that ``load_config`` reads back to equal settings, once they are ``resolved``."""
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def resolved(config: Config) -> Config:
    """The same settings with the corpus folder spelled out, so that they mean the same anywhere."""
    root = str(config.data.path("").resolve())
    return config.model_copy(update={"data": config.data.model_copy(update={"root": root})})


def _set(raw: dict[str, Any], override: str) -> None:
    key, equals, value = override.partition("=")
    *groups, last = key.strip().split(".")
    if not equals or not last:
        raise ConfigError(f"--set {override}: expected KEY=VALUE like training.epochs=3")
    for group in groups:
        if not isinstance(raw.get(group), dict):
            raw[group] = {}
        raw = raw[group]
    try:
        raw[last] = yaml.safe_load(value)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"--set {override}: not a YAML value: {error}") from error


def _explain(problem: Mapping[str, Any]) -> str:
    """A problem that pydantic found, as: the key, what was got, what was expected."""
    path = [str(part) for part in problem["loc"]]
    key = ".".join(path)
    if problem["type"] == "extra_forbidden":
        return f"{key}: unknown setting ({nearest(path[-1], _keys(path[:-1]))})"
    if problem["type"] == "missing":
        return f"{key}: missing, it must be given"
    return f"{key}: got {problem['input']!r}: {problem['msg']}"


def _keys(path: Sequence[str]) -> list[str]:
    """The settings that the group at ``path`` knows."""
    group: type[BaseModel] = Config
    for name in path:
        group = next(kind for kind in _groups(group.model_fields[name].annotation))
    return list(group.model_fields)


def _groups(annotation: Any) -> list[type[BaseModel]]:
    kinds = getattr(annotation, "__args__", (annotation,))
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
