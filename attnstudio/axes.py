"""Named axes and the matrices between them: what every picture of attention is made of.

A matrix lies between two named axes. An axis has units: pieces of a text here, and whatever else a
source may be cut into. A `Site` says which two axes, and by what part of a model: each source that
a model reads has sites of its own. A `Record` holds the axes and the matrices of one example; a
`Reading` says which of its matrices is looked at, and how. Nothing here knows torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from attnstudio.errors import AlignmentError
from attnstudio.names import is_source_name
from attnstudio.tokenizer import Token, start_token

Weights = NDArray[np.floating]

SOURCE = "source"  # what a translator reads; another source has another name
TARGET = "target"  # what the decoder predicts
INPUTS = "inputs"  # what the decoder is fed: <s>, then each target unit but the last

_FLOW = "flow_"  # before the name of the site whose layers it flows through
_ROLLOUT = "rollout_"  # before the name of the site that is rolled out
_DIFFERENCE = "difference_"  # before that of the site of which two models are compared

ROW_SUM_TOLERANCE = 1e-3  # float16 timelines are the coarsest weights we keep


class Units(Protocol):
    """What an axis is divided into."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def label(self, place: int) -> str:
        """What is written beside a unit, counted from 0."""
        ...

    def is_special(self, place: int) -> bool:
        """Whether a unit is no part of what was given, such as ``</s>``."""
        ...


@dataclass(frozen=True, slots=True)
class TextUnits:
    """The pieces of a text.

    Attributes:
        text: that the offsets of the pieces count in.
        tokens: as the model has them, ``</s>`` included.
    """

    text: str
    tokens: tuple[Token, ...]

    def __len__(self) -> int:
        return len(self.tokens)

    def label(self, place: int) -> str:
        """The piece."""
        return self.tokens[place].text

    def is_special(self, place: int) -> bool:
        """Whether the piece is a mark of the model's own."""
        return self.tokens[place].is_special


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


class Meaning(StrEnum):
    """What the numbers of a matrix are."""

    DISTRIBUTION = "distribution"  # rows are at least 0 and sum to 1
    SIGNED = "signed"  # scores of either sign, whose rows need not sum to anything
    MAGNITUDE = "magnitude"  # at least 0, whose rows need not sum to anything


@dataclass(frozen=True, slots=True)
class Matrix:
    """The numbers of one site.

    Attributes:
        weights: (layers, heads, queries, keys); read-only from here on.
        meaning: what they are; rows of a distribution are checked.
        reached: of the same shape, False where a query cannot look, whatever stands there: what is
            not written yet, lies outside a window or is hidden; read-only. None where a query can
            look everywhere, and where nobody kept it.

    Raises:
        ValueError: there are not four dimensions, a row of a distribution does not sum to 1, or
            the shapes differ.
    """

    weights: Weights
    meaning: Meaning = Meaning.DISTRIBUTION
    reached: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.weights.ndim != 4:
            raise ValueError(
                f"weights of shape {self.weights.shape}, not (layers, heads, queries, keys)"
            )
        if self.meaning is Meaning.DISTRIBUTION:
            sums = self.weights.sum(axis=-1, dtype=np.float64)
            if sums.size and not np.allclose(sums, 1.0, atol=ROW_SUM_TOLERANCE):
                raise ValueError(f"a row sums to {sums.flat[np.abs(sums - 1).argmax()]:.6f}")
        self.weights.setflags(write=False)
        if self.reached is not None:
            if self.reached.shape != self.weights.shape:
                raise ValueError(f"{self.reached.shape} is not {self.weights.shape}")
            self.reached.setflags(write=False)

    @property
    def layers(self) -> int:
        """How many layers there are."""
        return int(self.weights.shape[0])

    @property
    def heads(self) -> int:
        """How many heads each layer has."""
        return int(self.weights.shape[1])


class ReadingMethod(StrEnum):
    """From which decoding step a target token is read."""

    NAIVE = "naive"  # the step that predicts it
    SHIFTED = "shifted"  # the step that has it as input: "Shift-Att", Chen et al. 2020


class Measure(StrEnum):
    """What of an attention is read."""

    WEIGHTS = "weights"  # how much is looked at a place
    NORMS = "norms"  # how long the vector is that is taken from there: Kobayashi et al. 2020
    ALTI = "alti"  # how much nearer it brings a layer to what it gives: Ferrando et al. 2022


