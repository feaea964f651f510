"""What a kind of source brings to all who read sources: translators, validations, builders.

A new kind is a new module of this folder. Its items are strings, as corpora, files of sentences and
the command line hold them: a text itself, or the name of what holds something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from attnstudio.axes import Units
from attnstudio.config import DecodingConfig
from attnstudio.model.spec import SourceSpec


@dataclass(frozen=True, slots=True)
class EncodedItem:
    """An item as a model is fed it.

    Attributes:
        values: (places,) ids, or (places, features).
        whole_length: how many places it would have if nothing were cut off.
        units: what stands at its places, where somebody wants to see them.
    """

    values: NDArray[Any]
    whole_length: int
    units: Units | None = None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def is_cut(self) -> bool:
        """Whether it was longer than allowed."""
        return self.whole_length > len(self)


class SourceSide(Protocol):
    """How items of one kind are read."""

    @property
    def spec(self) -> SourceSpec:
        """What a builder has to know of it."""
        ...

    def clean(self, item: str) -> str:
        """An item of a person's as all else here takes it; empty where there is nothing in it."""
        ...

    def unknown(self, item: str) -> list[str]:
        """The parts of an item that a model cannot tell from each other."""
        ...

    def encode(
        self, items: Sequence[str], most: int, *, with_units: bool = False
    ) -> list[EncodedItem]:
        """Items as a model is fed them, each with at least one place, also an empty one.

        Args:
            items: cleaned.
            most: how many places each may have; what is longer is cut off at its end.
            with_units: whether somebody will see the places, which takes longer.
        """
        ...

    def most_target_tokens(self, places: int, config: DecodingConfig) -> int:
        """How long a search lets the target of so many places become, ``</s>`` included."""
        ...

    def suits_watching(self, item: str) -> bool:
        """Whether an item is one that people like to follow through a training."""
        ...
