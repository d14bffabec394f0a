"""Small networks in training mode, of sentences of our own, and batches of them."""

import torch

from ner.document import Document
from ner.features.featurizer import Featurizer
from ner.model.inputs import Inputs
from ner.model.network import Network
from ner.settings import FeatureSettings, ModelSettings
from ner.tags import tag_set
from ner.training.examples import prepare

TEXTS = ("陶小满把信寄到了衢州。", "青禾书店", "骆一舟在丽水等雨停，雨不停。")
LABELS = ("LOC", "PER")
CPU = torch.device("cpu")


def small(**changes):
    """A network in training mode, and a batch of inputs with tags for it."""
    settings = ModelSettings.model_validate(
        {
            "embedding": {"size": 6, "bigram_size": 4, "dropout": 0.3},
            "encoder": {"size": 8, "dropout": 0.3},
            "attention": "none",
            **changes,
        }
    )
    featurizer = Featurizer.fitted(FeatureSettings(bigrams=True, bigram_min_count=1), TEXTS)
    torch.manual_seed(0)
    network = Network(settings, labels=LABELS, featurizer=featurizer)
    tags = tag_set(LABELS, scheme=settings.scheme)
    documents = [Document(text, ()) for text in TEXTS]
    examples = prepare(documents, featurizer, tags, scheme=settings.scheme)
    batch = examples.batch(range(len(TEXTS)))
    return network.train(), Inputs.of(batch, CPU), batch
