"""The figures of a comparison as the window writes them: with the person's own marks."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import decimals, duration
from attnstudio.project.comparison_queue import EntryState
from attnstudio.project.comparison_table import Average, Difference, Figure
from attnstudio.project.comparison_words import LABELS, decimals_of

_MB = 1e6


def figure_heading(figure: Figure) -> str:
    """What stands above a column."""
    return _tr("training") if figure is Figure.SECONDS else LABELS[figure]


def figure_words(figure: Figure, value: float) -> str:
    """A value of a column."""
    if figure is Figure.SECONDS:
        return duration(value)
    return decimals(value / _MB if figure is Figure.MEMORY else value, decimals_of(figure))


def average_words(figure: Figure, average: Average) -> str:
    """A mean, with the least and the greatest of several seeds where they are read as others."""
    mean = figure_words(figure, average.mean)
    low, high = (figure_words(figure, end) for end in (average.low, average.high))
    if low == high:
        return mean
    return _tr("{mean} ({low} to {high})").format(mean=mean, low=low, high=high)


def short_difference(figure: Figure, difference: Difference) -> str:
    """``+1.20, beyond noise``; the rule behind it is said elsewhere."""
    value = difference.mean / _MB if figure is Figure.MEMORY else difference.mean
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    places = decimals_of(figure) + (difference.is_beyond is not None)
    size = duration(abs(value)) if figure is Figure.SECONDS else decimals(abs(value), places)
    if difference.is_beyond is None:
        return f"{sign}{size}"
    noise = _tr("beyond noise") if difference.is_beyond else _tr("within noise")
    return f"{sign}{size}, {noise}"


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
