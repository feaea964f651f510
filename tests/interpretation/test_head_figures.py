"""What kind of head one is: every figure against plain loops over its definition."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Matrix, Meaning, Record
from attnstudio.interpretation.export import record_to_json
from attnstudio.interpretation.head_figures import (
    HeadFigure,
    figures_of_heads,
    head_figure,
    idle_share,
    told_figures,
)
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SITES, SOURCE, Site
from attnstudio.tokenizer import SPACE, UNKNOWN, Token, end_token

LAYERS, HEADS = 2, 3


def tokens_of(pieces):
    text, tokens = "", []
    for piece in pieces.split():
        shown = "?" if piece == UNKNOWN else piece.replace(SPACE, " " if text else "")
        tokens.append(Token(piece, len(text), len(text) + len(shown)))
        text += shown
    return text, (*tokens, end_token(text))


SOURCE_TEXT = tokens_of("▁the ▁old , green <unk> ▁house !")
TARGET_TEXT = tokens_of("▁das ▁Haus ▁— ▁alt .")
# by eye: which columns are marks, and which signs
MARKS = {CROSS: {7}, ENCODER_SELF: {7}, DECODER_SELF: {0}}  # </s>, </s>, <s>; <unk> is a word
SIGNS = {CROSS: {2, 4, 6}, ENCODER_SELF: {2, 4, 6}, DECODER_SELF: {3, 5}}  # ? is written for <unk>


@pytest.fixture
def record():
    generator = np.random.default_rng(11)
    src_len, tgt_len = len(SOURCE_TEXT[1]), len(TARGET_TEXT[1])

    def rows(queries, keys, *, causal=False):
        weights = generator.random((LAYERS, HEADS, queries, keys)) ** 4
        weights = np.tril(weights) if causal else weights
        return weights / weights.sum(axis=-1, keepdims=True)

    return make_record(
        SOURCE_TEXT,
        TARGET_TEXT,
        cross=rows(tgt_len, src_len),
        encoder_self=rows(src_len, src_len),
        decoder_self=rows(tgt_len, tgt_len, causal=True),
    )


@pytest.mark.parametrize("site", [CROSS, ENCODER_SELF, DECODER_SELF])
def test_idle_is_what_words_look_at_and_is_no_word(record, site):
    rows = {CROSS: [0, 1, 3], ENCODER_SELF: [0, 1, 3, 5], DECODER_SELF: [1, 3]}[site]
    for layer, head in np.ndindex(LAYERS, HEADS):
        view = view_of(record, Reading(layer, head, site=site))
        shares = [
            sum(view.weights[row][column] for column in MARKS[site] | SIGNS[site]) for row in rows
        ]
        assert idle_share(view) == pytest.approx(sum(shares) / len(rows))


def by_loops(weights, site):
    """All figures, number by number."""
    height, width = weights.shape
    used = [row for row in range(height) if site != DECODER_SELF or row > 0]
    places = {row: row + 1 if site == DECODER_SELF else width for row in used}
    spreads, marks, signs, distances, greatest = [], [], [], [], []
    for row in used:
        entropy = mark = sign = distance = 0.0
        for column in range(width):
            weight = float(weights[row, column])
            if weight > 0:
                entropy -= weight * math.log(weight)
            mark += weight if column in MARKS[site] else 0.0
            sign += weight if column in SIGNS[site] else 0.0
            at = row * width / height if site == CROSS else row
            distance += weight * abs(at - column)
        spreads.append(entropy / math.log(places[row]))
        marks.append(mark)
        signs.append(sign)
        distances.append(distance)
        greatest.append(max(float(weight) for weight in weights[row]))
    covered = 0.0
    for column in range(width):
        got = sum(float(weights[row, column]) for row in used)
        share = sum(1 / places[row] for row in used if column < places[row])
        covered += min(got, share)
    return {
        HeadFigure.SPREAD: sum(spreads) / len(used),
        HeadFigure.COVERAGE: covered / len(used),
        HeadFigure.MARKS: sum(marks) / len(used),
        HeadFigure.PUNCTUATION: sum(signs) / len(used),
        HeadFigure.DISTANCE: sum(distances) / len(used),
        HeadFigure.GREATEST: sum(greatest) / len(used),
        HeadFigure.ZEROS: sum(
            weights[row, column] == 0 for row in used for column in range(places[row])
        )
        / sum(places[row] for row in used),
    }


def with_zeros(record):
    """The same record, where what is less than 0.2 is exactly 0 but for one head."""
    matrices = {}
    for site, matrix in record.matrices.items():
        weights = np.where(matrix.weights < 0.2, 0.0, matrix.weights)
        weights[1, 2] = matrix.weights[1, 2]
        matrices[site] = Matrix(weights / weights.sum(axis=-1, keepdims=True))
    return replace(record, matrices=matrices)


@pytest.mark.parametrize("site", SITES)
def test_how_much_is_left_out_is_a_figure_only_where_anything_is(record, site):
    """What is not written yet is no choice of the head's."""
    assert HeadFigure.ZEROS not in figures_of_heads(record, site)

    figures = figures_of_heads(with_zeros(record), site)[HeadFigure.ZEROS]
    assert figures[0][0] > 0.2
    assert figures[1][2] == 0.0
    rounded = Matrix(with_zeros(record).matrices[site].weights.astype(np.float16))
    assert HeadFigure.ZEROS not in told_figures(replace(record, matrices={site: rounded}), site)


