"""GOLD AND PREDICTED DOCUMENTS → FIGURES: strict scores and what stands behind them."""

from ner.evaluation.scores import BINS, Score, Scores, calibration_error, right_ones, score

__all__ = ["BINS", "Score", "Scores", "calibration_error", "right_ones", "score"]
