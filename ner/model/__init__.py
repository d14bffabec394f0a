"""BATCH → TAGS: embedding, encoder, attention and decoder, wired in ``network``."""
