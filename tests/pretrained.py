"""A tiny transformer with random weights and a vocabulary of its own, as a folder on disk."""

import importlib.util
from pathlib import Path

import pytest
import torch

from ner.config import build
from ner.features.batch import collate
from ner.features.featurizer import Featurizer, Known
from ner.model.inputs import Inputs
from ner.model.network import Network
from ner.settings import FeatureSettings
from ner.tags import tag_set
from ner.training import pretrained

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
JAMO = ("\u1112", "##\u1161", "##\u11ab")  # the pieces of one character
KNOWN = (*"陶小满把信寄到衢州青禾书店骆一舟在等雨下了整夜，。ab龍1", *("ab", "##b", "##1"), *JAMO)
PLACES = 20  # of a window, the special ones included
LABELS = ("人名", "地名")
SIZE = 8
TEXTS = (
    "陶小满把信寄到衢州。",
    "雨",
    "青禾 ab书店",
    "骆一舟在青禾书店等陶小满，雨下了整夜。",
    "龙1",
)


def bert_folder(folder, *, seed=0, layers=3):
    """A BERT of a few numbers at ``folder``."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import NFD, BertNormalizer
    from tokenizers.normalizers import Sequence as Both
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    vocabulary = {piece: number for number, piece in enumerate((*SPECIALS, *KNOWN))}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Both([BertNormalizer(lowercase=False, strip_accents=True), NFD()])
    tokenizer.pre_tokenizer = BertPreTokenizer()
    ends = [("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    named = {f"{name[1:-1].lower()}_token": name for name in SPECIALS}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=PLACES, **named)
    fast.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=SIZE,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=12,
        max_position_embeddings=PLACES,
        initializer_range=0.5,  # so that what is read matters
    )
    torch.manual_seed(seed)
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def bert(tmp_path_factory):
    """The folder of a tiny BERT."""
    return bert_folder(tmp_path_factory.mktemp("bert"))


def config_of(folder, *, embedding=(), **model):
    """Settings with the transformer at ``folder`` as the only part of the embedding."""
    own = {"size": 0, "transformer": {"path": str(folder)}}
    how = {"embedding": {**own, **dict(embedding)}, "encoder": {"size": 6}, **model}
    return build({"data": {"train": "train.bio"}, "model": how}, "test")


def featurizer_of(config, texts=TEXTS, **features):
    return Featurizer.fitted(FeatureSettings(**features), texts, pretrained.known(config, Known()))


def network_of(config, featurizer):
    """The network with its pretrained weights."""
    torch.manual_seed(0)
    network = Network(config.model, labels=LABELS, featurizer=featurizer)
    pretrained.put(config, network, featurizer)
    return network


def inputs_of(featurizer, texts, *, tagged=False, context=None):
    before = context or [""] * len(texts)
    features = [featurizer(*one) for one in zip(texts, before, strict=True)]
    outside = tag_set(LABELS, scheme="BIOES").index("O")
    tags = [[outside] * len(text) for text in texts] if tagged else None
    return Inputs.of(collate(features, tags), torch.device("cpu"))


def in_package(name, *inside):
    """A file of an installed package, which is not run; the test is skipped without it."""
    found = importlib.util.find_spec(name)
    for place in (found and found.submodule_search_locations) or ():
        path = Path(place).joinpath(*inside)
        if path.exists():
            return path
    pytest.skip(f"the package {name} is not installed")
