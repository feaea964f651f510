"""Which lines and marks are drawn of the runs."""

import math
from itertools import pairwise

import pytest
from events import SCORES, make_started, make_step, make_validation

from attnstudio.gui.charts.curve_lines import BoardRun, Chart, lines_of, marks_of
from attnstudio.gui.charts.mark_lines import MarkKind
from attnstudio.gui.look.theme import LIGHT
from attnstudio.training.curves import Axis, Curves
from attnstudio.training.history import History
from attnstudio.training.metric import TRAINING_LOSS, VALIDATION_LOSS, validated
from attnstudio.training.scores import BLEU


def run_of(steps, *, series=0, epoch_steps=100, at=None, resumed=()):
    history = History()
    history.add(make_started(parameters=1, train_pairs=1, batches=1, at=at))
    for n in range(1, steps + 1):
        history.add(
            make_step(
                step=n, elapsed_s=60.0 * n, epoch=n / epoch_steps, loss=5 / n, target_tokens=50 * n
            )
        )
        if n % 10 == 0:
            history.add(
                make_validation(
                    step=n,
                    elapsed_s=60.0 * n,
                    epoch=n / epoch_steps,
                    scores=SCORES | {"bleu": 10.0, "chrf": 30.0},
                )
            )
        if n in resumed:
            history.add(
                make_started(
                    step=n,
                    elapsed_s=60.0 * n,
                    resumed_from=n,
                    parameters=1,
                    train_pairs=1,
                    batches=1,
                    at=at,
                )
            )
    return BoardRun(Curves(history), series)


def places(run, kind, axis=Axis.STEPS):
    return [mark.x for mark in marks_of(run, axis) if mark.kind is kind]


def test_where_a_run_began_is_no_resumption():
    run = run_of(30, resumed=(10, 20))

    assert places(run, MarkKind.RESUMED) == [10.0, 20.0]
    assert places(run, MarkKind.RESUMED, Axis.TIME) == [10.0, 20.0]
    assert places(run_of(30), MarkKind.RESUMED) == []


def test_epochs_that_are_many_are_marked_now_and_then():
    few, many = run_of(60, epoch_steps=10), run_of(900, epoch_steps=10)

    assert places(few, MarkKind.EPOCH) == pytest.approx([10, 20, 30, 40, 50, 60])
    found = places(many, MarkKind.EPOCH)
    assert 10 <= len(found) <= 21
    assert len({round(b - a) for a, b in pairwise(found)}) == 1


def test_marks_without_a_place_on_the_axis_are_left_out():
    run = run_of(30, epoch_steps=10, resumed=(10,))

    assert marks_of(run, Axis.CLOCK) == []


def test_a_star_stands_only_on_lines_of_validations_and_only_while_marks_are_shown():
    runs = {"b": run_of(30, series=9), "a": run_of(30, series=1), "hidden": run_of(30)}
    runs["hidden"].visible = False
    loss = Chart("Loss", "", (TRAINING_LOSS, VALIDATION_LOSS))

    lines = lines_of(runs, loss, Axis.STEPS, LIGHT, marks_shown=True)

    assert [line.label for line in lines] == [
        "a, training loss", "a, validation loss", "b, training loss", "b, validation loss",
    ]  # fmt: skip
    assert [line.best_x for line in lines] == [None, 30.0, None, 30.0]
    unmarked = lines_of(runs, loss, Axis.STEPS, LIGHT, marks_shown=False)
    assert {line.best_x for line in unmarked} == {None}
    bleu = lines_of(
        runs, Chart("BLEU", "", (validated(BLEU),)), Axis.CLOCK, LIGHT, marks_shown=True
    )
    assert [(line.label, line.best_x) for line in bleu] == [("a", None), ("b", None)]
    assert not math.isnan(lines[0].curve.y[0])
