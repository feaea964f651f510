"""A change that a person makes to the attention, to see what depends on it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attnstudio.sites import Site


class HeadAddress(NamedTuple):
    """One head of one layer of a site, counted from 0."""

    site: Site
    layer: int
    head: int


class RowAddress(NamedTuple):
    """The weights of one head for one query, all counted from 0."""

    site: Site
    layer: int
    head: int
    query: int


class Spread(StrEnum):
    """Who sees what a decoder took where it looked for one word, besides that word itself."""

    LAYERS = "layers"  # the layers above, for this word and all later ones: a Transformer
    STATES = "states"  # the states of all later words: Bahdanau; Luong with input feeding
    NOBODY = "nobody"  # Luong without input feeding, and a decoder that never looks
    UNKNOWN = "unknown"  # perhaps everybody


@dataclass(frozen=True, slots=True)
class Intervention:
    """What to change; it acts on every sentence of the batch, in all layers that it names.

    Attributes:
        rows: weights to put in place of the computed ones, one number a key; missing ones are 0.
        ablated_heads: heads whose output becomes zero.
        masked: the keys that no query of a site may look at, counted from 0.
        temperatures: what the scores of a head are divided by before they become weights: below 1
            sharpens them, above 1 evens them out (Hinton et al. 2015, equation 1).
        kept_shares: of the places that a query of a site may look at, the share that keeps its
            weight: the largest weights, at least one, which then sum to 1; all others become 0.

    Raises:
        ValueError: a temperature is not above 0, or a share not above 0 and at most 1.
    """

    rows: Mapping[RowAddress, tuple[float, ...]] = field(default_factory=dict)
    ablated_heads: frozenset[HeadAddress] = frozenset()
    masked: Mapping[Site, frozenset[int]] = field(default_factory=dict)
    temperatures: Mapping[HeadAddress, float] = field(default_factory=dict)
    kept_shares: Mapping[Site, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for temperature in self.temperatures.values():
            if not (temperature > 0.0 and math.isfinite(temperature)):
                raise ValueError(f"a temperature of {temperature}")
        for share in self.kept_shares.values():
            if not 0.0 < share <= 1.0:
                raise ValueError(f"a share of {share}")

    @property
    def is_empty(self) -> bool:
        """Whether it asks for no change at all."""
        asked = (self.rows, self.ablated_heads, self.masked, self.temperatures, self.kept_shares)
        return not any(asked)
