"""What a user tells a tagger: mentions and patterns, and how they are obeyed; the table of modes.

rules.py       a line of a file, and what holds for all of it
reading.py     files → rules; ``FILE:MODE`` as the command line has it
signs.py       texts as character numbers, normalised
spelling.py    an entity's tags by number
ready.py       patterns that need no file, and their table
dictionary.py  several files as one dictionary
rule_table.py  what the rules say, as arrays
finding.py     texts → matches: words by a tree, patterns one by one
choice.py      matches → those that count, by precedence
marks.py       those as marks of the sentences that are tagged
constraint.py  marks → the decoder's scores
laid.py        marks of a batch, by mode
held.py        forbidden entities → beginnings of paths that are held apart
free_paths.py  the best paths beside those
avoidance.py   chains whose best paths have no forbidden entity
results.py     the model's entities and what counts → results
guided.py      the tagger that does all this
"""

from ner.tagging.dictionary.dictionary import Dictionary

__all__ = ["Dictionary"]
