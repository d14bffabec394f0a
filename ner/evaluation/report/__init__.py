"""ALL FIGURES → ONE PAGE: sections of tables and curves, and the errors in their sentences.

It holds what ``ner evaluate --json`` prints, and beside that the sentences.
"""

from ner.evaluation.report.page import page

__all__ = ["page"]
