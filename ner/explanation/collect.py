"""TEXT → EXPLANATION: tags a text as the tagger does, and keeps what was looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from ner.explanation.explanation import Chain, Explanation, Floats, Layer, Piece
from ner.features.batch import collate
from ner.features.context import context_of, contexts
from ner.features.windows import windows
from ner.model.decoders.linear import LinearChain
from ner.model.device import pick
from ner.model.folder import load_network, read_description
from ner.model.inputs import Inputs
from ner.sentences import sentence_spans
from ner.settings import AttentionSettings, SampledSettings, Seq2SeqSettings
from ner.tagging.loading import load
from ner.tags import tag_set


class Explainer:
    """Explains texts with the model in a folder.

    Args:
        path: a model or run folder.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.

    Raises:
        ModelError: the folder holds no model, a damaged one, or one of another format version.
        ConfigError: there is no such device.
    """

    def __init__(self, path: str | Path, *, device: str = "auto") -> None:
        description = read_description(path)
        self._device = pick(device)
        self._tagger = load(path, device=device)
        self._network = load_network(path, description).to(self._device)
        self._featurizer = description.featurizer
        self._settings = description.settings
        self._names = tuple(tag_set(description.labels, scheme=description.settings.scheme))

    def __call__(self, text: str) -> Explanation:
        """What was found in ``text`` and what was looked at."""
        entities = self._tagger(text).entities
        return Explanation(text, entities, self._names, tuple(self._pieces(text)))

    @torch.inference_mode()
    def _pieces(self, text: str) -> Iterator[Piece]:
        features = self._featurizer.settings
        spans = sentence_spans(text) if features.context else [(0, len(text))]
        texts = [text[start:end] for start, end in spans]
        ends = [
            *(start for start, _ in spans[1:]),
            len(text),
        ]  # blanks between go with the one before
        for place, before in enumerate(contexts(texts, features)):
            own, start = texts[place], spans[place][0]
            for window in windows(own, size=features.max_length, overlap=features.overlap):
                context = context_of(window.start, own, before, features)
                seen = own[window.start : window.end]
                if seen:
                    tags, layers, chain = self._look(seen, context)
                    last = window.owned_end == len(own)
                    yield Piece(
                        start=start + window.start,
                        end=start + window.end,
                        owned_start=start + window.owned_start,
                        owned_end=ends[place] if last else start + window.owned_end,
                        tags=tags,
                        layers=layers,
                        chain=chain,
                    )

    def _look(
        self, text: str, context: str
    ) -> tuple[tuple[str, ...], tuple[Layer, ...], Chain | None]:
        network = self._network
        inputs = Inputs.of(collate([self._featurizer(text, context)]), self._device)
        states = network.states(inputs)  # (1, length, size)
        [numbers] = network.decoder.decode(states, inputs.mask).tags
        tags = tuple(self._names[number] for number in numbers)
        layers = [
            Layer(
                name=_name(settings),
                chosen=settings.takes_one,
                rows=tuple(text),
                columns=tuple(context + text),
                context=len(context),
                weights=_array(weights[0]),
            )
            for settings, weights in zip(
                self._settings.attention, network.weights(inputs), strict=True
            )
        ]
        written = network.decoder.weights(states, inputs.mask)
        decoder = self._settings.decoder
        if written is not None and isinstance(decoder, Seq2SeqSettings):
            name = f"tags: {_name(decoder.attention)}"
            chosen = decoder.attention.takes_one
            layers.append(Layer(name, chosen, tags, tuple(text), 0, _array(written[0])))
        return tags, tuple(layers), self._chain(states)

    def _chain(self, states: Tensor) -> Chain | None:
        decoder = self._network.decoder
        if not isinstance(decoder, LinearChain):
            return None
        scores = decoder.transitions()
        parts = (scores.start, scores.between, scores.end)
        start, between, end = (part.astype("float32") for part in parts)
        return Chain(_array(decoder.emissions(states)[0]), start, between, end)


def _name(settings: AttentionSettings) -> str:
    """The mechanism, as shown."""
    estimator = [settings.estimator] if isinstance(settings, SampledSettings) else []
    return ", ".join([settings.kind, settings.score, *estimator])


def _array(values: Tensor) -> Floats:
    return values.detach().float().cpu().numpy()
