"""Texts in which one character tells the next, for the tiny BERT to learn."""

import random

PAIRS = ("陶小", "满把", "信寄", "衢州", "青禾", "书店")
TIMES = 8  # that a line says its pair


def planted(lines, *, seed=1):
    """Lines of a pair, again and again: any of its characters tells the others."""
    return [TIMES * pair for pair in random.Random(seed).choices(PAIRS, k=lines)]
