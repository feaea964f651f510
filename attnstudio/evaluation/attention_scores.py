"""How the attention of a model is on the whole, in two numbers to watch a training by."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from attnstudio.axes import Record
from attnstudio.interpretation.head_figures import row_spreads
from attnstudio.sites import Site
from attnstudio.training.scores import ATTENTION_ENTROPY, SOURCE_SHARE


def attention_scores(records: Iterable[Record]) -> dict[str, float]:
    """How spread the target's look at its source is, and how much the source counts by ALTI.

    Each is the mean over all layers, heads and target places of a record, and then over the
    records, so that a long sentence counts no more than a short one.

    Args:
        records: of one model; with ALTI where it can be worked out.

    Returns:
        By the names of their scores; nothing without attention, and no share of the source where
        the records have none.
    """
    spread: list[float] = []
    shares: list[float] = []
    for record in records:
        site = record.cross
        if site is None:
            continue
        if (entropy := _relative_entropy(record, site)) is not None:
            spread.append(entropy)
        if (of_prefix := record.prefix_shares(site)) is not None:
            shares.append(1.0 - float(of_prefix.mean()))
    named = {ATTENTION_ENTROPY.name: spread, SOURCE_SHARE.name: shares}
    return {name: float(np.mean(values)) for name, values in named.items() if values}


def _relative_entropy(record: Record, site: Site) -> float | None:
    """Of the mean row, as a share of the highest possible; None with nothing to choose from."""
    weights = record.matrices[site].weights.astype(np.float64)
    keys = weights.shape[-1]
    if keys < 2 or not weights.size:
        return None
    return float(row_spreads(weights, keys).mean())
