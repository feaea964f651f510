"""What far looks cost while it is learnt how far to look.

Sukhbaatar et al. 2019, Adaptive Attention Span in Transformers, equation 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from attnstudio.model.attention.span import LearntSpan
from attnstudio.model.interface import SequenceModel
from attnstudio.training.batch import Batch
from attnstudio.training.loss import Loss, Objective

_PRICE = 1e-3  # nats a target token, of each piece that the heads of one layer look on average


@dataclass(frozen=True, slots=True)
class WithSpanCost:
    """Another objective, and the price of the spans that a model has.

    What it reports is what the other one reports.

    Attributes:
        objective: what is minimised besides.
    """

    objective: Objective

    def loss(self, model: SequenceModel, batch: Batch, *, divisor: float) -> Loss:
        """The loss of a batch, which bears its share of the price by its target tokens."""
        plain = self.objective.loss(model, batch, divisor=divisor)
        price = _PRICE * span_cost(model) * (batch.target_tokens / divisor)
        return Loss(plain.minimised + price, plain.reported)


def with_span_cost(objective: Objective, model: SequenceModel) -> Objective:
    """The objective for a model: the very same where it learns no spans."""
    return WithSpanCost(objective) if _spans(model) else objective


def span_cost(model: nn.Module) -> Tensor:
    """The average span of the heads of each layer, summed over the layers; in pieces."""
    costs = [part.cost() for part in _spans(model)]
    total = costs[0]
    for cost in costs[1:]:
        total = total + cost
    return total


def _spans(model: nn.Module) -> list[LearntSpan]:
    return [part for part in model.modules() if isinstance(part, LearntSpan)]
