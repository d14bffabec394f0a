"""Settings of a training run: YAML in, frozen and checked objects out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from ner.errors import ConfigError, nearest
from ner.settings import Config, ModelSettings
from ner.settings.base import NONE
from ner.settings.misfits import misfit

TRANSFORMER = ("model", "embedding", "transformer")
# The key of a group that a text in its place stands for.
SHORTHANDS = {"attention": "kind", "decoder": "kind", "kinds": "kind", "transformer": "path"}
# Settings that are paths, and those that may as well be names of something else.
PATHS = (("data", "root"), ("model", "embedding", "vectors"))
INIT_FROM = ("init_from",)
MERGE = "tag:yaml.org,2002:merge"  # of <<, which may be there several times
NAMES = (TRANSFORMER, (*TRANSFORMER, "path"), INIT_FROM)


def load_config(path: str | Path, overrides: Sequence[str] = ()) -> Config:
    """The settings in a YAML file, changed by overrides like ``training.epochs=3``.

    Paths in the file (``data.root``, ``model.embedding.vectors``, ``init_from``, the folder of a
    transformer) count from the file's folder; those in an override from the working folder.

    Raises:
        ConfigError: the file cannot be read, or a setting is unknown or wrong.
    """
    place = Path(path)
    raw = read_yaml(place)
    if not isinstance(raw, dict):
        raise ConfigError(f"{place}: expected settings like 'data:', got {raw!r}")
    for keys in (*PATHS, *NAMES):
        _count_from(place.parent, raw, keys)
    for override in overrides:
        _set(raw, override)
    return build(raw, str(place), overrides)


def _count_from(folder: Path, raw: Any, keys: Sequence[str]) -> None:
    """Lets what the setting names count from ``folder``: a path, or a list of them."""
    *groups, last = keys
    for group in groups:
        raw = raw.get(group) if isinstance(raw, dict) else None
    value = raw.get(last) if isinstance(raw, dict) else None
    if value in ("", NONE):
        return
    if isinstance(value, list):
        raw[last] = [str(folder / str(one)) for one in value]
    elif isinstance(value, str) and (keys in PATHS or (folder / value).is_dir()):
        raw[last] = str(folder / value)


class OnceLoader(yaml.SafeLoader):
    """YAML as ``yaml.safe_load`` reads it, but a key that is there twice is an error."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """A mapping as it is written.

        Raises:
            yaml.MarkedYAMLError: a key is there twice.
        """
        node = super().compose_mapping_node(anchor)
        seen: dict[tuple[str, str], yaml.Mark] = {}
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            first = seen.setdefault((key.tag, key.value), key.start_mark)
            if first is not key.start_mark and key.tag != MERGE:
                why = f"the key {key.value!r} is there twice, first in line {first.line + 1}"
                raise yaml.MarkedYAMLError(problem=why, problem_mark=key.start_mark)
        return node


def read_yaml(path: Path) -> Any:
    """What a YAML file says.

    Raises:
        ConfigError: it cannot be read, or is no YAML.
    """
    try:
        return OnceLoader(path.read_text(encoding="utf-8")).get_single_data()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not YAML: {error}") from error


def build(
    raw: Mapping[str, Any], place: str, overrides: Sequence[str] = (), *, typed: bool = True
) -> Config:
    """Checked settings out of plain data.

    Args:
        raw: the data.
        place: goes into the message,
        overrides: and instead of it the one that said what is wrong.
        typed: whether the data has types; where it has none, numbers are text.

    Raises:
        ConfigError: a setting is unknown or wrong.
    """
    try:
        config = Config.model_validate(raw, strict=None if typed else False)
    except ValidationError as error:
        problems = [_explain(dict(problem)) for problem in error.errors()]
        places = [_said_by(key, overrides) or place for key, _ in problems]
        before = [None, *places]
        lines = [
            said if there == last else f"{there}: {said}"
            for (_, said), there, last in zip(problems, places, before, strict=False)
        ]
        raise ConfigError("\n  ".join(lines)) from error
    if said := misfit(config):
        raise ConfigError(f"{place}: {said}")
    return config


def dump(config: Config) -> str:
    """YAML that ``load_config`` reads back to equal settings, once they are ``resolved``."""
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def resolved(config: Config) -> Config:
    """The same settings with all paths spelled out, so that they mean the same anywhere."""
    root = str(config.data.path("").resolve())
    embedding = config.model.embedding
    changed: dict[str, Any] = {"vectors": tuple(map(_absolute, embedding.vectors))}
    if embedding.transformer is not None and Path(embedding.transformer.path).is_dir():
        path = _absolute(embedding.transformer.path)
        changed["transformer"] = embedding.transformer.model_copy(update={"path": path})
    model = config.model.model_copy(update={"embedding": embedding.model_copy(update=changed)})
    data = config.data.model_copy(update={"root": root})
    return config.model_copy(update={"data": data, "model": model})


def portable(config: Config) -> Config:
    """The same settings with files and folders by their names alone, for those who have others."""
    data, start = config.data, config.init_from
    changed: dict[str, Any] = {"root": Path(data.root).name}
    for name in ("train", "dev", "test"):
        changed[name] = _last_names(getattr(data, name))
    if data.labelled is not None:
        file = _last_names(data.labelled.file)
        changed["labelled"] = data.labelled.model_copy(update={"file": file})
    kinds = tuple(
        one.model_copy(update={"file": _last_names(one.file)}) if hasattr(one, "file") else one
        for one in config.augmentation.kinds
    )
    return config.model_copy(
        update={
            "data": data.model_copy(update=changed),
            "model": portable_model(config.model),
            "augmentation": config.augmentation.model_copy(update={"kinds": kinds}),
            "init_from": start and str(Path(*Path(start).parts[-2:])),
        }
    )


def portable_model(model: ModelSettings) -> ModelSettings:
    """What ``portable`` makes of a network's settings; nothing in them is looked up any more."""
    embedding = model.embedding
    changed: dict[str, Any] = {"vectors": tuple(Path(one).name for one in embedding.vectors)}
    transformer = embedding.transformer
    if transformer is not None and (
        Path(transformer.path).is_absolute() or Path(transformer.path).is_dir()
    ):
        name = Path(transformer.path).name
        changed["transformer"] = transformer.model_copy(update={"path": name})
    return model.model_copy(update={"embedding": embedding.model_copy(update=changed)})


