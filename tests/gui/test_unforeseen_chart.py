"""A score that nobody foresaw gets a chart of its own, once some run has reported it."""

from dataclasses import replace

import pytest
from events import make_validation
from PySide6.QtWidgets import QPushButton

from attnstudio.gui.charts.curve_board import CurveBoard
from attnstudio.training.history import History

USUAL = {"loss": 2.0, "bleu": 9.0}


@pytest.fixture
def board(qtbot):
    board = CurveBoard(lambda _: None, lambda *_: "")
    qtbot.addWidget(board)
    board.resize(1000, 700)
    board.show()
    return board


def history_with(*all_scores):
    history = History()
    for number, scores in enumerate(all_scores, start=1):
        history.add(
            make_validation(step=number, elapsed_s=1.0 * number, epoch=0.1 * number, scores=scores)
        )
    return history


def shown(board):
    board.redraw()
    return [plot.title for plot in board.plots if plot.isVisibleTo(board)]


def test_it_comes_with_the_score_after_the_usual_charts(board):
    history = history_with(USUAL)
    board.set_run("one", history, 0)
    assert shown(board) == ["Loss", "BLEU"]

    again = replace(history.validations[0], step=2, scores={**USUAL, "words_repeated": 0.25})
    history.add(again)

    assert shown(board) == ["Loss", "BLEU", "Words repeated"]
    [line] = board.plots[-1].lines.curves
    assert (line.curve.x.tolist(), line.curve.y.tolist()) == ([2.0], [0.25])


def test_runs_share_it_and_it_comes_once(board):
    for number, name in enumerate(("one", "two")):
        board.set_run(name, history_with({**USUAL, "words_repeated": 0.5}), number)

    assert shown(board) == shown(board) == ["Loss", "BLEU", "Words repeated"]
    assert [line.run for line in board.plots[-1].lines.curves] == ["one", "two"]


def test_it_says_that_nobody_has_said_what_is_better(board):
    board.set_run("one", history_with({**USUAL, "words_repeated": 0.5}), 0)
    shown(board)

    questions = [
        button.accessibleDescription() for button in board.plots[-1].findChildren(QPushButton)
    ]
    assert any("nobody has said whether high or low is better" in words for words in questions)
