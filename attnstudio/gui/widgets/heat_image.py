"""Weights as pixels: one a cell, to be drawn as large as there is room."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from attnstudio.axes import Weights
from attnstudio.interpretation.colours import ColourMap, colour_at

_LEVELS = 256


@cache
def _table(colour_map: ColourMap) -> NDArray[np.uint8]:
    """The colours of all levels: (levels, rgb)."""
    colours = [colour_at(colour_map, level / (_LEVELS - 1)) for level in range(_LEVELS)]
    return np.array(colours, dtype=np.uint8)


def heat_image(
    tints: Weights, colour_map: ColourMap, blank: NDArray[np.bool_] | None = None
) -> QImage:
    """An image of a matrix: a row of pixels for each row, a column for each column.

    Args:
        tints: (rows, columns), 0 to 1, such as `View.tints`.
        colour_map: the scale.
        blank: (rows, columns), which pixels let through what is below; None for none.
    """
    table = _table(colour_map)
    levels = np.rint(np.clip(tints, 0, 1) * (_LEVELS - 1)).astype(np.intp)
    pixels = np.ascontiguousarray(table[levels])  # (rows, columns, rgb)
    rows, columns, _ = pixels.shape
    # copied, because the image does not keep the array alive
    if blank is None or not blank.any():
        return QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
    opacity = np.where(blank, 0, 255).astype(np.uint8)[..., np.newaxis]
    through = np.ascontiguousarray(np.concatenate((pixels, opacity), axis=-1))
    return QImage(through.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()
