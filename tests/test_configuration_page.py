"""The page of all keys: every one of them is on it, with its default, and none that is not."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from ner.settings import AnyAttention, AnyDecoder, Config

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
ROW = re.compile(r"^\| `([\w.]+)` \|([^|]*)\|", re.MULTILINE)
ELSEWHERE = {"augmentation", "model.attention", "model.decoder"}  # own pages, own tables
TOLD = {"data.root", "model.encoder"}  # in words


def rows(section):
    text = PAGE.read_text(encoding="utf-8")
    return dict(ROW.findall(text.split(f"\n## {section}\n")[1].split("\n## ")[0]))


def groups_in(annotation):
    """The settings that a field's type may be."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [one for part in get_args(annotation) for one in groups_in(part)]


def keys_of(settings, prefix=""):
    """Every key under some settings with its field; those of groups go on below them."""
    for name, field in settings.model_fields.items():
        key = prefix + name
        if key in ELSEWHERE:
            continue
        groups = groups_in(field.annotation)
        if groups and key not in ("features.lexicon", "model.embedding.transformer"):
            if key == "model.encoder":
                yield key, field
            yield from keys_of(groups[0], f"{key}.")
            continue
        yield key, field
        for group in groups:
            yield from keys_of(group, f"{key}.")


def written(cell):
    """A default as the page has it: nothing, `none`, or a value as YAML reads it."""
    text = cell.strip().strip("`")
    return None if text in ("", "none") else yaml.safe_load(text)


def agrees(cell, field):
    if field.is_required():
        return cell.strip() == ""
    default = field.get_default(call_default_factory=True)
    if isinstance(default, tuple):
        default = list(default) or None
    return written(cell) == default


def all_rows():
    sections = ("The run", "Data", "Features", "Embedding and encoder", "Training")
    return {key: cell for section in sections for key, cell in rows(section).items()}


def test_every_key_is_on_the_page_and_no_other():
    assert all_rows().keys() == {key for key, _ in keys_of(Config)}


@pytest.mark.parametrize(("key", "field"), [one for one in keys_of(Config) if one[0] not in TOLD])
def test_its_default_is_what_the_page_says(key, field):
    assert agrees(all_rows()[key], field)


@pytest.mark.parametrize(
    ("section", "kinds"), [("Attention", AnyAttention), ("Decoder", AnyDecoder)]
)
def test_the_options_of_kinds_are_there_with_defaults(section, kinds):
    table = rows(section)
    fields = [item for kind in groups_in(kinds) for item in kind.model_fields.items()]
    assert {name for name, _ in fields} == table.keys()
    for name, field in fields:
        if name not in ("kind", "attention"):
            assert agrees(table[name], field), name
