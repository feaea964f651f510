"""Where a row can look."""

import numpy as np
from numpy.typing import NDArray

from attnstudio.interpretation.view import View
from attnstudio.sites import INPUTS, Site


def reach_of(view: View) -> NDArray[np.bool_]:
    """(rows, columns) of a view, by what its record knows and else by `reach_at`."""
    if view.outside is not None:
        return ~view.outside
    return reach_at(view.site, *view.weights.shape)


def reach_at(site: Site, rows: int, columns: int) -> NDArray[np.bool_]:
    """(rows, columns): everywhere, and of what is written so far up to the row itself."""
    everywhere = np.ones((rows, columns), dtype=np.bool_)
    return np.tril(everywhere) if site.keys == INPUTS else everywhere
