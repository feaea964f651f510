"""The forward-backward algorithm of the alignment HMM, for many sentence pairs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.cells import ChainGroup
from attnstudio.alignment.jumps import JumpChances, count_bins

_LEAST = np.float32(1e-30)


@dataclass(frozen=True, slots=True)
class ChainPosteriors:
    """What a group of chains says, given all its words.

    Attributes:
        links: chance of each row's word to translate each state; what is missing to 1 in a row is
            the chance that it translates none: (rows, states).
        jumps: expected counts of the bins of jumps: (bins,).
        log_likelihood: of all words, in nats.
    """

    links: NDArray[np.float32]
    jumps: NDArray[np.float64]
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class _Forward:
    """What is known at each row from the words up to it.

    Attributes:
        before: where the chain was before the row: (rows, states), zero in first rows.
        links: that the row's word translates each state: (rows, states).
        norms: chance of the row's word, given the words before it: (rows,).
        ends: chance to end here; 1 for chains that go on: (rows,).
    """

    before: NDArray[np.float32]
    links: NDArray[np.float32]
    norms: NDArray[np.float32]
    ends: NDArray[np.float32]


def chain_posteriors(
    group: ChainGroup,
    linked: NDArray[np.float32],
    unlinked: NDArray[np.float32],
    jumps: JumpChances,
) -> ChainPosteriors:
    """Run a group of chains forward and backward.

    A word that translates nothing leaves the chain where it was (Och and Ney 2003, section 2.1:
    each state has an empty twin), so one backward value serves a state and its twin.

    Args:
        group: which rows follow each other.
        linked: chance of each row's word, from each state: (rows, states).
        unlinked: its chance from none: (rows,).
        jumps: chances of the states that follow each other.
    """
    forward = _run_forward(group, linked, unlinked, jumps)
    # Of each row, what follows if its word translates each state: (rows, states)
    arriving = linked / forward.norms[:, None]
    staying = unlinked / forward.norms
    links = forward.links
    last = np.zeros(group.states)
    backward = np.empty((0, group.states), np.float32)
    to_earlier = np.ascontiguousarray(jumps.next.T)
    for rows in reversed(group.steps()):
        going_on = len(backward)
        ending = jumps.last / forward.ends[rows][going_on:, None]
        backward = np.concatenate((backward, ending))  # of the row's step: (chains, states)
        links[rows] *= backward
        last += links[rows][going_on:].sum(axis=0)
        arriving[rows] *= backward
        backward = arriving[rows] @ to_earlier + staying[rows, None] * backward
    following = (jumps.next * (forward.before.T @ arriving)).astype(np.float64)
    first = links[group.steps()[0]].sum(axis=0, dtype=np.float64)
    return ChainPosteriors(
        links,
        count_bins(first, following, last),
        float(np.log(forward.norms).sum() + np.log(forward.ends).sum()),
    )


def _run_forward(
    group: ChainGroup,
    linked: NDArray[np.float32],
    unlinked: NDArray[np.float32],
    jumps: JumpChances,
) -> _Forward:
    before, links = np.zeros_like(linked), np.empty_like(linked)
    norms, ends = np.empty_like(unlinked), np.ones_like(unlinked)
    place = predicted = np.broadcast_to(jumps.first, (group.active[0], group.states))
    for step, rows in enumerate(group.steps()):
        size = group.active[step]
        if step:
            before[rows] = place = place[:size]
            predicted = place @ jumps.next
        link = predicted * linked[rows]
        place = link + place * unlinked[rows, None]
        norms[rows] = norm = np.maximum(place.sum(axis=1), _LEAST)
        links[rows] = link / norm[:, None]
        place = place / norm[:, None]
        going_on = group.active[step + 1] if step + 1 < len(group.active) else 0
        ends[rows][going_on:] = np.maximum(place[going_on:] @ jumps.last, _LEAST)
    return _Forward(before, links, norms, ends)
