"""What a change of the attention can reach: all else must stay as it was, to the last digit.

It follows from how a model is built, before anything is computed. Nothing is reached at words
before the first one that is changed, nor in layers below; a recurrent model without input feeding
forgets at once where it looked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Matrix, Record
from attnstudio.model.intervention import Intervention, Spread
from attnstudio.sites import INPUTS, TARGET, Site, SiteRole

Rows = Mapping[Site, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be another than before, for the same target.

    Attributes:
        rows: of each site (layers, heads, queries), True where the weights may be others.
        targets: (target tokens,), True where the log probability may be another.
    """

    rows: Rows
    targets: NDArray[np.bool_]


def rows_changed(change: Intervention, record: Record) -> dict[Site, NDArray[np.bool_]]:
    """What a change itself acts on: of each site (layers, heads, queries).

    A key that is masked acts on all queries that may look at it.
    """
    found = {
        site: np.zeros(matrix.weights.shape[:3], dtype=bool)
        for site, matrix in record.matrices.items()
    }
    for row in change.rows:
        if row.site in found and _is_inside(row[1:], found[row.site].shape):
            found[row.site][row.layer, row.head, row.query] = True
    for head in (*change.ablated_heads, *change.temperatures):
        if head.site in found and _is_inside(head[1:], found[head.site].shape):
            found[head.site][head.layer, head.head] = True
    for site, keys in change.masked.items():
        if site in found:
            found[site] |= _can_see(record.matrices[site], keys, site)
    for site in change.kept_shares:
        if site in found:
            found[site][:] = True
    return found


def _can_see(matrix: Matrix, keys: Collection[int], site: Site) -> NDArray[np.bool_]:
    """(layers, heads, queries): which queries may look at one of these keys."""
    weights = matrix.weights
    there = [key for key in keys if key < weights.shape[3]]
    if matrix.reached is not None:
        return np.asarray(matrix.reached[..., there].any(axis=-1))
    found = np.zeros(weights.shape[:3], dtype=bool)
    found[:, :, min(there, default=weights.shape[2]) if site.keys == INPUTS else 0 :] = bool(there)
    return found


def reach_of(change: Intervention, record: Record, spread: Spread) -> Reach:
    """Where a change can be seen while the same target is predicted.

    Args:
        change: of the attention.
        record: the texts, and the layers and heads that there are.
        spread: who sees what the decoder took where it looked.
    """
    changed = rows_changed(change, record)
    if not any(rows.any() for rows in changed.values()):
        return Reach(changed, np.zeros(len(record.axes[TARGET]), dtype=bool))
    match spread:
        case Spread.LAYERS:
            return _through_layers(changed, record)
        case Spread.STATES | Spread.NOBODY:
            return _through_states(changed, record, carries=spread is Spread.STATES)
        case Spread.UNKNOWN:
            rows = {site: np.ones_like(there) for site, there in changed.items()}
            return Reach(rows, np.ones(len(record.axes[TARGET]), dtype=bool))


def _through_layers(changed: Rows, record: Record) -> Reach:
    """A Transformer: what a layer gives is looked at by the layers above."""
    rows = {site: there.copy() for site, there in changed.items()}
    by_role = {site.role: site for site in rows}
    encoder, own = by_role.get(SiteRole.ENCODER_SELF), by_role.get(SiteRole.DECODER_SELF)
    cross = by_role.get(SiteRole.CROSS)
    source_differs = False
    for layer in range(0 if encoder is None else len(rows[encoder])):
        assert encoder is not None
        rows[encoder][layer] |= source_differs  # every query looks at what differs
        source_differs = source_differs or bool(rows[encoder][layer].any())
    differs = np.zeros(len(record.axes[TARGET]), dtype=bool)
    layers = max((len(rows[site]) for site in (own, cross) if site is not None), default=0)
    for layer in range(layers):
        if own is not None:
            rows[own][layer] |= np.logical_or.accumulate(differs)  # of itself or of words before
            differs = differs | rows[own][layer].any(axis=0)
        if cross is not None:
            rows[cross][layer] |= differs | source_differs
            differs = differs | rows[cross][layer].any(axis=0)
    return Reach(rows, differs)


def _through_states(changed: Rows, record: Record, *, carries: bool) -> Reach:
    """A recurrent decoder: its state goes on from word to word, and what it took may with it."""
    rows = {site: there.copy() for site, there in changed.items()}
    differs = np.zeros(len(record.axes[TARGET]), dtype=bool)
    for there in rows.values():
        of_words = there.any(axis=(0, 1))
        if carries:
            of_words = np.logical_or.accumulate(of_words)
            there |= np.append(False, of_words[:-1])  # the state after a word looks for the next
        differs |= of_words
    return Reach(rows, differs)


def _is_inside(place: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return all(0 <= index < size for index, size in zip(place, shape, strict=False))
