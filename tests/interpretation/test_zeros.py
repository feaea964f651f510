"""Weights of exactly 0, told from those that are only small."""

import csv
import io
import json
import re

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Meaning
from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.difference import with_difference
from attnstudio.interpretation.export import record_to_json, view_to_svg, view_to_table
from attnstudio.interpretation.ordering import Choice, OrderKind, order_of, ordered
from attnstudio.interpretation.view import view_of
from attnstudio.interpretation.zeros import (
    has_zeros,
    looked_at,
    mean_looked_at,
    weight_text,
    zero_share,
)
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, difference_site
from attnstudio.tokenizer import Token, end_token

TINY = 1e-6


def tokens_of(*pieces):
    text, tokens = "", []
    for piece in pieces:
        shown = piece.replace("▁", " " if text else "")
        tokens.append(Token(piece, len(text), len(text) + len(shown)))
        text += shown
    return text, (*tokens, end_token(text))


# Two heads, of which the second looks at one place more; rows: ▁das ▁Haus </s>.
SPARSE = np.array(
    [
        [[0.75, 0.25, 0.0, 0.0], [0.0, 1.0 - TINY, TINY, 0.0], [0.0, 0.0, 0.0, 1.0]],
        [[0.5, 0.25, 0.25, 0.0], [0.25, 0.75, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]],
    ]
)
OWN = np.array([[[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.25, 0.75]]])


def record_of(cross=SPARSE, own=OWN, **others):
    return make_record(
        tokens_of("▁the", "▁ho", "use"), tokens_of("▁das", "▁Haus"), cross=cross[None],
        decoder_self=own[None], encoder_self=np.full((1, 1, 4, 4), 0.25), **others,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        (Reading(0, 0), [(2, 4), (2, 4), (1, 4)]),
        (Reading(0, 1), [(3, 4), (2, 4), (1, 4)]),
        (Reading(), [(3, 4), (3, 4), (1, 4)]),  # an average is 0 where all are
        (Reading(0, 0, ReadingMethod.SHIFTED), [(2, 4), (1, 4), (1, 4)]),
        (Reading(0, 0, site=DECODER_SELF), [None, None, (2, 3)]),
        (Reading(0, 0, site=ENCODER_SELF), [None] * 4),
    ],
)
def test_a_row_tells_at_how_many_places_it_looks_of_those_that_it_can_look_at(reading, told):
    view = view_of(record_of(), reading)

    assert [looked_at(view, row) for row in range(len(view.rows))] == told


def test_the_pieces_of_a_word_are_left_out_together():
    view = view_of(record_of(), Reading(0, 0), words=True)

    assert [looked_at(view, row) for row in range(3)] == [(2, 3), (1, 3), (1, 3)]
    assert view.are_words


def test_the_share_of_zeros_is_of_what_can_be_looked_at():
    record = record_of()

    assert zero_share(view_of(record, Reading(0, 0))) == pytest.approx(7 / 12)
    assert mean_looked_at(view_of(record, Reading(0, 0))) == pytest.approx((5 / 3, 4))
    # the first row has no choice
    own = view_of(record, Reading(0, 0, site=DECODER_SELF))
    assert zero_share(own) == pytest.approx(1 / 5)
    assert mean_looked_at(own) == pytest.approx((2.0, 2.5))
    dense = view_of(record, Reading(0, 0, site=ENCODER_SELF))
    assert zero_share(dense) == 0.0
    assert mean_looked_at(dense) is None
    assert [has_zeros(record, site) for site in (CROSS, DECODER_SELF, ENCODER_SELF)] == [
        True, True, False,
    ]  # fmt: skip


def test_what_is_not_written_yet_is_no_zero_of_the_model():
    triangle = np.tril(np.ones((1, 3, 3)))
    record = record_of(own=triangle / triangle.sum(axis=-1, keepdims=True))

    assert not has_zeros(record, DECODER_SELF)
    assert zero_share(view_of(record, Reading(0, 0, site=DECODER_SELF))) == 0.0


@pytest.mark.parametrize("kind", ["timeline", "difference", "norms", "greatest"])
def test_numbers_that_do_not_tell_are_shown_as_before(kind):
    norms = np.where(SPARSE[None] > 0, 2.0, 0.0)
    record, wishes = record_of(norms=norms), {}
    reading = Reading(0, 0)
    match kind:
        case "timeline":
            record = record_of(SPARSE.astype(np.float16))
        case "difference":
            record = with_difference(record, record_of(SPARSE[::-1]))
            reading = Reading(0, 0, site=difference_site(CROSS))
        case "norms":
            reading = reading.by(Measure.NORMS)
        case "greatest":
            reading, wishes = Reading(), {"greatest": True}
    view = view_of(record, reading, **wishes)

    assert not view.zeros.any()
    assert zero_share(view) is None
    assert looked_at(view, 2) is None
    assert weight_text(view, 2, 0) == "0.0000"


def test_zeros_are_told_from_what_is_only_small():
    view = view_of(record_of(), Reading(0, 0))

    assert [weight_text(view, 1, column) for column in range(4)] == ["0", "1.0000", "< 0.0001", "0"]
    assert view.zeros[1].tolist() == [True, False, False, True]


def test_an_order_takes_the_zeros_with_it():
    view = view_of(record_of(), Reading(0, 0))
    turned = ordered(view, order_of(view, OrderKind.CHOICE, Choice(1, None)))

    assert turned.zeros[1].tolist() == [False, False, True, True]


def test_pictures_leave_such_cells_blank_and_say_how_many_there_are():
    record = record_of()
    view = view_of(record, Reading(0, 0))
    svg = view_to_svg(record, view)

    cells = re.findall(r'<rect [^>]*fill="(#\w+)"[^>]*>\s*<title>[^<]*: ([^<]*)</title>', svg)[1:]
    assert [told for _, told in cells] == [
        "0.7500", "0.2500", "0", "0", "0", "1.0000", "&lt; 0.0001", "0", "0", "0", "0", "1.0000",
    ]  # fmt: skip
    assert [fill == "#ffffff" for fill, _ in cells] == [told == "0" for _, told in cells]
    written = re.findall(r'fill="(#\w+)">(0|\d\.\d\d)</text>', svg)
    assert [text for _, text in written][4:8] == ["0", "1.00", "0.00", "0"]
    note = "Looks at 1.7 of 4 tokens on average; blank cells are exactly 0."
    assert note in caption_of(record, view).notes
    dense = view_of(record, Reading(0, 0, site=ENCODER_SELF))
    assert not [note for note in caption_of(record, dense).notes if "exactly 0" in note]


def test_tables_and_json_keep_every_digit():
    record = record_of()
    table = view_to_table(view_of(record, Reading(0, 0)))
    rows = list(csv.reader(io.StringIO(table)))[1:]

    assert [[float(number) for number in row[1:]] for row in rows] == SPARSE[0].tolist()
    content = json.loads(json.dumps(record_to_json(record, Reading())))
    assert content["cross"] == SPARSE[None].tolist()
    assert content["head_figures"]["cross"]["zeros"][0] == pytest.approx([7 / 12, 6 / 12])
    assert "zeros" not in content["head_figures"]["encoder_self"]


def test_signed_numbers_have_no_zeros_to_tell():
    record = with_difference(record_of(), record_of())
    site = difference_site(CROSS)

    assert record.matrices[site].meaning is Meaning.SIGNED
    assert not has_zeros(record, site)
