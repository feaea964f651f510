"""What is minimised: cross-entropy with label smoothing, with its gradients made along with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from attnstudio.model.interface import DecoderOutput, SequenceModel
from attnstudio.model.precision import rounded
from attnstudio.model.unpadding import usual_count
from attnstudio.training.batch import Batch

_UNLIKELY = 1e-30  # below it a probability is too coarse for a logarithm


class Loss(NamedTuple):
    """Sums over the real target tokens of a batch, in nats.

    Attributes:
        minimised: divided as asked for, with a gradient.
        reported: the cross-entropy, as a curve shows it once it is divided by the tokens; without
            a gradient.
    """

    minimised: Tensor
    reported: Tensor


class Objective(Protocol):
    """What a training minimises."""

    def loss(self, model: SequenceModel, batch: Batch, *, divisor: float) -> Loss:
        """The loss of a batch, which may be a part of an update.

        Args:
            model: in training mode, under autocast where the run rounds.
            batch: on the model's device.
            divisor: of what is minimised: the target tokens of the whole update.
        """
        ...


@dataclass(frozen=True, slots=True)
class LabelSmoothedCrossEntropy:
    """The cross-entropy of the targets (see `sequence_loss`).

    Attributes:
        smoothing: probability that is spread evenly over the vocabulary.
    """

    smoothing: float

    def loss(self, model: SequenceModel, batch: Batch, *, divisor: float) -> Loss:
        """The loss of what the model predicts from the batch's target inputs."""
        output = model.decode(model.read(batch.sources), batch.target_inputs)
        return sequence_loss(output, batch, self.smoothing, divisor=divisor)


def sequence_loss(
    output: DecoderOutput, batch: Batch, label_smoothing: float, *, divisor: float = 1.0
) -> Loss:
    """Cross-entropy with label smoothing (Szegedy et al. 2016, section 7).

    Under autocast the scores and probabilities of the vocabulary are as rounded as it says; their
    sums are not.

    Args:
        output: of the batch's target inputs.
        batch: whose target outputs are to be predicted; padding does not count.
        label_smoothing: probability that is spread evenly over the vocabulary.
        divisor: of what is minimised, such as the number of tokens of an update.
    """
    smoothed, cross_entropy = _ProjectedCrossEntropy.apply(  # type: ignore[no-untyped-call]  # torch's own
        output.features.flatten(0, -2).index_select(0, batch.target_places),
        output.projection.weight,
        output.projection.bias,
        batch.target_outputs.flatten().index_select(0, batch.target_places),
        label_smoothing,
        divisor,
    )
    return Loss(smoothed, cross_entropy)


class _ProjectedCrossEntropy(torch.autograd.Function):
    """(1 - e) * -log p(target) + e * the mean of -log p over the vocabulary.

    Nothing in a step is as large as the scores of the vocabulary, so the fewer passes over them the
    better. Their projection belongs to this function, which makes all gradients along with the
    loss. That of the scores is p - (1 - e) * onehot(target) - e / vocabulary. Its last part is the
    same everywhere and never written down: what it adds to the other gradients is known without.
    """

    @staticmethod
    def forward(
        context: Any,  # noqa: ANN401 - torch's own
        features: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        targets: Tensor,
        label_smoothing: float,
        divisor: float,
    ) -> tuple[Tensor, Tensor]:
        count = len(targets)
        states, kernel = _with_usual_count(rounded(features)), rounded(weight)
        offsets = None if bias is None else rounded(bias)
        own = targets.unsqueeze(1)
        with torch.autocast(features.device.type, enabled=False):
            scores = functional.linear(states, kernel, offsets)  # (rows, vocabulary)
            slopes = scores.softmax(dim=-1)
            scores, probabilities = scores[:count], slopes[:count]
            likely = probabilities.gather(1, own).float()
            at_own = scores.gather(1, own).float()
            normalisers = _normalisers(scores, at_own, likely)
            state_sum = states.sum(dim=0, dtype=torch.float32)  # (feature_size,)
            kernel_sum = kernel.sum(dim=0, dtype=torch.float32)
            total_score = state_sum @ kernel_sum
            if bias is not None:
                total_score += count * bias.sum()
            cross_entropy = (normalisers - at_own).sum()
            uniform = normalisers.sum() - total_score / len(weight)
            smoothed = (1.0 - label_smoothing) * cross_entropy + label_smoothing * uniform
            # Slopes are probabilities but for the targets; `scatter_` would copy all of them.
            own_slope = (likely - (1.0 - label_smoothing)).to(slopes.dtype)
            slopes[torch.arange(count, device=targets.device), targets] = own_slope.squeeze(1)
            spread = label_smoothing / len(weight)
            of_features = (slopes @ kernel)[:count].float().sub_(kernel_sum, alpha=spread)
            of_weight = (slopes.T @ states).float().sub_(state_sum, alpha=spread).div_(divisor)
            of_bias = None
            if bias is not None:
                of_bias = slopes[:count].sum(dim=0, dtype=torch.float32)
                of_bias.sub_(spread * count).div_(divisor)
            of_features.div_(divisor)
        context.gradients = (of_features.to(features.dtype), of_weight, of_bias)
        context.mark_non_differentiable(cross_entropy)
        return smoothed / divisor, cross_entropy

    @staticmethod
    def backward(
        context: Any,  # noqa: ANN401
        *gradients: Tensor,
    ) -> tuple[Tensor | None, ...]:
        outer = float(gradients[0])
        found = context.gradients
        if outer != 1.0:
            found = tuple(None if each is None else each * outer for each in found)
        return (*found, None, None, None)


def _with_usual_count(states: Tensor) -> Tensor:
    """(tokens, feature_size) and rows of zeros, which add nothing to the gradient of a weight."""
    missing = usual_count(len(states)) - len(states) if states.device.type == "cpu" else 0
    return functional.pad(states, (0, 0, 0, missing)) if missing else states


def _normalisers(scores: Tensor, at_own: Tensor, likely: Tensor) -> Tensor:
    """The logarithm of the sum of the exponentials of each row of scores, (tokens, 1).

    Args:
        scores: (tokens, vocabulary).
        at_own: (tokens, 1) scores of the targets.
        likely: (tokens, 1) probabilities of the targets.
    """
    if scores.device.type != "cpu":  # where to ask whether there are exceptions costs more
        return scores.float().logsumexp(dim=-1, keepdim=True)
    normalisers = at_own - likely.clamp_min(_UNLIKELY).log()
    exceptions = (likely < _UNLIKELY).squeeze(1)
    if exceptions.any():
        normalisers[exceptions] = scores[exceptions].float().logsumexp(dim=-1, keepdim=True)
    return normalisers
