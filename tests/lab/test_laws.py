import pytest

from attnstudio.lab.laws import Law, slope

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


def test_three_powers_are_found_together():
    factors = Law((0, 1, 2)).fit(SIZES, [4 + 0.5 * size + 0.01 * size**2 for size in SIZES])

    assert factors == pytest.approx((4.0, 0.5, 0.01))


def test_a_power_that_is_not_there_gets_no_factor():
    factors = Law((0, 1, 2)).fit(SIZES, [4 + 0.5 * size - 1e-4 * size**2 for size in SIZES])

    assert factors[2] == 0.0
    assert factors[1] == pytest.approx(0.48, rel=0.05)
    assert min(factors) >= 0.0


def test_the_share_of_a_power_is_what_it_costs_of_all():
    law = Law((0, 1, 2))

    assert law.share((10.0, 1.0, 0.1), 10, 2) == pytest.approx(10 / 30)
    assert law.share((10.0, 1.0, 0.1), 10, 3) == 0.0
