"""How far attention can be trusted: the numbers by hand, and what is said of them."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Matrix, Meaning
from attnstudio.interpretation.methods import (
    Method,
    cross_reading,
    method_of,
    methods_in,
    reading_by,
)
from attnstudio.interpretation.trust import (
    Verdict,
    agrees_on_first,
    finding_of,
    findings_of,
    is_word,
    places_by_verdict,
    tau_b,
    trust_of,
)
from attnstudio.interpretation.trust_words import OF_ONE, finding_words, summary_words
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, Analysis, analysis_site
from attnstudio.tokenizer import Token, end_token

# Katze is two pieces; the full stop is a word of the source, </s> is none
SOURCE = ("Die Katze schläft.", (
    Token("▁Die", 0, 3), Token("▁Kat", 3, 7), Token("ze", 7, 9), Token("▁schläft", 9, 17),
    Token(".", 17, 18), end_token("Die Katze schläft."),
))  # fmt: skip
TARGET = ("The cat.", (
    Token("▁The", 0, 3), Token("▁ca", 3, 6), Token("t", 6, 7), Token(".", 7, 8),
    end_token("The cat."),
))  # fmt: skip
LOG_PROBS = (-0.5, -0.3, -0.1, -0.2, -0.05)
ATTENTION = np.array([
    [0.50, 0.10, 0.10, 0.10, 0.10, 0.10],
    [0.05, 0.40, 0.30, 0.10, 0.05, 0.10],
    [0.05, 0.20, 0.50, 0.10, 0.05, 0.10],
    [0.05, 0.05, 0.05, 0.15, 0.60, 0.10],
    [0.00, 0.00, 0.00, 0.00, 0.00, 1.00],
])  # fmt: skip
ERASURE = np.array([  # of the pieces of a word, a share each
    [1.00, 0.05, 0.05, 0.20, 0.00, 0.0],
    [0.10, 0.70, 0.70, 0.10, 0.00, 0.0],
    [0.00, 0.30, 0.30, 0.90, 0.00, 0.0],
    [0.00, 0.00, 0.00, -0.3, 0.10, 0.0],
    [0.00, 0.00, 0.00, 0.00, 0.00, 0.0],
])  # fmt: skip


@pytest.fixture
def record():
    norms = np.random.default_rng(3).random((1, 1, 5, 6))
    whole = make_record(SOURCE, TARGET, cross=ATTENTION[None, None].copy(), norms=norms,
                        log_probs=LOG_PROBS)  # fmt: skip
    erasure = Matrix(ERASURE[None, None].copy(), Meaning.SIGNED)
    site = analysis_site(Analysis.ERASURE)
    return replace(whole, matrices={**whole.matrices, site: erasure})


def changed(record, attention=None, erasure=None):
    """The same with other numbers for the word cat, whose pieces are rows 1 and 2."""
    matrices = dict(record.matrices)
    for site, row, meaning in (
        (CROSS, attention, Meaning.DISTRIBUTION),
        (analysis_site(Analysis.ERASURE), erasure, Meaning.SIGNED),
    ):
        if row is not None:
            weights = matrices[site].weights.copy()
            weights[0, 0, 1:3] = row
            matrices[site] = Matrix(weights, meaning)
    return replace(record, matrices=matrices)


def by_counting(one, other):
    """Kendall 1945, pair by pair."""
    agree = first = second = 0
    for i, j in itertools.combinations(range(len(one)), 2):
        a, b = one[i] - one[j], other[i] - other[j]
        agree += int(a * b > 0) - int(a * b < 0)
        first += a != 0
        second += b != 0
    return agree / math.sqrt(first * second)


def test_tau_counts_the_pairs_that_two_rankings_agree_on():
    random = np.random.default_rng(5)
    for _ in range(20):
        one, other = random.integers(0, 5, size=(2, 7)).astype(float)
        assert tau_b(one, other) == pytest.approx(by_counting(one, other))
    straight = np.arange(6.0)
    assert tau_b(straight, straight**3) == 1.0
    assert tau_b(straight, -straight) == -1.0
    assert math.isnan(tau_b(straight, np.zeros(6)))
    assert math.isnan(tau_b(straight[:1], straight[:1]))


def test_each_method_is_held_against_erasure_over_the_words_of_the_source(record):
    trust = trust_of(record, Reading())

    assert [t.text for t in trust.sources.tokens] == ["Die", "Katze", "schläft", "."]
    assert [t.text for t in trust.targets.tokens] == ["The", "cat", ".", "</s>"]
    assert [row.method for row in trust.rows] == [Method.ATTENTION, Method.NORM, Method.ERASURE]
    attention = trust.row_of(Method.ATTENTION)
    cat = [0.05, 0.70, 0.10, 0.05]  # the mean of its pieces, Katze's pieces added
    np.testing.assert_allclose(attention.values[1], cat)
    erased = [[1.0, 0.1, 0.2, 0.0], [0.05, 1.0, 0.5, 0.0], [0.0, 0.0, -0.3, 0.1]]
    np.testing.assert_allclose(trust.row_of(Method.ERASURE).values[:3], erased)
    looked = [[0.5, 0.2, 0.1, 0.1], cat, [0.05, 0.1, 0.15, 0.6]]
    taus = [by_counting(*rows) for rows in zip(looked, erased, strict=True)]
    np.testing.assert_allclose(attention.taus[:3], taus)
    assert math.isnan(attention.taus[3]), "nothing changes </s>"
    assert attention.mean == pytest.approx(np.mean(taus))
    assert trust.row_of(Method.ERASURE).mean == 1.0


def test_the_numbers_are_those_that_the_picture_of_words_shows(record):
    trust = trust_of(record, Reading())
    for row in trust.rows:
        view = view_of(record, reading_by(row.method, Reading()), words=True)
        np.testing.assert_allclose(row.values, view.weights[:, :4])


def test_each_word_is_among_those_of_its_verdict(record):
    found = places_by_verdict(trust_of(record, Reading()))
    assert sorted(place for places in found.values() for place in places) == [0, 1, 2]
    for verdict, places in found.items():
        for place in places:
            assert finding_of(trust_of(record, Reading()), place).verdict is verdict


def test_of_one_word_the_summary_counts_nothing(record):
    trust = trust_of(record, Reading())
    for verdict, places in places_by_verdict(trust).items():
        words = summary_words([finding_of(trust, places[0])])
        assert words == OF_ONE[verdict]
    assert summary_words([]) == "There is no word whose picture could be trusted."


def test_of_one_word_a_method_agrees_where_its_first_word_is_that_of_erasure(record):
    peak = [0.03, 0.85, 0.0, 0.0, 0.07, 0.05]  # on Katze, as erasure; the rest is in another order
    trust = trust_of(changed(record, attention=peak), Reading())
    assert agrees_on_first(trust, Method.ATTENTION, 1) is True
    assert trust.row_of(Method.ATTENTION).taus[1] == pytest.approx(0.0)

    trust = trust_of(changed(record, attention=[0.9, 0.0, 0.0, 0.03, 0.02, 0.05]), Reading())
    assert agrees_on_first(trust, Method.ATTENTION, 1) is False
    trust = trust_of(changed(record, attention=[0.0, 0.2, 0.2, 0.4, 0.0, 0.2]), Reading())
    assert agrees_on_first(trust, Method.ATTENTION, 1) is False, "two words share the first place"
    assert agrees_on_first(trust, Method.ATTENTION, 3) is None, "nothing changes </s>"
    without = trust_of(changed(record, erasure=[-0.1, -0.2, -0.3, -0.1, -0.2, 0.0]), Reading())
    assert agrees_on_first(without, Method.ATTENTION, 1) is None, "no word is missed"


def test_a_word_is_as_likely_as_its_pieces_together(record):
    trust = trust_of(record, Reading())

    np.testing.assert_allclose(trust.probabilities, np.exp([-0.5, -0.4, -0.2, -0.05]))
    lost = [0.1, 2.0, 1.0, 0.0]  # of cat, its pieces added
    np.testing.assert_allclose(trust.erased[1], np.exp(-0.4 - np.array(lost)))


def test_attention_on_marks_and_on_signs_stands_apart(record):
    trust = trust_of(record, Reading())

    np.testing.assert_allclose(trust.on_marks, [0.1, 0.1, 0.1, 1.0])
    np.testing.assert_allclose(trust.on_signs, [0.1, 0.05, 0.6, 0.0])
    assert is_word("3rd")
    assert is_word("猫")
    assert not is_word("…")


def test_a_step_later_the_row_below_is_read(record):
    shifted = Reading(method=ReadingMethod.SHIFTED)
    trust = trust_of(record, shifted)

    below = np.concatenate((ATTENTION[1:], ATTENTION[-1:]))
    wanted = [below[0, 0], below[0, 1:3].sum(), below[0, 3], below[0, 4]]
    np.testing.assert_allclose(trust.row_of(Method.ATTENTION).values[0], wanted)
    np.testing.assert_allclose(trust.row_of(Method.ERASURE).values[0], [1.0, 0.1, 0.2, 0.0])


def test_where_something_else_is_shown_the_average_over_the_source_is_asked(record):
    assert cross_reading(record, Reading(site=DECODER_SELF)) == Reading()
    assert cross_reading(record, Reading(0, 0)) == Reading(0, 0)
    erasure = Reading(site=analysis_site(Analysis.ERASURE))
    assert cross_reading(record, erasure) == Reading()
    alone = replace(record, matrices={erasure.site: record.matrices[erasure.site]})
    assert cross_reading(alone, erasure) is None
    assert trust_of(alone, erasure) is None


def test_without_erasure_there_is_nothing_to_hold_attention_against(record):
    assert trust_of(replace(record, matrices={CROSS: record.matrices[CROSS]}), Reading()) is None


def test_every_method_has_its_reading_and_every_reading_its_method(record):
    shown = Reading(1, 2, ReadingMethod.SHIFTED)

    readings = {method: reading_by(method, shown) for method in Method}
    assert readings[Method.NORM] == replace(shown, measure=Measure.NORMS)
    assert readings[Method.ALTI] == Reading(1, measure=Measure.ALTI)
    zeroing = analysis_site(Analysis.VALUE_ZEROING)
    assert readings[Method.VALUE_ZEROING] == Reading(layer=1, site=zeroing)
    assert readings[Method.GRADIENT] == Reading(site=analysis_site(Analysis.GRADIENT))
    assert {method: method_of(reading) for method, reading in readings.items()} == {
        method: method for method in Method
    }
    assert method_of(Reading(site=DECODER_SELF)) is None
    assert methods_in(record, Reading()) == (Method.ATTENTION, Method.NORM, Method.ERASURE)


CAT = 1


def test_a_word_that_counts_and_is_pointed_at_can_be_trusted(record):
    erasure = [0.05, 0.5, 0.5, 0.1, 0.0, 0.0]
    finding = finding_of(trust_of(changed(record, erasure=erasure), Reading()), CAT)

    assert finding.verdict is Verdict.TRUSTED
    assert (finding.pointed, finding.other) == ("Katze", "schläft")
    assert finding_words(finding) == (
        "Masking Katze, which attention points at, changes cat from 0.67 to 0.09; masking "
        "schläft, which it does not, from 0.67 to 0.55: here the picture can be trusted."
    )


def test_a_word_that_counts_beside_one_that_does_too_is_a_part(record):
    finding = finding_of(trust_of(record, Reading()), CAT)

    assert finding.verdict is Verdict.PARTLY
    assert finding_words(finding).endswith(
        "; masking schläft, which it does not, from 0.67 to "
        "0.25: the picture shows only a part of what counts."
    )


def test_a_picture_misleads_that_points_away_from_what_counts(record):
    away = [0.75, 0.05, 0.05, 0.05, 0.05, 0.05]
    erasure = [0.0, 0.4, 0.4, 0.1, 0.0, 0.0]
    trust = trust_of(changed(record, away, erasure), Reading())
    finding = finding_of(trust, CAT)

    assert finding.verdict is Verdict.MISLEADING
    assert finding_words(finding) == (
        "Masking Die, which attention points at, changes cat from 0.67 to 0.67; masking Katze, "
        "which it does not, from 0.67 to 0.14: here the picture misleads."
    )


def test_where_no_word_counts_nothing_is_proved(record):
    erasure = [0.1, 0.1, 0.1, -2.0, 0.0, 0.0]  # a word that speaks against it does not count
    finding = finding_of(trust_of(changed(record, erasure=erasure), Reading()), CAT)

    assert finding.verdict is Verdict.UNDECIDED
    assert finding_words(finding).endswith("no single word counts, and the picture proves nothing.")


def test_a_head_that_looks_at_no_word_is_idle(record):
    idle = [0.1, 0.1, 0.1, 0.0, 0.3, 0.4]
    finding = finding_of(trust_of(changed(record, idle), Reading()), CAT)

    assert (finding.verdict, finding.pointed, finding.other) == (Verdict.IDLE, None, "Katze")
    assert finding_words(finding) == (
        "70 % of the attention is on no word. Masking Katze changes cat from 0.67 to 0.09: here "
        "the picture does not say what cat comes from."
    )


def test_the_bound_of_what_counts_is_half_the_probability(record):
    for lost, verdict in ((0.34, Verdict.UNDECIDED), (0.35, Verdict.TRUSTED)):
        erasure = [0.0, lost / 2, lost / 2, 0.0, 0.0, 0.0]
        finding = finding_of(trust_of(changed(record, erasure=erasure), Reading()), CAT)
        assert finding.verdict is verdict, "of two pieces the losses are added"


def test_an_even_look_points_at_a_word_and_has_none_beside_it(record):
    even = [0.2, 0.1, 0.1, 0.2, 0.2, 0.2]
    finding = finding_of(trust_of(changed(record, even), Reading()), CAT)

    assert (finding.pointed, finding.other) == ("Die", None)
    assert finding_words(finding) == (
        "Masking Die, which attention points at, changes cat from 0.67 to 0.61: the picture "
        "proves nothing."
    )


def test_a_sentence_is_summed_up_without_its_marks(record):
    findings = findings_of(trust_of(record, Reading()))

    assert [finding.target for finding in findings] == ["The", "cat", "."]
    assert summary_words(findings) == (
        "For 1 of 3 words the picture can be trusted, for 1 it shows only a part of what counts, "
        "and for 1 it points at no word."
    )


def test_a_source_without_words_is_no_reason_to_fail():
    whole = make_record(("", (end_token(""),)), ("Oh", (Token("▁Oh", 0, 2), end_token("Oh"))),
                        cross=np.ones((1, 1, 2, 1)))  # fmt: skip
    nothing = Matrix(np.zeros((1, 1, 2, 1)), Meaning.SIGNED)
    record = replace(whole, matrices={**whole.matrices, analysis_site(Analysis.ERASURE): nothing})
    [finding] = findings_of(trust_of(record, Reading()))

    assert (finding.verdict, finding.other) == (Verdict.IDLE, None)
    assert finding_words(finding) == (
        "All of the attention is on no word: here the picture says nothing."
    )


def test_a_small_probability_is_told_from_none(record):
    erasure = [0.0, 2.5, 2.5, 0.0, 0.0, 0.0]
    trust = trust_of(changed(record, erasure=erasure), Reading())

    assert "changes cat from 0.67 to 0.00003;" in finding_words(finding_of(trust, CAT))
    gone = replace(trust, erased=np.zeros_like(trust.erased))
    assert "changes cat from 0.67 to 0.000000;" in finding_words(finding_of(gone, CAT))


def test_marks_of_the_target_have_no_part_in_the_mean(record):
    weights = record.matrices[analysis_site(Analysis.ERASURE)].weights.copy()
    attention = record.matrices[CROSS].weights.copy()
    weights[0, 0, 4, :4] = [0.4, 0.3, 0.2, 0.1]
    attention[0, 0, 4] = [0.1, 0.1, 0.1, 0.2, 0.3, 0.2]
    matrices = {
        CROSS: Matrix(attention),
        analysis_site(Analysis.ERASURE): Matrix(weights, Meaning.SIGNED),
    }
    row = trust_of(replace(record, matrices=matrices), Reading()).row_of(Method.ATTENTION)

    assert math.isfinite(row.taus[3])
    assert row.mean == pytest.approx(row.taus[:3].mean())
