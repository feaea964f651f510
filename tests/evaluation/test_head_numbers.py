"""How heads look over several sentences: every mean against plain loops over its definition."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Matrix, Meaning
from attnstudio.evaluation import head_numbers as module
from attnstudio.evaluation.head_numbers import HeadTotals
from attnstudio.interpretation.head_figures import HeadFigure, figures_of_heads
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SITES, Analysis, analysis_site
from attnstudio.tokenizer import Token, end_token
from attnstudio.training.head_quantities import HeadPlace, HeadQuantity

LAYERS, HEADS = 2, 3
BY_FIGURE = {
    HeadFigure.SPREAD: HeadQuantity.SPREAD,
    HeadFigure.DISTANCE: HeadQuantity.DISTANCE,
    HeadFigure.ZEROS: HeadQuantity.ZEROS,
}


def text_of(words):
    text = " ".join("x" * words)
    tokens = tuple(Token("▁x", 2 * n, 2 * n + 1) for n in range(words))
    return text, (*tokens, end_token(text))


def sparse_rows(generator, queries, keys, reached):
    """Rows that sum to 1, with exact zeros, and nothing outside of what is reached."""
    weights = generator.random((LAYERS, HEADS, queries, keys))
    weights = np.where(generator.random(weights.shape) < 0.4, 0.0, weights) * reached
    is_empty = weights.sum(axis=-1, keepdims=True) == 0
    weights = np.where(is_empty, reached * 1.0, weights)
    return (weights / weights.sum(axis=-1, keepdims=True)).astype(np.float32)


def reached_of(site, queries, keys, *, window):
    reached = np.ones((LAYERS, HEADS, queries, keys), dtype=bool)
    if site is DECODER_SELF:
        reached &= np.tril(np.ones((queries, keys), dtype=bool))
    if window:
        away = np.abs(np.subtract.outer(np.arange(queries), np.arange(keys)))
        for head in range(HEADS):  # as a learnt span, which differs from head to head
            reached[:, head] &= away <= head
    return reached


def make(seed, src_words, tgt_words, *, window=False):
    generator = np.random.default_rng(seed)
    source, target = text_of(src_words), text_of(tgt_words)
    shapes = {
        CROSS: (len(target[1]), len(source[1])),
        ENCODER_SELF: (len(source[1]),) * 2,
        DECODER_SELF: (len(target[1]),) * 2,
    }
    matrices = {}
    for site, shape in shapes.items():
        reached = reached_of(site, *shape, window=window and site is not CROSS)
        known = reached if window else None
        matrices[site] = Matrix(sparse_rows(generator, *shape, reached), reached=known)
    return replace(make_record(source, target), matrices=matrices)


def by_loops(records, site, layer, head):
    """Every number of a head, one weight after the other."""
    rows, entropy, spread, distance, zeros, places = 0, 0.0, 0.0, 0.0, 0, 0
    for record in records:
        matrix = record.matrices[site]
        table = matrix.weights[layer, head].astype(np.float64)
        for i, row in enumerate(table):
            if matrix.reached is not None:
                can = [j for j in range(len(row)) if matrix.reached[layer, head, i, j]]
            else:
                can = [j for j in range(len(row)) if site is not DECODER_SELF or j <= i]
            if len(can) < 2:
                continue
            of_row = -sum(row[j] * math.log(row[j]) for j in can if row[j] > 0)
            scale = 1.0 if site is not CROSS else len(row) / len(table)
            rows += 1
            entropy += of_row
            spread += of_row / math.log(len(can))
            distance += sum(row[j] * abs(i * scale - j) for j in can)
            zeros += sum(row[j] == 0.0 for j in can)
            places += len(can)
    if not rows:
        return dict.fromkeys(("entropy", "spread", "distance", "zeros"), math.nan)
    return {
        "entropy": entropy / rows,
        "spread": spread / rows,
        "distance": distance / rows,
        "zeros": zeros / places,
    }


@pytest.mark.parametrize("window", [False, True])
def test_each_number_is_the_mean_over_all_rows_that_have_a_choice(window):
    records = [make(1, 4, 6, window=window), make(2, 7, 2, window=window), make(3, 1, 1)]
    if window:
        records = records[:2]
    totals = HeadTotals()
    for record in records:
        totals.add(record)

    found = totals.means()

    assert {place.site for place in found} == set(SITES)
    for site, layer, head in ((s, i, j) for s in SITES for i, j in np.ndindex(LAYERS, HEADS)):
        for name, expected in by_loops(records, site, layer, head).items():
            number = found[HeadPlace(site, HeadQuantity(name))][layer, head]
            assert number == pytest.approx(expected, rel=1e-6, nan_ok=True), (site.name, name)


def test_layers_of_long_sentences_are_added_up_one_at_a_time_and_tell_the_same(monkeypatch):
    found = []
    for together in (module._NUMBERS_TOGETHER, 1):
        monkeypatch.setattr(module, "_NUMBERS_TOGETHER", together)
        totals = HeadTotals()
        totals.add(make(1, 4, 6))
        totals.add(make(2, 7, 2, window=True))
        found.append((totals.means(), totals.choices(), totals.zero_shares()))

    (means, *rest), (one_by_one, *others) = found
    assert rest == others
    for place, table in means.items():
        np.testing.assert_allclose(one_by_one[place], table, rtol=1e-12)


@pytest.mark.parametrize("window", [False, True])
def test_choices_count_the_rows_by_how_many_places_they_can_look_at(window):
    record, totals = make(9, 5, 3, window=window), HeadTotals()
    totals.add(record)

    for site in SITES:
        expected = Counter()
        matrix = record.matrices[site]
        for layer, head, i in np.ndindex(*matrix.weights.shape[:3]):
            places = matrix.weights.shape[3] if site is not DECODER_SELF else i + 1
            if matrix.reached is not None:
                places = int(matrix.reached[layer, head, i].sum())
            if places > 1:
                expected[places] += 1
        assert totals.choices()[site] == expected


def test_a_head_that_reaches_itself_alone_has_no_numbers():
    totals = HeadTotals()
    totals.add(make(4, 5, 5, window=True))

    entropy = totals.means()[HeadPlace(ENCODER_SELF, HeadQuantity.ENTROPY)]

    assert np.isnan(entropy[:, 0]).all()  # its window is 0
    assert np.isfinite(entropy[:, 1:]).all()


def test_of_one_sentence_they_are_the_figures_of_its_heads():
    record, totals = make(5, 6, 4), HeadTotals()
    totals.add(record)

    for site in SITES:
        for figure, table in figures_of_heads(record, site).items():
            if figure in BY_FIGURE:
                found = totals.means()[HeadPlace(site, BY_FIGURE[figure])]
                np.testing.assert_allclose(found, np.array(table, dtype=float), rtol=1e-6)


def test_the_zeros_of_a_site_are_those_of_all_its_heads_by_the_places_of_all():
    records, totals = [make(6, 3, 5), make(7, 8, 2)], HeadTotals()
    for record in records:
        totals.add(record)
    weights = [record.matrices[CROSS].weights for record in records]

    shares = totals.zero_shares()

    zeros, places = sum((each == 0).sum() for each in weights), sum(each.size for each in weights)
    assert shares[CROSS] == pytest.approx(zeros / places)
    assert set(shares) == set(SITES)


def test_what_an_analysis_adds_is_passed_over():
    record = make(8, 3, 3)
    site = analysis_site(Analysis.ERASURE)
    added = Matrix(record.matrices[CROSS].weights.copy(), Meaning.MAGNITUDE)
    totals = HeadTotals()
    totals.add(replace(record, matrices={site: added}))

    assert totals.means() == {}
    assert totals.zero_shares() == {}
