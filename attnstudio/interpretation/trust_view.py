"""All methods under the words of the source, as one matrix that is drawn like any other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from attnstudio.axes import Meaning
from attnstudio.interpretation.labels import NamedUnits
from attnstudio.interpretation.methods import Method
from attnstudio.interpretation.trust import Numbers, Trust
from attnstudio.interpretation.view import View
from attnstudio.reading import Reading
from attnstudio.sites import SOURCE, Site

TRUST_SITE = Site("trust", "methods", SOURCE)


def trust_view(trust: Trust, target: int | None, names: Mapping[Method, str]) -> View:
    """A row for each method, a column for each word of the source.

    The methods count in shares, nats and distances. On one scale they are shares of their row: of
    all that a method gives to or takes from words, whatever the sign, so that the numbers of a row
    add up to 1 without their signs.

    Args:
        trust: of a sentence.
        target: the word that is asked about; None for the mean of all but marks.
        names: how each row is called.
    """
    places = range(len(trust.targets))
    asked = (
        [target]
        if target is not None
        else [place for place in places if not trust.targets.is_special(place)]
    )
    rows = [_shares(row.values)[asked].mean(axis=0) for row in trust.rows]
    weights = np.stack(rows) if asked else np.zeros((len(rows), len(trust.sources)))
    strongest = float(np.abs(weights).max(initial=0.0)) or 1.0
    return View(
        weights=weights,
        rows=NamedUnits(tuple(names[row.method] for row in trust.rows)),
        columns=trust.sources,
        reading=Reading(site=TRUST_SITE),
        meaning=Meaning.SIGNED,
        strongest=strongest,
        forced=False,
        links=frozenset(),
    )


def _shares(values: Numbers) -> Numbers:
    sums = np.abs(values).sum(axis=1, keepdims=True)
    return np.asarray(np.divide(values, sums, out=np.zeros_like(values), where=sums > 0))
