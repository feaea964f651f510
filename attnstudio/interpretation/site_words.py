"""Sites and their axes in words, once for all that names them: captions, tables, files, the window.

A site of a model holds attention and is named by its axes. What an analysis adds is named by its
own name as well, so that nothing has to be said here of one that is not known. The words are in
lower case, to stand anywhere; what begins a line takes them in `capitalised`.
"""

from __future__ import annotations

from typing import NamedTuple

from attnstudio.axes import Meaning
from attnstudio.reading import Measure, Reading
from attnstudio.sites import (
    CROSS,
    INPUTS,
    SOURCE,
    TARGET,
    Analysis,
    Site,
    SiteRole,
    analysis_of,
    is_difference,
    is_flow,
    is_rollout,
)

_NOUNS: dict[Analysis | None, str] = {
    Analysis.ERASURE: "erasure",
    Analysis.GRADIENT: "gradient × input",
    Analysis.INTEGRATED: "integrated gradients",
    Analysis.VALUE_ZEROING: "value zeroing",
}
_SCALES = {
    Analysis.ERASURE: "log probability lost without it; 0 in the middle",
    Analysis.GRADIENT: "gradient × input; 0 in the middle",
    Analysis.INTEGRATED: "share in the log probability; 0 in the middle",
    Analysis.VALUE_ZEROING: "cosine distance without its value",
}


class SideWords(NamedTuple):
    """What the sides of a matrix are; the parts of a name stand in one line or in two.

    Attributes:
        columns: what is looked at.
        rows: what looks.
    """

    columns: tuple[str, ...]
    rows: tuple[str, ...]


def axis_words(axis: str) -> str:
    """An axis: ``source``; what a decoder is fed is the ``target``, as people see it."""
    return TARGET if axis == INPUTS else axis.replace("_", " ")


def axes_words(site: Site) -> str:
    """Between which axes a site lies: ``target over source``, ``source over itself``."""
    keys = "itself" if site.is_self else axis_words(site.keys)
    return f"{axis_words(site.queries)} over {keys}"


def noun_of(site: Site, meaning: Meaning) -> str:
    """What the numbers of a site are: ``attention``, or ``contribution`` as an analysis says."""
    if is_rollout(site):
        return "rollout"
    if is_flow(site):
        return "flow"
    if is_difference(site):
        return "difference"
    if not _is_of_a_model(site):
        return _NOUNS.get(analysis_of(site), site.name.replace("_", " "))
    return "scores" if meaning is Meaning.SIGNED else "attention"


def scale_words(reading: Reading, meaning: Meaning) -> str:
    """What is said beside the scale of colours."""
    site = reading.site
    if reading.measure is Measure.NORMS:
        return "share of the norms"
    if reading.measure is Measure.ALTI:
        return "share of what the source contributes"
    if is_looking(site, meaning):
        return "attention weight"
    if (analysis := analysis_of(site)) is not None:
        return _SCALES[analysis]
    if is_rollout(site):
        return "attention through all layers"
    if is_flow(site):
        return "flow through all layers"
    if is_difference(site):
        return "attention more than the other; 0 in the middle"
    name = "score" if _is_of_a_model(site) else noun_of(site, meaning)
    return f"{name}; 0 in the middle" if meaning is Meaning.SIGNED else name


def site_words(site: Site) -> str:
    """A site among others: ``target over source``, ``contribution: target over source``.

    An analysis of this program is of the target over the source, of which nothing has to be said
    where there is a single one.
    """
    axes = axes_words(site)
    if analysis_of(site) is not None and site.keys == SOURCE:
        return noun_of(site, Meaning.SIGNED)
    return axes if _is_of_a_model(site) else f"{noun_of(site, Meaning.SIGNED)}: {axes}"


def side_words(site: Site) -> SideWords:
    """What stands beside the columns and the rows: ``source`` and ``target``."""
    columns, rows = axis_words(site.keys), axis_words(site.queries)
    if site.is_self:
        return SideWords((columns, "looked at"), (rows, "looking"))
    return SideWords((columns,), (rows,))


def needs_naming(reading: Reading) -> bool:
    """Whether a reading says too little without its site: all but the target over the source."""
    return reading.site != CROSS


def is_looking(site: Site, meaning: Meaning) -> bool:
    """Whether a number says how much a row looks at a column, and not what that did for it."""
    return _is_of_a_model(site) and meaning is not Meaning.SIGNED


def file_words(reading: Reading, meaning: Meaning) -> str:
    """What a file of it may be called, without an ending: ``cross-attention``, ``contribution``."""
    site = reading.site
    if reading.measure is not Measure.WEIGHTS:
        return f"{site.name.replace('_', '-')}-{reading.measure}"
    name = site.name.replace("_", "-")  # of an analysis as well, whose noun may have a ×
    return f"{name}-{noun_of(site, meaning)}" if _is_of_a_model(site) else name


def capitalised(words: str) -> str:
    """The words at the beginning of a line."""
    return words[:1].upper() + words[1:]


def _is_of_a_model(site: Site) -> bool:
    return site.role is not SiteRole.ANALYSIS
