"""Which of the matrices of a record is looked at, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from attnstudio.errors import AlignmentError
from attnstudio.sites import (
    CROSS,
    SITES,
    Site,
    analysis_of,
    site_named,
)


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
