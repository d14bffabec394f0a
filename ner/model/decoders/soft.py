"""What another model thinks of the tags, as tensors: the targets of distillation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ner.features.soft import SoftBatch
from ner.model.decoders.marginals import Marginals


@dataclass(frozen=True, slots=True)
class SoftTargets:
    """The parts that a teacher expects of each sentence's paths, and how much that counts.

    A student's loss by them is the cross-entropy of the two distributions of paths (Hinton 2015;
    Wang 2020): E[−log p(path)] over the teacher's paths. As a path's score is a sum over its parts,
    that is the student's log partition less the score of the expected parts, and its gradient the
    student's marginals less the teacher's. With a single path it is the loss of hard tags.
    """

    marginals: Marginals  # all zero where a sentence has none
    shares: Tensor  # (batch), of the losses: 0 where a sentence is learned by its hard tags alone

    @classmethod
    def of(cls, soft: SoftBatch, mask: NDArray[np.bool_], device: torch.device) -> SoftTargets:
        """Those of a batch whose characters the mask shows, moved to ``device``."""
        tags, pairs = soft.expected(mask.shape[1])
        ends = tags[np.arange(len(mask)), mask.sum(axis=1) - 1]  # (batch, tags)
        moved = (torch.from_numpy(one).to(device) for one in (tags, pairs, ends))
        return cls(Marginals(*moved), torch.from_numpy(soft.shares).to(device))

    def mixed(self, hard: Tensor, soft: Tensor) -> Tensor:
        """Each sentence's loss (batch), by its share of the one by soft targets."""
        return (1 - self.shares) * hard + self.shares * soft.to(hard.dtype)
