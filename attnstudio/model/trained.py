"""A trained model in the two forms that it is used in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from attnstudio.model.interface import SequenceModel
from attnstudio.model.packed import packed

if TYPE_CHECKING:
    from attnstudio.model.intervention import Intervention
    from attnstudio.reading import Reading


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """One model, as it was trained and as it is read fastest; most of their weights are shared.

    What is asked of a model decides its form: gradients and changed attention are asked of the
    plain one. What is only read, its attention too, comes from the fast one.

    Attributes:
        plain: as it was trained, in evaluation mode.
        fast: packed where torch can (see `packed`), which refuses gradients; else the plain one.
        taught: see `SequenceModel`.
    """

    plain: SequenceModel
    fast: SequenceModel
    taught: Reading | None = None

    @classmethod
    def of(cls, model: SequenceModel) -> Self:
        """Both forms of a model, which is put into evaluation mode.

        Its weights are read now, not as they are later.
        """
        return cls(model.eval(), packed(model), model.taught)

    def for_reading(self, intervention: Intervention | None) -> SequenceModel:
        """The form that translates and attends, with the attention as it is or changed."""
        return self.fast if intervention is None else self.plain
