"""What is written beside the cells of a matrix, and how: the same in a file and on the screen."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.axes import Units
from attnstudio.interpretation.lettering import elide, is_right_to_left, isolate

LEVEL, SLANTED, UPRIGHT = 0.0, -45.0, -90.0  # degrees clockwise


@dataclass(frozen=True, slots=True)
class NamedUnits:
    """What the program has a name for, and nothing more.

    Attributes:
        names: in their order.
    """

    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    def label(self, place: int) -> str:
        """The name."""
        return self.names[place]

    def is_special(self, place: int) -> bool:  # noqa: ARG002 - none is
        """Whether it is no part of what was given."""
        return False


@dataclass(frozen=True, slots=True)
class OrderedUnits:
    """Units in another order than that of their text.

    Attributes:
        whole: as they are written.
        places: of those, in the order in which they are seen.
    """

    whole: Units
    places: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.places)

    def label(self, place: int) -> str:
        """The unit that is seen at a place."""
        return self.whole.label(self.places[place])

    def is_special(self, place: int) -> bool:
        """Whether it is no part of what was given."""
        return self.whole.is_special(self.places[place])


def label_of(units: Units, place: int, longest_em: float) -> str:
    """A unit as it is written, elided, and kept from turning round what stands beside it.

    Names of the program's own are whole: what is cut of them would be the number at their end.
    """
    label = units.label(place)
    return isolate(label if isinstance(units, NamedUnits) else elide(label, longest_em))


def is_mirrored(units: Units) -> bool:
    """Whether an axis is written from right to left, so that its first unit is the last column."""
    if isinstance(units, OrderedUnits):  # a text does not turn round when it is ordered
        return is_mirrored(units.whole)
    labels = (units.label(place) for place in range(len(units)))
    # neither </s> nor a byte piece such as <0xD7> says how the sentence runs
    return is_right_to_left(label for label in labels if not label.startswith("<"))


def rotation_of(widest: float, cell: float, letters: float, *, gap: float, step: float) -> float:
    """Level where every label fits over its column, upright where slanted ones would touch.

    Args:
        widest: width of the longest label.
        cell: width of a column.
        letters: their size.
        gap: that level labels leave free in their column.
        step: from one slanted label to the next at least, in units of the letters.
    """
    if widest <= cell - gap:
        return LEVEL
    return SLANTED if cell >= step * letters else UPRIGHT
