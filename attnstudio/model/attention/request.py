"""What a caller wants of an attention besides its result."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.model.intervention import Intervention


@dataclass(frozen=True, slots=True)
class AttentionRequest:
    """What a caller wants of an attention besides its result.

    Attributes:
        intervention: a change of the attention.
        trace: whether queries, keys, terms, scores and weights are to be returned.
        first_query: the absolute position of the call's first query.
    """

    intervention: Intervention | None = None
    trace: bool = False
    first_query: int = 0

    @property
    def needs_weights(self) -> bool:
        """Whether the weights must exist as numbers; if not, any kernel will do."""
        return self.trace or self.intervention is not None
