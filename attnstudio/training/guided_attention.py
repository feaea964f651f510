"""Cross-entropy, and beside it how far one head looks from the words that a word translates.

Chen et al. 2016 (Guided Alignment Training for Topic-Aware Neural Machine Translation) and Garg et
al. 2019 (Jointly Learning to Align and Translate with Transformer Models) teach a head so. It is
taught at the step that chooses a word or, as Chen et al. 2020 (Accurate Word Alignment Induction
from Neural Machine Translation) read it, one step later, when the word is known.

Weights that can be exactly 0 have no logarithm there, and a head that does not look at a place at
all would never be pulled to it. They are taught by the loss of Fenchel and Young that belongs to
what makes them (Blondel et al. 2019, Learning with Fenchel-Young Losses; of sparsemax: Martins and
Astudillo 2016, section 3; of entmax: Peters et al. 2019), whose gradient of the scores is the
weights less those that are wanted, as that of cross-entropy is under a softmax.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from attnstudio.model.attention.normaliser import (
    Entmax15,
    EntropicNormaliser,
    LearntEntmax,
    Sparsemax,
)
from attnstudio.model.attention.trace import AttentionTrace
from attnstudio.model.interface import SequenceModel
from attnstudio.model.intervention import HeadAddress
from attnstudio.training.batch import Batch
from attnstudio.training.guided_links import BatchLinks
from attnstudio.training.loss import Loss, sequence_loss

_LEAST = 1e-30  # a weight below it has no logarithm to speak of


@dataclass(frozen=True, slots=True)
class GuidedCrossEntropy:
    """The cross-entropy of the targets, and that of the links under one head's weights.

    What it reports is the cross-entropy of the targets alone, so that curves of runs with and
    without guidance are of the same measure.

    Attributes:
        smoothing: see `sequence_loss`.
        strength: how much the links count beside the targets.
        head: what is taught.
        delay: steps from the one that chooses a token to the one that is taught: 0 or 1.
    """

    smoothing: float
    strength: float
    head: HeadAddress
    delay: int

    def loss(self, model: SequenceModel, batch: Batch, *, divisor: float) -> Loss:
        """The loss of a batch.

        Raises:
            ValueError: the batch has no links.
        """
        if batch.links is None:
            raise ValueError("there are no links to teach a head")
        output = model.decode(model.read(batch.sources), batch.target_inputs, trace=self.head)
        plain = sequence_loss(output, batch, self.smoothing, divisor=divisor)
        trace = output.traces[self.head.site]  # of the layer of the head alone
        guided = link_loss(trace, self.head.head, batch.links, delay=self.delay)
        return Loss(plain.minimised + guided * (self.strength / divisor), plain.reported)


def link_loss(trace: AttentionTrace, head: int, links: BatchLinks, *, delay: int) -> Tensor:
    """How far a head looks from the links, summed over the target tokens that have any.

    Args:
        trace: of one layer.
        head: which one, counted from 0.
        links: of the same batch.
        delay: see `GuidedCrossEntropy`.

    Returns:
        A scalar.
    """
    scores, weights = trace.scores[:, 0, head], trace.weights[:, 0, head]
    normaliser = trace.workings[0].normaliser
    if not isinstance(normaliser, Sparsemax | Entmax15 | LearntEntmax):  # no weight is exactly 0
        return link_cross_entropy(weights, links, delay=delay)
    examples, targets, sources = links.places.unbind(dim=1)
    wanted = torch.zeros_like(weights)
    wanted[examples, targets + delay, sources] = links.shares.to(weights.dtype)
    losses = fenchel_young_losses(normaliser, head, scores, weights, wanted)
    return losses[wanted.any(dim=-1)].sum()


def fenchel_young_losses(
    normaliser: EntropicNormaliser, head: int, scores: Tensor, weights: Tensor, wanted: Tensor
) -> Tensor:
    """p·z + H(p) - q·z - H(q) of scores z, their weights p and the wanted q; 0 where p = q.

    As p makes p·z + H(p) largest, its own changes do not count: the gradient of z is p - q. What a
    normaliser learns is not taught by it, for losses of different entropies do not compare.

    Args:
        normaliser: made the weights of the scores.
        head: whose they are.
        scores: (batch, tgt_len, src_len), minus infinity where masked.
        weights: the same shape.
        wanted: the same shape, rows that sum to 1.

    Returns:
        (batch, tgt_len).
    """
    chosen = weights.detach()
    finite = scores.masked_fill(scores.isneginf(), 0.0)  # nothing is looked at or wanted there
    entropies = normaliser.entropies(chosen, head) - normaliser.entropies(wanted, head)
    return ((chosen - wanted) * finite).sum(dim=-1) + entropies


def link_cross_entropy(weights: Tensor, links: BatchLinks, *, delay: int) -> Tensor:
    """The cross-entropy of links under the weights of a head, summed over the target tokens.

    Args:
        weights: (batch, tgt_len, src_len), of one head.
        links: of the same batch.
        delay: see `GuidedCrossEntropy`.

    Returns:
        A scalar in nats; 0 where there are no links.
    """
    examples, targets, sources = links.places.unbind(dim=1)
    likely = weights[examples, targets + delay, sources]
    return -(links.shares * likely.clamp_min(_LEAST).log()).sum()
