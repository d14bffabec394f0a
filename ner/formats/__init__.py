"""FILE ↔ DOCUMENTS: one module a format, and the table of them.

``read`` is a stream of documents; what a reader repairs or skips, and what a writer cannot hold, it
tells ``findings``. To add a format, write its module and add a line to ``FORMATS``. Files are told
apart by asking the formats in the order of the table.
"""

from typing import get_args

from ner.formats import (
    brat,
    brat_folder,
    cluener,
    columns,
    csv,
    doccano,
    inline,
    jsonl,
    labelstudio,
    parallel,
    parquet,
    pku,
    text,
    universal,
)
from ner.formats.findings import Finding, Findings
from ner.formats.format import Format, Pair, Part
from ner.formats.options import ReadOptions, WriteOptions
from ner.formats.source import Source, open_source

__all__ = [
    "FORMATS",
    "Finding",
    "Findings",
    "Format",
    "Pair",
    "ReadOptions",
    "Source",
    "WriteOptions",
    "open_source",
]

EVERYTHING: frozenset[Part] = frozenset(get_args(Part))
SENTENCES: frozenset[Part] = frozenset(("sentences",))

FORMATS = {
    "brat": Format(
        brat.read,
        save=brat_folder.save,
        suffixes=(brat.ANNOTATIONS,),
        pair=brat.PAIR,
        holds=EVERYTHING,
    ),
    "label-studio": Format(
        labelstudio.read,
        labelstudio.write,
        recognises=labelstudio.recognises,
        suffixes=(".labelstudio.json",),
        holds=EVERYTHING,
    ),
    "doccano": Format(
        doccano.read,
        doccano.write,
        recognises=doccano.recognises,
        suffixes=(".doccano",),
        by_line=True,
        holds=EVERYTHING,
    ),
    "doccano-relations": Format(
        doccano.read,
        doccano.write_relations,
        recognises=doccano.recognises_relations,
        suffixes=(".doccano-relations",),
        by_line=True,
        holds=EVERYTHING,
    ),
    "parallel": Format(
        parallel.read,
        save=parallel.save,
        recognises=parallel.recognises,
        suffixes=parallel.SUFFIXES,
        pair=parallel.PAIR,
        holds=SENTENCES,
    ),
    "braces": Format(
        inline.read_braces, inline.write_braces, None, inline.recognises_braces, (".braces",)
    ),
    "cluener": Format(
        cluener.read,
        cluener.write,
        recognises=cluener.recognises,
        suffixes=(".cluener",),
        by_line=True,
        holds=frozenset(("ids", "fields")),
    ),
    "jsonl": Format(
        jsonl.read,
        jsonl.write,
        recognises=jsonl.recognises,
        suffixes=(".jsonl", ".ndjson"),
        by_line=True,
        holds=EVERYTHING,
    ),
    "csv": Format(
        csv.read,
        csv.write,
        recognises=csv.recognises,
        suffixes=(".csv", ".tsv"),
        holds=EVERYTHING,
    ),
    "parquet": Format(
        parquet.read,
        save=parquet.save,
        recognises=parquet.recognises,
        suffixes=(".parquet",),
        holds=EVERYTHING,
    ),
    "universal": Format(universal.read, recognises=universal.recognises, suffixes=(".iob2",)),
    "pku": Format(pku.read, recognises=pku.recognises),
    "columns": Format(
        columns.read,
        columns.write,
        recognises=columns.recognises,
        suffixes=(".bio", ".bmes", ".bioes", ".conll", ".iob"),
        holds=SENTENCES,
    ),
    "angles": Format(
        inline.read_angles, inline.write_angles, None, inline.recognises_angles, (".angles",)
    ),
    "text": Format(
        text.read, text.write, suffixes=(".txt", ".text"), annotated=False, by_line=True
    ),
}
