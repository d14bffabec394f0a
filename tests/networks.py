"""Small networks with every mechanism and decoder, and batches to try them on."""

import numpy as np
import pytest
import torch
from mechanisms import VARIANTS, name_of

from ner.features.batch import collate
from ner.features.channels import Characters, Segmentation
from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import Features, Featurizer, Known
from ner.features.lexicon import Lexicon
from ner.model.decoders import DECODERS
from ner.model.inputs import Inputs
from ner.model.network import Network
from ner.settings import FeatureSettings, ModelSettings
from ner.tags import tag_set

LABELS = ("人名", "地名")
TAGS = tag_set(LABELS, scheme="BIOES")
LENGTHS = [9, 1, 4, 9, 2]
CHARACTERS = 30
SMALL = {"heads": 2, "head_size": 4}
MECHANISMS = {name_of(variant): {**variant, **SMALL} for variant in VARIANTS}
MECHANISMS |= {"none": "none", "stack": [MECHANISMS["soft"], MECHANISMS["windowed"]]}
DECODER = {"seq2seq": {"kind": "seq2seq", "size": 5, "tag_size": 3, "attention": SMALL}}

every_mechanism = pytest.mark.parametrize("mechanism", MECHANISMS)
every_decoder = pytest.mark.parametrize("decoder", DECODERS)


def featurizer_of(characters=CHARACTERS, *, segmentation=True):
    """One that has so many numbers of characters, made without a text."""
    names = [chr(ord("一") + place) for place in range(characters - 2)]
    channels = {"characters": Characters(Vocabulary(names))}
    if segmentation:
        channels["words"] = Segmentation(speech=False)
    return Featurizer(FeatureSettings(segmentation=segmentation), channels, {})


def rows_of(characters, words=()):
    """Features of these numbers; without ``words`` those of the characters alone."""
    rows = {"characters": list(characters)}
    return Features({**rows, "words": list(words)} if len(words) else rows)


TEXTS = ("陶小满在青禾书店等雨停", "雨停了", "青禾书店的骆一舟", "陶", "书店，停雨。")
WORDS = {"青禾": "n", "书店": "n", "青禾书店": "ORG", "雨": "n", "雨停": "v", "陶小满": "PER"}
WORDS |= {"小满": "t", "骆一舟": "PER", "停": "v"}  # 骆一舟 is not in what it is fitted on


def full_featurizer():
    """One with every channel and a lexicon, fitted on the first two of ``TEXTS``."""
    settings = FeatureSettings(segmentation="speech", bigrams=True, bigram_min_count=1)
    known = Known({"characters": ["鹭", "骆"], "bigrams": ["一舟"]})
    fitted = Featurizer.fitted(settings, TEXTS[:2], known)
    lexicon = Lexicon.fitted(WORDS, TEXTS[:2], known={"骆一舟"})
    return Featurizer(settings, fitted.channels, fitted.normalise.script, lexicon)


def network_of(mechanism="none", decoder="crf", *, layers=1, segmentation=True):
    torch.manual_seed(0)
    settings = ModelSettings.model_validate(
        {
            "embedding": {"size": 8, "segmentation_size": 3, "unknown_rate": 0.1},
            "encoder": {"size": 6, "layers": layers},
            "attention": MECHANISMS[mechanism],
            "decoder": DECODER.get(decoder, decoder),
        }
    )
    return Network(settings, labels=LABELS, featurizer=featurizer_of(segmentation=segmentation))


def sentences(lengths=LENGTHS, *, segmentation=True):
    """Random features and legal tags."""
    rng = np.random.default_rng(1)
    characters = [rng.integers(2, CHARACTERS, size=n).tolist() for n in lengths]
    words = [rng.integers(1, 5, size=n).tolist() if segmentation else [] for n in lengths]
    names = ["B-人名", "E-人名", "S-地名", "O", "O", "B-地名", "I-地名", "E-地名", "O"]
    tags = [names[:n] if n > 1 else ["O"] for n in lengths]
    features = [rows_of(*one) for one in zip(characters, words, strict=True)]
    return features, [[TAGS.index(tag) for tag in sentence] for sentence in tags]


def inputs_of(features, tags=None):
    return Inputs.of(collate(features, tags), torch.device("cpu"))
