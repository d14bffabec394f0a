"""LEXICON'S WORDS → FEWER: those of most use to a model that may be only so large."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from ner.features.channels.vocabulary import within
from ner.features.jieba_words import by_use
from ner.features.lexicon import counted
from ner.features.names import Names
from ner.features.normalisation import Normaliser
from ner.features.trie import Trie
from ner.features.word_lists import own_words
from ner.settings import FeatureSettings, LexiconSettings


def limited(
    words: Mapping[str, str],
    texts: Iterable[str],
    settings: FeatureSettings,
    *,
    known: Iterable[str],
    root: Path,
) -> Mapping[str, str]:
    """The words that a lexicon has and their kinds, ``features.limits.words`` at most.

    First the words of the user's own lists, which stay, however many they are; then those that
    train has ``min_count`` times, the most frequent first; then those with a vector, which stand by
    their use in the vectors' text; then jieba's, by its counts.

    Args:
        words: and their kinds.
        texts: of train, normalised.
        settings: the limit and the lexicon's own.
        known: words with a vector.
        root: what the lists' names count from.
    """
    limit, lexicon = settings.limits.words, settings.lexicon or LexiconSettings()
    if limit is None:
        return words
    normalise = Normaliser.of(settings.normalise).text
    own = own_words(lexicon, root=root, normalise=normalise)
    names = tuple(words)
    counts = counted(Trie.of(Names.of(names)), texts, len(names))
    order = np.argsort(-counts, kind="stable")[: int((counts >= lexicon.min_count).sum())]
    of_train = map(names.__getitem__, order.tolist())
    groups = (own, of_train, known, map(normalise, by_use()))
    listed = (filter(words.__contains__, group) for group in groups)
    chosen = within(max(limit, len(own)), *listed)
    return {word: kind for word, kind in words.items() if word in chosen}
