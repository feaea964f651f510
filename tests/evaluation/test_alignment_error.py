import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.corpus.alignment import Alignment, Link
from attnstudio.errors import AlignmentError
from attnstudio.evaluation.alignment_error import score_alignments

links = st.frozensets(st.builds(Link, st.integers(0, 5), st.integers(0, 5)), max_size=8)
alignments = st.lists(st.builds(Alignment, links, links), min_size=1, max_size=5)


def read(*lines):
    return [Alignment.from_pharaoh(line) for line in lines]


def test_by_hand():
    # A = {00, 11, 22, 31}, S = {00, 11, 33}, P = S + {22, 12}
    # |A|=4, |S|=3, |A∩S|=2 (00 11), |A∩P|=3 (00 11 22)
    score = score_alignments(read("0-0 1-1 2-2 3-1"), read("0-0 1-1 3-3 2p2 1p2"))
    counts = (score.links, score.sure, score.possible, score.links_sure, score.links_possible)
    assert counts == (4, 3, 5, 2, 3)
    assert score.aer == pytest.approx(1 - (2 + 3) / (4 + 3))
    assert score.precision == 3 / 4
    assert score.recall == 2 / 3


def test_counts_are_summed_before_rates_are_taken():
    hypotheses = read("0-0", "0-1 1-0 2-2")
    golds = read("0-0", "0-0 1-1 2-2")
    score = score_alignments(hypotheses, golds)
    assert score.aer == pytest.approx(1 - (2 + 2) / (4 + 4))  # not the mean of 0 and 2/3


def test_a_direction_turned_round_is_not_the_same():
    assert score_alignments(read("0-1"), read("1-0")).aer == 1.0


def test_a_possible_link_costs_nothing_and_is_not_asked_for():
    golds = read("0-0 1p1")
    assert score_alignments(read("0-0"), golds).aer == 0.0
    assert score_alignments(read("0-0 1-1"), golds).aer == 0.0


def test_no_links_under_test():
    score = score_alignments(read(""), read("0-0"))
    assert (score.aer, score.precision, score.recall) == (1.0, 1.0, 0.0)


def test_no_links_at_all():
    score = score_alignments([], [])
    assert (score.aer, score.precision, score.recall) == (0.0, 1.0, 1.0)


def test_links_without_a_partner_are_an_error():
    with pytest.raises(AlignmentError, match="2 alignments to score, but 1 gold"):
        score_alignments(read("0-0", "1-1"), read("0-0"))


@given(alignments)
def test_the_sure_gold_links_score_perfectly(golds):
    score = score_alignments([Alignment(gold.sure) for gold in golds], golds)
    assert (score.aer, score.precision, score.recall) == (0.0, 1.0, 1.0)


@given(st.lists(st.builds(Alignment, links), max_size=5))
def test_gold_without_possible_links_has_no_error_against_itself(golds):
    assert score_alignments(golds, golds).aer == 0.0


@given(
    alignments.flatmap(
        lambda golds: st.tuples(
            st.just(golds),
            st.lists(st.builds(Alignment, links), min_size=len(golds), max_size=len(golds)),
        )
    )
)
def test_without_possible_links_aer_is_one_minus_f1(pair):
    golds, hypotheses = pair
    golds = [Alignment(gold.sure) for gold in golds]
    score = score_alignments(hypotheses, golds)
    assert 0.0 <= score.aer <= 1.0
    if score.links and score.sure and score.links_sure:
        f1 = 2 * score.precision * score.recall / (score.precision + score.recall)
        assert score.aer == pytest.approx(1 - f1)
