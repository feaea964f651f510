"""What is painted, as a picture or a drawing in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPagedPaintDevice, QPainter
from PySide6.QtSvg import QSvgGenerator

from attnstudio.errors import ExportError

_SCALE = 2
_INCH_M = 0.0254


def to_image(paint: Callable[[QPainter], None], size: QSize, dots_per_inch: int) -> QImage:
    """A picture of twice the size."""
    image = QImage(size * _SCALE, QImage.Format.Format_RGB32)
    dots = round(dots_per_inch / _INCH_M)
    image.setDotsPerMeterX(dots)  # or axes and curves would be drawn at scales of their own
    image.setDotsPerMeterY(dots)
    with QPainter(image) as painter:
        painter.scale(_SCALE, _SCALE)
        paint(painter)
    return image


def write_svg(
    paint: Callable[[QPainter], None], path: Path, size: QSize, dots_per_inch: int, title: str
) -> bool:
    """Write a drawing; whether Qt could."""
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # 1.2 tiny cannot clip
    generator.setFileName(str(path))
    generator.setResolution(dots_per_inch)  # or axes and curves would have their own scales
    generator.setSize(size)
    generator.setViewBox(QRectF(QPointF(), QSizeF(size)))
    generator.setTitle(title)
    return painted_on(generator, paint)


def painted_on(
    device: QSvgGenerator | QPagedPaintDevice, paint: Callable[[QPainter], None]
) -> bool:
    """Paint on a device that writes a file; whether it could."""
    painter = QPainter()
    if not painter.begin(device):
        return False
    paint(painter)
    return painter.end()


def unknown_ending(path: Path, known: str) -> ExportError:
    """The error that names what can be written."""
    return ExportError(
        "{name} has an ending that is not known.", hint=f"Use {known}.", name=path.name
    )


def unwritten(path: Path) -> ExportError:
    """The error of a file that Qt could not write."""
    return ExportError(
        "{path} could not be written.",
        hint="Check that you may write there and that the disk is not full.",
        path=path,
    )
