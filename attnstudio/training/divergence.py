"""When the losses of a training rise without end, and a person should be told."""

from __future__ import annotations

import math

_MEMORY_UPDATES = 50.0
_MARGIN_NATS = 1.0
_CERTAIN_AFTER_UPDATES = 50
_LEAST_REPORTS = 5  # before an average can be trusted, and again before a rise can
_STANDARD_ERRORS = 3.0


class DivergenceWatch:
    """Told the losses of a training as they are reported, it knows when training diverges.

    The average of the latest losses is compared with the lowest that it surely was. While there are
    too few losses for an average, that is the loss of the first update, or of a model that knows
    nothing and guesses all pieces alike, whichever is higher: a bad start is no divergence.
    Training diverges when the average stays one nat above it for 50 updates: every piece is
    e = 2.7 times less likely than it was, which no warm-up, no dropout that rises and no unlucky
    batch brings about for so long. A single loss counts at most two nats more than the lowest, so
    that a spike from which training recovers passes. "Surely" means three standard errors above
    the average, because the losses of small batches scatter.

    Args:
        uniform_loss: of a uniform guess, in nats: the logarithm of the size of the vocabulary.

    Attributes:
        good_until: the last step whose average was no higher than half the margin above the lowest:
            a checkpoint until there is worth going on from.
    """

    def __init__(self, uniform_loss: float) -> None:
        self.good_until = 0
        self._uniform_loss = uniform_loss
        self._lowest = -math.inf
        self._reports = 0
        self._reports_above = 0
        self._last_step = 0
        self._last_good_step = 0
        # Sums over the losses, each of which counts less the longer it is ago.
        self._weights = self._squared_weights = 0.0
        self._sum = self._squares = 0.0

    def is_certain_after(self, step: int, loss: float) -> bool:
        """Take in a loss of a later step; whether training surely diverges."""
        if not self._reports:
            self._lowest = max(loss, self._uniform_loss)
            self._last_good_step = self._last_step = step
        self._add(step, min(loss, self._lowest + 2 * _MARGIN_NATS))
        average = self._sum / self._weights
        if self._reports >= _LEAST_REPORTS:
            self._lowest = min(self._lowest, average + _STANDARD_ERRORS * self._error(average))
        if average <= self._lowest + _MARGIN_NATS / 2:
            self.good_until = step
        if average <= self._lowest + _MARGIN_NATS:
            self._last_good_step, self._reports_above = step, 0
            return False
        self._reports_above += 1
        is_long = step - self._last_good_step >= _CERTAIN_AFTER_UPDATES
        return is_long and self._reports_above >= _LEAST_REPORTS

    def _add(self, step: int, loss: float) -> None:
        kept = math.exp(-(step - self._last_step) / _MEMORY_UPDATES)
        self._last_step = step
        self._reports += 1
        self._weights = kept * self._weights + 1.0
        self._squared_weights = kept**2 * self._squared_weights + 1.0
        self._sum = kept * self._sum + loss
        self._squares = kept * self._squares + loss * loss

    def _error(self, average: float) -> float:
        """The standard error of the average."""
        variance = max(0.0, self._squares / self._weights - average**2)
        count = self._weights**2 / self._squared_weights
        return math.sqrt(variance / max(count - 1.0, 1.0))
