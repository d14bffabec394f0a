"""TEXT → VECTORS: raw text cut into characters, bigrams and words, and word2vec trained on them."""
