"""The time that work will still take, without the leaps of a first guess."""

from __future__ import annotations

import math

from attnstudio.gui.studio.tasks import TaskProgress

_KNOWN_FROM = 0.06  # share of what was to do: before, the first steps say little
_SETTLES_S = 30.0  # in which most of a change is taken over


class SteadyTimeLeft:
    """Follows the progress of one task; the end that is foreseen moves slowly."""

    def __init__(self) -> None:
        self._end_s: float | None = None  # since the task began
        self._told_at_s = 0.0

    def after(self, progress: TaskProgress) -> float | None:
        """The seconds left at this progress; None while they are not known."""
        if not progress.total or progress.left_s is None:
            return None
        if progress.done < progress.before + _KNOWN_FROM * (progress.total - progress.before):
            return None
        foreseen_s = progress.elapsed_s + progress.left_s
        if self._end_s is None:
            self._end_s = foreseen_s
        passed_s = progress.elapsed_s - self._told_at_s
        self._told_at_s = progress.elapsed_s
        # Near the end it must be right, so little time left settles sooner.
        settles_s = min(_SETTLES_S, max(progress.left_s, 1.0))
        self._end_s += (foreseen_s - self._end_s) * -math.expm1(-passed_s / settles_s)
        return max(0.0, self._end_s - progress.elapsed_s)
