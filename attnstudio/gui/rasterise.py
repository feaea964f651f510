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


def rasterise(svg: bytes, path: Path) -> bool:
    """Draw an SVG at twice its size on white.

    Returns:
        Whether the file was written.
    """
    renderer = QSvgRenderer(QByteArray(svg))
    image = QImage(renderer.defaultSize() * _SCALE, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return bool(image.save(str(path)))


def main(arguments: Sequence[str]) -> int:
    """Read stdin, write the file that is named."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    QGuiApplication([])
    return 0 if rasterise(sys.stdin.buffer.read(), Path(arguments[0])) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
