"""What a caller wants of an attention besides its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnstudio.model.intervention import HeadAddress, Intervention

if TYPE_CHECKING:
    from attnstudio.sites import Site

Traced = bool | HeadAddress  # all that is looked at, nothing, or the layer of a single head


@dataclass(frozen=True, slots=True)
class AttentionRequest:
    """What a caller wants of an attention besides its result.

    Attributes:
        intervention: a change of the attention.
        trace: whether queries, keys, terms, scores and weights are to be returned; of all layers,
            or of that of one head alone, with all heads that it has.
        first_query: the absolute position of the call's first query.
    """

    intervention: Intervention | None = None
    trace: Traced = False
    first_query: int = 0

    @property
    def needs_weights(self) -> bool:
        """Whether weights must exist as numbers; if not, any kernel will do."""
        return bool(self.trace) or self.intervention is not None

    def traces(self, site: Site, layer: int) -> bool:
        """Whether the numbers of a layer are to be returned."""
        if isinstance(self.trace, bool):
            return self.trace
        return (self.trace.site, self.trace.layer) == (site, layer)
