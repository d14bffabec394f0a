"""All settings, frozen and checked: what a config says, a group a class, a part a module."""

from __future__ import annotations

from pydantic import Field

from ner.settings.attention import (
    AnyAttention,
    AttentionSettings,
    HardSettings,
    LocationHardSettings,
    LocationSettings,
    SampledSettings,
    SoftSettings,
    SparseSettings,
    WindowedSettings,
)
from ner.settings.augmentation import (
    AnyAugmentation,
    AugmentationKind,
    AugmentationSettings,
    CaseSettings,
    CharacterSettings,
    ConcatenateSettings,
    CrossSettings,
    DoubleSettings,
    DropSettings,
    HomophoneSettings,
    InsertSettings,
    LongerSettings,
    LookAlikeSettings,
    MentionSettings,
    NumeralsSettings,
    PunctuationSettings,
    ScriptSettings,
    SpellingSettings,
    SwapSettings,
    TokensSettings,
    TransposeSettings,
    TypoSettings,
    UnseenSettings,
    WidthSettings,
    WordsSettings,
)
from ner.settings.base import Settings, Whole
from ner.settings.data import (
    CORPORA_VARIABLE,
    DEFAULT_ROOT,
    DataSettings,
    Files,
    FoldSettings,
    LabelledSettings,
    names_of,
)
from ner.settings.decoders import (
    AnyDecoder,
    CRFSettings,
    DecoderSettings,
    Seq2SeqSettings,
    SoftmaxSettings,
)
from ner.settings.features import LEAST_WINDOW, FeatureSettings, LexiconSettings
from ner.settings.model import (
    EmbeddingSettings,
    EncoderSettings,
    ModelSettings,
    TransformerSettings,
)
from ner.settings.training import TrainingSettings

__all__ = [
    "AnyAttention",
    "AnyAugmentation",
    "AnyDecoder",
    "AttentionSettings",
    "AugmentationKind",
    "AugmentationSettings",
    "CORPORA_VARIABLE",
    "CRFSettings",
    "CaseSettings",
    "CharacterSettings",
    "ConcatenateSettings",
    "Config",
    "CrossSettings",
    "DEFAULT_ROOT",
    "DataSettings",
    "DecoderSettings",
    "DoubleSettings",
    "DropSettings",
    "EmbeddingSettings",
    "EncoderSettings",
    "FeatureSettings",
    "Files",
    "FoldSettings",
    "HardSettings",
    "HomophoneSettings",
    "InsertSettings",
    "LEAST_WINDOW",
    "LabelledSettings",
    "LexiconSettings",
    "LocationHardSettings",
    "LocationSettings",
    "LongerSettings",
    "LookAlikeSettings",
    "MentionSettings",
    "ModelSettings",
    "NumeralsSettings",
    "PunctuationSettings",
    "SampledSettings",
    "ScriptSettings",
    "Seq2SeqSettings",
    "Settings",
    "SoftSettings",
    "SoftmaxSettings",
    "SparseSettings",
    "SpellingSettings",
    "SwapSettings",
    "TokensSettings",
    "TrainingSettings",
    "TransformerSettings",
    "TransposeSettings",
    "TypoSettings",
    "UnseenSettings",
    "WidthSettings",
    "WindowedSettings",
    "WordsSettings",
    "names_of",
]


class Config(Settings):
    """A whole run."""

    seed: Whole = Field(default=1, ge=0)
    # A model that training goes on from: its folder, or its name in `ner models`. The network and
    # its features are that model's.
    init_from: str | None = None
    # Label of train → the label of that model as which it begins; labels of one name need none.
    init_labels: dict[str, str] = {}
    # How often a character or bigram that the model does not know must stand in train to be
    # learned; without, none is.
    init_names: Whole | None = Field(default=None, ge=1)
    data: DataSettings
    augmentation: AugmentationSettings = AugmentationSettings()
    features: FeatureSettings = FeatureSettings()
    model: ModelSettings = ModelSettings()
    training: TrainingSettings = TrainingSettings()
