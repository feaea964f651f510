"""The forward-backward algorithm beside a sum over every alignment there is."""

from itertools import product

import numpy as np
import pytest

from attnstudio.alignment.cells import Cells
from attnstudio.alignment.chain import chain_posteriors
from attnstudio.alignment.jumps import JumpModel, jump_bins

STATES = 3


@pytest.fixture
def chances():
    weights = np.random.default_rng(1).uniform(0.1, 2.0, len(JumpModel.uniform().weights))
    return JumpModel(weights).chances(STATES)


def by_enumeration(linked, unlinked, chances):
    """Posteriors, expected jumps and likelihood of one chain.

    Every word links one of the states or, as None, nothing: then the chain stays where it was,
    and before its first word it may be anywhere.
    """
    steps = len(linked)
    bins = jump_bins(STATES)
    links, jumps, total = np.zeros((steps, STATES)), np.zeros(bins.max() + 20), 0.0
    for places in product(range(STATES), repeat=steps):
        for empty in product((False, True), repeat=steps):
            if any(e and t and places[t] != places[t - 1] for t, e in enumerate(empty)):
                continue
            chance, made = 1.0, []
            for t, place in enumerate(places):
                if t == 0:
                    chance *= chances.first[place]
                    made += [] if empty[t] else [bins[0, place]]
                elif not empty[t]:
                    chance *= chances.next[places[t - 1], place]
                    made.append(bins[1 + places[t - 1], place])
                chance *= unlinked[t] if empty[t] else linked[t, place]
            chance *= chances.last[places[-1]]
            if not empty[-1]:
                made.append(bins[1 + places[-1], STATES])
            total += chance
            for t, place in enumerate(places):
                links[t, place] += 0 if empty[t] else chance
            for jump in made:
                jumps[jump] += chance
    return links / total, jumps / total, np.log(total)


def test_chains_equal_the_sum_over_all_alignments(chances):
    lengths = np.array([[STATES, 4], [STATES, 1], [STATES, 3]])
    group = next(Cells.of_lengths(lengths[:, 0], lengths[:, 1]).over_targets())
    draw = np.random.default_rng(2)
    linked = draw.uniform(0, 1e-3, (8, STATES)).astype(np.float32)
    unlinked = draw.uniform(0, 1e-3, 8).astype(np.float32)

    found = chain_posteriors(group, linked, unlinked, chances)

    expected_jumps, likelihood = 0.0, 0.0
    for first, length in ((0, 4), (4, 1), (5, 3)):
        rows = [int(np.flatnonzero(group.words == first + step)[0]) for step in range(length)]
        links, jumps, chance = by_enumeration(linked[rows], unlinked[rows], chances)
        np.testing.assert_allclose(found.links[rows], links, rtol=1e-4)
        expected_jumps = expected_jumps + jumps
        likelihood += chance
    assert found.log_likelihood == pytest.approx(likelihood, rel=1e-5)
    size = len(found.jumps)
    np.testing.assert_allclose(found.jumps, expected_jumps[:size], rtol=1e-4, atol=1e-6)


def test_words_without_any_chance_link_nothing(chances):
    group = next(Cells.of_lengths(np.array([STATES]), np.array([2])).over_targets())
    linked, unlinked = np.zeros((2, STATES), np.float32), np.zeros(2, np.float32)

    found = chain_posteriors(group, linked, unlinked, chances)

    assert not found.links.any()
    assert np.isfinite(found.log_likelihood)


def test_chances_of_long_sentences_do_not_underflow():
    states = 300
    chances = JumpModel.uniform().chances(states)
    group = next(Cells.of_lengths(np.array([states]), np.array([300])).over_targets())
    linked = np.full((300, states), 1e-8, np.float32)

    found = chain_posteriors(group, linked, np.full(300, 1e-9, np.float32), chances)

    assert np.isfinite(found.links).all()
    assert 0.9 < found.links.sum(axis=1).min() <= found.links.sum(axis=1).max() < 1.001