@dataclass(frozen=True, slots=True)
class Reading:
    """Which matrix of a record is looked at, and how.

    Attributes:
        layer: counted from 0; None for the average of all.
        head: counted from 0; None for the average of all, the only one that there is of ALTI.
        method: the step that a target token is read from; it counts only where the target looks
            at a source.
        site: which attention.
        measure: what of it.
    """

    layer: int | None = None
    head: int | None = None
    method: ReadingMethod = ReadingMethod.NAIVE
    site: Site = CROSS
    measure: Measure = Measure.WEIGHTS

    @property
    def is_shifted(self) -> bool:
        """Whether target tokens are read one step later."""
        return self.method is ReadingMethod.SHIFTED and self.site.is_cross

    def by(self, measure: Measure) -> Reading:
        """The same place by another measure; by ALTI, which no head has, its whole layer."""
        head = None if measure is Measure.ALTI else self.head
        return replace(self, measure=measure, head=head)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> Self:
        """Read what `to_mapping` wrote; without a site it is `CROSS`, without a measure weights.

        Only sites of models are read: what is kept is how a run is read best, and no gold links
        say that of an analysis.

        Raises:
            AlignmentError: the mapping names no reading, or a site that no model has.
        """
        match {"site": CROSS.name, "measure": Measure.WEIGHTS.value, **mapping}:
            case {
                "layer": int() | None as layer,
                "head": int() | None as head,
                "method": "naive" | "shifted" as method,
                "site": str() as name,
                "measure": "weights" | "norms" | "alti" as measure,
            } if site := site_named(name):
                return cls(layer, head, ReadingMethod(method), site, Measure(measure))
        raise AlignmentError(
            "{reading} is not a reading of attention.",
            hint="It has a layer and a head, each a number or null, a method: naive or shifted, "
            "a site: {sites}, and a measure: {measures}.",
            reading=dict(mapping),
            sites=", ".join(site.name for site in SITES),
            measures=", ".join(Measure),
        )

    def to_mapping(self) -> dict[str, int | str | None]:
        """Plain values for JSON and TOML."""
        return {
            "site": self.site.name,
            "layer": self.layer,
            "head": self.head,
            "method": self.method.value,
            "measure": self.measure.value,
        }

    def __str__(self) -> str:
        layer = "all layers" if self.layer is None else f"layer {self.layer}"
        head = "all heads" if self.head is None else f"head {self.head}"
        # what an analysis works out belongs to no head
        parts = [layer] if analysis_of(self.site) else [layer, head]
        if self.site.is_cross:
            parts.append(self.method.value)
        if self.measure is not Measure.WEIGHTS:
            parts.append(self.measure.value)
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a model looked at while it wrote or read one example.

    Row *t* of a site whose queries are the target holds the numbers with which target token *t*
    was predicted: they were computed before that token was known.

    Attributes:
        axes: the units of each named axis.
        matrices: what there is of each site; empty for a model without attention.
        token_log_probs: natural log probability of each target token.
        forced: True when a person gave the target, False when the model chose it.
        measured: where the target looks at a source, its other measures that were asked for.
            Norms are how long the vectors are that are taken from each place, ‖α_ij f(x_j)‖ of
            each head (Kobayashi et al. 2020, Attention is Not Only a Weight, equation 5). ALTI is
            the share that each place has in what a layer gives, of all its heads as if they were
            one; what is missing to 1 is the share of what was written so far, see `prefix_shares`.
        taught: the head that was taught the links of words, and how it is read; None where all
            attention is what translating alone has made of it.
        off: layer and head of those that were switched off: they look as their matrix says and
            pass nothing on.

    Raises:
        ValueError: a matrix does not fit its axes, or the log probabilities their target.
    """

    axes: Mapping[str, Units]
    matrices: Mapping[Site, Matrix]
    token_log_probs: tuple[float, ...]
    forced: bool
    measured: Mapping[Measure, Mapping[Site, Matrix]] = field(default_factory=dict)
    taught: Reading | None = None
    off: Mapping[Site, frozenset[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        others = (each.items() for each in self.measured.values())
        for site, matrix in chain(self.matrices.items(), *others):
            shape = (len(self.axes[site.queries]), len(self.axes[site.keys]))
            if matrix.weights.shape[2:] != shape:
                raise ValueError(
                    f"{site.name} has shape {matrix.weights.shape}, "
                    f"expected (layers, heads, {shape[0]}, {shape[1]})"
                )
        if TARGET in self.axes and len(self.token_log_probs) != len(self.axes[TARGET]):
            raise ValueError(
                f"{len(self.token_log_probs)} log probabilities, {len(self.axes[TARGET])} tokens"
            )

    @property
    def source(self) -> TextUnits:
        """The text that a translator read.

        Raises:
            AlignmentError: none was read; see `has_text`.
        """
        return self.text_of(SOURCE)

    @property
    def target(self) -> TextUnits:
        """The text that was written.

        Raises:
            AlignmentError: none was written.
        """
        return self.text_of(TARGET)

    @property
    def sites(self) -> tuple[Site, ...]:
        """What there is to look at, in the order of their roles."""
        order = list(SiteRole)
        return tuple(sorted(self.matrices, key=lambda site: order.index(site.role)))

    @property
    def cross(self) -> Site | None:
        """Where the target looks at a source, the first one of several; None where nowhere."""
        return next((site for site in self.sites if site.is_cross), None)

    def shape_of(self, site: Site) -> tuple[int, int]:
        """How many layers and heads a site has; (0, 0) where it is not."""
        matrix = self.matrices.get(site)
        return (0, 0) if matrix is None else (matrix.layers, matrix.heads)

    def heads_on(self, site: Site) -> NDArray[np.bool_]:
        """Which heads of a site pass on what they take: (layers, heads)."""
        is_on = np.ones(self.shape_of(site), dtype=np.bool_)
        for place in self.off.get(site, ()):
            is_on[place] = False
        return is_on

    def measures_of(self, site: Site) -> tuple[Measure, ...]:
        """By what a site can be read; nothing where it is not."""
        return tuple(each for each in Measure if self.numbers_of(site, each) is not None)

    def numbers_of(self, site: Site, measure: Measure) -> Matrix | None:
        """The numbers of a measure of a site; None where they were not asked for."""
        by_site = self.matrices if measure is Measure.WEIGHTS else self.measured.get(measure, {})
        return by_site.get(site)

    def prefix_shares(self, site: Site) -> NDArray[np.float64] | None:
        """How much of what each layer gives comes of what was written so far, by ALTI.

        Where nothing counts, all of it does.

        Returns:
            (layers, queries) from 0 to 1; None where nobody asked, or where the model adds what it
            takes from the source to nothing.
        """
        matrix = self.numbers_of(site, Measure.ALTI)
        if matrix is None:
            return None
        of_source = matrix.weights.sum(axis=(1, 3), dtype=np.float64)
        return np.asarray((1.0 - of_source).clip(0.0, 1.0))

    def has_text(self, axis: str) -> bool:
        """Whether there is an axis of that name, and whether it is a text."""
        return isinstance(self.axes.get(axis), TextUnits)

    def text_of(self, axis: str) -> TextUnits:
        """The text of an axis, for what can be done with texts alone.

        Raises:
            AlignmentError: there is no such axis, or it is something else.
        """
        units = self.axes.get(axis)
        if isinstance(units, TextUnits):
            return units
        raise AlignmentError(
            "What was looked at has no text as its {axis}.",
            hint="This can be done with texts only.",
            axis=axis,
        )


def axes_of(sources: Mapping[str, Units], target: TextUnits) -> dict[str, Units]:
    """The axes of an example: what was read, what was written, what the decoder was fed."""
    fed = (start_token(), *target.tokens)[: len(target.tokens)]
    return {**sources, TARGET: target, INPUTS: TextUnits(target.text, fed)}


def absent_index(name: str, index: int, *, layers: int, heads: int) -> AlignmentError:
    """That a model has no such layer or head.

    Args:
        name: ``layer`` or ``head``.
        index: which was asked for, counted from 0.
        layers: how many there are.
        heads: how many each layer has.
    """
    if layers == heads == 1:
        template = "This model has a single attention matrix; {name} {index} does not exist."
    elif layers == 1:
        template = "This model has one layer with {heads} heads; {name} {index} does not exist."
    else:
        template = (
            "This model has {layers} layers with {heads} heads; {name} {index} does not exist."
        )
    return AlignmentError(
        template,
        hint="Layers and heads are counted from 0, so the last {name} is {last}.",
        layers=layers,
        heads=heads,
        name=name,
        index=index,
        last=(layers if name == "layer" else heads) - 1,
    )
