"""Student's interval of the mean difference of two kinds over the same seeds."""

import math

import numpy as np
import pytest

from attnstudio.evaluation.seed_spread import MOST_SEEDS, seed_interval


def t_quantile(freedom, share=0.975):
    """By integrating the density of Student's t and bisecting: no table is believed."""

    def below(t):
        x = np.linspace(0.0, t, 20_001)
        density = (1 + x**2 / freedom) ** (-(freedom + 1) / 2)
        area = np.trapezoid(density, x) if hasattr(np, "trapezoid") else np.trapz(density, x)
        constant = math.gamma((freedom + 1) / 2) / (
            math.sqrt(freedom * math.pi) * math.gamma(freedom / 2)
        )
        return 0.5 + constant * area

    low, high = 0.0, 20.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < share else (low, middle)
    return low


@pytest.mark.parametrize("count", range(2, MOST_SEEDS + 1))
def test_it_is_students_interval(count):
    differences = np.random.default_rng(count).normal(1.0, 2.0, count)
    reach = t_quantile(count - 1) * differences.std(ddof=1) / math.sqrt(count)

    found = seed_interval(differences.tolist())

    expected = (differences.mean() - reach, differences.mean() + reach)
    assert (found.low, found.high) == pytest.approx(expected, abs=2e-3 * reach)


def test_of_a_hundred_alike_about_five_are_beyond_it():
    generator = np.random.default_rng(3)
    found = [seed_interval(generator.normal(0.0, 1.0, 3).tolist()) for _ in range(2_000)]

    beyond = sum(each.low > 0 or each.high < 0 for each in found) / 2_000
    assert 0.035 < beyond < 0.065
