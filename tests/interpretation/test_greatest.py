"""The greatest of several layers and heads: against plain loops, and what is said of it."""

import csv
import io

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Meaning
from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.export import view_to_table
from attnstudio.interpretation.head_figures import HeadFigure, head_figure
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, ENCODER_SELF
from attnstudio.tokenizer import Token, end_token

SOURCE = ("abc d", (Token("▁ab", 0, 2), Token("c", 2, 3), Token("▁d", 3, 5), end_token("abc d")))
TARGET = ("x y", (Token("▁x", 0, 1), Token("▁y", 1, 3), end_token("x y")))


@pytest.fixture
def record():
    generator = np.random.default_rng(4)

    def rows(queries, keys):
        weights = generator.random((2, 3, queries, keys)) ** 3
        return weights / weights.sum(axis=-1, keepdims=True)

    norms = generator.random((2, 3, 3, 4)) * 5
    return make_record(
        SOURCE,
        TARGET,
        cross=rows(3, 4),
        encoder_self=rows(4, 4),
        norms=norms,
        alti=rows(3, 4)[:, :1],
    )


def greatest(matrices, row, column):
    return max(float(matrix[row, column]) for matrix in matrices)


@pytest.mark.parametrize(
    ("reading", "layers", "heads"),
    [
        (Reading(), (0, 1), (0, 1, 2)),
        (Reading(1), (1,), (0, 1, 2)),
        (Reading(None, 2), (0, 1), (2,)),
        (Reading(site=ENCODER_SELF), (0, 1), (0, 1, 2)),
        (Reading(measure=Measure.NORMS), (0, 1), (0, 1, 2)),
        (Reading(measure=Measure.ALTI), (0, 1), (0,)),
    ],
)
def test_each_cell_is_the_greatest_of_all_that_the_reading_leaves_open(
    record, reading, layers, heads
):
    numbers = record.numbers_of(reading.site, reading.measure).weights
    matrices = [numbers[layer, head] for layer in layers for head in heads]
    view = view_of(record, reading, greatest=True)

    for (row, column), weight in np.ndenumerate(view.weights):
        assert weight == greatest(matrices, row, column)
    assert view.is_greatest
    assert view.meaning is Meaning.MAGNITUDE
    assert view.strongest == view.weights.max()
    assert view.links == view.looks == frozenset()
    assert view.prefix is None
    assert head_figure(view, HeadFigure.SPREAD) is None


def test_read_one_step_later_the_rows_move(record):
    shifted = view_of(record, Reading(method=ReadingMethod.SHIFTED), greatest=True)
    view = view_of(record, Reading(), greatest=True)

    np.testing.assert_array_equal(shifted.weights, view.weights[[1, 2, 2]])


def test_of_the_pieces_of_a_word_the_greatest_counts(record):
    view = view_of(record, Reading(1), words=True, greatest=True)

    matrices = record.matrices[CROSS].weights[1]
    for row in range(3):
        assert view.weights[row, 0] == max(greatest(matrices, row, 0), greatest(matrices, row, 1))


def test_a_single_head_is_as_it_is(record):
    one = view_of(record, Reading(1, 2), greatest=True)

    assert not one.is_greatest
    np.testing.assert_array_equal(one.weights, view_of(record, Reading(1, 2)).weights)
    assert one.meaning is Meaning.DISTRIBUTION


def test_hiding_marks_scales_nothing(record):
    view = view_of(record, Reading(), greatest=True, hide=True)

    whole = view_of(record, Reading(), greatest=True)
    np.testing.assert_array_equal(view.weights, whole.weights[:, :3])


def test_pictures_and_tables_say_so(record):
    view = view_of(record, Reading(), greatest=True)

    caption = caption_of(record, view)
    assert caption.title == "Attention: target over source"
    words = "all layers, all heads, greatest, not average"
    assert caption.subtitle == f"{words} · forced translation"
    assert caption.scale_name == "attention weight"
    [corner, *_], *_ = csv.reader(io.StringIO(view_to_table(view)))
    assert corner == "target over source, greatest, not average"
