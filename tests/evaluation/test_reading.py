from dataclasses import replace

import numpy as np
import pytest
from records import make_record
from word_spans import space_spans

from attnstudio.axes import Matrix, Meaning
from attnstudio.corpus.alignment import Alignment, GoldLinks, Link
from attnstudio.errors import AlignmentError
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.evaluation.alignment_report import score_with_interval
from attnstudio.evaluation.bootstrap import Interval
from attnstudio.evaluation.reading import choose_reading
from attnstudio.interpretation.links import word_links
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS
from attnstudio.tokenizer import Token, end_token

SHIFTED = ReadingMethod.SHIFTED


def words(count, letter):
    """``aa aa aa``, each word cut into two pieces, and ``</s>``."""
    text = " ".join([letter * 2] * count)
    tokens = []
    for index in range(count):
        start = 3 * index
        tokens.append(Token(f"▁{letter}", max(start - 1, 0), start + 1))
        tokens.append(Token(letter, start + 1, start + 2))
    return text, (*tokens, end_token(text))


def record_with(cross, source_words, target_words):
    return make_record(words(source_words, "a"), words(target_words, "x"), cross=cross)


def pair(seed, source_words=4, target_words=3, layers=2, heads=3):
    random = np.random.default_rng(seed)
    cross = random.random((layers, heads, 2 * target_words + 1, 2 * source_words + 1)) ** 4
    cross /= cross.sum(axis=-1, keepdims=True)
    record = record_with(cross, source_words, target_words)
    cells = [Link(i, j) for i in range(source_words) for j in range(target_words)]
    picks = random.integers(0, 4, len(cells))
    gold = Alignment(
        frozenset(link for link, pick in zip(cells, picks, strict=True) if pick == 0),
        frozenset(link for link, pick in zip(cells, picks, strict=True) if pick == 1),
    )
    spans = space_spans(record.source.text), space_spans(record.target.text)
    return record, GoldLinks(*spans, gold)


def aer_of(records, golds, reading):
    hypotheses = [
        word_links(record, reading, gold.source_spans, gold.target_spans)
        for record, gold in zip(records, golds, strict=True)
    ]
    return score_alignments(hypotheses, [gold.alignment for gold in golds])


def with_links(record, gold, reading):
    """The gold is what one reading says."""
    return replace(
        gold, alignment=word_links(record, reading, gold.source_spans, gold.target_spans)
    )


def test_the_table_is_what_each_reading_scores_alone():
    records, golds = zip(
        *[pair(seed, 3 + seed % 3, 2 + seed % 2) for seed in range(6)], strict=True
    )
    choice = choose_reading(records, golds)
    readings = [row.reading for row in choice.table]
    places = [(None, None), (0, None), (1, None)]
    places += [(layer, head) for layer in range(2) for head in range(3)]
    assert readings == [Reading(*place, method) for place in places for method in ReadingMethod]
    for row in choice.table:
        assert row.aer == pytest.approx(aer_of(records, golds, row.reading).aer)
    assert choice.score.aer == min(row.aer for row in choice.table)
    assert choice.score == aer_of(records, golds, choice.reading)


@pytest.mark.parametrize(
    "hidden", [Reading(1, 2, SHIFTED), Reading(0, 1), Reading(1, None, SHIFTED), Reading()]
)
def test_the_reading_that_made_the_gold_is_found(hidden):
    pairs = [pair(seed) for seed in range(5)]
    records = [record for record, _ in pairs]
    golds = [with_links(record, gold, hidden) for record, gold in pairs]
    choice = choose_reading(records, golds)
    assert choice.reading == hidden
    assert choice.score.aer == 0.0


def contributions_of(random):
    return Matrix(random.dirichlet(np.ones(10), size=(2, 1, 7))[..., :9], Meaning.MAGNITUDE)


def norms_of(random):
    return Matrix(random.random((2, 3, 7, 9)), Meaning.MAGNITUDE)


def test_norms_are_tried_where_the_records_have_them():
    pairs = [pair(seed) for seed in range(5)]
    randoms = [np.random.default_rng(100 + seed) for seed in range(5)]
    records = [
        replace(record, measured={Measure.NORMS: {CROSS: norms_of(random)}})
        for (record, _), random in zip(pairs, randoms, strict=True)
    ]
    hidden = Reading(1, 2, measure=Measure.NORMS)
    golds = [
        with_links(record, gold, hidden) for record, (_, gold) in zip(records, pairs, strict=True)
    ]

    choice = choose_reading(records, golds)

    assert (choice.reading, choice.score.aer) == (hidden, 0.0)
    assert len(choice.table) == 2 * len(choose_reading([pairs[0][0]], [golds[0]]).table)


