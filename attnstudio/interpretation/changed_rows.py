"""Rows of attention as a person wants them, in place of those that a model computed.

A row has one number for each place that its query may look at: all of the source, or what was
written before. All rows made here sum to 1.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Record
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.errors import UsageError
from attnstudio.interpretation.links import shared_characters
from attnstudio.sites import INPUTS, Site

Row = tuple[float, ...]

_SUM_TOLERANCE = 1e-3  # what a person rounds
_NOTHING = 1e-12  # a sum of less has no ratios that could be kept


def places_seen(record: Record, site: Site, query: int) -> int:
    """How many places a query may look at: the first so many keys of its site."""
    return query + 1 if site.keys == INPUTS else len(record.axes[site.keys])


def places_within(record: Record, site: Site, query: int) -> NDArray[np.bool_]:
    """Which of the `places_seen` a head or another can look at: (places,)."""
    seen = places_seen(record, site, query)
    reached = record.matrices[site].reached
    if reached is None:
        return np.ones(seen, dtype=np.bool_)
    return np.asarray(reached[:, :, query, :seen].any(axis=(0, 1)))


def uniform_row(record: Record, site: Site, query: int) -> Row:
    """All places alike that a head or another can look at."""
    can = places_within(record, site, query)
    return _as_row(can / can.sum())


def row_to_words(record: Record, site: Site, query: int, words: Sequence[Collection[int]]) -> Row:
    """Nothing but some words: each has as much as the others, which its pieces share.

    Args:
        record: the texts and what may be looked at.
        site: which attention.
        query: the row.
        words: the places of the pieces of each; those that may not be looked at count as not there.

    Raises:
        UsageError: none of them may be looked at.
    """
    can = places_within(record, site, query)
    reached = _inside(words, can)
    if not reached and _inside(words, np.ones_like(can)):
        raise UsageError(
            "That word is out of reach from here.",
            hint="This model looks only so far: choose a word that is nearer to where it looks.",
        )
    if not reached:
        raise UsageError(
            "There is no such word to look at from here.",
            hint="A word that is written looks at those before it, and at those of the source.",
        )
    row = np.zeros(len(can))
    for word in reached:
        row[word] += 1.0 / (len(reached) * len(word))
    return _as_row(row)


def row_to_links(record: Record, site: Site, query: int, links: GoldLinks) -> Row | None:
    """Nothing but the words that the query's word is linked with.

    Sure links count where it has any, possible ones elsewhere. Pieces belong to words as
    `linked_words` has them.

    Args:
        record: of the very texts that the links are of.
        site: where the target looks at the source.
        query: a piece of the target.
        links: as people drew them, or as they were found.

    Returns:
        The row; None where the word is linked with nothing, or with nothing that it can look at.
    """
    sources = shared_characters(record.source, links.source_spans) > 0  # (pieces, words)
    targets = shared_characters(record.target, links.target_spans) > 0
    own = set(np.flatnonzero(targets[query]).tolist())
    drawn = links.alignment
    can = places_within(record, site, query)
    for of_kind in (drawn.sure, drawn.possible):
        linked = sorted({link.source for link in of_kind if link.target in own})
        words = [np.flatnonzero(sources[:, word]).tolist() for word in linked]
        if _inside(words, can):
            return row_to_words(record, site, query, words)
    return None


def dragged(
    row: Sequence[float],
    places: Collection[int],
    weight: float,
    within: NDArray[np.bool_] | None = None,
) -> Row:
    """A row in which some places got another weight in all; the others give way in proportion.

    Both sides keep the ratios that they had. Where one had nothing, its places share alike what
    falls to it.

    Args:
        row: weights that sum to 1.
        places: those that are moved, such as the pieces of a word.
        weight: of all of them together, from 0 to 1. Where there is no other place, it is 1.
        within: which places can be looked at, (places,); all others keep what they have: nothing.
            None where all can.

    Raises:
        ValueError: the weight is no share, or there is nothing to move.
    """
    if not 0.0 <= weight <= 1.0:
        raise ValueError(f"a weight of {weight}")
    is_moved = np.zeros(len(row), dtype=bool)
    is_moved[list(places)] = True
    can = np.ones_like(is_moved) if within is None else within
    is_moved &= can
    gives_way = can & ~is_moved
    if not is_moved.any():
        raise ValueError("no place to move")
    if not gives_way.any():
        weight = 1.0
    weights = np.asarray(row, dtype=np.float64).copy()
    weights[is_moved] = _scaled(weights[is_moved], weight)
    weights[gives_way] = _scaled(weights[gives_way], 1.0 - weight)
    return _as_row(weights)


def checked_row(record: Record, site: Site, query: int, weights: Sequence[float]) -> Row:
    """A row that a person wrote down.

    Raises:
        UsageError: it has not one weight for each place, is no distribution, or has weights of
            places that are out of reach.
    """
    seen = places_seen(record, site, query)
    if len(weights) != seen:
        raise UsageError(
            "{given} weights were given where there are {seen} places to look at.",
            hint="Give one weight for each piece, </s> included.",
            given=len(weights),
            seen=seen,
        )
    row = np.asarray(weights, dtype=np.float64)
    if not (row >= 0).all() or abs(row.sum() - 1.0) > _SUM_TOLERANCE:
        raise UsageError(
            "The weights {weights} sum to {sum}.",
            hint="Give weights of at least 0 that sum to 1.",
            weights=", ".join(f"{weight:g}" for weight in weights),
            sum=f"{row.sum():g}",
        )
    outside = np.flatnonzero((row > 0) & ~places_within(record, site, query))
    if len(outside):
        raise UsageError(
            "The places {places} are out of reach from here.",
            hint="This model looks only so far: give a weight of 0 to what lies further away.",
            places=", ".join(str(place) for place in outside),
        )
    return _as_row(row / row.sum())


def _inside(words: Sequence[Collection[int]], can: NDArray[np.bool_]) -> list[list[int]]:
    """The pieces of words that can be looked at; words without any are left out."""
    inside = ([place for place in word if place < len(can) and can[place]] for word in words)
    return [word for word in inside if word]


def _scaled(weights: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Weights in the ratios that they have, with another sum."""
    before = weights.sum()
    if before > _NOTHING:
        return np.asarray(weights / before * total)
    return np.full_like(weights, total / max(len(weights), 1))


def _as_row(weights: NDArray[np.float64]) -> Row:
    return tuple(weights.tolist())
