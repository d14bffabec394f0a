"""SENTENCE → NUMBERS: normalised characters, word boundaries, windows and batches."""
