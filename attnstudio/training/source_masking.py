"""Source pieces that are hidden by chance while training, so that a model knows gaps.

To ask what a word counts for, it is taken out and the rest is read again. A model that has never
seen a gap answers for a sentence unlike any that it knows; one that was trained with gaps answers
for one of its own kind (Madsen, Reddy and Chandar 2024, Faithfulness Measurable Masked Language
Models). Here a gap is the piece of unknown characters, which every vocabulary has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.tokenizer import END_ID, PADDING_ID, UNKNOWN_ID


@dataclass(frozen=True, slots=True)
class SourceMasking:
    """How many pieces are hidden.

    Attributes:
        share: of the pieces of each source, on average.
        seed: of the run.
    """

    share: float
    seed: int

    def hide(self, ids: NDArray[np.int64], draw: int) -> NDArray[np.int64]:
        """The sources with gaps; ``</s>`` always stays.

        What is hidden follows from the seed and the draw alone, so that a run that goes on hides
        what it would have hidden.

        Args:
            ids: (batch, src_len), padded.
            draw: number of this draw.
        """
        drawn = np.random.default_rng((self.seed, draw)).random(ids.shape) < self.share
        return np.where(drawn & (ids != PADDING_ID) & (ids != END_ID), UNKNOWN_ID, ids)
