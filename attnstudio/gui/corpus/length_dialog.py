"""From which to which length of the sentences, and ratio of both, pairs are shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.searching import Range
from attnstudio.corpus.statistics import Measure, has_spaces
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import language_name
from attnstudio.gui.widgets.dialog_buttons import set_only_default

_FIELD_WIDTH = 90
_TEXT_WIDTH = 420


class LengthDialog(QDialog):
    """Two ends for each length and for the ratio; what is left empty does not matter.

    Args:
        languages: the codes of source and target.
        ranges: as they are now.
        parent: where it opens.

    Signals:
        ranges_chosen: the `Range` objects that are wanted, none for all pairs.
    """

    ranges_chosen = Signal(object)

    def __init__(
        self, languages: tuple[str, str], ranges: Sequence[Range], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Lengths of the pairs"))
        inside = {wanted.measure: wanted for wanted in ranges if wanted.inside}
        self.fields = {
            measure: _two_fields(measure, inside.get(measure), self) for measure in Measure
        }
        self.problem = QLabel(wordWrap=True)
        set_role(self.problem, "error")
        self.problem.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        for row, (measure, ends) in enumerate(self.fields.items()):
            name = measure_name(measure, languages)
            grid.addWidget(QLabel(name), row, 0)
            for place, (field, word) in enumerate(
                zip(ends, (self.tr("from"), self.tr("to")), strict=True)
            ):
                field.setAccessibleName(f"{name}, {word}")
                grid.addWidget(QLabel(word), row, 1 + 2 * place)
                grid.addWidget(field, row, 2 + 2 * place)
        explained = QLabel(
            self.tr(
                "Both ends count. The ratio is the length of the target by that of the source: 2 "
                "means twice as long. Far from the others it is often no translation."
            ),
            wordWrap=True,
        )
        set_role(explained, "muted")
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Reset
            | QDialogButtonBox.StandardButton.Cancel
        )
        show = buttons.button(QDialogButtonBox.StandardButton.Ok)
        show.setText(self.tr("Show these pairs"))
        reset = buttons.button(QDialogButtonBox.StandardButton.Reset)
        reset.setText(self.tr("All lengths"))
        reset.clicked.connect(self._take_all)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        for part in (explained, self.problem):
            part.setFixedWidth(_TEXT_WIDTH)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # it grows with the problem
        column.addLayout(grid)
        column.addWidget(explained)
        column.addWidget(self.problem)
        column.addWidget(buttons)
        set_only_default(self, show)

    def _take(self) -> None:
        try:
            ranges = [_range_of(measure, ends) for measure, ends in self.fields.items()]
        except ValueError:
            self.problem.setText(
                self.tr("Each end is a number or empty, and the first is not above the second.")
            )
            self.problem.show()
            return
        self.ranges_chosen.emit(tuple(wanted for wanted in ranges if wanted is not None))
        self.accept()

    def _take_all(self) -> None:
        self.ranges_chosen.emit(())
        self.accept()


def measure_name(measure: Measure, languages: tuple[str, str]) -> str:
    """What is measured: ``German, words``."""
    if measure is Measure.LENGTH_RATIO:
        return _tr("Ratio, target to source")
    code = languages[0] if measure is Measure.SOURCE_LENGTH else languages[1]
    name = _tr("{language}, words") if has_spaces(code) else _tr("{language}, characters")
    return name.format(language=language_name(code))


def ranges_in_words(ranges: Sequence[Range], languages: tuple[str, str]) -> str:
    """Some ranges that a person chose, in short: ``German, words: 5 to 20``."""
    return " · ".join(
        _tr("{measure}: {range}").format(
            measure=measure_name(wanted.measure, languages), range=_range_in_words(wanted)
        )
        for wanted in ranges
    )


def _range_in_words(wanted: Range) -> str:
    low, high = _shown_ends(wanted)
    if not high:
        return _tr("{low} or more").format(low=low)
    if not low:
        return _tr("{high} or less").format(high=high)
    return low if low == high else _tr("{low} to {high}").format(low=low, high=high)


def _two_fields(
    measure: Measure, wanted: Range | None, parent: QWidget
) -> tuple[QLineEdit, QLineEdit]:
    low, high = _shown_ends(wanted) if wanted is not None else ("", "")
    fields = (QLineEdit(low, parent), QLineEdit(high, parent))
    for field, end in zip(fields, (_tr("shortest"), _tr("longest")), strict=True):
        field.setPlaceholderText(end if measure is not Measure.LENGTH_RATIO else _tr("any"))
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setFixedWidth(_FIELD_WIDTH)
    return fields


def _shown_ends(wanted: Range) -> tuple[str, str]:
    """The first and the last value inside, empty where there is none."""
    is_ratio = wanted.measure is Measure.LENGTH_RATIO
    last = wanted.high if is_ratio else wanted.high - 1
    low, high = (_ratio(value) if is_ratio else f"{value:.0f}" for value in (wanted.low, last))
    return "" if wanted.low <= 0 else low, "" if math.isinf(wanted.high) else high


def _ratio(value: float) -> str:
    return QLocale().toString(value, "g", 4)


def _range_of(measure: Measure, fields: tuple[QLineEdit, QLineEdit]) -> Range | None:
    """What two fields say; None where they are empty.

    Raises:
        ValueError: it is no range.
    """
    low, high = (_number(field.text()) for field in fields)
    if low is None and high is None:
        return None
    if low is not None and high is not None and low > high:
        raise ValueError("the ends are the wrong way round")
    beyond = math.inf
    if high is not None:  # the end itself is inside
        is_ratio = measure is Measure.LENGTH_RATIO
        beyond = math.nextafter(high, math.inf) if is_ratio else math.floor(high) + 1.0
    return Range(measure, low or 0.0, beyond)


def _number(text: str) -> float | None:
    if not text.strip():
        return None
    for locale in (QLocale(), QLocale.c()):  # with a comma or a point
        number, is_one = locale.toDouble(text.strip())
        if is_one and math.isfinite(number) and number >= 0:
            return float(number)
    raise ValueError("not a number")


def _tr(text: str) -> str:
    return QCoreApplication.translate("LengthDialog", text)
