"""States → tags: one decoder a file, and their table.

Every decoder is a ``Decoder`` (``decoder.py``) with

    losses(states, mask, tags, soft) → losses  (batch), negative log-likelihoods of the sentences,
                                               mixed with those by soft targets (``soft.py``), if
                                               its settings say that it ``softens``
    decode(states, mask) → Decoded             tags, and the probability of a span of them
    divergences(states, others, mask)          (batch), of two distributions of tags, if its
                                               settings say that it ``compares``

A ``LinearChain`` (``linear.py``) has emissions and transitions besides. To add a decoder: its file,
its settings in ``ner/settings/``, a line here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ner.errors import choose
from ner.model.decoders.crf import CRFDecoder
from ner.model.decoders.decoder import Decoded, Decoder
from ner.model.decoders.seq2seq import Seq2SeqDecoder
from ner.model.decoders.softmax import SoftmaxDecoder
from ner.settings import DecoderSettings

__all__ = ["DECODERS", "Decoded", "Decoder", "build"]

DECODERS: dict[str, Any] = {
    "crf": CRFDecoder,
    "softmax": SoftmaxDecoder,
    "seq2seq": Seq2SeqDecoder,
}


def build(settings: DecoderSettings, *, size: int, tags: Sequence[str], scheme: str) -> Decoder:
    """The decoder that the settings name, for states of ``size``.

    Raises:
        ConfigError: the kind, or the attention that it uses, is unknown.
    """
    decoder = choose(settings.kind, DECODERS, kind="decoder")
    built: Decoder = decoder(settings, size=size, tags=tags, scheme=scheme)
    return built
