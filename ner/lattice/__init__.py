"""Exact answers from emissions and transitions, in NumPy, for whatever computed them.

The one decoder of linear-chain scores: ``viterbi`` finds best paths, ``forward_backward`` the
probabilities of spans, ``likely`` the spans that are probable, ``alternatives`` the next best
paths. They step over characters, never over sentences, and a sentence that has ended costs nothing
more (``columns``).
"""

from ner.lattice.lattice import Lattice, Paths, pooled
from ner.lattice.transitions import CLOSED, Transitions

__all__ = ["CLOSED", "Lattice", "Paths", "Transitions", "pooled"]
