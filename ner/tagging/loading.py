"""MODEL FOLDER → TAGGER: one model, or several as one."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING

from ner.calibration import read_calibration
from ner.errors import ConfigError, refuse_unless_whole
from ner.model.catalogue import locate
from ner.model.folder import find, read_description
from ner.settings import LEAST_WINDOW
from ner.tagging.runtimes import AUTO, OnnxRuntime, pick
from ner.tagging.tagger import AHEAD, Tagger
from ner.tags import tag_set

if TYPE_CHECKING:
    from ner.tagging.dictionary import Dictionary


KNOWN = {"device": "auto, cpu, cuda, cuda:1 or mps", "runtime": "auto, onnx or torch"}
LEAST = {"batch_characters": 1, "window": LEAST_WINDOW, "threads": 1}


@dataclass(frozen=True, slots=True)
class Loading:
    """How a model is loaded; ``load`` says what most parts mean. Workers are sent it pickled.

    ``alternatives`` is how many readings of each document files in bulk get beside its entities.

    Raises:
        ConfigError: a value is of the wrong type or out of its range.
    """

    device: str = "auto"
    batch_characters: int | None = None
    window: int | None = None
    min_score: float = 0.0
    runtime: str = AUTO
    threads: int | None = None
    alternatives: int = 0
    dictionary: Dictionary | None = None

    def __post_init__(self) -> None:
        for name, known in KNOWN.items():
            if not isinstance(got := getattr(self, name), str):
                raise ConfigError(f"{name}: got {got!r}, expected {known}")
        for name, least in LEAST.items():
            if (got := getattr(self, name)) is not None:
                refuse_unless_whole(name, got, least=least)
        refuse_unless_whole("alternatives", self.alternatives, least=0)
        score = self.min_score
        if isinstance(score, bool) or not isinstance(score, Real) or not 0 <= score <= 1:
            raise ConfigError(f"min_score: got {score!r}, expected a number from 0 to 1")

    @property
    def block(self) -> int:
        """How many characters are gathered, so that like lengths meet."""
        return AHEAD * (self.batch_characters or OnnxRuntime.batch_characters)


def load(  # noqa: PLR0913  # what a user may choose has a name each
    path: str | Path | None = None,
    *,
    device: str = "auto",
    batch_characters: int | None = None,
    window: int | None = None,
    min_score: float = 0.0,
    runtime: str = AUTO,
    threads: int | None = None,
    dictionary: Dictionary | None = None,
) -> Tagger:
    """The tagger in a model or run folder, or the models of a bag as one tagger.

    Args:
        path: the folder, or a name that ``ner models`` lists; the standard model without.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        batch_characters: how many characters are computed at once, padding included; what is best
            for the runtime without.
        window: how many characters of a long text are seen as one piece, 16 or more; the model's
            own ``features.max_length`` without.
        min_score: entities of a lower score are left out.
        runtime: ``onnx``, what ``ner export`` made, on a CPU and without PyTorch; ``torch``; or
            ``auto``: ``onnx`` where the model is exported and the device is ``auto`` or ``cpu``.
        threads: that compute; the runtime's own number without.
        dictionary: mentions and patterns that are obeyed.

    Raises:
        ModelError: there is no such model, the folder holds none, a damaged one, or one of another
            format version, or a bag whose models cannot be averaged.
        ConfigError: there is no such device or runtime, or a number is out of its range.
        CorpusError: the dictionary has a label that the model does not know, but should.
    """
    from ner.tagging import bag

    how = Loading(
        device, batch_characters, window, min_score, runtime, threads, dictionary=dictionary
    )
    return bag.load_together([locate(path)], how)


def load_model(path: str | Path, how: Loading) -> Tagger:
    """The tagger in a folder that holds one model."""
    description = read_description(path)
    tags = tag_set(description.labels, scheme=description.settings.scheme)
    open_ = pick(how.runtime, path=Path(path), device=how.device)
    runtime = open_(Path(path), description, device=how.device, threads=how.threads)
    featurizer = description.featurizer
    if how.window is not None:
        featurizer = featurizer.seeing(how.window)
    tagger = Tagger(
        featurizer,
        tags,
        runtime,
        batch_characters=how.batch_characters or open_.batch_characters,
        calibration=read_calibration(find(path)),
        min_score=how.min_score,
    )
    return tagger if how.dictionary is None else tagger.with_dictionary(how.dictionary)
