"""A CORPUS AS A WHOLE: where it is from, its splits, faults, figures and enrichment."""
