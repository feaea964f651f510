"""Of which translation something was worked out, for what is kept of many."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.studio.studio import Studio

if TYPE_CHECKING:  # torch takes seconds to load
    from attnstudio.inference.reader import PairToRead

_Value = TypeVar("_Value")

_MOST_KEPT = 24  # sentences, some megabytes


class AnswerPlace(NamedTuple):
    """A translation by a checkpoint of a run."""

    folder: Path
    run: str
    step: int
    pair: PairToRead


def place_of(studio: Studio, asking: Asking, candidate: Candidate) -> AnswerPlace | None:
    """Of a translation in the answer that is shown; None while there is none."""
    project, answer = studio.project, asking.answer
    if project is None or answer is None:
        return None
    return AnswerPlace(project.folder, answer.run, answer.step, candidate.pair)


def make_room(known: dict[AnswerPlace, _Value]) -> None:
    """Forget what was found first, so that another can be kept."""
    while len(known) >= _MOST_KEPT:
        known.pop(next(iter(known)))
