"""A pretrained transformer out of its folder or the hub: its tokeniser, config, first weights."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from torch import nn

from ner.errors import ConfigError
from ner.features.tokeniser import Specials, Tokeniser, whole_texts
from ner.model.embedding.transformer import refusals
from ner.settings import Config, TransformerSettings

KEY = "model.embedding.transformer"
HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?", re.ASCII)
PROBE = 10.0  # seconds that the hub has for an answer
OFFSET = ("roberta", "camembert")  # families whose first places are none of a text's
LEAST = 16  # places of a window


@dataclass(frozen=True, slots=True)
class Source:
    """Where a transformer is: a folder, or a name on the hub."""

    name: str
    local: bool  # nothing is asked of the hub
    why: str = ""  # the hub did not answer
    key: str = KEY  # where a user named it

    @property
    def how(self) -> dict[str, Any]:
        """How transformers reads it: without code that stands there, and without asking for it."""
        return {"local_files_only": self.local, "trust_remote_code": False}

    def refused(self, part: str, error: Exception) -> ConfigError:
        """The error for a part that cannot be had from here."""
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        hub = f"; {self.why}" if self.why else ""
        return ConfigError(f"{self.key}: {self.name}: no {part} that can be read: {reason}{hub}")


def source(settings: TransformerSettings, config: Config) -> Source:
    """Where the transformer of the settings is.

    Raises:
        ConfigError: there is no such folder, and it is no name that the hub could have.
    """
    name = settings.path
    return find(name, (config.data.path(name), Path(name).expanduser()), key=KEY)


def find(name: str, folders: Sequence[Path], *, key: str) -> Source:
    """The first of the folders that is there; else the name is one on the hub.

    Args:
        name: as the user gave it.
        folders: what it may mean.
        key: where the user gave it.

    Raises:
        ConfigError: there is no such folder, and it is no name that the hub could have.
    """
    for folder in folders:
        if folder.is_dir():
            return Source(str(folder), local=True, key=key)
    if not HUB_NAME.fullmatch(name) or name.startswith("."):
        raise ConfigError(f"{key}: {name}: no such folder")
    why = _unanswered(name)
    return Source(name, local=bool(why), why=why, key=key)


def _unanswered(name: str) -> str:
    """Why the hub cannot be asked; nothing if it can. It never waits for long."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return "there is no such folder, and HF_HUB_OFFLINE forbids to ask the hub"
    try:
        with urlopen(f"{constants.ENDPOINT}/api/models/{name}", timeout=PROBE):
            return ""
    except HTTPError:
        return ""  # an answer; what it means is transformers' to say
    except OSError as error:
        reason = getattr(error, "reason", error)
        return f"there is no such folder, and {constants.ENDPOINT} does not answer: {reason}"


def tokeniser(config: Config) -> Tokeniser | None:
    """The tokeniser of the settings' transformer, with the config of its encoder.

    Raises:
        ConfigError: it cannot be read, is no encoder, or has no fast tokeniser.
    """
    settings = config.model.embedding.transformer
    if settings is None:
        return None
    place = source(settings, config)
    encoder = encoder_config(place)
    own = fast_tokeniser(place, encoder)
    specials = specials_of(own, encoder, settings.window, place)
    return Tokeniser(own.backend_tokenizer.to_str(), _plain(encoder), specials)


def encoder_config(place: Source) -> Any:
    """The config of an encoder, of transformers.

    Raises:
        ConfigError: it cannot be read, or is no encoder's.
    """
    from transformers import AutoConfig

    try:
        encoder = AutoConfig.from_pretrained(place.name, **place.how)
    except refusals() as error:
        raise place.refused("config of a transformer", error) from error
    if encoder.is_encoder_decoder:
        found = encoder.model_type
        raise ConfigError(f"{place.key}: {place.name}: expected an encoder, got {found}")
    return encoder


def fast_tokeniser(place: Source, encoder: Any) -> Any:
    """The tokeniser that belongs to an encoder, of transformers.

    Raises:
        ConfigError: it cannot be read, is no fast one, or has other pieces than the encoder.
    """
    from transformers import AutoTokenizer

    try:
        own: Any = AutoTokenizer.from_pretrained(place.name, use_fast=True, **place.how)
        if len(own) <= len(own.all_special_tokens):
            raise ValueError("its vocabulary is empty")
        if len(own) > encoder.vocab_size:
            raise ValueError(f"{len(own)} pieces, but the config knows {encoder.vocab_size}")
        own.backend_tokenizer.to_str()
    except refusals() as error:
        raise place.refused("fast tokeniser", error) from error
    return own


def _plain(encoder: Any) -> dict[str, Any]:
    """What the network is built from, without code or the place that it came from."""
    data: dict[str, Any] = json.loads(encoder.to_json_string(use_diff=False))
    return {k: v for k, v in data.items() if k not in ("_name_or_path", "auto_map")}


def _window(encoder: Any, own: Any, most: int) -> int:
    """How many places a window has, the special ones included."""
    positions = getattr(encoder, "max_position_embeddings", None) or most
    if any(family in encoder.model_type for family in OFFSET):
        positions -= (encoder.pad_token_id or 0) + 1
    return min(most, *(n for n in (positions, own.model_max_length) if n >= LEAST))


def specials_of(own: Any, encoder: Any, most: int, place: Source) -> Specials:
    """The special numbers around a text, as the tokeniser itself puts them.

    Args:
        own: the tokeniser, of transformers.
        encoder: the config of the transformer.
        most: places of a window, if the transformer has as many.
        place: where both come from.

    Raises:
        ConfigError: it has no unknown piece, or finds none in a character.
    """
    if own.unk_token_id is None:
        raise ConfigError(f"{place.key}: {place.name}: its tokeniser has no unknown piece")
    found = whole_texts(own.backend_tokenizer.to_str()).encode("一")
    inner = [k for k, special in enumerate(found.special_tokens_mask) if not special]
    if not inner:
        raise ConfigError(f"{place.key}: {place.name}: its tokeniser finds no piece in '一'")
    before, after = found.ids[: inner[0]], found.ids[inner[-1] + 1 :]
    return Specials(own.unk_token_id, before, after, _window(encoder, own, most))


def put(config: Config, transformer: nn.Module) -> None:
    """Gives a transformer its pretrained weights.

    Raises:
        ConfigError: they cannot be read, or are of something else.
    """
    settings = config.model.embedding.transformer
    assert settings is not None
    place = source(settings, config)
    from transformers import AutoModel

    try:
        with quietly():
            made = AutoModel.from_pretrained(place.name, weights_only=True, **place.how)
            weights = made.float().state_dict()
            found = transformer.load_state_dict(weights, strict=False)
    except refusals() as error:
        raise place.refused("weights", error) from error
    if found.missing_keys:
        raise ConfigError(f"{KEY}: {place.name}: it lacks weights: {found.missing_keys[0]}, …")


@contextmanager
def quietly() -> Iterator[None]:
    """Without transformers' bar and its report of weights that are not used."""
    from transformers.utils import logging as module

    logging: Any = module  # without types
    shown, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()
