"""MODEL → FIGURES: how fast a tagger is, how soon it answers, and how much memory it takes.

Each cell, a batch size and a number of threads, is measured in processes of its own. What a worker
process does (``worker``, ``passes``, ``memory``) needs the standard library alone, so that it
measures other programs in interpreters of theirs by the same code.
"""
