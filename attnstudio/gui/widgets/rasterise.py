"""A picture in SVG becomes a PNG; the command line does it in a process of its own."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

from attnstudio.errors import ExportError

_SCALE = 2
_LONGEST_SIDE = 32_767  # what Qt's painter can address
_HINT = "Write an .svg instead."


def rasterise(svg: bytes) -> bytes:
    """Draw an SVG on white at twice its size, or smaller where that is too large.

    Raises:
        ExportError: it is none, or too large.
    """
    renderer = QSvgRenderer(QByteArray(svg))
    if not renderer.isValid():
        raise ExportError("This is not an SVG.", hint=_HINT)
    size = renderer.defaultSize()
    scale = min(_SCALE, _LONGEST_SIDE / max(size.width(), size.height()))
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    if image.isNull():
        raise ExportError("The picture is too large for the memory.", hint=_HINT)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise ExportError("Qt could not make a PNG of the picture.", hint=_HINT)
    return bytes(buffer.data().data())


def main() -> int:
    """From stdin to stdout; the parent process reads the reason of a failure from stderr."""
    if sys.platform not in ("win32", "darwin"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"  # there may be no screen; none is needed
    application = QGuiApplication([])  # fonts need it for as long as they are used
    try:
        sys.stdout.buffer.write(rasterise(sys.stdin.buffer.read()))
    except ExportError as error:
        print(error.message, file=sys.stderr)  # noqa: T201
        return 1
    finally:
        application.shutdown()
    return 0