def test_contributions_are_tried_of_layers_alone_and_one_measure_may_be_named():
    pairs = [pair(seed) for seed in range(5)]
    randoms = [np.random.default_rng(100 + seed) for seed in range(5)]
    records = [
        replace(record, measured={Measure.ALTI: {CROSS: contributions_of(random)}})
        for (record, _), random in zip(pairs, randoms, strict=True)
    ]
    hidden = Reading(1, measure=Measure.ALTI)
    golds = [
        with_links(record, gold, hidden) for record, (_, gold) in zip(records, pairs, strict=True)
    ]

    found = choose_reading(records, golds, measures=[Measure.ALTI])

    assert (found.reading, found.score.aer) == (hidden, 0.0)
    places = [(row.reading.layer, row.reading.head) for row in found.table]
    assert places == [(layer, None) for layer in (None, 0, 1) for _ in ReadingMethod]
    of_all = choose_reading(records, golds)
    assert of_all.reading == hidden
    weights = choose_reading(records, golds, measures=[Measure.WEIGHTS])
    assert len(of_all.table) == len(found.table) + len(weights.table)
    assert {row.reading.measure for row in weights.table} == {Measure.WEIGHTS}
    with pytest.raises(AlignmentError, match="no contributions"):
        choose_reading([record for record, _ in pairs], golds, measures=[Measure.ALTI])


def test_a_choice_says_how_sure_it_is():
    pairs = [pair(seed) for seed in range(30)]
    records = [record for record, _ in pairs]
    clear = [with_links(record, gold, Reading(1, 2)) for record, gold in pairs]
    # Two readings, each right on half of the pairs: which is the better one is chance.
    even = [
        with_links(record, gold, Reading(1, number % 2))
        for number, (record, gold) in enumerate(pairs)
    ]

    sure, unsure = choose_reading(records, clear), choose_reading(records, even)

    assert (sure.pairs, sure.doubt, sure.interval) == (30, 0.0, Interval(0.0, 0.0))
    assert sure.runner_up.aer == sorted(row.aer for row in sure.table)[1]
    assert {unsure.reading, unsure.runner_up.reading} == {Reading(1, 0), Reading(1, 1)}
    assert 0.1 < unsure.doubt < 0.9
    assert unsure.interval.low < unsure.score.aer < unsure.interval.high


def test_of_equal_readings_the_simplest_is_chosen():
    record, gold = pair(0)
    same = np.repeat(np.repeat(record.matrices[CROSS].weights[:1, :1, :1], 7, axis=2), 2, axis=0)
    choice = choose_reading([record_with(same.copy(), 4, 3)], [gold])
    assert len({row.aer for row in choice.table}) == 1
    assert choice.reading == Reading(None, None, ReadingMethod.NAIVE)


def test_a_recurrent_model_has_one_matrix_to_choose():
    record, gold = pair(1, layers=1, heads=1)
    choice = choose_reading([record], [with_links(record, gold, Reading(0, 0, SHIFTED))])
    assert choice.reading == Reading(None, None, SHIFTED)
    assert [row.reading for row in choice.table] == [Reading(), Reading(method=SHIFTED)]


def test_hundreds_of_records_take_little_time():
    record, gold = pair(2, 15, 15, 6, 8)
    records, golds = [record] * 300, [gold] * 300
    choice = choose_reading(records, golds)  # the suite's time limit is the assertion
    assert choice.score == aer_of([record] * 300, [gold] * 300, choice.reading)


def test_nothing_to_choose_from_is_an_error():
    record, gold = pair(0)
    for records, golds in (([], []), ([record], []), ([record], [gold, gold])):
        with pytest.raises(AlignmentError, match="attention records and"):
            choose_reading(records, golds)


def test_a_model_without_attention_is_an_error():
    record, gold = pair(0)
    blind = replace(record, matrices={})
    with pytest.raises(AlignmentError, match="has no attention"):
        choose_reading([blind], [gold])


def test_the_interval_of_the_best_reading_is_that_of_the_links_it_gives():
    records, golds = zip(*(pair(seed) for seed in range(12)), strict=True)

    choice = choose_reading(records, golds)

    found = [
        word_links(record, choice.reading, gold.source_spans, gold.target_spans)
        for record, gold in zip(records, golds, strict=True)
    ]
    interval = score_with_interval(found, [gold.alignment for gold in golds]).aer
    assert choice.interval == interval
    assert interval.low < choice.score.aer < interval.high


def test_the_error_of_a_single_layer_or_head_is_that_of_the_average_it_is():
    record, gold = pair(1, layers=1, heads=3)
    one_layer = choose_reading([record], [gold])
    assert one_layer.error_of(Reading(0)) == one_layer.error_of(Reading())
    assert one_layer.error_of(Reading(0, 2)) == aer_of([record], [gold], Reading(0, 2)).aer
    record, gold = pair(1, layers=2, heads=1)
    one_head = choose_reading([record], [gold])
    assert one_head.error_of(Reading(1, 0)) == aer_of([record], [gold], Reading(1)).aer
    assert one_head.error_of(Reading(1, measure=Measure.NORMS)) is None
