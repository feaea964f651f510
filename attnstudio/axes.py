"""Named axes and the matrices between them: what every picture of attention is made of.

A matrix lies between two named axes. An axis has units: pieces of a text here, and whatever else a
source may be cut into. A `Site` says which two axes, and by what part of a model: each source that
a model reads has sites of its own. A `Record` holds the axes and the matrices of one example; a
`Reading` says which of its matrices is looked at, and how. Nothing here knows torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from attnstudio.errors import AlignmentError
from attnstudio.reading import Measure, Reading
from attnstudio.sites import (
    INPUTS,
    SOURCE,
    TARGET,
    Site,
    SiteRole,
)
from attnstudio.tokenizer import Token, start_token

Weights = NDArray[np.floating]


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
