"""Word links from two models: one of each direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.symmetrisation import Symmetrisation, symmetrise
from attnstudio.corpus.alignment import Alignment, Link, swap_sides
from attnstudio.errors import AlignmentError
from attnstudio.inference.translator import Translator
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_data import is_reversed
from attnstudio.project.word_alignment import WordPair, align_words, weigh_words
from attnstudio.reading import Reading

_THRESHOLD = 0.25


class Joining(StrEnum):
    """How what two directions say becomes one set of links."""

    PRODUCT = "product"  # both look there: √(p·p) is above a threshold (Liang et al. 2006)
    MEAN = "mean"  # (p + p) / 2 is: better where one of the two has learnt far less
    INTERSECTION = Symmetrisation.INTERSECTION.value
    GROW_DIAG_FINAL_AND = Symmetrisation.GROW_DIAG_FINAL_AND.value


@dataclass(frozen=True, slots=True)
class ReadModel:
    """A model and how its attention is read.

    Attributes:
        translator: the model.
        reading: of its attention.
    """

    translator: Translator
    reading: Reading


def reverse_run(project: Project, run: Run) -> Run:
    """The one run of a project that translates the other way.

    Raises:
        AlignmentError: there is none, or there are several to choose from.
    """
    turned = not is_reversed(project, run.definition())
    others = [
        each
        for each in project.runs()
        if not each.problem()
        and each.checkpoints().steps
        and is_reversed(project, each.definition()) is turned
    ]
    if len(others) != 1:
        raise AlignmentError(
            "There is no run of the other direction."
            if not others
            else "Several runs are of the other direction: {names}.",
            hint="Train one from the target to the source, or name it.",
            command_hint="Train one with --reverse, or name it: --reverse NAME.",
            names=", ".join(each.name for each in others),
        )
    return others[0]


def align_both_ways(
    forward: ReadModel,
    backward: ReadModel,
    pairs: Sequence[WordPair],
    joining: Joining,
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Alignment]:
    """The links of each pair that both models together give; pairs with an empty side have none.

    Args:
        forward: reads the pairs as they are.
        backward: reads them turned round.
        pairs: in the direction of the first.
        joining: how.
        progress: called with how many pairs were read, each twice.

    Raises:
        AlignmentError: a model has no attention, or no such layer or head.
    """
    turned = [pair.reversed for pair in pairs]

    def later(done: int) -> None:
        progress(len(pairs) + done)

    if joining in (Joining.MEAN, Joining.PRODUCT):
        looks = weigh_words(forward.translator, pairs, forward.reading, progress=progress)
        back = weigh_words(backward.translator, turned, backward.reading, progress=later)
        assert looks is not None  # nothing stops them
        assert back is not None
        return [_joined(a, b, joining) for a, b in zip(looks, back, strict=True)]
    links = align_words(forward.translator, pairs, [forward.reading], progress=progress)
    others = align_words(backward.translator, turned, [backward.reading], progress=later)
    assert links is not None  # nothing stops them
    assert others is not None
    method = Symmetrisation(joining.value)
    return [
        Alignment(symmetrise(there.sure, swap_sides(other).sure, method))
        for there, other in zip(links[0], others[0], strict=True)
    ]


def _joined(there: NDArray[np.float64], back: NDArray[np.float64], joining: Joining) -> Alignment:
    """Links where the two look enough together.

    Args:
        there: (target words, source words).
        back: (source words, target words).
        joining: mean or product.
    """
    joint = (there + back.T) / 2 if joining is Joining.MEAN else np.sqrt(there * back.T)
    return Alignment(
        frozenset(
            Link(source, target) for target, source in np.argwhere(joint > _THRESHOLD).tolist()
        )
    )
