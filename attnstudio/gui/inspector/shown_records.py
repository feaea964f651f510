"""What two records have in common, for one that is looked at after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from attnstudio.axes import Record
from attnstudio.reading import Reading
from attnstudio.sites import Site, SiteRole, is_difference


class KeptRecord(NamedTuple):
    """What later records are compared with."""

    record: Record
    origin: str


def has_heads_of(record: Record, other: Record) -> bool:
    """Whether there are as many layers and heads, so that a head has the same name."""
    ours, theirs = (
        {
            site: each.shape_of(site)
            for site in each.sites
            if site.role is not SiteRole.ANALYSIS  # which may come later than the rest
        }
        for each in (record, other)
    )
    return ours == theirs


def taught_at(record: Record, site: Site) -> Reading | None:
    """The head of a site that was taught, if any was."""
    taught = record.taught
    return taught if taught is not None and taught.site == site else None


def without_difference(record: Record) -> Record:
    """A record without its difference from another one; the very same where it has none."""
    sites = record.matrices.items()
    left = {site: matrix for site, matrix in sites if not is_difference(site)}
    return record if len(left) == len(sites) else replace(record, matrices=left)
