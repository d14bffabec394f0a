"""CORPUS → THE SAME CORPUS WITH ERRORS that people read over and taggers stumble at; their table.

A perturbation is one augmentation or several in a row, at a strength; see ``augmentation/``. To add
one: a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from pydantic import ValidationError

from ner.corpus.augmentation import Material, build
from ner.document import Document
from ner.errors import ConfigError, choose, nearest
from ner.settings import (
    AugmentationKind,
    CaseSettings,
    ConcatenateSettings,
    CrossSettings,
    DoubleSettings,
    DropSettings,
    HomophoneSettings,
    InsertSettings,
    LongerSettings,
    LookAlikeSettings,
    NumeralsSettings,
    PunctuationSettings,
    ScriptSettings,
    TransposeSettings,
    TypoSettings,
    UnseenSettings,
    WidthSettings,
)

STRENGTH = "strength"
RARE, SOME, MANY = (0.02, 0.05, 0.1), (0.05, 0.15, 0.3), (0.3, 0.6, 1.0)
WHOLE = (1.0,)
SEEDS = 1 << 64
FROM_TRAIN = frozenset(("unseen", "cross"))  # augmentations that ask what a model has seen


@dataclass(frozen=True, slots=True)
class Step:
    """One augmentation of a perturbation.

    Args:
        settings: of the augmentation, but for its rate.
        rate: what the rate is at a strength, 0…1 both; 0 at 0.
    """

    settings: AugmentationKind
    rate: Callable[[float], float] = lambda strength: strength


@dataclass(frozen=True, slots=True)
class Perturbation:
    """A kind of error.

    Args:
        said: what it is, in a line.
        strengths: those that it is measured at unless others are asked for.
        steps: one after another.
    """

    said: str
    strengths: tuple[float, ...]
    steps: tuple[Step, ...]


def _one(said: str, strengths: tuple[float, ...], settings: AugmentationKind) -> Perturbation:
    return Perturbation(said, strengths, (Step(settings),))


def _always(strength: float) -> float:
    return 1.0 if strength else 0.0


def _by_clause(strength: float) -> float:
    return min(1.0, 4 * strength)


PERTURBATIONS: dict[str, Perturbation] = {
    "transpose_outside": _one(
        "neighbours exchanged within words, outside entities",
        SOME,
        TransposeSettings(where="outside", within="words"),
    ),
    "transpose_inside": _one(
        "neighbours exchanged inside entities",
        SOME,
        TransposeSettings(where="inside", within="words"),
    ),
    "drop": _one("characters left out", RARE, DropSettings()),
    "double": _one("characters typed twice", RARE, DoubleSettings()),
    "homophone_outside": _one(
        "characters that sound alike, outside entities",
        SOME,
        HomophoneSettings(where="outside"),
    ),
    "homophone_inside": _one(
        "characters that sound alike, inside entities",
        SOME,
        HomophoneSettings(where="inside"),
    ),
    "look_alike_outside": _one(
        "characters that look alike, outside entities",
        SOME,
        LookAlikeSettings(where="outside"),
    ),
    "look_alike_inside": _one(
        "characters that look alike, inside entities", SOME, LookAlikeSettings(where="inside")
    ),
    "typo": _one("one typo in an entity", MANY, TypoSettings()),
    "unseen": _one("entities that no corpus has", MANY, UnseenSettings()),
    "longer": _one("longer entities of the same label", MANY, LongerSettings()),
    "cross": _one("entities that train has under another label", MANY, CrossSettings()),
    "concatenate": _one("sentences joined, 2 to 4", MANY, ConcatenateSettings(most=3)),
    "punctuation": _one("punctuation left out", (0.5, 1.0), PunctuationSettings()),
    "traditional": _one("sentences in traditional characters", WHOLE, ScriptSettings()),
    "width": _one(
        "runs of letters, digits or marks in their other width", MANY, WidthSettings(by="run")
    ),
    "case": _one("runs of letters in their other case", MANY, CaseSettings(by="run")),
    "emoji": _one("emoji where clauses end", MANY, InsertSettings(what="emoji")),
    "blank": _one("blanks between characters", SOME, InsertSettings(what="blank")),
    "speech": Perturbation(
        "as speech recognition writes: homophones, fillers, numbers in words, no punctuation",
        RARE,
        (
            Step(NumeralsSettings(), _always),
            Step(InsertSettings(what="filler"), _by_clause),
            Step(PunctuationSettings(), _always),
            Step(HomophoneSettings()),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A perturbation at a strength, as somebody asked for it.

    Args:
        name: in the table.
        strength: 0…1; at 0 nothing is changed.
        steps: the settings of its augmentations.
        options: the settings that were asked for beside the strength, as they were written.
    """

    name: str
    strength: float
    steps: tuple[AugmentationKind, ...]
    options: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        said = ((STRENGTH, f"{self.strength:g}"), *self.options)
        return f"{self.name}:{written_options(said)}"

    @property
    def needs_train(self) -> bool:
        """Whether it matters what the model has seen."""
        return any(step.kind in FROM_TRAIN for step in self.steps)


