import numpy as np

from attnstudio.alignment.jumps import JumpModel, count_bins, jump_bins


def test_chances_of_a_place_sum_to_one():
    weights = np.random.default_rng(0).uniform(0.1, 1, len(JumpModel.uniform().weights))
    chances = JumpModel(weights).chances(40)

    np.testing.assert_allclose(chances.first.sum(), 1, rtol=1e-5)
    np.testing.assert_allclose(chances.next.sum(axis=1), 1, rtol=1e-5)
    assert (chances.last > 0).all()
    assert (chances.last < 1).all()


def test_jumps_of_a_length_share_a_bin_and_long_ones_share_with_neighbours():
    bins = jump_bins(60)

    assert bins[1, 1] == bins[11, 11] == bins[0, 0]  # one word forward, from the beginning too
    assert bins[11, 8] != bins[8, 11]
    assert bins[1, 20] == bins[1, 22]
    assert bins[1, 20] != bins[1, 50]
    assert bins.min() >= 0
    assert bins.max() < len(JumpModel.uniform().weights)


def test_a_jump_that_is_seen_often_becomes_likely_however_rare_its_places_are():
    states = 5
    forward = np.diag(np.ones(states - 1), 1) * 100.0
    counts = count_bins(np.eye(states)[0] * 100.0, forward, np.eye(states)[-1] * 100.0)
    chances = JumpModel.from_counts(counts, np.full(100, states)).chances(states)

    assert chances.first.argmax() == 0
    assert chances.next[:-1].argmax(axis=1).tolist() == [1, 2, 3, 4]
    assert chances.next[0, 1] > 0.9
    assert chances.last[-1] > 10 * chances.last[0]


def test_counts_are_relative_to_the_places_to_jump_to():
    """Every jump as often as there are places for it: all places are equally likely."""
    states = 6
    once = np.ones(states)
    counts = count_bins(once, np.ones((states, states)), once)
    chances = JumpModel.from_counts(counts, np.array([states])).chances(states)

    np.testing.assert_allclose(chances.next, 1 / states, rtol=1e-3)


def test_as_many_jumps_are_counted_as_were_expected():
    draw = np.random.default_rng(3)
    first, following, last = draw.random(7), draw.random((7, 7)), draw.random(7)

    counts = count_bins(first, following, last)

    np.testing.assert_allclose(counts.sum(), first.sum() + following.sum() + last.sum())