@pytest.mark.parametrize("site", SITES)
def test_every_figure_of_every_head_is_that_of_its_definition(record, site):
    for told in (record, with_zeros(record)):
        found = figures_of_heads(told, site)
        for layer, head in np.ndindex(LAYERS, HEADS):
            expected = by_loops(told.matrices[site].weights[layer, head], site)
            for figure in found:
                assert found[figure][layer][head] == pytest.approx(expected[figure], abs=1e-12)


def one_head(weights, source=SOURCE_TEXT, target=TARGET_TEXT):
    return view_of(make_record(source, target, cross=np.array(weights)[None, None]), Reading())


def test_a_head_that_looks_at_all_alike_is_spread_and_covers_all():
    view = one_head(np.full((6, 8), 1 / 8))

    assert head_figure(view, HeadFigure.SPREAD) == pytest.approx(1)
    assert head_figure(view, HeadFigure.COVERAGE) == pytest.approx(1)
    assert head_figure(view, HeadFigure.GREATEST) == pytest.approx(1 / 8)


def test_a_head_that_rests_on_the_end_covers_one_place_and_is_sure():
    weights = np.zeros((6, 8))
    weights[:, 7] = 1
    view = one_head(weights)

    figures = [head_figure(view, figure) for figure in HeadFigure]

    # its even share of 6 rows is 6/8; away from the end by 7 - row * 8/6
    assert figures == pytest.approx([0, 1 / 8, 1, 0, 7 - 2.5 * 8 / 6, 1, 7 / 8])


def test_a_head_that_goes_along_covers_all_at_distance_zero():
    view = one_head(np.eye(8), target=tokens_of("▁a ▁b ▁c ▁d ▁e ▁f ▁g"))

    assert head_figure(view, HeadFigure.COVERAGE) == pytest.approx(1)
    assert head_figure(view, HeadFigure.DISTANCE) == pytest.approx(0)


def test_a_row_that_can_look_at_one_place_only_is_left_out():
    alone = tokens_of("")
    record = make_record(
        alone, alone, cross=np.ones((1, 1, 1, 1)), decoder_self=np.ones((1, 1, 1, 1))
    )

    for site in (CROSS, DECODER_SELF):
        assert set(map(str, figures_of_heads(record, site).values())) == {"[[None]]"}


def test_a_row_of_norms_without_any_is_left_out():
    norms = np.zeros((1, 1, 6, 8))
    norms[0, 0, 2, 3:5] = 3.0
    record = make_record(SOURCE_TEXT, TARGET_TEXT, cross=np.full((1, 1, 6, 8), 1 / 8), norms=norms)
    view = view_of(record, Reading(measure="norms"))

    assert head_figure(view, HeadFigure.SPREAD) == pytest.approx(math.log(2) / math.log(8))
    assert head_figure(view, HeadFigure.GREATEST) == pytest.approx(0.5)


def test_the_step_that_is_read_counts(record):
    shifted = view_of(record, Reading(0, 1, ReadingMethod.SHIFTED))
    weights = record.matrices[CROSS].weights[0, 1]
    moved = np.concatenate((weights[1:], weights[-1:]))

    expected = by_loops(moved, CROSS)[HeadFigure.DISTANCE]
    assert head_figure(shifted, HeadFigure.DISTANCE) == pytest.approx(expected)


def test_numbers_that_are_no_distribution_have_no_figures(record):
    site = Site("contribution", SOURCE, SOURCE)
    signed = Record(
        axes=record.axes,
        matrices={site: Matrix(np.ones((1, 1, 8, 8)), Meaning.SIGNED)},
        token_log_probs=record.token_log_probs,
        forced=True,
    )

    assert set(map(str, figures_of_heads(signed, site).values())) == {"[[None]]"}


def test_json_holds_the_figures_of_every_site(record):
    content = json.loads(json.dumps(record_to_json(record, Reading())))["head_figures"]

    assert set(content) == {site.name for site in SITES}
    for site in SITES:
        expected = by_loops(record.matrices[site].weights[1, 2], site)
        del expected[HeadFigure.ZEROS]  # there are none
        assert {name: rows[1][2] for name, rows in content[site.name].items()} == pytest.approx(
            {figure.value: number for figure, number in expected.items()}
        )
