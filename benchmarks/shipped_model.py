"""The model in the package, from public corpora and raw text to a folder for `ner/shipped/`.

    export NER_CORPORA=…  NER_TEXT=…
    python benchmarks/shipped_model.py --device cuda          # or: make model DEVICE=cuda
    python benchmarks/shipped_model.py --data-only --teacher standard   # labels, without a GPU

Corpora → vectors → transformer trained on → teacher → raw text labelled by it → student → graph of
8 bits → calibration → figures → card. What is there is not made again, and a training that was cut
off goes on; remove a file, and what comes after it, to make it anew. `docs/shipped.md` says why
each step is as it is.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from functools import partial
from pathlib import Path

import shipped_card
import shipped_figures
from shipped_corpora import archives, corpora, draw, sources
from shipped_steps import Step, ner, say, take

from ner.calibration import CALIBRATION
from ner.errors import ConfigError, NerError
from ner.model.folder import CARD, GRAPH
from ner.storage import write_bytes
from ner.training import lac

ROOT = Path(__file__).parents[1]
CONFIGS = ROOT / "configs"
VECTORS = ROOT / "runs" / "vectors.safetensors"  # where the configs look for them
TRANSFORMER = ROOT / "runs" / "models" / "m3e-small"  # docs/pretrained.md says where it comes from
TRAINED_ON = TRANSFORMER.with_name("m3e-small-news")
WEIGHTS = "model.safetensors"  # of a transformer
OF_TODAY = ("news", "weibo_titles", "questions")  # archives that it is trained on with
NAME = "standard"
LEAST_SURE = 0.4  # of a sentence that the student learns from


def data(out: Path, device: str, teacher: str | None) -> list[Step]:
    """What the student learns from, in its order; raw text is labelled by the teacher.

    Args:
        out: folder of all that is made.
        device: of what is computed.
        teacher: a model, or its name; one is trained without.
    """
    folder = out / "corpora"
    labelled = folder / "labelled.jsonl"
    own = [
        Step("transformer trained on", TRAINED_ON / WEIGHTS, partial(pretrain, device)),
        _trained("teacher", CONFIGS / "shipped-teacher.yaml", out / "teacher", folder, device),
    ]
    return [
        *corpora(folder),
        Step("vectors of raw text", VECTORS, make_vectors),
        Step("raw text to be labelled", out / "raw.txt", partial(draw, out / "raw.txt")),
        *([] if teacher else own),
        Step(
            "raw text labelled by the teacher",
            labelled,
            lambda: ner(
                *("label", out / "raw.txt", "-m", teacher or out / "teacher", "-o", labelled),
                *("--soft", "--force", "--min-score", LEAST_SURE, "--device", device),
            ),
        ),
    ]


def student(out: Path, device: str) -> list[Step]:
    """What is made of that data: the student, its graph, figures and card, in their order."""
    folder, run = out / "corpora", out / "student"
    dev = (folder / "msra-dev.jsonl", folder / "weibo-dev.jsonl")
    model, figures, joined = out / NAME, out / "figures.json", out / "dev.jsonl"
    return [
        _trained("student", CONFIGS / "shipped.yaml", run, folder, device),
        Step(
            "graph of few bits",
            model / GRAPH,
            lambda: ner("export", run, "--quantize", "int4", "-o", model, "--force"),
        ),
        Step("dev, of one file", joined, lambda: join(dev, joined)),
        Step("calibration", model / CALIBRATION, lambda: ner("calibrate", model, joined)),
        Step("figures", figures, lambda: shipped_figures.measure(model, folder, figures)),
        Step("card", out / "card.md", lambda: write_card(model, figures, out / "card.md")),
    ]


def make_vectors() -> None:
    """Of the archives but the statutes, which speak of nobody."""
    ner("vectors", *(one for one in archives() if "laws" not in one.name), "-o", VECTORS)


def pretrain(device: str) -> None:
    """The teacher's transformer, on what is written today."""
    texts = (one for one in archives() if one.name.split(".")[0] in OF_TODAY)
    ner(
        *("pretrain", *texts, "--transformer", transformer(), "-o", TRAINED_ON, "--force"),
        *("--epochs", 3, "--learning-rate", "2e-4", "--device", device),
    )


def transformer() -> Path:
    """The folder of the transformer that the teacher begins with.

    Raises:
        ConfigError: it is not there.
    """
    if not (TRAINED_ON / WEIGHTS).exists() and not TRANSFORMER.is_dir():
        raise ConfigError(f"{TRANSFORMER}: no such folder; docs/pretrained.md says how to get it")
    return TRANSFORMER


def join(files: tuple[Path, ...], out: Path) -> None:
    """Files one behind another."""
    write_bytes(out, b"".join(one.read_bytes() for one in files))


def write_card(model: Path, figures: Path, copy: Path) -> None:
    """The card, in the model's folder and beside it."""
    shipped_card.write(model, figures)
    shutil.copyfile(model / CARD, copy)


def _trained(name: str, config: Path, run: Path, folder: Path, device: str) -> Step:
    """A run is done once its card is there and a mark beside it says that it came to its end."""
    ended = Path(f"{run}.ended")

    def work() -> None:
        ner(
            *("train", config, "-o", run, "--resume", "--device", device),
            *("--set", f"data.root={folder}"),
        )
        ended.touch()

    return Step(name, ended, work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=Path("runs/shipped"))
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps")
    parser.add_argument("--teacher", help="a model that labels raw text; one is trained without")
    parser.add_argument("--data-only", action="store_true", help="end where raw text is labelled")
    options = parser.parse_args()
    out, device, teacher = options.output, options.device, options.teacher
    try:
        for needed in (sources, archives, *(() if teacher else (transformer, lac.folder))):
            needed()  # what hours of work would come to want
        take(data(out, device, teacher))
        if options.data_only:
            return
        take(student(out, device))
    except NerError as error:
        sys.exit(f"error: {error}")
    model = options.output / NAME
    say(f"{model} is done; to ship it: rm -rf ner/shipped/{NAME}; cp -r {model} ner/shipped/")


if __name__ == "__main__":
    main()
