"""More runs than colours: a run and a validation are told apart in charts, list and legend."""

import pytest
from events import SCORES, make_step, make_validation
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF

from attnstudio.gui.charts.curve_board import CurveBoard
from attnstudio.gui.charts.curve_legend import CurveLegend
from attnstudio.gui.charts.swatch import SWATCH, swatch
from attnstudio.gui.look.theme import DARK, LIGHT, SPACE
from attnstudio.training.history import History

NUMBERS = (0, 1, 8, 9, 16, 24)


def history_of(steps):
    history = History()
    for n in range(1, steps + 1):
        history.add(
            make_step(step=n, elapsed_s=0.5 * n, epoch=n / 100, loss=5 / n, target_tokens=50 * n)
        )
        if n % 10 == 0:
            history.add(
                make_validation(
                    step=n,
                    elapsed_s=0.5 * n,
                    epoch=n / 100,
                    scores=SCORES | {"bleu": 10.0 + n, "chrf": 30.0},
                )
            )
    return history


@pytest.fixture
def board(qtbot):
    board = CurveBoard(lambda error: pytest.fail(str(error)))
    qtbot.addWidget(board)
    board.resize(1200, 800)
    board.show()
    for number in NUMBERS:
        board.set_run(f"run {number}", history_of(30), number)
    board.redraw()
    return board


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_thirty_two_runs_are_drawn_in_thirty_two_ways_and_none_as_a_validation(colours):
    series = [colours.series_of(number) for number in range(32)]

    assert len({(each.colour, each.dash) for each in series}) == 32
    assert len({(each.colour, each.symbol) for each in series}) == 32
    assert Qt.PenStyle.DashLine not in {each.dash for each in series}
    assert colours.series_of(32) == series[0]


def test_validations_are_dashed_with_the_symbol_of_their_run(board):
    lines = board.plots[0].lines.curves
    training = [line for line in lines if line.label.endswith("training loss")]
    validation = [line for line in lines if line.label.endswith("validation loss")]

    assert {line.series.dash for line in validation} == {Qt.PenStyle.DashLine}
    assert all(line.has_markers for line in validation)
    assert not any(line.has_markers for line in training)
    assert len({(line.series.colour, line.series.symbol) for line in validation}) == len(NUMBERS)
    drawn = {item.opts["symbol"] for item in board.plots[0].lines.items}
    assert {"o", "s", "t1", "d", None} <= drawn


def test_patterns_go_on_through_a_line_of_many_points(board):
    """A pattern that begins anew in each short piece would be a plain line."""
    board.set_run("run 8", history_of(900), 8)
    for number in NUMBERS:
        board.set_visible(f"run {number}", number == 8)
    board.tools.slider.setValue(300)
    board.redraw()
    picture = board.plots[0].grab().toImage()
    wanted = QColor(LIGHT.series[0])

    def is_line(x, y):
        return picture.pixelColor(x, y) == wanted

    size = picture.size()
    columns = [any(is_line(x, y) for y in range(size.height())) for x in range(size.width())]
    first = columns.index(True)
    last = len(columns) - columns[::-1].index(True)
    assert columns[first:last].count(False) > 10


def test_the_legend_explains_the_patterns_that_are_drawn(board):
    legend = board.findChild(CurveLegend)
    assert [words for kind, words in legend.kinds if kind.startswith("again")] == [
        "second run of a colour", "third", "fourth",
    ]  # fmt: skip
    for number in (16, 24):
        board.set_visible(f"run {number}", False)
    board.redraw()
    assert [kind for kind, _ in legend.kinds if kind.startswith("again")] == ["again 1"]
    for number in (8, 9):
        board.set_visible(f"run {number}", False)
    board.redraw()

    assert [kind for kind, _ in legend.kinds] == [
        "pale", "thick", "dashed", "star", "dotted", "faint",
    ]  # fmt: skip


def test_the_legend_paints_each_of_its_kinds(qtbot, colours):
    legend = CurveLegend()
    qtbot.addWidget(legend)
    legend.show_repeats(3)
    legend.show_gaps(shown=True)
    legend.resize(legend.sizeHint() + QSize(40, 0))
    wide = legend.sizeHint().width()
    picture = legend.grab().toImage()
    ground = picture.pixelColor(picture.width() - 1, 0)
    metrics, left = QFontMetricsF(legend.font()), 0.0

    for _, words in legend.kinds:
        after_line = round(left) + 26
        for first, last in ((round(left), after_line), (after_line + 8, after_line + 16)):
            columns = [
                {picture.pixelColor(x, y).name() for y in range(picture.height())}
                for x in range(first, last)
            ]
            assert set().union(*columns) > {ground.name()}, words
        left += 26 + SPACE + metrics.horizontalAdvance(words) + 2 * SPACE
    legend.show_repeats(0)
    assert legend.sizeHint().width() < wide
    assert colours.series


def test_swatches_of_one_colour_are_not_alike(qapp):  # noqa: ARG001 - pictures need it
    pictures = [
        swatch(LIGHT.series_of(number)).pixmap(SWATCH).toImage() for number in (0, 8, 16, 24)
    ]

    for place, picture in enumerate(pictures):
        assert picture not in pictures[:place]


def test_the_dashed_line_of_the_legend_is_dashed_and_the_thick_one_is_not(qtbot):
    legend = CurveLegend()
    qtbot.addWidget(legend)
    legend.resize(legend.sizeHint())
    picture = legend.grab().toImage()
    metrics, left, holes = QFontMetricsF(legend.font()), 0.0, {}
    colour = QColor(LIGHT.series[0])
    for kind, words in legend.kinds:
        middle = [
            [picture.pixelColor(x, y) == colour for y in range(picture.height())]
            for x in range(round(left) + 2, round(left) + 24)
        ]
        holes[kind] = sum(not any(column) for column in middle)
        left += 26 + SPACE + metrics.horizontalAdvance(words) + 2 * SPACE

    assert holes["thick"] == 0
    assert holes["dashed"] > 2


def test_the_legend_leaves_out_what_has_no_room_for_its_words(qtbot):
    legend = CurveLegend()
    qtbot.addWidget(legend)
    whole = legend.sizeHint()
    metrics = QFontMetricsF(legend.font())
    first = 26 + SPACE + round(metrics.horizontalAdvance(legend.kinds[0][1]))
    legend.resize(first + 2 * SPACE + 40, whole.height())
    picture = legend.grab().toImage()
    ground = picture.pixelColor(picture.width() - 1, 0)

    assert first < picture.width()
    beside = range(first + 2, picture.width())
    assert all(picture.pixelColor(x, y) == ground for x in beside for y in range(whole.height()))
