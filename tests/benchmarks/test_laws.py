import runpy
from pathlib import Path

import pytest

_LAWS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "laws.py"))
Law, slope = _LAWS["Law"], _LAWS["slope"]
SIZES = [10, 20, 50, 100, 200]


def test_the_slope_of_a_square_is_two():
    assert slope(SIZES, [3 * size**2 for size in SIZES]) == pytest.approx(2.0)


def test_the_slope_is_that_of_the_larger_sizes():
    assert slope(SIZES, [100, 100, 50, 100, 200]) == pytest.approx(1.0)


def test_a_fit_finds_the_factors_of_a_sum_of_powers():
    law = Law((0, 1))

    factors = law.fit(SIZES, [7 + 0.5 * size for size in SIZES])

    assert factors == pytest.approx((7.0, 0.5))
    assert law.cost(factors, 1000) == pytest.approx(507.0)


def test_no_factor_is_below_zero():
    assert Law((0, 1)).fit([1, 2, 4], [5, 4, 3]) == pytest.approx((60 ** (1 / 3), 0.0))


def test_a_single_power_is_fitted_over_the_larger_sizes():
    costs = [100, 100, 2 * 50, 2 * 100, 2 * 200]

    assert Law((1,)).fit(SIZES, costs) == pytest.approx((2.0,))


def test_a_law_is_written_as_one_writes_it():
    assert Law((1, 2), "d").formula == "a·d + b·d²"
    assert Law((1, 2), "d").written((0.25, 3.2e-5)) == "0.25·d + 3.2·10⁻⁵·d²"
    assert Law((0, 1)).written((1234.0, 0.0)) == "1,230 + 0·n"
