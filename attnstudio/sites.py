"""Where in a model attention happens: between which two axes, and by what part of the model.

Each source that a model reads has sites of its own. An analysis has sites as well: between the same
axes it says what no part of the model holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from attnstudio.names import is_source_name

SOURCE = "source"  # what a translator reads; another source has another name
TARGET = "target"  # what the decoder predicts
INPUTS = "inputs"  # what the decoder is fed: <s>, then each target unit but the last

_FLOW = "flow_"  # before the name of the site whose layers it flows through
_ROLLOUT = "rollout_"  # before the name of the site that is rolled out
_DIFFERENCE = "difference_"  # before that of the site of which two models are compared


class SiteRole(StrEnum):
    """What part of a model attends at a site, in the order in which people look at them."""

    CROSS = "cross"  # the decoder, over a source
    ENCODER_SELF = "encoder_self"  # an encoder, over the source that it reads
    DECODER_SELF = "decoder_self"  # the decoder, over what is written so far
    ANALYSIS = "analysis"  # no part: an analysis worked it out


@dataclass(frozen=True, slots=True)
class Site:
    """Where in a model attention happens, and between which axes.

    Attributes:
        name: in files and of its translation; unique among the sites of a record.
        queries: the axis of the rows: what looks.
        keys: the axis of the columns: what is looked at.
        role: what attends there.
    """

    name: str
    queries: str
    keys: str
    role: SiteRole = SiteRole.ANALYSIS

    @property
    def is_self(self) -> bool:
        """Whether a text looks at itself."""
        return self.queries == self.keys or (self.queries, self.keys) == (TARGET, INPUTS)

    @property
    def is_cross(self) -> bool:
        """Whether a decoder looks at a source, which alone can be read one step later."""
        return self.role is SiteRole.CROSS


def cross_site(source: str) -> Site:
    """Of the target over a source."""
    return Site(_site_name(SiteRole.CROSS, source), TARGET, source, SiteRole.CROSS)


def encoder_site(source: str) -> Site:
    """Of a source over itself."""
    return Site(_site_name(SiteRole.ENCODER_SELF, source), source, source, SiteRole.ENCODER_SELF)


class Analysis(StrEnum):
    """What is worked out of a model and a pair, which no part of the model holds."""

    ERASURE = "erasure"  # how much less likely a target is without a source word
    GRADIENT = "gradient"  # gradient × input: Shrikumar et al. 2016
    INTEGRATED = "integrated"  # integrated gradients: Sundararajan et al. 2017
    VALUE_ZEROING = "value_zeroing"  # how far a layer's output turns: Mohebbi et al. 2023


def analysis_site(analysis: Analysis, source: str = SOURCE) -> Site:
    """What an analysis says of the target over a source."""
    name = analysis.value if source == SOURCE else f"{analysis}_{source}"
    return Site(name, TARGET, source, SiteRole.ANALYSIS)


def analysis_of(site: Site) -> Analysis | None:
    """The analysis that a site is of; None of a part of a model, and of what is not known here."""
    return next((each for each in Analysis if site == analysis_site(each, site.keys)), None)


def rollout_site(site: Site) -> Site:
    """Where the attention of a site lies when it is rolled out through all layers."""
    return Site(f"{_ROLLOUT}{site.name}", site.queries, site.keys, SiteRole.ANALYSIS)


def is_rollout(site: Site) -> bool:
    """Whether a site is such a one."""
    return site.role is SiteRole.ANALYSIS and site.name.startswith(_ROLLOUT)


def flow_site(site: Site) -> Site:
    """Where the flow of a site's attention through all layers lies."""
    return Site(f"{_FLOW}{site.name}", site.queries, site.keys, SiteRole.ANALYSIS)


def is_flow(site: Site) -> bool:
    """Whether a site is such a one."""
    return site.role is SiteRole.ANALYSIS and site.name.startswith(_FLOW)


def difference_site(site: Site) -> Site:
    """Where the difference of two models' attention at a site lies."""
    return Site(f"{_DIFFERENCE}{site.name}", site.queries, site.keys, SiteRole.ANALYSIS)


def is_difference(site: Site) -> bool:
    """Whether a site is such a one."""
    return site.role is SiteRole.ANALYSIS and site.name.startswith(_DIFFERENCE)


def site_named(name: str) -> Site | None:
    """The site of a model that has a name; None where no model has such a site."""
    for site in SITES:
        if name == site.name:
            return site
    for make in (cross_site, encoder_site):
        source = name.removeprefix(_site_name(make(SOURCE).role, ""))
        if source != name and is_source_name(source) and source != SOURCE:
            return make(source)
    return None


def _site_name(role: SiteRole, source: str) -> str:
    """The role alone is the name where a source is the one of a translator."""
    return role.value if source == SOURCE else f"{role}_{source}"


CROSS = cross_site(SOURCE)
ENCODER_SELF = encoder_site(SOURCE)
DECODER_SELF = Site(  # of the target over what is written so far
    SiteRole.DECODER_SELF.value, TARGET, INPUTS, SiteRole.DECODER_SELF
)
SITES = (CROSS, ENCODER_SELF, DECODER_SELF)  # of a translator