def _last_names(files: Any) -> Any:
    """Names of files as they are, but paths from the root of the file system by their last part."""
    if isinstance(files, tuple):
        return tuple(map(_last_names, files))
    return Path(files).name if files and Path(files).is_absolute() else files


def _absolute(path: str) -> str:
    return str(Path(path).resolve())


def _set(raw: dict[str, Any], override: str) -> None:
    key, equals, value = override.partition("=")
    *groups, last = key.strip().split(".")
    if not equals or not last:
        raise ConfigError(f"--set {override}: expected KEY=VALUE like training.epochs=3")
    for group in groups:
        if isinstance(raw.get(group), list):
            raise ConfigError(f"--set {override}: {group} is a list here: set the whole of it")
        raw[group] = _spelled_out(group, raw.get(group))
        raw = raw[group]
    try:
        raw[last] = yaml.safe_load(value)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"--set {override}: not a YAML value: {error}") from error


def _spelled_out(group: str, value: Any) -> dict[str, Any]:
    """A group's settings, where what stands there may be short for one of them."""
    if isinstance(value, dict):
        return value
    named = isinstance(value, str) and value != NONE and group in SHORTHANDS
    return {SHORTHANDS[group]: value} if named else {}


def _said_by(key: str, overrides: Sequence[str]) -> str | None:
    """The last override that is of a key, of what it is in, or of a part of it."""
    for one in reversed(overrides):
        names = sorted((f"{key}.", one.partition("=")[0].strip() + "."), key=len)
        if names[1].startswith(names[0]):
            return f"--set {one}"
    return None


def _explain(problem: Mapping[str, Any]) -> tuple[str, str]:
    """The key of a problem that pydantic found; and: the key, what was got, what was expected."""
    path, groups = _place(problem["loc"])
    key = ".".join(path)
    return key, _in_words(problem, path, groups)


def _in_words(
    problem: Mapping[str, Any], path: Sequence[str], groups: Sequence[type[BaseModel]]
) -> str:
    key = ".".join(path)
    if problem["type"] == "extra_forbidden":
        known = list(groups[0].model_fields)
        if "kind" in known:
            key = f"{key} ({groups[0].model_fields['kind'].default})"
        return f"{key}: unknown setting ({nearest(path[-1], known)})"
    if problem["type"] == "union_tag_invalid":
        tag, part = problem["ctx"]["tag"], _named(path)
        return f"{key}: unknown {part} {tag!r} ({nearest(tag, map(_kind, groups))})"
    if problem["type"] == "union_tag_not_found":
        kinds = ", ".join(sorted(map(_kind, groups)))
        return f"{key}: got {problem['input']!r}: its kind must be given (known: {kinds})"
    if problem["type"] == "missing":
        return f"{key}: missing, it must be given"
    return f"{key}: got {problem['input']!r}: {problem['msg']}"


def _place(location: Sequence[str | int]) -> tuple[list[str], list[type[BaseModel]]]:
    """The keys that a user wrote on the way to ``location``, and the groups that may stand there.

    pydantic's locations also name the kind that was chosen, and the place in a stack of one.
    """
    path: list[str] = []
    groups: list[type[BaseModel]] = [Config]
    for part in location:
        if part == 0 and groups:
            continue
        if len(groups) > 1 and not isinstance(part, int):
            groups = [group for group in groups if _kind(group) == part]
            continue
        path.append(str(part))
        if groups and part in groups[0].model_fields:
            groups = _groups(groups[0].model_fields[str(part)].annotation)
    return path, groups


def _named(path: Sequence[str]) -> str:
    """What a kind is one of: the last key, unless that only says that kinds are listed."""
    return [name for name in path if not name.isdigit() and name != "kinds"][-1]


def _kind(group: type[BaseModel]) -> str:
    return str(group.model_fields["kind"].default)


def _groups(annotation: Any) -> list[type[BaseModel]]:
    """All groups of settings that an annotation allows."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [group for part in get_args(annotation) for group in _groups(part)]
