"""The figures of a comparison as the window writes them: with the person's own marks."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import decimals, duration, percent
from attnstudio.project.comparison_queue import EntryState
from attnstudio.project.comparison_table import Average, Difference, Figure, Rule
from attnstudio.project.comparison_words import LABELS, decimals_of

_MB = 1e6


def figure_heading(figure: Figure) -> str:
    """What stands above a column."""
    match figure:
        case Figure.SECONDS:
            return _tr("training")
        case Figure.ZEROS:
            return _tr("exact zeros")
    return LABELS[figure]


def figure_words(figure: Figure, value: float) -> str:
    """A value of a column."""
    if figure is Figure.SECONDS:
        return duration(value)
    if figure is Figure.ZEROS:
        return percent(value)
    return decimals(value / _MB if figure is Figure.MEMORY else value, decimals_of(figure))


def readable_step(figure: Figure, highest: float) -> float:
    """The least difference of two values that `figure_words` says.

    Args:
        figure: of which column.
        highest: of its values; times are told in minutes from a minute on.
    """
    if figure is Figure.SECONDS:
        return 60.0 if highest >= 60.0 else 1.0
    step = 10.0 ** -decimals_of(figure)
    return step * _MB if figure is Figure.MEMORY else step


def average_words(figure: Figure, average: Average) -> str:
    """A mean, with the least and the greatest of several seeds where they are read as others."""
    mean = figure_words(figure, average.mean)
    low, high = (figure_words(figure, end) for end in (average.low, average.high))
    if low == high:
        return mean
    return _tr("{mean} ({low} to {high})").format(mean=mean, low=low, high=high)


def short_difference(figure: Figure, difference: Difference) -> str:
    """``+1.20, beyond noise``; the rule behind it is said elsewhere.

    One seed shows that two models differ, and not that their kinds do.
    """
    size, nothing = (_size(figure, difference, value) for value in (abs(difference.mean), 0.0))
    sign = "+" if difference.mean > 0 else "\N{MINUS SIGN}"
    words = size if size == nothing else f"{sign}{size}"
    if difference.is_beyond is None:
        return words
    if not difference.is_beyond:
        noise = _tr("within noise")
    elif difference.rule is Rule.SEEDS:
        noise = _tr("beyond noise")
    else:
        noise = _tr("clear in one seed")
    return f"{words}, {noise}"


def _size(figure: Figure, difference: Difference, value: float) -> str:
    """With one more decimal where it is judged, as in the sentence that judges it."""
    if figure is Figure.ZEROS:
        return _tr("{number} points").format(number=decimals(100 * value, 1))
    if figure in (Figure.SECONDS, Figure.MEMORY):
        return figure_words(figure, value)
    return decimals(value, decimals_of(figure) + (difference.is_beyond is not None))


def state_in_words(state: EntryState) -> str:
    """What became of a run."""
    return {
        EntryState.WAITING: _tr("waiting"),
        EntryState.RUNNING: _tr("being trained"),
        EntryState.STOPPED: _tr("stopped"),
        EntryState.TRAINED: _tr("not evaluated yet"),
        EntryState.FINISHED: _tr("finished"),
        EntryState.FAILED: _tr("failed"),
        EntryState.GONE: _tr("deleted"),
    }[state]


def _tr(text: str) -> str:
    return QCoreApplication.translate("comparing", text)
