"""How the attention of two models differs on one sentence and one translation, cell by cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Matrix, Meaning, Record
from attnstudio.errors import AlignmentError
from attnstudio.interpretation.matrices import matrix_of
from attnstudio.reading import Reading
from attnstudio.sites import Site, SiteRole, difference_site


def with_difference(record: Record, other: Record) -> Record:
    """A record with the difference of each of its sites to that of another record.

    Above 0 is what the record's model looks at more than the other. Layers and heads are compared
    one by one where both have as many, and their average else.

    Args:
        record: of one model.
        other: of another one, for the same pieces.

    Raises:
        AlignmentError: the pieces are not the same, or the two attend in no common place.
    """
    common = [
        site
        for site in record.sites
        if site in other.matrices and site.role is not SiteRole.ANALYSIS
    ]
    for site in common:
        for axis in (site.queries, site.keys):
            if record.axes[axis] != other.axes[axis]:
                raise AlignmentError(
                    "The two models cut the {axis} into other pieces.",
                    hint="Compare checkpoints of one run, reading the same translation.",
                    axis=axis,
                )
    if not common:
        raise AlignmentError(
            "The two models attend in no common place.", hint="Compare checkpoints of one run."
        )
    found = {difference_site(site): _difference(record, other, site) for site in common}
    return replace(record, matrices={**record.matrices, **found})


def _difference(record: Record, other: Record, site: Site) -> Matrix:
    ours, theirs = (_passed_on(each, site) for each in (record, other))
    if ours.shape != theirs.shape:
        average = Reading(site=site)
        ours, theirs = (matrix_of(each, average)[None, None] for each in (record, other))
    return Matrix(ours - theirs, Meaning.SIGNED)


def _passed_on(record: Record, site: Site) -> NDArray[np.float64]:
    """The weights, 0 where a head is switched off."""
    weights = record.matrices[site].weights.astype(np.float64)
    return np.asarray(weights * record.heads_on(site)[:, :, None, None])
