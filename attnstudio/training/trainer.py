"""The one training loop, for the window, the command line and tests.

It says events and hears one word: stop. It decodes nothing, writes no file and knows no Qt: what
validation means and where a snapshot goes is handed to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnstudio.allocator import is_memory_shortage
from attnstudio.config import BestMetric, LimitsConfig, Schedule, TrainingConfig
from attnstudio.errors import MemoryShortError
from attnstudio.model.dropout import set_dropout_strength
from attnstudio.model.interface import Seq2SeqModel
from attnstudio.model.weights import load_weights, named_weights
from attnstudio.training.averaging import WeightAverage
from attnstudio.training.budget import HORIZON_MOVED, VALIDATION_SHARE, BudgetFollower, Moment
from attnstudio.training.contention import Finding, ThreadChoice
from attnstudio.training.dataset import Batch, ParallelDataset
from attnstudio.training.events import (
    CheckpointSaved,
    Finished,
    Notice,
    Step,
    Validation,
    WatchTranslated,
)
from attnstudio.training.guard import Guard
from attnstudio.training.hooks import TrainerHooks, ValidationResult
from attnstudio.training.optimisation import (
    build_optimiser,
    gradient_norm,
    load_optimiser_tensors,
    optimiser_tensors,
    step_clipped,
)
from attnstudio.training.patience import gain_metric
from attnstudio.training.schedule import RateSchedule
from attnstudio.training.scores import LOSS
from attnstudio.training.state import Snapshot, TrainState, random_states, restore_random
from attnstudio.training.stop import StopReason, StopToken
from attnstudio.training.update import GradientMaker

IN_PARTS = "Memory is short: each update is computed in {parts} parts from here on."
OTHER_RATE = "From here on the learning rate is {scale:g} times what it was."


class Trainer:
    """Trains one model until a limit, a stop or no further gain.

    Args:
        model: on its device; changed in place.
        dataset: the training pairs.
        config: how to train; its precision is no longer ``auto``.
        limits: when to stop.
        hooks: validation, saving, events and time.
        stop: asked before every update.
    """

    def __init__(
        self,
        model: Seq2SeqModel,
        dataset: ParallelDataset,
        *,
        config: TrainingConfig,
        limits: LimitsConfig,
        hooks: TrainerHooks,
        stop: StopToken,
    ) -> None:
        self._model = model
        self._dataset = dataset
        self._config = config
        self._limits = limits
        self._hooks = hooks
        self._stop = stop
        self._device = next(model.parameters()).device
        self._optimiser = build_optimiser(
            model, beta2=config.adam_beta2, weight_decay=config.weight_decay
        )
        self._average = WeightAverage(model, config.average_decay) if config.average_decay else None
        self._gradients = GradientMaker(model, config)
        self._guard = Guard(model.target_vocabulary)
        self._state = TrainState()
        self._schedule()  # one that cannot be is refused before anything is done
        self._epoch_batches: list[NDArray[np.int64]] = []
        self._planned_epoch = -1
        self._started_at = 0.0
        self._saved_at = 0.0
        self._saved_step = -1
        self._reported: _Reported | None = None
        self._budget: BudgetFollower | None = None
        self._threads: ThreadChoice | None = None

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot: weights, optimiser, random states and position."""
        load_weights(self._model, snapshot.trained or snapshot.weights)
        if self._average is not None:
            self._average.restore(snapshot.weights)
        load_optimiser_tensors(self._optimiser, self._model, snapshot.optimiser)
        restore_random(snapshot.random, self._device)
        self._state = snapshot.state
        self._saved_step = snapshot.state.step
        self._guard.begin_from(snapshot.state.step)

    def scale_rate(self, scale: float) -> None:
        """Multiply all learning rates to come, as after losses that rose without end."""
        self._state = replace(self._state, peak_rate=self._schedule().peak * scale)
        self._hooks.emit(
            Notice(
                step=self._state.step,
                elapsed_s=self._state.elapsed_s,
                template=OTHER_RATE,
                values={"scale": scale},
            )
        )

    def run(self, started_at: float) -> StopReason:
        """Train, with the threads that torch has now, or fewer while other programs slow them down.

        Args:
            started_at: on the hooks' clock, when this segment began, preparation included.

        Raises:
            NotFiniteError: a loss, a gradient or a weight is no longer a number.
            DivergedError: the losses rise without end.
            MemoryShortError: not even a single pair can be trained on; a checkpoint is kept.
        """
        self._started_at = started_at - self._state.elapsed_s
        self._saved_at = self._hooks.clock()
        self._reported = None
        threads = torch.get_num_threads()
        self._threads = self._choice_of_threads(threads)
        self._budget = self._budget_to_follow()
        try:
            return self._run()
        finally:
            torch.set_num_threads(threads)

    def _choice_of_threads(self, threads: int) -> ThreadChoice | None:
        is_wanted = self._config.adapt_threads and self._device.type == "cpu"
        return ThreadChoice(threads) if is_wanted and threads > 1 else None

    def _budget_to_follow(self) -> BudgetFollower | None:
        config = self._config
        if not config.budget_minutes or config.schedule is not Schedule.LINEAR:
            return None
        horizon = self._schedule().horizon_steps
        return BudgetFollower(config.budget_minutes * 60, self._moment(), horizon)

    def _run(self) -> StopReason:
        while True:
            if self._validation_is_due():
                self._validate(scheduled=True)
            reason = self._reason_to_stop()
            if reason is not None:
                break
            self._update()
            self._follow_budget()
            if self._hooks.save_is_due() or self._is_long_since_saved():
                self._save(best=False)
        if self._threads is not None:
            self._tell(self._threads.end())
        if reason is not StopReason.REQUESTED and self._state.validated_step != self._state.step:
            self._validate(scheduled=False)
        if self._hooks.save_is_due() or self._saved_step != self._state.step:
            self._save(best=False)
        # The time of the last checkpoint, from which a later segment counts on.
        elapsed_s = self._state.elapsed_s
        self._hooks.emit(
            Finished(
                step=self._state.step,
                elapsed_s=elapsed_s,
                reason=reason.value,
                best_step=self._state.best_step,
            )
        )
        return reason

    def _reason_to_stop(self) -> StopReason | None:
        limits, state = self._limits, self._state
        if self._stop.requested:
            return StopReason.REQUESTED
        if limits.max_steps is not None and state.step >= limits.max_steps:
            return StopReason.STEP_LIMIT
        if limits.max_epochs is not None and self._epoch() >= limits.max_epochs:
            return StopReason.EPOCH_LIMIT
        if limits.max_minutes is not None and self._now()[1] >= limits.max_minutes * 60:
            return StopReason.TIME_LIMIT
        if (
            self._config.schedule is Schedule.LINEAR
            and self._config.budget_minutes
            and state.step >= self._schedule().horizon_steps
        ):
            return StopReason.SCHEDULE_END
        if self._config.patience and state.validations_without_gain >= self._config.patience:
            return StopReason.NO_IMPROVEMENT
        return None

    def _update(self) -> None:
        """One update of the weights, over one or more batches; none when stopped on the way."""
        config, state = self._config, self._state
        started, thread_started = self._hooks.clock(), self._hooks.thread_clock()
        batches = self._next_batches()
        target_tokens = sum(batch.target_tokens for batch in batches)
        self._model.train()
        if config.dropout_epochs:
            set_dropout_strength(self._model, min(1.0, self._epoch() / config.dropout_epochs))
        cross_entropy = self._make_gradients(batches)
        if cross_entropy is None:
            return
        norm = gradient_norm(self._model)
        rate = self._schedule().rate(state.step + 1)
        reporting = state.step % config.report_every == config.report_every - 1 or state.step == 0
        if reporting or self._device.type == "cpu":  # elsewhere looking costs a synchronisation
            self._guard.refuse_no_number(float(norm), state.step)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        step_clipped(self._optimiser, norm, config.gradient_clip)
        self._optimiser.zero_grad(set_to_none=True)
        if self._average is not None:
            self._average.update(state.step + 1)
        self._state = state.after_update(
            batches=len(batches),
            batches_in_epoch=len(self._epoch_batches),
            target_tokens=target_tokens,
        )
        seconds = self._hooks.clock() - started
        thread_s = self._hooks.thread_clock() - thread_started
        self._count(target_tokens, seconds)
        if reporting or self._reason_to_stop() is not None:
            self._report(float(cross_entropy) / target_tokens, rate, float(norm))
        self._adapt_threads(seconds, thread_s, target_tokens)

    def _make_gradients(self, batches: Sequence[Batch]) -> Tensor | None:
        """As `GradientMaker.make` does; what there is is kept where memory is too short for any."""
        parts = self._gradients.parts
        try:
            made = self._gradients.make(batches, should_stop=lambda: self._stop.requested)
        except MemoryShortError:
            if self._saved_step != self._state.step:
                self._save(best=False)
            raise
        if self._gradients.parts != parts:
            self._notice(IN_PARTS, {"parts": self._gradients.parts})
        return made

    def _adapt_threads(self, seconds: float, thread_s: float, target_tokens: int) -> None:
        choice = self._threads
        if choice is None:
            return
        before = choice.threads
        self._tell(choice.after_update(wall_s=seconds, thread_s=thread_s, tokens=target_tokens))
        if choice.threads != before:
            torch.set_num_threads(choice.threads)

    def _tell(self, found: Finding | None) -> None:
        if found is not None:
            self._notice(found.template, found.values)

    def _notice(self, template: str, values: Mapping[str, int | float | str]) -> None:
        step, elapsed_s = self._now()
        self._hooks.emit(Notice(step=step, elapsed_s=elapsed_s, template=template, values=values))

    def _follow_budget(self) -> None:
        """Let the learning rate reach zero where the time budget ends as it looks now."""
        schedule, step = self._schedule(), self._state.step
        if self._budget is None or step >= schedule.horizon_steps:
            return
        end = self._budget.new_end(self._moment(), schedule.horizon_steps)
        if end is None:
            return
        bent = schedule.bent(step, end.horizon_steps)
        self._state = replace(self._state, horizon_steps=bent.horizon_steps, peak_rate=bent.peak)
        if end.instead_of is not None:
            values = {
                "seconds": round(end.update_s, 3),
                "horizon": bent.horizon_steps,
                "planned": end.instead_of,
            }
            self._notice(HORIZON_MOVED, values)

    def _next_batches(self) -> list[Batch]:
        accumulation = self._config.accumulation
        rows = [self._next_rows(offset) for offset in range(accumulation)]
        first_draw = self._state.step * accumulation
        return [
            self._dataset.batch(part, draw=first_draw + offset) for offset, part in enumerate(rows)
        ]

    def _next_rows(self, offset: int) -> NDArray[np.int64]:
        """The rows of a batch, counted from where training stands."""
        self._plan(self._state.epoch)
        place = self._state.batch + offset
        if place < len(self._epoch_batches):
            return self._epoch_batches[place]
        passes, place = divmod(place, len(self._epoch_batches))
        later = self._plan_of(self._state.epoch + passes)
        return later[place % len(later)]

    def _plan(self, epoch: int) -> None:
        if epoch != self._planned_epoch:
            self._epoch_batches = self._plan_of(epoch)
            self._planned_epoch = epoch

    def _plan_of(self, epoch: int) -> list[NDArray[np.int64]]:
        return self._dataset.epoch_batches(
            epoch, batch_tokens=self._config.batch_tokens, seed=self._config.seed
        )

    def _epoch(self) -> float:
        self._plan(self._state.epoch)
        return self._state.epoch + self._state.batch / len(self._epoch_batches)

    def _schedule(self) -> RateSchedule:
        return RateSchedule.of(self._config, self._state)

    def _count(self, tokens: int, seconds: float) -> None:
        before = self._reported or _Reported(0, 0.0)
        self._reported = _Reported(before.tokens + tokens, before.seconds + seconds)

    def _report(self, loss: float, rate: float, gradient_norm: float) -> None:
        step, elapsed_s = self._now()
        self._guard.refuse_no_number(loss, step)
        counted = self._reported or _Reported(0, 0.0)
        self._reported = None
        speed = counted.tokens / max(counted.seconds, 1e-9)
        self._hooks.emit(
            Step(
                step=step,
                elapsed_s=elapsed_s,
                epoch=self._epoch(),
                loss=loss,
                learning_rate=rate,
                gradient_norm=gradient_norm,
                tokens_per_second=speed,
                target_tokens=self._state.target_tokens,
            )
        )
        self._guard.refuse_divergence(loss, step)

    def _validation_is_due(self) -> bool:
        step = self._state.step
        return (
            step > 0
            and step % self._config.validate_every == 0
            and step != self._state.validated_step
        )

    def _validate(self, *, scheduled: bool) -> None:
        began = self._hooks.clock()
        # Decoding that chooses the best checkpoint is never left out.
        by_loss = self._config.best_metric is BestMetric.LOSS
        spent = by_loss and self._state.validation_s > VALIDATION_SHARE * self._now()[1]
        result = self._measured(spent)
        if result is None:
            return
        self._guard.refuse_no_number(result.scores[LOSS.name], self._state.step)
        seconds = self._hooks.clock() - began
        value = gain_metric(result.scores, self._config.best_metric)
        before = self._state
        self._state = replace(
            before.after_validation(value, scheduled=scheduled),
            validation_s=before.validation_s + seconds,
        )
        is_best = self._state.best_step == self._state.step
        step, elapsed_s = self._now()
        self._hooks.emit(
            Validation(
                step=step,
                elapsed_s=elapsed_s,
                epoch=self._epoch(),
                scores=result.scores,
                reading=result.reading,
                seconds=seconds,
                is_best=is_best,
            )
        )
        for watched in result.watched:
            self._hooks.emit(
                WatchTranslated(
                    step=step,
                    elapsed_s=elapsed_s,
                    index=watched.index,
                    source=watched.source,
                    reference=watched.reference,
                    translation=watched.translation,
                    attention=watched.attention,
                )
            )
        self._save(best=is_best)

    def _measured(self, spent: bool) -> ValidationResult | None:
        self._model.eval()
        translating = self._average.in_model() if self._average else nullcontext()
        try:
            with torch.no_grad(), translating:
                return self._hooks.validate(self._model, self._state.step, spent)
        except Exception as error:
            if is_memory_shortage(error) and self._saved_step != self._state.step:
                self._save(best=False)  # what was learnt is whole, though it cannot be measured
            raise

    def _is_long_since_saved(self) -> bool:
        return self._hooks.clock() - self._saved_at > self._config.checkpoint_minutes * 60

    def _save(self, *, best: bool) -> None:
        step, elapsed_s = self._now()
        self._state = replace(self._state, elapsed_s=elapsed_s)
        trained = named_weights(self._model)
        snapshot = Snapshot(
            weights=self._average.weights if self._average else trained,
            optimiser=optimiser_tensors(self._optimiser, self._model),
            random=random_states(self._device),
            state=self._state,
            trained=trained if self._average else {},
        )
        self._guard.refuse_spoilt(snapshot)
        self._hooks.save(snapshot, best)
        self._saved_at = self._hooks.clock()
        self._saved_step = step
        self._hooks.emit(CheckpointSaved(step=step, elapsed_s=elapsed_s))

    def _now(self) -> tuple[int, float]:
        return self._state.step, self._hooks.clock() - self._started_at

    def _moment(self) -> Moment:
        return Moment(*self._now(), self._state.validation_s)


class _Reported(NamedTuple):
    tokens: int
    seconds: float
