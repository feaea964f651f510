"""Line icons in the colours of the palette."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from attnstudio.gui.look.theme import Colours
from attnstudio.resources import resource_path

_SIZE = 24
_SCALES = (1, 2, 3)


def page_icon(name: str, colours: Colours) -> QIcon:
    """The drawing of a page, in the colour of text that is read second; chosen, in the first."""
    drawing = resource_path("icons", "pages", f"{name}.svg").read_text(encoding="utf-8")
    icon = QIcon()
    for mode, colour in ((QIcon.Mode.Normal, colours.muted), (QIcon.Mode.Selected, colours.text)):
        renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
        for scale in _SCALES:
            icon.addPixmap(_drawn(renderer, scale), mode)
    return icon


def program_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(resource_path("icons", "attnstudio.svg")))


def _drawn(renderer: QSvgRenderer, scale: int) -> QPixmap:
    pixmap = QPixmap(QSize(_SIZE, _SIZE) * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap
