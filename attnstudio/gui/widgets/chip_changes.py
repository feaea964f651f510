"""What a change did to each word, painted below its chip; what cannot change is hatched."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from attnstudio.gui.look.theme import Colours
from attnstudio.gui.look.wording import decimals
from attnstudio.gui.widgets.chip_layout import NUMBER_HEIGHT
from attnstudio.interpretation.target_changes import TargetChanges

_FULL_SHADE = 1.0  # nats: from e times as probable on, no shade is stronger
_STRONGEST = 110  # of 255: the number over it stays easy to read
_DIGITS, _MOST_DIGITS = 2, 3


def short_words(difference: float) -> str:
    """A difference as it stands below a chip: what is not 0 is never written as 0.00."""
    if abs(difference) >= 0.5 * 10**-_DIGITS or not difference:
        return signed_words(difference, _DIGITS)
    written = signed_words(difference, _MOST_DIGITS)
    return written if float(written.replace("−", "-")) else "≈ 0"


def signed_words(difference: float, digits: int) -> str:
    """A difference with its sign; one that is 0 as it is written has none."""
    written = decimals(abs(difference), digits)
    if not float(f"{difference:.{digits}f}"):
        return written
    return f"{'+' if difference > 0 else '−'}{written}"


def draw_change(
    painter: QPainter, chip: QRectF, changes: TargetChanges, row: int, colours: Colours
) -> None:
    """Write the change of a row below its chip on its shade, or hatch the chip.

    Args:
        painter: with the small font of numbers.
        chip: where the chip is.
        changes: of all rows.
        row: whose chip it is.
        colours: the scheme of the window.
    """
    if not changes.reached[row]:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(QColor(colours.muted), Qt.BrushStyle.BDiagPattern))
        painter.setOpacity(0.55)
        painter.drawRoundedRect(chip, 6, 6)
        painter.setOpacity(1.0)
        return
    difference = float(changes.differences[row])
    place = QRectF(chip.left(), chip.bottom() + 2, chip.width(), NUMBER_HEIGHT)
    shade = QColor(colours.series[0 if difference > 0 else 1])  # as the bars of the table
    shade.setAlpha(round(_STRONGEST * min(abs(difference) / _FULL_SHADE, 1.0)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawRoundedRect(place, 4, 4)
    painter.setPen(QColor(colours.text))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, short_words(difference))
