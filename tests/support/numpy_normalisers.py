"""What makes weights of scores, once more in NumPy: by another way than the program goes."""

from __future__ import annotations

import numpy as np


def entmax(scores, alphas):
    """α-entmax of the last dimension in double precision, its threshold found by bisection.

    The threshold of [(α - 1) z - τ]₊^(1 / (α - 1)) lies between the largest (α - 1) z less 1, where
    that one alone sums to 1, and that largest, where all are 0 (Peters et al. 2019).
    α = 1 stands for softmax.

    Args:
        scores: minus infinity where a weight is to be 0.
        alphas: a number, or what broadcasts to the scores but for their last dimension.
    """
    scores = np.asarray(scores, np.float64)
    shape = np.broadcast_to(np.asarray(alphas, np.float64) - 1.0, scores.shape[:-1])[..., None]
    if (shape == 0).all():
        raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return raised / raised.sum(axis=-1, keepdims=True)
    scaled = shape * scores
    high = scaled.max(axis=-1, keepdims=True)
    low = high - 1.0
    for _ in range(200):
        middle = (low + high) / 2
        too_low = _powers(scaled - middle, shape).sum(axis=-1, keepdims=True) > 1.0
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    weights = _powers(scaled - low, shape)
    return weights / weights.sum(axis=-1, keepdims=True)


def _powers(above, shape):
    return np.maximum(above, 0.0) ** (1.0 / shape)
