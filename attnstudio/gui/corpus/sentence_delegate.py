"""How the table of pairs draws its cells: in the direction of their language, hits marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from attnstudio.corpus.alignment import Span
from attnstudio.gui.corpus.pair_table import HITS_ROLE, MarkedText, PairTableModel
from attnstudio.gui.look.theme import Colours, colours_of
from attnstudio.interpretation.lettering import ELLIPSIS

_PADDING = 5  # so that cells stand below the words of the header
_BEFORE_HIT = 24  # characters that are still shown where a text has to begin at its hit
_MOST_CHARACTERS = 400
_Index = QModelIndex | QPersistentModelIndex


class SentenceDelegate(QStyledItemDelegate):
    """Lays out each column in the direction of its language, so that full stops end up right.

    Where a text was searched for, it is marked. What would not be seen at the end of a long
    sentence is: the cell begins shortly before it then.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        inner = QStyleOptionViewItem(option)
        inner.rect = option.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        marked = index.data(HITS_ROLE)
        if marked is None:
            super().paint(painter, inner, index)
            return
        self.initStyleOption(inner, index)
        style = inner.widget.style() if inner.widget is not None else QApplication.style()
        place = style.subElementRect(
            QStyle.SubElement.SE_ItemViewItemText, inner, inner.widget
        ).intersected(inner.rect)
        margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, inner.widget) + 1
        inner.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, inner, painter, inner.widget)
        _draw_marked(painter, place.adjusted(margin, 0, -margin, 0), marked, inner)

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        super().initStyleOption(option, index)
        model = index.model()
        if isinstance(model, PairTableModel) and model.is_right_to_left(index.column()):
            option.direction = Qt.LayoutDirection.RightToLeft


def mark_format(colours: Colours) -> QTextCharFormat:
    """How a hit looks: on a ground of its own, and underlined for who does not see the colour."""
    marked = QTextCharFormat()
    marked.setBackground(QColor(colours.mark))
    marked.setForeground(QColor(colours.text))
    marked.setFontUnderline(True)
    return marked


def shown_part(marked: MarkedText, width_of: Callable[[str], float], room: float) -> MarkedText:
    """What is drawn of a text: from its beginning, or from before its first hit if that is far.

    Args:
        marked: the text and at least one hit.
        width_of: how wide a text is drawn.
        room: how wide it may be.
    """
    text, first = marked.text, marked.hits[0]
    begin = 0
    is_far = first.end > _MOST_CHARACTERS or width_of(f"{text[: first.end]}{ELLIPSIS}") > room
    if is_far and first.start > 0:
        begin = max(0, first.start - _BEFORE_HIT)
        while begin and width_of(f"{ELLIPSIS}{text[begin : first.end]}{ELLIPSIS}") > room:
            if begin >= first.start:
                break
            begin += 1
        space = text.find(" ", begin, first.start) if begin else -1
        begin = space + 1 if space >= 0 else begin
        while begin < first.start and unicodedata.category(text[begin]).startswith("M"):
            begin += 1
    lead = ELLIPSIS if begin else ""
    shown = lead + text[begin : begin + _MOST_CHARACTERS]
    moved = len(lead) - begin
    hits = [
        Span(hit.start + moved, min(hit.end + moved, len(shown)))
        for hit in marked.hits
        if hit.start + moved < len(shown)
    ]
    return MarkedText(shown, hits)


def _draw_marked(
    painter: QPainter, place: QRect, marked: MarkedText, option: QStyleOptionViewItem
) -> None:
    metrics = QFontMetrics(option.font)
    part = shown_part(marked, metrics.horizontalAdvance, place.width())
    text = metrics.elidedText(part.text, Qt.TextElideMode.ElideRight, place.width())
    left = len(text) if text == part.text else max(0, len(text) - len(ELLIPSIS))
    colours = colours_of(option.palette)
    layout = QTextLayout(text, option.font)
    arranged = QTextOption(
        QStyle.visualAlignment(
            option.direction, option.displayAlignment & Qt.AlignmentFlag.AlignHorizontal_Mask
        )
    )
    arranged.setWrapMode(QTextOption.WrapMode.NoWrap)
    arranged.setTextDirection(option.direction)
    layout.setTextOption(arranged)
    formats = []
    for hit in part.hits:
        if hit.start < left:
            drawn = QTextLayout.FormatRange()
            drawn.start, drawn.length = hit.start, min(hit.end, left) - hit.start
            drawn.format = mark_format(colours)
            formats.append(drawn)
    layout.setFormats(formats)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(place.width())
    layout.endLayout()
    painter.save()
    painter.setClipRect(place)
    painter.setPen(QColor(colours.text))
    top = place.top() + (place.height() - line.height()) / 2
    layout.draw(painter, QPointF(place.left(), top))
    painter.restore()
