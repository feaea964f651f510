"""From which length on a kind pays, on made numbers whose crossings are known."""

import pytest
from lab_reports import LENGTHS, made_curve

from attnstudio.lab.crossings import Crossing, Verdict, crossing, fitted_law
from attnstudio.lab.kinds import Growth
from attnstudio.lab.report import Measure

USUAL = made_curve(lambda n: 4 + 0.2 * n + 0.001 * n**2)
WINDOW = made_curve(lambda n: 4 + 0.9 * n, kind="window", growth=Growth.BAND)  # 0.7 n = 0.001 n²
SECONDS, MEMORY = Measure.SECONDS, Measure.MEMORY


def test_a_window_pays_from_where_its_line_crosses_that_of_the_square():
    found = crossing(WINDOW, USUAL, SECONDS)

    assert found.verdict is Verdict.FROM
    assert found.length == pytest.approx(700, rel=0.03)
    assert found.longest == 4096


def test_seen_from_the_other_side_the_square_pays_until_there():
    found = crossing(USUAL, WINDOW, SECONDS)

    assert found.verdict is Verdict.UNTIL
    assert found.length == pytest.approx(700, rel=0.03)


def test_between_two_lengths_powers_cross_exactly():
    square = made_curve(lambda n: 0.001 * n**2, lengths=(256, 1024))
    line = made_curve(lambda n: 0.7 * n, lengths=(256, 1024))

    assert crossing(line, square, SECONDS).length == pytest.approx(700)


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(0.5, Verdict.ALWAYS), (0.97, Verdict.SAME), (1.03, Verdict.SAME), (2.0, Verdict.NEVER)],
)
def test_what_never_crosses_is_less_or_more_or_the_same_but_for_noise(factor, verdict):
    other = made_curve(lambda n: factor * (4 + 0.2 * n + 0.001 * n**2))

    assert crossing(other, USUAL, SECONDS) == Crossing(verdict, longest=4096)


def test_what_differs_by_less_than_its_rounds_do_is_noise():
    other = made_curve(lambda n: 0.9 * (4 + 0.2 * n + 0.001 * n**2))  # rounds lie within 10 %

    assert crossing(other, USUAL, SECONDS).verdict is Verdict.SAME


def test_lines_that_run_together_at_first_part_where_the_difference_is_clear():
    together = made_curve(lambda n: 4 + 0.2 * n + 0.0007 * n**2, growth=Growth.BAND)
    apart = next(  # 5 % less
        n for n in range(8, 4096) if 0.0003 * n**2 > (1 - 1 / 1.05) * (4 + 0.2 * n + 0.001 * n**2)
    )

    def dearer_at_first(n):
        return (4 + 0.2 * n + 0.0007 * n**2) * (1.5 if n == 8 else 1.0)

    for other in (together, made_curve(dearer_at_first, growth=Growth.BAND)):
        found = crossing(other, USUAL, SECONDS)
        assert found.verdict is Verdict.FROM
        assert found.length == pytest.approx(apart, rel=0.1)


def test_only_lengths_that_both_have_are_compared():
    short = made_curve(lambda n: 4 + 0.2 * n + 0.001 * n**2, lengths=LENGTHS[:5])

    found = crossing(WINDOW, short, SECONDS)

    assert found == Crossing(Verdict.NEVER, longest=128)
    assert crossing(WINDOW, made_curve(lambda n: n, lengths=()), SECONDS).longest == 0


def test_a_single_quick_round_in_between_is_no_crossing():
    def disturbed(n):
        return (4 + 0.2 * n + 0.001 * n**2) * (0.8 if n == 64 else 1.3)

    assert crossing(made_curve(disturbed), USUAL, SECONDS).verdict is Verdict.NEVER


def test_memory_is_compared_by_itself():
    kept = made_curve(lambda _: 1.0, megabytes=lambda n: 30 + 0.01 * n**2)
    saved = made_curve(lambda _: 9.0, megabytes=lambda n: 60 + 0.02 * n)

    assert crossing(saved, kept, SECONDS).verdict is Verdict.NEVER
    assert crossing(saved, kept, MEMORY).length == pytest.approx(56, rel=0.1)


def test_the_law_of_a_square_gives_its_factors_back_and_the_share_of_the_square():
    found = fitted_law(USUAL, SECONDS)

    assert found.factors == pytest.approx((4, 0.2, 0.001), rel=1e-3)
    assert found.first == 256
    assert found.error == pytest.approx(0.0, abs=1e-6)
    assert found.cost(8192) == pytest.approx(4 + 0.2 * 8192 + 0.001 * 8192**2, rel=1e-3)
    assert found.square_share(61) == pytest.approx(3.721 / (4 + 12.2 + 3.721), rel=1e-2)


def test_a_band_is_fitted_as_a_line():
    found = fitted_law(WINDOW, SECONDS)

    assert found.factors == pytest.approx((4, 0.9), rel=1e-3)
    assert found.square_share(4096) == 0.0


def test_too_few_points_have_no_law():
    assert fitted_law(made_curve(lambda n: n**2, lengths=(8, 16, 32)), SECONDS) is None
    assert fitted_law(made_curve(lambda n: n**2, lengths=(8, 16, 32, 64)), SECONDS) is not None
