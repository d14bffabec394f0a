"""A training run: settings in, a folder with a trained model out, to be continued if killed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import nn

from ner.config import dump, load_config, resolved
from ner.corpus import folds, splits
from ner.corpus.splits import Split
from ner.errors import ConfigError
from ner.evaluation.surroundings import CONFIG, METRICS
from ner.features.featurizer import Featurizer
from ner.model import folder as model_folder
from ner.model.folder import MODEL, Description
from ner.settings import Config
from ner.storage import dumps, write_text
from ner.tags import tag_set
from ner.training import checkpoint, pretrained, run_folder
from ner.training import vectors as initial
from ner.training.advice import few_steps
from ner.training.average import Average
from ner.training.card import card
from ner.training.checkpoint import Progress
from ner.training.corpus_digest import parts_of, refuse_other
from ner.training.enriched import Enriched
from ner.training.examples import Examples, prepare
from ner.training.labelled import Labelled, frequent, read_labelled, with_labelled
from ner.training.loop import Epoch, Task, epochs
from ner.training.optimiser import OPTIMISERS
from ner.training.run_folder import CHECKPOINT
from ner.training.start import Start, taken_over

logger = logging.getLogger(__name__)


class Run:
    """What a run needs, made ready; ``epochs`` then trains.

    Args:
        config: the settings.
        folder: of the run; it must be new or empty, unless ``resume`` or ``force``.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        resume: go on after the last whole epoch; a folder without one starts from the beginning.
        force: throw away the run in the folder.

    Raises:
        ConfigError, CorpusError, ModelError: the settings, the corpus or the folder do not fit.
    """

    def __init__(
        self,
        config: Config,
        folder: Path,
        *,
        device: str = "auto",
        resume: bool = False,
        force: bool = False,
    ) -> None:
        self._start = Start.of(config)
        self.config, told = taken_over(resolved(config), self._start)
        self.folder = folder
        self._thrown_away = force and not resume  # once the new one is ready to begin
        run_folder.refuse(folder, resume=resume, force=force)
        if resume and (folder / CONFIG).exists():
            self._check_same()
        self.accelerator = accelerator(device, config.training.mixed_precision)
        train, dev = folds.read_training(self.config.data, seed=config.seed)
        self.remarks = splits.remarks(train, dev) + told
        labels = tuple(sorted({*train.labels, *train.known}))
        labelled = read_labelled(self.config, labels)
        corpus = parts_of(train, dev, labelled)
        self.progress = Progress(corpus={part.name: part.digest for part in corpus})
        saved = folder / CHECKPOINT if resume and (folder / CHECKPOINT).exists() else None
        if saved:
            refuse_other(checkpoint.told(saved, Progress).corpus, corpus, run=folder)
        self.description, self.task = self._prepare(train, dev, labelled, labels)
        self.optimiser = OPTIMISERS[config.training.optimiser](self.task.network, config.training)
        if saved:
            progress = checkpoint.load(saved, self._networks, self.optimiser, Progress)
            self.progress = replace(progress, corpus=self.progress.corpus)
        self.characters = sum(self.task.examples(1).lengths)
        self.remarks += filter(None, [few_steps(self.characters, self.config.training)])

    @property
    def model(self) -> Path:
        """Where the best model is."""
        return self.folder / MODEL

    @property
    def _networks(self) -> nn.ModuleDict:
        """All weights of the run, under the names that its checkpoint gives them."""
        return nn.ModuleDict({"last": self.task.network, "average": self.task.average.network})

    @property
    def parameters(self) -> int:
        """How many numbers are learned."""
        learned = (one for one in self.task.network.parameters() if one.requires_grad)
        return sum(parameter.numel() for parameter in learned)

    def epochs(self, advance: Callable[[int], None] = lambda characters: None) -> Iterator[Epoch]:
        """Trains; every epoch is yielded once its checkpoint, metrics and model are on disk."""
        if self.accelerator.is_main_process:
            self._begin()
        trained = epochs(
            self.task, self.accelerator, self.optimiser, start=self.progress, advance=advance
        )
        for epoch in trained:
            self.progress = epoch.progress
            if self.accelerator.is_main_process:
                self._keep(epoch)
            yield epoch

    def _check_same(self) -> None:
        """The folder's settings must be these, or what is continued is another run.

        But for the test set, which no epoch has seen.
        """
        place = self.folder / CONFIG
        old = load_config(place)
        data = old.data.model_copy(update={"test": self.config.data.test})
        old = old.model_copy(update={"data": data})
        if old != self.config:
            changed = _differences(old.model_dump(), self.config.model_dump())
            raise ConfigError(f"{place}: the run to resume has other settings: {changed}")

    def _prepare(
        self, train: Split, dev: Split, labelled: Labelled | None, labels: tuple[str, ...]
    ) -> tuple[Description, Task]:
        config, scheme = self.config, self.config.model.scheme
        enriched = Enriched(config, train)
        more = labelled.texts if labelled else []
        # Not for dev: what it lacks there, any other text will lack, too.
        found = initial.vectors_for(config, [*enriched.texts, *more])
        if self._start:
            featurizer = self._start.featurizer(config, enriched.texts)
        else:
            known = replace(initial.known(config, found), more=frequent(config, labelled))
            known = pretrained.known(config, known)
            featurizer = Featurizer.fitted(config.features, enriched.texts, known)
        tags = tag_set(labels, scheme=scheme)
        made = partial(prepare, featurizer=featurizer, tags=tags, scheme=scheme)
        ready = enriched.prepared(made)
        self.remarks += ready.remarks
        learned, judged = ready.always, made(dev.documents)
        self._remark(train.name, ready.first)
        self._remark(dev.name, judged)
        if labelled:
            self.remarks += labelled.remarks
            learned, own = with_labelled(learned, labelled, featurizer, tags, scheme=scheme)
            self._remark("labelled", own)
        description = Description(config.model, labels, featurizer)
        torch.manual_seed(config.seed)
        network = model_folder.build_network(description)
        if self._start:
            self.remarks += self._start.put(network, labels)
        else:
            self.remarks += initial.put(found, network, featurizer)
            pretrained.put(config, network, featurizer)
        gold = splits.as_documents(dev.sentences)
        average = Average(network, config.training.average)
        task = Task(network, average, tags, learned, judged, gold, config.training, config.seed)
        return description, replace(task, copies=ready.redrawn)

    def _remark(self, name: str, examples: Examples) -> None:
        """What the vocabulary does not know and the tags cannot hold."""
        if examples.unknown:
            self.remarks.append(f"{name}: {examples.unknown:,} unknown characters")
        if examples.lost:
            what = "entities are not learned or found: cut, nested, or of an unknown label"
            self.remarks.append(f"{name}: {examples.lost:,} {what}")

    def _begin(self) -> None:
        """Writes the settings, and cuts the metrics where the checkpoint ends."""
        if self._thrown_away:
            run_folder.throw_away(self.folder)
            self._thrown_away = False
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(self.folder / CONFIG, dump(self.config))
        metrics = self.folder / METRICS
        lines = metrics.read_text(encoding="utf-8").splitlines() if metrics.exists() else []
        kept = lines[: self.progress.epoch]
        write_text(metrics, "".join(line + "\n" for line in kept))

    def _keep(self, epoch: Epoch) -> None:
        """The model first, the checkpoint last: a run killed between the two repeats the epoch."""
        if epoch.best:
            model_folder.write_description(self.model, self.description)
            model_folder.write_weights(self.model, self.task.average.network)
            write_text(self.model / model_folder.CARD, card(self.config, epoch, self.description))
        with open(self.folder / METRICS, "a", encoding="utf-8") as stream:
            stream.write(dumps(epoch.to_dict()) + "\n")
        checkpoint.save(self.folder / CHECKPOINT, self._networks, self.optimiser, epoch.progress)


def accelerator(device: str, mixed_precision: str) -> Accelerator:
    """Accelerate on a device.

    Raises:
        ConfigError: there is no such device, or it lacks the precision.
    """
    from ner.model.device import pick

    picked = pick(device)
    if picked.type == "cuda" and picked.index is not None:
        torch.cuda.set_device(picked)
    if mixed_precision == "auto":
        able = picked.type == "cuda" and torch.cuda.is_bf16_supported()
        mixed_precision = "bf16" if able else "no"
    if picked.type == "cpu" and mixed_precision == "fp16":
        raise ConfigError(f"training.mixed_precision: {mixed_precision} needs a GPU, not a CPU")
    if AcceleratorState._shared_state.get("_mixed_precision", mixed_precision) != mixed_precision:
        AcceleratorState._reset_state()  # an earlier run of this process had another precision
    return Accelerator(cpu=picked.type == "cpu", mixed_precision=mixed_precision)


def _differences(old: dict[str, object], new: dict[str, object], prefix: str = "") -> str:
    found = []
    for key, value in new.items():
        before = old.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            found.append(_differences(before, value, f"{prefix}{key}."))
        elif value != before:
            found.append(f"{prefix}{key} was {json.dumps(before)}, is {json.dumps(value)}")
    return "; ".join(filter(None, found))
