"""The chips: every shade and number against the record, every key."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from records import make_record

from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.gui.widgets.token_strips import TokenStrips
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF
from attnstudio.tokenizer import Token, end_token

WEIGHTS = np.array(
    [[0.7, 0.1, 0.15, 0.05], [0.05, 0.15, 0.75, 0.05], [0.1, 0.2, 0.1, 0.6]]
)  # no row equals a column


def tokens_of(*pieces):
    text, tokens = "", []
    for piece in pieces:
        tokens.append(Token(piece, len(text), len(text) + len(piece)))
        text += piece
    return text, (*tokens, end_token(text))


def shown(source=("▁the", "▁old", "▁dog"), target=("▁der", "▁Hund"), cross=WEIGHTS):
    cross = np.array(cross)[None, None]
    return view_of(make_record(tokens_of(*source), tokens_of(*target), cross=cross), Reading())


@pytest.mark.parametrize(
    ("site", "above", "below"),
    [
        (CROSS, "Source", "Target"),
        (ENCODER_SELF, "Source\nlooked at", "Source\nlooking"),
        (DECODER_SELF, "Target\nlooked at", "Target\nlooking"),
    ],
)
def test_chips_of_every_site_name_their_rows_and_show_its_weights(strips, site, above, below):
    source, target = tokens_of("▁the", "▁old"), tokens_of("▁der", "▁Hund")
    weights = {
        name: np.random.default_rng(seed).dirichlet(np.ones(3), size=(1, 1, 3))
        for seed, name in enumerate(("cross", "encoder_self", "decoder_self"))
    }
    record = make_record(source, target, **weights)

    strips.show_view(view_of(record, Reading(site=site)))
    strips.choose(ChosenToken(Side.TARGET, 1))

    assert [label.text() for label in strips.findChildren(QLabel)] == [above, below]
    shown = [strips.weight_of(ChosenToken(Side.SOURCE, place)) for place in range(3)]
    assert shown == pytest.approx(weights[site.name][0, 0, 1].tolist())
    first = "<s>" if site == DECODER_SELF else "the"
    assert first in strips.accessibleDescription()


@pytest.fixture
def strips(qtbot):
    strips = TokenStrips()
    qtbot.addWidget(strips)
    strips.resize(700, 200)
    strips.show()
    strips.show_view(shown())
    return strips


@pytest.fixture
def chosen(strips):
    seen = []
    strips.chosen.connect(seen.append)
    return seen


def click(qtbot, strips, token):
    place = strips.rect_of(token).center().toPoint()
    qtbot.mouseClick(strips.viewport(), Qt.MouseButton.LeftButton, pos=place)


def expected_ground(strips, weight):
    """Worked out anew: from the panel's colour to the accent's."""
    low = strips.palette().color(QPalette.ColorRole.Base)
    high = strips.palette().color(QPalette.ColorRole.Accent)
    return tuple(
        round(a + (b - a) * weight)
        for a, b in zip(low.getRgb()[:3], high.getRgb()[:3], strict=True)
    )


def painted_ground(strips, token):
    """The colour in the picture, at a place of the chip that no letter covers."""
    rect = strips.rect_of(token)
    pixel = (
        strips.viewport()
        .grab()
        .toImage()
        .pixelColor(round(rect.left() + 4), round(rect.center().y()))
    )
    return pixel.getRgb()[:3]


@pytest.mark.usefixtures("colours")
def test_a_clicked_target_token_shades_each_source_token_by_its_weight(qtbot, strips, chosen):
    click(qtbot, strips, ChosenToken(Side.TARGET, 1))

    assert chosen == [ChosenToken(Side.TARGET, 1)]
    for source in range(4):
        token = ChosenToken(Side.SOURCE, source)
        assert strips.weight_of(token) == WEIGHTS[1][source]
        assert painted_ground(strips, token) == expected_ground(strips, WEIGHTS[1][source])


@pytest.mark.usefixtures("colours")
def test_a_clicked_source_token_shows_who_looks_at_it(qtbot, strips, chosen):
    click(qtbot, strips, ChosenToken(Side.SOURCE, 2))

    assert chosen == [ChosenToken(Side.SOURCE, 2)]
    for target in range(3):
        token = ChosenToken(Side.TARGET, target)
        assert strips.weight_of(token) == WEIGHTS[target][2]
        assert painted_ground(strips, token) == expected_ground(strips, WEIGHTS[target][2])


def test_escape_and_a_second_click_let_go(qtbot, strips, chosen):
    click(qtbot, strips, ChosenToken(Side.TARGET, 0))
    qtbot.keyClick(strips, Qt.Key.Key_Escape)
    click(qtbot, strips, ChosenToken(Side.TARGET, 0))
    click(qtbot, strips, ChosenToken(Side.TARGET, 0))

    assert chosen[1] is None
    assert chosen[3] is None
    assert strips.weight_of(ChosenToken(Side.SOURCE, 0)) is None


def test_arrows_move_along_the_row_and_lead_to_where_attention_goes(qtbot, strips, chosen):
    for key in ("Right", "Right", "Up", "Down", "End", "Home"):
        qtbot.keyClick(strips, getattr(Qt.Key, f"Key_{key}"))

    assert chosen == [
        ChosenToken(Side.TARGET, 0),
        ChosenToken(Side.TARGET, 1),
        ChosenToken(Side.SOURCE, 2),  # 0.75 of what token 1 looks at
        ChosenToken(Side.TARGET, 1),  # who looks there most
        ChosenToken(Side.TARGET, 2),
        ChosenToken(Side.TARGET, 0),
    ]


def test_the_description_says_the_strongest_weights(qtbot, strips):
    click(qtbot, strips, ChosenToken(Side.TARGET, 1))

    said = strips.accessibleDescription()

    weights = "dog 0.75, old 0.15, the 0.05"
    assert said == f"Hund, 2 of 3, looks at: {weights}; probability 60.65%"


def test_a_source_from_right_to_left_runs_so(qtbot, strips):
    strips.show_view(shown(source=("الكتاب", "▁على", "▁هنا")))
    lefts = [strips.rect_of(ChosenToken(Side.SOURCE, i)).left() for i in range(4)]
    assert lefts == sorted(lefts, reverse=True)

    strips.choose(ChosenToken(Side.SOURCE, 1))
    seen = []
    strips.chosen.connect(seen.append)
    qtbot.keyClick(strips, Qt.Key.Key_Left)

    assert seen == [ChosenToken(Side.SOURCE, 2)]


def test_the_choice_stays_for_the_same_tokens_and_goes_with_others(strips):
    strips.choose(ChosenToken(Side.TARGET, 1))
    strips.show_view(shown(cross=WEIGHTS[[1, 0, 2]]))
    assert strips.weight_of(ChosenToken(Side.SOURCE, 0)) == 0.7

    strips.show_view(shown(target=("▁ein", "▁Hund")))
    assert strips.weight_of(ChosenToken(Side.SOURCE, 0)) is None


def test_the_tip_has_the_whole_weight_and_the_whole_token(strips):
    strips.choose(ChosenToken(Side.TARGET, 0))
    place = strips.rect_of(ChosenToken(Side.SOURCE, 2)).center().toPoint()

    QApplication.sendEvent(strips.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, QPoint(0, 0)))

    assert QToolTip.text() == "▁dog: 0.1500"


def test_two_hundred_tokens_scroll_and_stay_quick(qtbot, strips):
    generator = np.random.default_rng(0)
    cross = generator.random((201, 201))
    pieces = [f"▁word{i}" for i in range(200)]
    strips.show_view(shown(pieces, pieces, cross / cross.sum(axis=1, keepdims=True)))

    qtbot.keyClick(strips, Qt.Key.Key_Right)
    qtbot.keyClick(strips, Qt.Key.Key_End)

    assert strips.viewport().rect().contains(strips.rect_of(ChosenToken(Side.TARGET, 200)).toRect())
    image = strips.viewport().grab()
    assert not image.isNull()


def test_nothing_to_show_is_said(strips):
    strips.show_view(None)

    assert strips.accessibleDescription() == "Nothing is shown yet."
    strips.viewport().grab()
