"""``python -m attnstudio.gui.rasterise OUT.png``: an SVG on stdin becomes a PNG."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

_SCALE = 2
_LONGEST_SIDE = 32_767  # what Qt's painter can address


def rasterise(svg: bytes, path: Path) -> str:
    """Draw an SVG on white at twice its size, or smaller where that is too large.

    Returns:
        What went wrong; nothing when the file was written.
    """
    renderer = QSvgRenderer(QByteArray(svg))
    if not renderer.isValid():
        return "This is not an SVG."
    size = renderer.defaultSize()
    scale = min(_SCALE, _LONGEST_SIDE / max(size.width(), size.height()))
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    if image.isNull():
        return "The picture is too large for the memory."
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return "" if image.save(str(path)) else "The file could not be written."


def main(arguments: Sequence[str]) -> int:
    """Read stdin, write the file that is named."""
    if sys.platform not in ("win32", "darwin"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"  # there may be no screen; none is needed
    application = QGuiApplication([])  # fonts need it for as long as they are used
    problem = rasterise(sys.stdin.buffer.read(), Path(arguments[0]))
    application.shutdown()
    if problem:
        print(problem, file=sys.stderr)  # noqa: T201 - the parent process reads it
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
