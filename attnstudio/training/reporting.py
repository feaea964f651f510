"""What a trainer says of itself: when it was, how fast it went, and each event put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attnstudio.training.events import (
    CheckpointSaved,
    Finished,
    Notice,
    Step,
    TrainingEvent,
    Validation,
    WatchTranslated,
)
from attnstudio.training.hooks import ValidationResult
from attnstudio.training.state import TrainState
from attnstudio.training.stop import StopReason


class Reporter:
    """Says events, with the seconds of training and the speed since the last report.

    Args:
        emit: receives every event.
        clock: seconds from any fixed point.
    """

    def __init__(self, emit: Callable[[TrainingEvent], None], clock: Callable[[], float]) -> None:
        self._emit = emit
        self._clock = clock
        self._began_at = 0.0
        self._tokens = 0
        self._seconds = 0.0

    def begin(self, started_at: float, elapsed_s: float) -> None:
        """Count from here: a segment began then, after so many seconds of the ones before it."""
        self._began_at = started_at - elapsed_s
        self._tokens, self._seconds = 0, 0.0

    def elapsed_s(self) -> float:
        """Seconds over all segments of the run."""
        return self._clock() - self._began_at

    def count(self, target_tokens: int, seconds: float) -> None:
        """Take in what an update did, and how long that took."""
        self._tokens += target_tokens
        self._seconds += seconds

    def say_step(
        self, state: TrainState, epoch: float, *, loss: float, rate: float, gradient_norm: float
    ) -> None:
        """Say an update; the speed is that since the last one that was said."""
        speed = self._tokens / max(self._seconds, 1e-9)
        self._tokens, self._seconds = 0, 0.0
        self._emit(
            Step(
                step=state.step,
                elapsed_s=self.elapsed_s(),
                epoch=epoch,
                loss=loss,
                learning_rate=rate,
                gradient_norm=gradient_norm,
                tokens_per_second=speed,
                target_tokens=state.target_tokens,
            )
        )

    def say_validation(
        self,
        state: TrainState,
        epoch: float,
        result: ValidationResult,
        *,
        gradient_norms: Mapping[str, float],
        seconds: float,
    ) -> None:
        """Say what was measured, and what became of the watch sentences."""
        elapsed_s = self.elapsed_s()
        self._emit(
            Validation(
                step=state.step,
                elapsed_s=elapsed_s,
                epoch=epoch,
                scores={name: float(value) for name, value in result.scores.items()},
                reading=result.reading,
                lowest={name: low for name, (low, _) in result.intervals.items()},
                highest={name: high for name, (_, high) in result.intervals.items()},
                gradient_norms=gradient_norms,
                head_numbers=result.head_numbers,
                seconds=seconds,
                is_best=state.best_step == state.step,
            )
        )
        for watched in result.watched:
            self._emit(
                WatchTranslated(
                    step=state.step,
                    elapsed_s=elapsed_s,
                    index=watched.index,
                    source=watched.source,
                    reference=watched.reference,
                    translation=watched.translation,
                    attention=watched.attention,
                )
            )

    def say_saved(self, state: TrainState) -> None:
        """Say that a checkpoint of this state is on disk."""
        self._emit(CheckpointSaved(step=state.step, elapsed_s=state.elapsed_s))

    def say_finished(self, state: TrainState, reason: StopReason) -> None:
        """Say the end, with the time of the last checkpoint: a later segment counts on from it."""
        self._emit(
            Finished(
                step=state.step,
                elapsed_s=state.elapsed_s,
                reason=reason.value,
                best_step=state.best_step,
            )
        )

    def tell(
        self,
        step: int,
        template: str,
        values: Mapping[str, int | float | str],
        *,
        elapsed_s: float | None = None,
    ) -> None:
        """Say a sentence for the person, of now or of another time."""
        at = self.elapsed_s() if elapsed_s is None else elapsed_s
        self._emit(Notice(step=step, elapsed_s=at, template=template, values=values))
