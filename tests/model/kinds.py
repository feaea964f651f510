"""Kinds of attention that the program does not have: what a test adds from outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy_normalisers import entmax

from attnstudio.model.attention.normaliser import Entmax15, LearntEntmax, Share, Softmax
from attnstudio.model.attention.normaliser import Sparsemax as BuiltSparsemax
from attnstudio.model.attention.predicted_reach import PredictedWindow
from attnstudio.model.attention.reach import Everything, Reached, SoFar, Window
from attnstudio.model.attention.score import Dot, ScaledDot, Tanh, Term
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.sites import DECODER_SELF


class Sparsemax:
    """The nearest distribution to the scores (Martins and Astudillo 2016, algorithm 1)."""

    def __call__(self, scores):
        ordered = scores.sort(dim=-1, descending=True).values
        counts = torch.arange(1, scores.size(-1) + 1, dtype=scores.dtype)
        sums = ordered.masked_fill(ordered.isneginf(), 0.0).cumsum(dim=-1)
        supported = 1 + counts * ordered > sums
        size = supported.sum(dim=-1, keepdim=True)
        threshold = (sums.gather(-1, size - 1) - 1) / size
        return (scores - threshold).clamp(min=0.0)


@dataclass(frozen=True)
class Near:
    """The query's own position and the one before it."""

    is_causal = True

    def over(self, queries, key_len, *, first_query, padding):  # noqa: ARG002 - see Reach
        own = torch.arange(first_query, first_query + queries.size(-2))[:, None]
        keys = torch.arange(key_len)
        return Reached((keys <= own) & (keys >= own - 1))


class Receding:
    """Scaled dot products, less for what is farther away: two terms, of which one has places."""

    def terms(self, queries, keys, first_query):
        own = torch.arange(first_query, first_query + queries.size(-2))[:, None]
        far = -0.3 * (own - torch.arange(keys.size(-2))).abs()
        products = ScaledDot().terms(queries, keys, first_query)
        return (*products, Term("far", far.expand(products[0].values.shape)))


def alphas_of_normaliser(normaliser):
    """α of each head as it broadcasts to (batch, heads, queries); 1 for a softmax."""
    match normaliser:
        case LearntEntmax():
            raw = normaliser.raw_alphas.detach().double().numpy()
            return (1.0 + 1.0 / (1.0 + np.exp(-raw)))[:, None]
        case BuiltSparsemax():
            return np.full((1, 1), 2.0)
        case Entmax15():
            return np.full((1, 1), 1.5)
        case Softmax():
            return np.full((1, 1), 1.0)
    raise ValueError(normaliser)


def normalised(normaliser, scores):
    """The weights that a normaliser makes of scores, once more in NumPy and in double precision.

    Args:
        normaliser: whose α is asked.
        scores: (batch, heads, query_len, key_len), minus infinity where a weight is to be 0.
    """
    scores = scores.double().numpy()
    if isinstance(normaliser, Share):
        there = np.where(np.isneginf(scores), 0.0, scores)
        return there / there.sum(axis=-1, keepdims=True)
    return entmax(scores, alphas_of_normaliser(normaliser))


SCORES = {"dot": Dot, "scaled": ScaledDot, "tanh": lambda: Tanh(4), "receding": Receding}


def predicting():
    """A window of one place on each side of one that is predicted, with a way to predict it."""
    torch.manual_seed(3)
    reach = PredictedWindow(4, 1)
    torch.nn.init.normal_(reach.hidden.weight)
    torch.nn.init.normal_(reach.vector.weight)
    return reach.requires_grad_(False)


REACHES = {
    "everything": Everything(),
    "so far": SoFar(),
    "near": Near(),
    "window": Window(1),
    "predicted": predicting(),
    "window so far": Window(2, is_causal=True),
}


def set_attention(model, score, normaliser, *, cross=None, own=None):
    """Let a tiny Transformer attend in another way.

    The reach of cross-attention and that of the decoder's own are given, or stay.
    """
    for module in list(model.modules()):
        if isinstance(module, MultiHeadAttention):
            given = own if module.site == DECODER_SELF else cross
            module.spec = AttentionSpec(score(), normaliser, given or module.spec.reach)
            if isinstance(module.spec.score, torch.nn.Module):
                torch.nn.init.normal_(module.spec.score.weight)
                module.score = module.spec.score
    return model
