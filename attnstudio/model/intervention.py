"""A change that a person makes to the attention, to see what depends on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attnstudio.axes import Site


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


@dataclass(frozen=True, slots=True)
class Intervention:
    """What to change; it acts on every sentence of the batch, in all layers that it names.

    Attributes:
        rows: weights to put in place of the computed ones, one number a key; missing ones are 0.
        ablated_heads: heads whose output becomes zero.
        masked: the keys that no query of a site may look at, counted from 0.
    """

    rows: Mapping[RowAddress, tuple[float, ...]] = field(default_factory=dict)
    ablated_heads: frozenset[HeadAddress] = frozenset()
    masked: Mapping[Site, frozenset[int]] = field(default_factory=dict)
