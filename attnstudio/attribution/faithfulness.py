"""What is left of a target piece without the words that a ranking calls the most important.

DeYoung et al. 2020, ERASER: A Benchmark to Evaluate Rationalized NLP Models, equations 1 and 2, in
the probability of each target piece. Words are erased as in `erasure`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from attnstudio.attribution.example import Example, log_probs_of
from attnstudio.model.interface import SequenceModel

TOP_SHARE = 0.2  # a fifth of the words: one of five, six of thirty


class Faithfulness(NamedTuple):
    """Of a ranking of the source words for each target piece, (tgt_len,) each.

    Attributes:
        comprehensiveness: p(y_t) - p(y_t | without its top words); high is good.
        sufficiency: p(y_t) - p(y_t | its top words alone); low is good.
    """

    comprehensiveness: NDArray[np.float64]
    sufficiency: NDArray[np.float64]


def top_words(row: Sequence[float]) -> tuple[int, ...]:
    """The places of the highest fifth, at least one; of equals the earlier ones."""
    count = math.ceil(TOP_SHARE * len(row))
    return tuple(sorted(sorted(range(len(row)), key=lambda place: -row[place])[:count]))


@torch.inference_mode()
def faithfulness(
    model: SequenceModel, example: Example, rankings: Sequence[Sequence[float]]
) -> Faithfulness:
    """Of one ranking.

    Args:
        model: in evaluation mode.
        example: what is asked about.
        rankings: how important each word of the example is, for each piece of the target.
    """
    every = range(len(example.words))
    tops = [top_words(row) for row in rankings]
    rests = [tuple(word for word in every if word not in top) for top in tops]
    asked = {erased: number + 1 for number, erased in enumerate(dict.fromkeys((*tops, *rests)))}
    sources = [example.source[0], *(example.without(words) for words in asked)]
    probs = log_probs_of(model, example, torch.stack(sources)).double().exp().cpu().numpy()
    places = np.arange(len(tops))
    without = probs[[asked[top] for top in tops], places]
    alone = probs[[asked[rest] for rest in rests], places]
    return Faithfulness(probs[0] - without, probs[0] - alone)
