"""What every group of settings is, and what its numbers and switches are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict, model_validator
from pydantic_core import PydanticKnownError

NONE = "none"  # stands for a setting that is left out, as YAML's null does


def _no_switch(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticKnownError("float_type")
    return value


Whole = Annotated[int, Strict()]
Switch = Annotated[bool, Strict()]
# Text too, if it is a number: YAML reads 1e-3, which has no point, as text.
Number = Annotated[float, BeforeValidator(_no_switch)]


class Settings(BaseModel):
    """A group of settings: frozen, strict about names, its numbers finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _without_none(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        return {name: _left_out(cls, name, value) for name, value in raw.items()}


def _left_out(group: type[Settings], name: str, value: Any) -> Any:
    """A setting's value; ``none`` and null are an empty list where a list is, else None where that
    is allowed."""
    if (value is not None and value != NONE) or name not in group.model_fields:
        return value
    kind = group.model_fields[name].annotation
    if get_origin(kind) is tuple:
        return ()
    return None if type(None) in get_args(kind) else value
