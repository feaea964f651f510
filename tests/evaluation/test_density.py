"""The share of each row to keep so that so much is left of all."""

import numpy as np
import pytest

from attnstudio.evaluation.density import share_for


def density_of(choices, share):
    kept = sum(rows * max(1, int(np.floor(share * n + 0.5))) for n, rows in choices.items())
    return kept / sum(rows * n for n, rows in choices.items())


@pytest.mark.parametrize("density", [0.12, 0.3, 0.5, 0.77, 0.99])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_share_comes_nearer_than_the_one_that_is_found(density, seed):
    generator = np.random.default_rng(seed)
    choices = {int(n): int(generator.integers(1, 40)) for n in generator.integers(2, 30, size=12)}

    found = abs(density_of(choices, share_for(choices, density)) - density)

    others = [abs(density_of(choices, share) - density) for share in np.linspace(1e-6, 1, 20_001)]
    assert found <= min(others) + 1e-12
    assert found < 0.03  # rows of all odd lengths keep one more at once where it is a half


def test_nothing_is_cut_where_nothing_should_be():
    assert density_of({7: 3, 2: 5}, share_for({7: 3, 2: 5}, 1.0)) == 1.0


def test_one_place_is_kept_at_least():
    assert density_of({10: 1}, share_for({10: 1}, 0.001)) == 0.1


def test_a_share_is_not_at_the_edge_where_one_more_place_is_kept():
    share = share_for({8: 1}, 0.5)

    assert share * 8 == pytest.approx(4.0)  # halfway between 3.5 and 4.5
