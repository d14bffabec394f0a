"""The figures of a split in words and numbers, as tables and pages show them."""

from __future__ import annotations

from collections.abc import Callable

from ner.corpus.statistics import Lengths, Statistics

FIGURES: dict[str, Callable[[Statistics], str]] = {
    "Documents": lambda one: f"{one.documents:,}",
    "Sentences": lambda one: f"{one.sentences.number:,}",
    "Characters": lambda one: f"{one.size:,}",
    "Different characters": lambda one: f"{len(one.characters):,}",
    "Entities": lambda one: f"{one.labels.total():,}",
    "Entities in 100 characters": lambda one: f"{one.density:.2f}",
    "Characters inside entities": lambda one: f"{100 * one.coverage:.1f} %",
    "Entities inside another": lambda one: f"{one.layers.nested:,}",
    "Entities across another’s end": lambda one: f"{one.layers.crossing:,}",
}
SUMMARY: dict[str, Callable[[Lengths], str]] = {
    "Mean": lambda one: f"{one.mean:.1f}",
    "Median": lambda one: f"{one.reaching(0.5):,}",
    "95 % up to": lambda one: f"{one.reaching(0.95):,}",
    "Longest": lambda one: f"{one.longest:,}",
}
