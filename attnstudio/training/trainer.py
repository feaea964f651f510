"""The one training loop, for the window, the command line and tests.

It says events and hears one word: stop. It decodes nothing, writes no file and knows no Qt: what
is trained on, what is minimised, what validation means and where a snapshot goes is handed to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from attnstudio.allocator import is_memory_shortage
from attnstudio.config_training import BestMetric, LimitsConfig, TrainingConfig
from attnstudio.errors import LoneShortageError, MemoryShortError
from attnstudio.model.dropout import set_dropout_strength
from attnstudio.model.interface import SequenceModel
from attnstudio.training.agreement import Agreement
from attnstudio.training.averaging import WeightAverage
from attnstudio.training.batch import Batch, ExampleStream
from attnstudio.training.batch_order import BatchOrder
from attnstudio.training.budget import VALIDATION_SHARE
from attnstudio.training.contention import Remark
from attnstudio.training.guard import Guard
from attnstudio.training.hooks import TrainerHooks, ValidationResult
from attnstudio.training.horizon import Horizon
from attnstudio.training.keeping import Snapshots
from attnstudio.training.loss import LabelSmoothedCrossEntropy, Objective
from attnstudio.training.optimisation import (
    build_optimiser,
    gradient_norm,
    layer_gradient_norms,
    step_clipped,
)
from attnstudio.training.patience import gain_metric
from attnstudio.training.ranks import ALONE, Ranks
from attnstudio.training.reporting import Reporter
from attnstudio.training.schedule import RateSchedule
from attnstudio.training.scores import LOSS, alignment_error
from attnstudio.training.sharded_update import ShardedGradientMaker
from attnstudio.training.sharding import Shards, is_sharded
from attnstudio.training.span_cost import with_span_cost
from attnstudio.training.state import Snapshot, TrainState
from attnstudio.training.stop import StopReason, StopToken
from attnstudio.training.threads import AdaptedThreads
from attnstudio.training.update import GradientMaker

IN_PARTS = "Memory is short: each update is computed in {parts} parts from here on."
OTHER_RATE = "From here on the learning rate is {scale:g} times what it was."


class Trainer:
    """Trains one model until a limit, a stop or no further gain.

    Several processes may do so together: each has a trainer of its own, which makes the same
    updates from its part of each batch and decides as the others do. The hooks of the first one
    alone are asked for validations, told events and given what is kept.

    Args:
        model: on its device; changed in place.
        stream: the examples.
        objective: what is minimised; None for the cross-entropy with the config's smoothing.
        config: how to train; its precision is no longer ``auto``.
        limits: when to stop.
        hooks: validation, saving, events and time.
        stop: asked before every update.
        ranks: who trains together.
    """

    def __init__(
        self,
        model: SequenceModel,
        stream: ExampleStream,
        *,
        objective: Objective | None = None,
        config: TrainingConfig,
        limits: LimitsConfig,
        hooks: TrainerHooks,
        stop: StopToken,
        ranks: Ranks = ALONE,
    ) -> None:
        self._ranks = ranks
        self._model = model
        self._config = config
        self._limits = limits
        self._hooks = hooks
        self._stop = stop
        objective = objective or LabelSmoothedCrossEntropy(config.label_smoothing)
        objective = with_span_cost(objective, model)
        shards = Shards(model, objective, config, ranks) if is_sharded(config, ranks) else None
        self._device = next(model.parameters()).device
        self._optimiser = build_optimiser(
            model, beta2=config.adam_beta2, weight_decay=config.weight_decay
        )
        self._average = WeightAverage(model, config.average_decay) if config.average_decay else None
        self._gradients = (
            GradientMaker(model, objective, config.precision, ranks)
            if shards is None
            else ShardedGradientMaker(model, shards, config.precision, ranks)
        )
        self._order = BatchOrder(
            stream,
            batch_tokens=config.batch_tokens,
            accumulation=config.accumulation,
            seed=config.seed,
            ranks=ranks,
        )
        self._guard = Guard(model.target_vocabulary)
        self._reporter = Reporter(hooks.emit, hooks.clock)
        self._snapshots = Snapshots(
            model,
            self._optimiser,
            self._average,
            keep=hooks.save,
            is_wanted=hooks.save_is_due,
            every_s=config.checkpoint_minutes * 60,
            clock=hooks.clock,
            ranks=ranks,
            shards=shards,
        )
        self._agreed = Agreement(
            ranks, stop, elapsed_s=self._reporter.elapsed_s, is_save_due=self._snapshots.is_due
        )
        self._layer_norms: dict[str, float] = {}
        self._state = TrainState()
        self._schedule()  # one that cannot be is refused before anything is done

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot: weights, optimiser, random states and position."""
        self._snapshots.restore(snapshot)
        self._state = snapshot.state
        self._guard.begin_from(snapshot.state.step)

    def scale_rate(self, scale: float) -> None:
        """Multiply all learning rates to come, as after losses that rose without end."""
        self._state = replace(self._state, peak_rate=self._schedule().peak * scale)
        at = self._state
        self._reporter.tell(at.step, OTHER_RATE, {"scale": scale}, elapsed_s=at.elapsed_s)

    def run(self, started_at: float) -> StopReason:
        """Train, with the threads that torch has now, or fewer while other programs slow them down.

        Args:
            started_at: on the hooks' clock, when this segment began, preparation included.

        Raises:
            NotFiniteError: a loss, a gradient or a weight is no longer a number.
            DivergedError: the losses rise without end.
            MemoryShortError: not even a single example can be trained on; a checkpoint is kept.
            PeerLostError: another of the processes that train together has ended.
        """
        self._reporter.begin(started_at, self._state.elapsed_s)
        self._snapshots.begin()
        is_adapting = self._config.adapt_threads and self._device.type == "cpu"
        is_adapting = is_adapting and self._ranks.is_alone  # waiting for others looks like company
        self._agreed.listen(0)
        horizon = Horizon(self._config, self._state, self._agreed.elapsed_s())
        with AdaptedThreads(is_wanted=is_adapting) as threads:
            return self._run(horizon, threads)

    def _run(self, horizon: Horizon, threads: AdaptedThreads) -> StopReason:
        while True:
            if self._validation_is_due():
                self._validate(scheduled=True)
            reason = self._reason_to_stop(horizon)
            if reason is not None:
                break
            self._update(horizon, threads)
            self._follow(horizon)
            if self._agreed.is_save_due():
                self._save(best=False)
        self._tell(threads.end())
        if reason is not StopReason.REQUESTED and self._state.validated_step != self._state.step:
            self._validate(scheduled=False)
        if self._ranks.of_first(self._hooks.save_is_due()) or not self._is_saved():
            self._save(best=False)
        self._reporter.say_finished(self._state, reason)
        return reason

    def _reason_to_stop(self, horizon: Horizon) -> StopReason | None:
        limits, state = self._limits, self._state
        if self._agreed.is_stop_asked():
            return StopReason.REQUESTED
        if limits.max_steps is not None and state.step >= limits.max_steps:
            return StopReason.STEP_LIMIT
        if limits.max_epochs is not None and self._epochs() >= limits.max_epochs:
            return StopReason.EPOCH_LIMIT
        if limits.max_minutes is not None and self._agreed.elapsed_s() >= limits.max_minutes * 60:
            return StopReason.TIME_LIMIT
        if horizon.is_reached(state):
            return StopReason.SCHEDULE_END
        if self._config.patience and state.validations_without_gain >= self._config.patience:
            return StopReason.NO_IMPROVEMENT
        return None

    def _update(self, horizon: Horizon, threads: AdaptedThreads) -> None:
        """One update of the weights, over one or more batches; none when stopped on the way."""
        state, every = self._state, self._config.report_every
        started, thread_started = self._hooks.clock(), self._hooks.thread_clock()
        batches = self._order.next_batches(state)
        target_tokens = self._agreed.listen(sum(batch.target_tokens for batch in batches))
        self._prepare_model()
        reported = self._make_gradients(batches, target_tokens)
        if reported is None:
            self._agreed.hear_stop()
            return
        norm = gradient_norm(self._model)
        rate = self._schedule().rate(state.step + 1)
        is_report_due = state.step % every == every - 1 or state.step == 0
        if is_report_due:
            self._layer_norms = layer_gradient_norms(self._model)
        if is_report_due or self._device.type == "cpu":  # elsewhere looking costs a synchronisation
            self._guard.refuse_no_number(float(norm), state.step)
        self._step(norm, rate)
        self._state = state.after_update(
            batches=self._config.accumulation,  # of which this process may have had no part
            batches_in_epoch=self._order.batches_in(state.epoch),
            target_tokens=target_tokens,
        )
        wall_s = self._hooks.clock() - started
        thread_s = self._hooks.thread_clock() - thread_started
        self._reporter.count(target_tokens, wall_s)
        if is_report_due or self._reason_to_stop(horizon) is not None:
            self._ranks.add_up(reported)
            self._report(float(reported) / target_tokens, rate, float(norm))
        self._tell(threads.after_update(wall_s=wall_s, thread_s=thread_s, tokens=target_tokens))

    def _prepare_model(self) -> None:
        self._model.train()
        epochs = self._config.dropout_epochs
        if epochs:
            set_dropout_strength(self._model, min(1.0, self._epochs() / epochs))

    def _make_gradients(self, batches: Sequence[Batch], target_tokens: int) -> Tensor | None:
        """As `GradientMaker.make` does; what there is is kept where memory is too short for any."""
        parts = self._gradients.parts
        try:
            made = self._gradients.make(
                batches, target_tokens=target_tokens, should_stop=lambda: self._stop.requested
            )
        except MemoryShortError as error:
            if not (self._is_saved() or isinstance(error, LoneShortageError)):
                self._save(best=False)
            raise
        if self._gradients.parts != parts:
            self._tell(Remark(IN_PARTS, {"parts": self._gradients.parts}))
        return made

    def _step(self, norm: Tensor, rate: float) -> None:
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        step_clipped(self._optimiser, norm, self._config.gradient_clip)
        self._optimiser.zero_grad(set_to_none=True)
        if self._average is not None:
            self._average.update(self._state.step + 1)

    def _report(self, loss: float, rate: float, gradient_norm: float) -> None:
        state = self._state
        self._guard.refuse_no_number(loss, state.step)
        self._reporter.say_step(
            state, self._epochs(), loss=loss, rate=rate, gradient_norm=gradient_norm
        )
        self._guard.refuse_divergence(loss, state.step)

    def _follow(self, horizon: Horizon) -> None:
        moved = horizon.after_update(self._state, self._agreed.elapsed_s())
        if moved is not None:
            self._state = moved.state
            self._tell(moved.finding)

    def _tell(self, found: Remark | None) -> None:
        if found is not None:
            self._reporter.tell(self._state.step, found.template, found.values)

    def _epochs(self) -> float:
        return self._order.epochs_done(self._state)

    def _schedule(self) -> RateSchedule:
        return RateSchedule.of(self._config, self._state)

    def _validation_is_due(self) -> bool:
        step = self._state.step
        is_turn = step > 0 and step % self._config.validate_every == 0
        return is_turn and step != self._state.validated_step

    def _validate(self, *, scheduled: bool) -> None:
        is_measured = self._measure(scheduled=scheduled)
        is_measured, self._state = self._ranks.of_first((is_measured, self._state))
        self._agreed.listen(0)  # it took a while
        if is_measured:
            self._save(best=self._state.best_step == self._state.step)

    def _measure(self, *, scheduled: bool) -> bool:
        """Measure in the first process, and say what was found; whether anything was."""
        began = self._hooks.clock()
        result = self._measured()
        if result is None:
            return False
        self._guard.refuse_no_number(result.scores[LOSS.name], self._state.step)
        seconds = self._hooks.clock() - began
        value = gain_metric(result.scores, self._config.best_metric)
        before = self._state
        self._state = replace(
            before.after_validation(
                value,
                scheduled=scheduled,
                error=alignment_error(result.scores),
                waits_for_alignment=self._config.wait_for_alignment,
            ),
            validation_s=before.validation_s + seconds,
        )
        self._reporter.say_validation(
            self._state,
            self._epochs(),
            result,
            gradient_norms=self._layer_norms,
            seconds=seconds,
        )
        return True

    def _measured(self) -> ValidationResult | None:
        # Decoding that chooses the best checkpoint is never left out.
        by_loss = self._config.best_metric is BestMetric.LOSS
        most_s = VALIDATION_SHARE * self._reporter.elapsed_s()
        is_spent = by_loss and self._state.validation_s > most_s
        self._model.eval()
        try:
            with torch.no_grad(), self._snapshots.as_kept() as model:
                if not self._ranks.is_first:
                    return None
                return self._hooks.validate(model, self._state.step, is_spent)
        except Exception as error:
            if is_memory_shortage(error) and self._snapshots.is_whole and not self._is_saved():
                # What was learnt is whole, though it cannot be measured; the others only wait.
                self._save(best=False, with_others=False)
            raise

    def _is_saved(self) -> bool:
        return self._snapshots.step == self._state.step

    def _save(self, *, best: bool, with_others: bool = True) -> None:
        self._state = replace(self._state, elapsed_s=self._reporter.elapsed_s())
        snapshot = self._snapshots.take(self._state, with_others=with_others)
        self._guard.refuse_spoilt(snapshot)
        self._snapshots.keep(snapshot, best=best)
        self._reporter.say_saved(self._state)
