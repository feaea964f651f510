"""What a change of the attention did: the same target before and after, number by number."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Record
from attnstudio.interpretation.reach_of_change import Reach, rows_changed
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.sites import Site

_NOTHING = 1e-6  # less is rounding


@dataclass(frozen=True, slots=True)
class Applied:
    """How much was really changed, where the change itself acts.

    Attributes:
        total: Σ|Δα| over these rows; a head that is off has no weights, wherever it looks.
        places: how many rows there are: looks of one head, in one layer, for one word.
        moved: in how many of them a weight is another.
    """

    total: float
    places: int
    moved: int

    @property
    def is_nothing(self) -> bool:
        """Whether the change changed nothing: whatever is seen after it comes from elsewhere."""
        return self.moved == 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same source and target, read before and after a change.

    Attributes:
        change: of the attention.
        before: what was looked at, and how probable each target token was.
        after: the same with the change.
        reach: what the change can reach.
        text_before: the translation that the model chose without it, or how it went on from a
            beginning that was given.
        text_after: the one that it chose with it.
    """

    change: Intervention
    before: Record
    after: Record
    reach: Reach
    text_before: str
    text_after: str

    def is_of(self, record: Record) -> bool:
        """Whether it is of the very pieces of a record."""
        return dict(self.before.axes) == dict(record.axes)

    @property
    def differences(self) -> NDArray[np.float64]:
        """Δ log probability of each target token, after minus before."""
        before = np.asarray(self.before.token_log_probs, dtype=np.float64)
        return np.asarray(self.after.token_log_probs, dtype=np.float64) - before

    @property
    def points(self) -> NDArray[np.float64]:
        """Percentage points that the probability of each target token gains or loses."""
        before, after = (
            np.exp(np.asarray(record.token_log_probs, dtype=np.float64))
            for record in (self.before, self.after)
        )
        return np.asarray(100 * (after - before), dtype=np.float64)

    @property
    def applied(self) -> Applied:
        """How much was changed, and in how many places."""
        return applied(self.change, self.before, self.after)

    @property
    def turns_earlier_words(self) -> bool:
        """Whether the free translation is another before the first word that the change reaches.

        That is no fault: a beam decides between whole translations by what comes later too.
        """
        reached = np.flatnonzero(self.reach.targets)
        target = self.before.target
        if not len(reached) or self.text_before != target.text:
            return False
        start = target.tokens[reached[0]].start
        return self.text_before[:start] != self.text_after[:start]

    @property
    def unexpected(self) -> float:
        """The largest difference where there can be none; above rounding it is a bug."""
        of_weights = [
            np.abs(self.after.matrices[site].weights - self.before.matrices[site].weights)[
                ~there
            ].max(initial=0.0)
            for site, there in self.reach.rows.items()
        ]
        of_words = np.abs(self.differences)[~self.reach.targets].max(initial=0.0)
        return float(max([of_words, *of_weights]))


def with_heads_off(record: Record, change: Intervention) -> Record:
    """A record that was read with a change, told which heads passed nothing on."""
    off: dict[Site, set[tuple[int, int]]] = {}
    for head in change.ablated_heads:
        off.setdefault(head.site, set()).add((head.layer, head.head))
    return replace(record, off={site: frozenset(heads) for site, heads in off.items()})


def applied(change: Intervention, before: Record, after: Record) -> Applied:
    """How much a change did where it acts."""
    total, places, moved = 0.0, 0, 0
    for site, rows in rows_changed(change, before).items():
        weights = np.asarray(after.matrices[site].weights, dtype=np.float64).copy()
        for layer, head in np.ndindex(*weights.shape[:2]):
            if HeadAddress(site, layer, head) in change.ablated_heads:
                weights[layer, head] = 0.0
        differences = np.abs(weights - before.matrices[site].weights).sum(axis=-1)[rows]
        total += float(differences.sum())
        places += int(rows.sum())
        moved += int((differences > _NOTHING).sum())
    return Applied(total, places, moved)