def asked(written: str) -> list[Asked]:
    """``typo``, at each of its strengths, or ``typo:strength=0.5``; other settings may follow.

    Raises:
        ConfigError: the kind, a setting or its value is unknown.
    """
    name, _, rest = written.partition(":")
    kind = choose(name.strip(), PERTURBATIONS, kind="perturbation")
    options = dict(_option(part, written) for part in rest.split(",") if part)
    known = {STRENGTH, *(key for step in kind.steps for key in _own(step.settings))}
    for key in options:
        if key not in known:
            raise ConfigError(f"{written}: unknown setting {key!r} ({nearest(key, known)})")
    strengths = kind.strengths
    if STRENGTH in options:
        strengths = (_strength(options.pop(STRENGTH), written),)
    return [
        Asked(
            name.strip(),
            one,
            tuple(_settings(step, one, options, written) for step in kind.steps),
            tuple(options.items()),
        )
        for one in strengths
    ]


def written_options(options: Iterable[tuple[str, str]]) -> str:
    """Settings as they follow the name of a kind: ``strength=0.1,where=inside``."""
    return ",".join(f"{key}={value}" for key, value in options)


def perturb(
    documents: Sequence[Document], wanted: Asked, *, seed: int, material: Material
) -> list[Document]:
    """As many documents, changed; what nothing changed is the same object.

    The same documents, material, perturbation and seed give the same ones.

    Raises:
        ModuleNotFoundError: pypinyin or opencc is needed and not installed.
    """
    changed = list(documents)
    for number, settings in enumerate(wanted.steps):
        if settings.rate:
            generator = np.random.default_rng([seed % SEEDS, crc32(wanted.name.encode()), number])
            changed = build(settings, material)(changed, generator)
    return changed


def _option(part: str, written: str) -> tuple[str, str]:
    key, equals, value = part.partition("=")
    if not key or not equals:
        raise ConfigError(f"{written}: expected a setting like {STRENGTH}=0.15, got {part!r}")
    return key.strip(), value.strip()


def _own(settings: AugmentationKind) -> set[str]:
    """What can be said of an augmentation beside its kind and rate."""
    return set(type(settings).model_fields) - {"kind", "rate"}


def _strength(value: str, written: str) -> float:
    try:
        strength = float(value)
    except ValueError:
        strength = -1.0
    if not 0 <= strength <= 1:
        raise ConfigError(f"{written}: {STRENGTH}: expected a number from 0 to 1, got {value!r}")
    return strength


def _settings(
    step: Step, strength: float, options: Mapping[str, str], written: str
) -> AugmentationKind:
    own = {key: value for key, value in options.items() if key in _own(step.settings)}
    raw = {**step.settings.model_dump(), **own, "rate": step.rate(strength)}
    try:
        return type(step.settings).model_validate(raw, strict=False)  # what an option says is text
    except ValidationError as error:
        (problem, *_) = error.errors()
        place = ".".join(map(str, problem["loc"]))
        said = f"got {problem['input']!r}: {problem['msg']}"
        raise ConfigError(f"{written}: {place}: {said}") from error
