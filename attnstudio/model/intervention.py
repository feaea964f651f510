"""A change that a person makes to the attention, to see what depends on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class AttentionSite(StrEnum):
    """Where in the model attention happens."""

    CROSS = "cross"
    ENCODER_SELF = "encoder_self"
    DECODER_SELF = "decoder_self"


class HeadAddress(NamedTuple):
    """One head of one layer, counted from 0."""

    site: AttentionSite
    layer: int
    head: int


class WeightRow(NamedTuple):
    """The weights of one cross-attention head at one target position, counted from 0."""

    layer: int
    head: int
    target: int


@dataclass(frozen=True, slots=True)
class Intervention:
    """What to change; it acts on every sentence of the batch.

    Attributes:
        rows: weights to put in place of the computed ones, one number a source position.
        ablated_heads: heads whose output becomes zero.
        masked_source: source positions that cross-attention may not look at.
    """

    rows: Mapping[WeightRow, tuple[float, ...]] = field(default_factory=dict)
    ablated_heads: frozenset[HeadAddress] = frozenset()
    masked_source: frozenset[int] = frozenset()
