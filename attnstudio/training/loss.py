"""Cross-entropy with label smoothing, and its gradient along with it."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from attnstudio.tokenizer import PADDING_ID


class Loss(NamedTuple):
    """Sums over the real target tokens of a batch, in nats.

    Attributes:
        smoothed: what is minimised, divided as asked for.
        cross_entropy: what is reported.
    """

    smoothed: Tensor
    cross_entropy: Tensor


def sequence_loss(
    logits: Tensor, outputs: Tensor, label_smoothing: float, *, divisor: float = 1.0
) -> Loss:
    """Cross-entropy with label smoothing (Szegedy et al. 2016, section 7), taken in float32.

    Args:
        logits: (batch, tgt_len, vocabulary).
        outputs: (batch, tgt_len) ids; padding does not count.
        label_smoothing: probability that is spread evenly over the vocabulary.
        divisor: of what is minimised, such as the number of tokens of an update.
    """
    smoothed, cross_entropy = _SmoothedCrossEntropy.apply(  # type: ignore[no-untyped-call]  # torch's own
        logits.flatten(0, -2), outputs.flatten(), label_smoothing, divisor
    )
    return Loss(smoothed, cross_entropy)


class _SmoothedCrossEntropy(torch.autograd.Function):
    """(1 - e) * -log p(target) + e * the mean of -log p over the vocabulary.

    The gradient of the logits, p - (1 - e) * onehot(target) - e / vocabulary, needs the softmax
    that the loss needs, so it is made along with it. Nothing in a step is as large as the logits,
    and torch's own functions go through memory of their size twice as often.
    """

    @staticmethod
    def forward(
        context: Any,  # noqa: ANN401 - torch's own
        logits: Tensor,
        targets: Tensor,
        label_smoothing: float,
        divisor: float,
    ) -> tuple[Tensor, Tensor]:
        scores = logits.float()  # (tokens, vocabulary)
        own = targets.unsqueeze(-1)
        real = (own != PADDING_ID).float()
        probabilities = scores.softmax(dim=-1)
        # the best probability is never far below 1, so that its logarithm is safe
        best = probabilities.amax(dim=-1, keepdim=True)
        normaliser = scores.amax(dim=-1, keepdim=True) - best.log()
        cross_entropy = ((normaliser - scores.gather(-1, own)) * real).sum()
        smoothed = (1.0 - label_smoothing) * cross_entropy
        if label_smoothing:
            uniform = ((normaliser - scores.mean(dim=-1, keepdim=True)) * real).sum()
            smoothed += label_smoothing * uniform
        if context.needs_input_grad[0]:
            share = real / divisor  # of a token in what is minimised
            spread = share * (-label_smoothing / logits.size(-1))
            slope = torch.addcmul(spread, probabilities, share, out=probabilities)
            slope.scatter_add_(-1, own, share * (label_smoothing - 1.0))
            context.save_for_backward(slope.to(logits.dtype))
        context.mark_non_differentiable(cross_entropy)
        return smoothed / divisor, cross_entropy

    @staticmethod
    def backward(
        context: Any,  # noqa: ANN401
        *gradients: Tensor,
    ) -> tuple[Tensor, None, None, None]:
        (gradient,) = context.saved_tensors
        outer = float(gradients[0])
        return gradient if outer == 1.0 else gradient * outer, None, None, None
