"""MODEL → START OF A RUN: settings, features and weights that training takes over from a model.

All that shapes the network and its features is the model's, whatever the config says; the config
keeps its say in what only training knows (dropouts and the like) and in how texts are cut. The
vocabulary stays; if so told, characters and bigrams come to it that only the corpus has, and begin
as the unknown ones that they were. The labels are the corpus's; tags that the model has, by the
same name or by another that the config gives, keep their rows, others begin anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ner.config import build
from ner.errors import ConfigError, ModelError
from ner.features.channels.vocabulary import UNKNOWN_ID
from ner.features.featurizer import Featurizer
from ner.model.catalogue import locate
from ner.model.decoders.linear import LinearChain
from ner.model.decoders.rules import Rules
from ner.model.embedding.channels import ChannelEmbedding
from ner.model.embedding.table import Table
from ner.model.folder import Description, find, load_network, read_description
from ner.model.network import Network
from ner.settings import Config, Settings
from ner.tags import split, tag_set

# What a config may change: none of it is in the weights.
FREE = frozenset(
    {
        *("dropout", "character_dropout", "unknown_rate", "multi_sample_dropout", "smoothing"),
        *("max_length", "overlap", "freeze", "gradient_checkpointing", "path"),
    }
)
DECODER = "decoder."


@dataclass(frozen=True, slots=True)
class Start:
    """The model that a run begins with.

    Args:
        folder: of the model.
        description: of it.
        weights: its parameters, by their names.
        names: label of the corpus → what the model calls it, where that is something else.
    """

    folder: Path
    description: Description
    weights: dict[str, Tensor]
    names: Mapping[str, str]

    @classmethod
    def of(cls, config: Config) -> Start | None:
        """The model that the settings name, if they do.

        Raises:
            ConfigError: the model has no such label as the settings say.
            ModelError: there is no such model, it is damaged, or it has no weights.
        """
        if config.init_from is None:
            return None
        folder = find(locate(config.init_from)).resolve()
        description = read_description(folder)
        for label, name in config.init_labels.items():
            if name not in description.labels:
                known = ", ".join(description.labels)
                why = f"the model has no label {name}, only {known}"
                raise ConfigError(f"init_labels.{label}: {why} ({folder})")
        weights = load_network(folder, description).state_dict()
        return cls(folder, description, weights, config.init_labels)

    def featurizer(self, config: Config, texts: Iterable[str]) -> Featurizer:
        """The model's, cutting texts as the settings say, with the new names of train's texts.

        What is frozen learns no row, so there are no new ones.
        """
        own = self.description.featurizer.cutting(config.features)
        if config.init_names is None:
            return own
        frozen = self.description.settings.embedding.frozen
        return own.grown(texts, min_count=config.init_names, kept=frozen)

    def put(self, network: Network, labels: tuple[str, ...]) -> list[str]:
        """Gives a network the model's weights; says which labels are new and which are gone.

        Raises:
            ModelError: the labels are others, and the decoder cannot be given some of its tags.
        """
        before, scheme = self.description.labels, self.description.settings.scheme
        head = f"the weights, features and vocabulary of {self.folder} are taken over"
        weights, gained = _with_new_names(self.weights, network)
        said = [head, *gained, *self._changed(labels)]
        if labels == before and not self.names.keys() & set(labels):
            network.load_state_dict(weights)
            return said
        if not isinstance(network.decoder, LinearChain):
            kind = self.description.settings.decoder.kind
            had, has = ", ".join(before), ", ".join(labels)
            why = f"its decoder, {kind}, cannot go on with other labels: it has {had}, not {has}"
            raise ModelError(f"{self.folder}: {why}")
        old, new = tag_set(before, scheme=scheme), tag_set(labels, scheme=scheme)
        places = {tag: place for place, tag in enumerate(old)}
        begun = enumerate(map(self._beginning, new))
        both = [(here, places[tag]) for here, tag in begun if tag in places]
        own, rules = network.state_dict(), network.decoder.rules
        axes = {DECODER + name: count for name, count in network.decoder.tag_axes().items()}
        for name, value in weights.items():
            own[name] = _rows(value, own[name], both, rules, axes=axes.get(name, 0))
        network.load_state_dict(own)
        return said

    def _beginning(self, tag: str) -> str:
        """What the model calls a tag of the corpus."""
        letter, label = split(tag)
        return f"{letter}-{self.names[label]}" if label in self.names else tag

    def _changed(self, labels: Sequence[str]) -> list[str]:
        """What a user should know of the labels."""
        before, begun = self.description.labels, {self.names.get(one, one) for one in labels}
        said = []
        if named := [f"{one} as {self.names[one]}" for one in labels if one in self.names]:
            said.append(f"labels that begin as others of the model: {', '.join(named)}")
        if unknown := sorted(set(self.names) - set(labels)):
            lacking = ", ".join(unknown)
            said.append(f"warning: init_labels names labels that train lacks: {lacking}")
        if new := sorted(set(labels) - set(before) - set(self.names)):
            said.append(f"labels that the model did not know begin anew: {', '.join(new)}")
        if gone := sorted(set(before) - begun):
            said.append(f"labels of the model that train lacks are given up: {', '.join(gone)}")
        return said


def taken_over(config: Config, start: Start | None) -> tuple[Config, list[str]]:
    """The settings with those of the model that a run begins with; what the config says otherwise.

    Raises:
        ConfigError: what the config says of training does not go together with that network.
    """
    if start is None:
        return config, []
    differing: list[str] = []
    own = start.description
    # The weights hold what once came from files, whose places mean nothing any more.
    embedding = own.settings.embedding.model_copy(update={"vectors": ()})
    theirs = own.settings.model_copy(update={"embedding": embedding})
    model = _merged(config.model, theirs, "model", differing)
    features = _merged(config.features, own.featurizer.settings, "features", differing)
    changed = {"model": model, "features": features, "init_from": str(start.folder)}
    merged = config.model_copy(update=changed)
    built = build(merged.model_dump(mode="json"), f"with the network of {start.folder}")
    if not differing:
        return built, []
    listed = "; ".join(differing)
    return built, [f"init_from: the model's settings count, not the config's: {listed}"]


def _merged(own: Settings, theirs: Settings, key: str, differing: list[str]) -> Settings:
    """The model's settings, but those that are free and that the config spells out."""
    changed: dict[str, Any] = {}
    for name in type(own).model_fields:
        mine, other = getattr(own, name), getattr(theirs, name)
        place = f"{key}.{name}"
        if isinstance(mine, Settings) and type(mine) is type(other):
            changed[name] = _merged(mine, other, place, differing)
        elif _alike(mine, other):
            pairs = zip(mine, other, strict=True)
            changed[name] = tuple(_merged(*pair, place, differing) for pair in pairs)
        elif name not in own.model_fields_set or mine == other:
            continue
        elif name in FREE:
            changed[name] = mine
        else:
            differing.append(_told(place, mine, other))
    return theirs.model_copy(update=changed)


