"""The checkpoints of a run as a person chooses among them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from attnstudio.evaluation.reading import ChosenBy
from attnstudio.gui.look.wording import count
from attnstudio.project.checkpoint_index import CheckpointIndex


@dataclass(frozen=True, slots=True)
class CheckpointChoice:
    """One entry of the list of checkpoints.

    Attributes:
        value: ``best``, ``last``, ``aligned`` or the step.
        text: what people read.
        step: what it stands for now.
    """

    value: str
    text: str
    step: int


def checkpoint_choices(
    index: CheckpointIndex, *, is_best_measured: bool = True
) -> list[CheckpointChoice]:
    """The best, the last and the one that aligns best, then all of them, the newest first.

    Before the first validation nothing is the best: what stands for it is the last.
    """
    aligns_best = {
        ChosenBy.GOLD: _tr("Aligns best by gold links"),
        ChosenBy.TEXT: _tr("Aligns best by links of the text"),
    }
    named = (
        ("best", _tr("Best") if is_best_measured else _tr("Last"), index.best),
        ("last", _tr("Last"), index.last if is_best_measured else None),
        ("aligned", aligns_best[index.aligned_by], index.aligned),
    )
    choices = [
        CheckpointChoice(key, _tr("{name} (step {n})").format(name=name, n=count(step)), step)
        for key, name, step in named
        if step is not None
    ]
    choices += [
        CheckpointChoice(str(step), _tr("Step {n}").format(n=count(step)), step)
        for step in reversed(index.steps)
    ]
    return choices


def _tr(text: str) -> str:
    return QCoreApplication.translate("checkpoints", text)
