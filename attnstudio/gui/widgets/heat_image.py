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


def heat_image(tints: Weights, colour_map: ColourMap) -> QImage:
    """An image of a matrix: a row of pixels for each row, a column for each column.

    Args:
        tints: (rows, columns), 0 to 1, such as `View.tints`.
        colour_map: the scale.
    """
    table = _table(colour_map)
    levels = np.rint(np.clip(tints, 0, 1) * (_LEVELS - 1)).astype(np.intp)
    pixels = np.ascontiguousarray(table[levels])  # (rows, columns, rgb)
    rows, columns, _ = pixels.shape
    # copied, because the image does not keep the array alive
    return QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