def _alike(mine: Any, other: Any) -> bool:
    """Whether both are stacks of the same kinds."""
    both = isinstance(mine, tuple) and isinstance(other, tuple) and len(mine) == len(other) > 0
    return both and all(
        isinstance(one, Settings) and type(one) is type(two)
        for one, two in zip(mine, other, strict=True)
    )


def _told(place: str, mine: Any, other: Any) -> str:
    plain = (str, int, float, bool)
    if isinstance(mine, plain) and isinstance(other, plain):
        return f"{place} is {other}, not {mine}"
    return place


def _with_new_names(
    weights: Mapping[str, Tensor], network: Network
) -> tuple[dict[str, Tensor], list[str]]:
    """A model's weights with rows for the names that only the network knows; what is said of them.

    A new name begins as the unknown one that it was to the model.
    """
    grown, said = dict(weights), []
    for place, module in network.named_modules():
        if not isinstance(module, ChannelEmbedding):
            continue
        for channel, table in module.tables.items():
            assert isinstance(table, Table)
            name = f"{place}.tables.{channel}.learned.weight"
            more = table.learned.num_embeddings - len(weights[name])
            if more:
                unknown = weights[name][UNKNOWN_ID].expand(more, -1)
                grown[name] = torch.cat([weights[name], unknown])
                said.append(f"{more:,} {channel} that the model did not know are learned, too")
    return grown, said


def _rows(
    value: Tensor, fresh: Tensor, tags: Sequence[tuple[int, int]], rules: Rules, *, axes: int
) -> Tensor:
    """A parameter of the model for other tags: what both have is the model's, the rest fresh.

    Args:
        tags: places here and in the model of those that both have. Two may be one there; what
            must not follow what is not taken over from it.
    """
    if not axes:
        return value
    here, there = torch.tensor(tags, dtype=torch.long).reshape(-1, 2).T
    made = fresh.clone()
    if axes == 1:
        made[here] = value[there]
    else:
        square = (here[:, None], here)
        allowed = torch.from_numpy(rules.between)[square]
        made[square] = torch.where(allowed, value[there[:, None], there], fresh[square])
    return made
