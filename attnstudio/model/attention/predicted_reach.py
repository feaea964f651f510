"""A window around a place that each query predicts itself (Luong et al. 2015, 3.2, local-p)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn

from attnstudio.model.attention.reach import Reached, places_of_keys
from attnstudio.model.attention.score import Term
from attnstudio.model.precision import at_least_float32


class PredictedWindow(nn.Module):
    """p = S sigmoid(v^T tanh(W q)) of each query, and D places on each side of it (equation 9).

    S is how long the source is without padding. Nearer places count more, by a Gaussian around p
    with a standard deviation of D / 2 (equation 10). The paper multiplies the weights inside the
    window with it, whose rows then sum to less than 1. Here its logarithm is a term of the score:
    the weights have the ratios of the paper's, and sum to 1 as all others do. Places count from 0
    as positions do, and S itself is one behind the last.

    All heads of a layer share W and v; their queries differ.

    Args:
        size: of the queries.
        window: D, at least 1, so that there is always a place inside.
    """

    is_causal: ClassVar[bool] = False

    def __init__(self, size: int, window: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(size, size, bias=False)  # W
        self.vector = nn.Linear(size, 1, bias=False)  # v
        self.window = window

    def over(
        self,
        queries: Tensor,
        key_len: int,
        *,
        first_query: int,  # noqa: ARG002 - what is asked for counts, not where
        padding: Tensor | None,
    ) -> Reached:
        """See `Reach`."""
        wanted = self.vector(self.hidden(at_least_float32(queries)).tanh())
        length = key_len if padding is None else padding.sum(-1, keepdim=True)
        places = length * wanted.sigmoid()  # (batch, heads, query_len, 1)
        far = places_of_keys(queries, key_len) - places
        nearness = -2.0 * (far / self.window) ** 2  # -(j - p)² / 2σ² with σ = D / 2
        return Reached(
            far.abs() <= self.window, (Term("−(j−p)²/2σ²", nearness),), places.squeeze(-1)
        )
