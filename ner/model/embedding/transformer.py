"""A pretrained transformer: each character's vector is that of its piece."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ner.errors import ConfigError
from ner.model.embedding.part import Part
from ner.model.inputs import Inputs, PieceInputs
from ner.settings import TransformerSettings

LAYER = re.compile(r"(?:^|\.)(?:layers?|h|block)\.(\d+)\.")


class TransformerEmbedding(Part):
    """The last layer's states, or a learned mix of all: γ · Σ softmax(w)_l · h_l (Peters 2018).

    It is built from its config alone; training gives it its first weights
    (``ner/training/pretrained.py``), a saved model brings its own.

    Args:
        settings: how it is used.
        config: of the transformer, as its ``config.json`` holds it.

    Raises:
        ConfigError: transformers knows no such model, or it cannot do what the settings want.
    """

    def __init__(self, settings: TransformerSettings, config: Mapping[str, Any]) -> None:
        super().__init__()
        self.model = build(config)
        own: Any = self.model.config
        self.size, self.layers = int(own.hidden_size), int(own.num_hidden_layers)
        self.frozen = settings.freeze
        self.mix: nn.Parameter | None = None
        if settings.layers == "weighted":
            self.mix = nn.Parameter(torch.zeros(self.layers + 1))
            self.scale = nn.Parameter(torch.ones(1))
        if self.frozen:
            self.model.requires_grad_(False)
        elif settings.gradient_checkpointing:
            _checkpointed(self.model)

    def train(self, mode: bool = True) -> TransformerEmbedding:
        """A frozen transformer stays in evaluation mode, without dropout."""
        super().train(mode)
        if self.frozen:
            self.model.eval()
        return self

    def forward(self, inputs: Inputs) -> Tensor:
        if inputs.pieces is None:
            raise ValueError("a transformer needs pieces")
        states = self._states(inputs.pieces).flatten(0, 1)  # (windows × pieces, size)
        index = inputs.pieces.index  # (batch, length)
        return states.index_select(0, index.flatten()).view(*index.shape, self.size)

    def _states(self, pieces: PieceInputs) -> Tensor:
        """(windows, pieces, size)."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen):
            found = self.model(
                input_ids=pieces.ids,
                attention_mask=pieces.mask.long(),
                output_hidden_states=self.mix is not None,
            )
        if self.mix is None:
            last: Tensor = found.last_hidden_state
            return last
        layers = torch.stack(found.hidden_states)  # (layers + 1, windows, pieces, size)
        mixed = torch.einsum("l,lwps->wps", self.mix.softmax(dim=0).to(layers.dtype), layers)
        return self.scale * mixed

    def pretrained(self) -> Iterator[tuple[nn.Parameter, int]]:
        for name, parameter in self.model.named_parameters():
            found = LAYER.search(name)
            above = self.layers - 1 - int(found[1]) if found else 0
            yield parameter, self.layers if not found and "embed" in name else above


def build(config: Mapping[str, Any]) -> nn.Module:
    """The transformer of a config, with random weights and without its pooler.

    Raises:
        ConfigError: transformers knows no such model.
    """
    from transformers import AutoConfig, AutoModel

    models: Any = AutoModel  # without types
    own = {name: value for name, value in config.items() if name not in ("dtype", "torch_dtype")}
    try:
        made = AutoConfig.for_model(**own)
        model: nn.Module = models.from_config(made, trust_remote_code=False).float()
    except refusals() as error:
        raise ConfigError(f"model.embedding.transformer: {error}") from error
    if getattr(model, "pooler", None) is not None:
        model.pooler = None  # type: ignore[assignment]  # it sees only the first piece
    return model


def refusals() -> tuple[type[Exception], ...]:
    """What transformers raises for a config or a folder that is not as it should be."""
    from pickle import UnpicklingError

    from huggingface_hub import errors
    from safetensors import SafetensorError

    strict = getattr(errors, "StrictDataclassError", ValueError)  # of newer releases
    usual = (OSError, ValueError, KeyError, TypeError, ImportError, RuntimeError, AttributeError)
    return (*usual, SafetensorError, UnpicklingError, strict)


def _checkpointed(model: Any) -> None:
    if not model.supports_gradient_checkpointing:
        name = type(model).__name__
        key = "model.embedding.transformer.gradient_checkpointing"
        raise ConfigError(f"{key}: {name} has none")
    # its name from transformers 5 on, and before
    names = ("activation_checkpointing_enable", "gradient_checkpointing_enable")
    enable = next(getattr(model, name) for name in names if hasattr(model, name))
    enable({"use_reentrant": False})
