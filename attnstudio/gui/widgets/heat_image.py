"""Weights as pixels: one a cell, to be drawn as large as there is room."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from attnstudio.inference.record import Weights
from attnstudio.interpretation.colours import ColourMap, colour_at

_LEVELS = 256


def heat_image(weights: Weights, colour_map: ColourMap) -> QImage:
    """An image of a matrix: a row of pixels for each row, a column for each column.

    Args:
        weights: (rows, columns), 0 to 1.
        colour_map: the scale.
    """
    table = np.array(
        [colour_at(colour_map, level / (_LEVELS - 1)) for level in range(_LEVELS)], dtype=np.uint8
    )
    levels = np.rint(np.clip(weights, 0, 1) * (_LEVELS - 1)).astype(np.intp)
    pixels = np.ascontiguousarray(table[levels])  # (rows, columns, rgb)
    rows, columns, _ = pixels.shape
    # copied, because the image does not keep the array alive
    return QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
