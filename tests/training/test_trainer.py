"""The loop by itself: what it asks its hooks, and when it stops."""

import copy
import gc
import itertools
import multiprocessing
import os
import sys
import time
import weakref
from contextlib import ExitStack

import pytest
import torch

from attnstudio.config_model import TransformerConfig
from attnstudio.config_training import BestMetric, LimitsConfig, Schedule, TrainingConfig
from attnstudio.model.builder import build_model
from attnstudio.model.dropout import Dropout
from attnstudio.model.spec import translation_spec
from attnstudio.training.events import CheckpointSaved, Finished, Notice, Step, Validation
from attnstudio.training.hooks import TrainerHooks, ValidationResult
from attnstudio.training.stop import StopReason, StopToken
from attnstudio.training.trainer import Trainer


def tiny_trainer(dataset, limits, hooks, stop, config):
    """Of a model that begins the same every time."""
    torch.manual_seed(1)
    shape = TransformerConfig(
        encoder_layers=1, decoder_layers=1, model_size=8, heads=2, feedforward_size=8
    )
    model = build_model(shape, translation_spec(320, 320, shared=True))
    return Trainer(
        model, dataset, config=TrainingConfig(**config), limits=limits, hooks=hooks, stop=stop
    )


class Outside:
    """What surrounds a trainer: given validation losses, a clock, and what was said and saved."""

    def __init__(self, losses=(), *, bleu=(), errors=(), seconds_per_look=0.0):
        self.events, self.snapshots, self.spent, self.strengths = [], [], [], []
        self.aligned = []
        self.stop = StopToken()
        self._losses, self._bleu, self._errors = iter(losses), iter(bleu), iter(errors)
        self._ticks = itertools.count()
        self._seconds = seconds_per_look
        self.stop_at_step = None

    def emit(self, event):
        self.events.append(event)
        if event.step == self.stop_at_step:
            self.stop.request()

    def validate(self, model, _step, time_is_spent):
        assert not model.training
        self.spent.append(time_is_spent)
        [strength] = {each.strength for each in model.modules() if isinstance(each, Dropout)}
        self.strengths.append(strength)
        scores = {"loss": next(self._losses, 9.0), "token_accuracy": 0.5}
        if (bleu := next(self._bleu, None)) is not None:
            scores["bleu"] = bleu
        if (error := next(self._errors, None)) is not None:
            scores["aer"] = error
        return ValidationResult(scores=scores)

    def save(self, snapshot, best):
        self.snapshots.append((snapshot.state.step, best))
        if snapshot.state.is_aligned_best:
            self.aligned.append(snapshot.state.step)

    def train(self, dataset, limits, **config):
        defaults = {"batch_tokens": 100, "validate_every": 1, "patience": 0, "warmup_steps": 0}
        hooks = TrainerHooks(
            self.validate,
            self.save,
            self.emit,
            lambda: next(self._ticks) * self._seconds,
        )
        trainer = tiny_trainer(dataset, limits, hooks, self.stop, defaults | config)
        return trainer.run(started_at=0.0)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


def test_training_ends_after_so_many_validations_without_gain(dataset):
    outside = Outside([5.0, 4.0, 4.5, 3.0, 3.0, 3.1, 3.2])
    reason = outside.train(dataset, LimitsConfig(max_steps=50), patience=3)

    assert reason is StopReason.NO_IMPROVEMENT
    assert outside.of(Finished)[0].step == 7
    assert outside.of(Finished)[0].best_step == 4


def test_a_trainer_goes_with_its_last_user(dataset):
    outside = Outside([5.0])
    hooks = TrainerHooks(outside.validate, outside.save, outside.emit, lambda: 0.0)
    config = {"batch_tokens": 100, "validate_every": 1, "warmup_steps": 0}
    limits = LimitsConfig(max_steps=1)
    trainer = tiny_trainer(dataset, limits, hooks, outside.stop, config)
    gc.disable()  # which would find what refers to itself, some time after
    try:
        trainer.run(started_at=0.0)
        gone = weakref.ref(trainer)
        del trainer
        assert gone() is None  # with the model, what the optimiser remembers and the open files
    finally:
        gc.enable()


def test_dropout_rises_over_so_many_epochs(dataset):
    outside = Outside()
    outside.train(dataset, LimitsConfig(max_epochs=3), dropout_epochs=2.0)
    epochs = [0.0] + [validation.epoch for validation in outside.of(Validation)]

    assert outside.strengths == pytest.approx(
        [min(1.0, epoch / 2.0) for epoch in epochs[:-1]], abs=1e-9
    )
    assert outside.strengths[-1] == 1.0


def test_dropout_is_whole_from_the_start_if_not_told_otherwise(dataset):
    outside = Outside()
    outside.train(dataset, LimitsConfig(max_steps=1))

    assert outside.strengths == [1.0]


def test_the_best_checkpoint_is_marked_when_it_is_saved(dataset):
    outside = Outside([5.0, 4.0, 4.5])
    outside.train(dataset, LimitsConfig(max_steps=3))

    assert outside.snapshots == [(1, True), (2, True), (3, False)]
    assert [event.is_best for event in outside.of(Validation)] == [True, True, False]


def test_best_can_mean_the_highest_bleu(dataset):
    outside = Outside([3.0, 4.0, 5.0], bleu=[10.0, 30.0, 20.0])
    outside.train(dataset, LimitsConfig(max_steps=3), best_metric=BestMetric.BLEU)

    assert outside.of(Finished)[0].best_step == 2


def test_a_limit_between_validations_adds_one_that_patience_does_not_count(dataset):
    outside = Outside([5.0, 1.0])
    outside.train(dataset, LimitsConfig(max_steps=3), validate_every=2)

    assert [event.step for event in outside.of(Validation)] == [2, 3]
    assert outside.of(Finished)[0].best_step == 3


def test_after_a_checkpoint_its_minutes_are_counted_anew(dataset):
    outside = Outside(seconds_per_look=1.0)  # some looks at the clock in each update
    outside.train(dataset, LimitsConfig(max_steps=40), validate_every=1_000, checkpoint_minutes=1.0)
    saved = [0, *(event.step for event in outside.of(CheckpointSaved))][:-1]  # but the last one

    assert len(saved) > 2
    assert min(later - step for step, later in itertools.pairwise(saved)) > 3


def test_a_persons_stop_adds_no_validation_but_a_checkpoint(dataset):
    outside = Outside()
    outside.stop_at_step = 2
    reason = outside.train(dataset, LimitsConfig(max_steps=50), validate_every=40, report_every=1)

    assert reason is StopReason.REQUESTED
    assert outside.of(Validation) == []
    assert [event.step for event in outside.of(CheckpointSaved)] == [2]


def test_validation_learns_that_it_has_used_up_its_tenth_of_the_time(dataset):
    quick = Outside(seconds_per_look=0.0)
    quick.train(dataset, LimitsConfig(max_steps=3))
    slow = Outside(seconds_per_look=1.0)
    slow.train(dataset, LimitsConfig(max_steps=3))

    assert quick.spent == [False] * 3
    assert slow.spent[0] is False
    assert slow.spent[-1] is True


def test_decoding_that_chooses_the_best_checkpoint_is_never_left_out(dataset):
    slow = Outside(bleu=[1.0, 2.0, 3.0], seconds_per_look=1.0)
    slow.train(dataset, LimitsConfig(max_steps=3), best_metric=BestMetric.BLEU)

    assert slow.spent == [False] * 3


def test_checkpoints_come_at_least_every_few_minutes(dataset):
    outside = Outside(seconds_per_look=30.0)
    outside.train(dataset, LimitsConfig(max_steps=6), validate_every=1000, checkpoint_minutes=2.0)

    assert outside.of(CheckpointSaved)[0].step < 6


def test_the_speed_counts_target_tokens_over_the_time_of_updates_alone(dataset):
    outside = Outside(seconds_per_look=1.0)
    outside.train(dataset, LimitsConfig(max_steps=2), validate_every=1000, report_every=1)
    first, second = outside.of(Step)

    # every look at the clock is a second later, and an update looks at its start and its end
    assert second.tokens_per_second == pytest.approx(second.target_tokens - first.target_tokens)


class TimedMachine:
    """A trainer's clocks and data on a machine whose updates take a given time.

    Attributes:
        events, snapshots: what was said and saved.
        update_s: seconds an update, by the seconds that have passed.
        share: of the time that the training thread gets, by the same.
    """

    def __init__(self, dataset, update_s, share=lambda _: 1.0):
        self.events, self.snapshots, self.threads = [], [], []
        self.stop = StopToken()
        self.update_s, self.share = update_s, share
        self._dataset = dataset
        self._now = self._thread_s = 0.0

    def epoch_batches(self, *arguments, **options):
        return self._dataset.epoch_batches(*arguments, **options)

    def batch(self, *arguments, **options):
        self.threads.append(torch.get_num_threads())
        seconds = self.update_s(self._now)
        self._thread_s += seconds * self.share(self._now)
        self._now += seconds
        return self._dataset.batch(*arguments, **options)

    def train(self, limits=None, *, snapshot=None, **config):
        defaults = {"batch_tokens": 100, "validate_every": 40, "patience": 0, "report_every": 1}
        hooks = TrainerHooks(
            self._validate,
            lambda snapshot, _: self.snapshots.append(copy.deepcopy(snapshot)),
            self.events.append,
            lambda: self._now,
            lambda: self._thread_s,
        )
        limits = limits or LimitsConfig()
        trainer = tiny_trainer(self, limits, hooks, self.stop, defaults | config)
        if snapshot is not None:
            trainer.restore(snapshot)
        return trainer.run(started_at=self._now)

    def _validate(self, *_):
        self._now += 0.3
        return ValidationResult(scores={"loss": 5.0, "token_accuracy": 0.5})

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def rates(self):
        return {event.step: event.learning_rate for event in self.of(Step)}


BUDGET_S = 30.0
PLAN = {
    "budget_minutes": BUDGET_S / 60, "schedule": Schedule.LINEAR, "learning_rate": 1e-3,
    "warmup_steps": 20, "horizon_steps": 262, "adapt_threads": False,
}  # fmt: skip
LIMIT = LimitsConfig(max_minutes=BUDGET_S / 60)


def tenth_of_a_second(_now):
    return 0.1


def three_times_as_slow_from_the_middle_on(now):
    return 0.1 if now < BUDGET_S / 2 else 0.3


def twice_as_fast_from_the_middle_on(now):
    return 0.1 if now < BUDGET_S / 2 else 0.05


def slow_for_a_while(now):
    return 0.3 if 6.0 < now < 15.0 else 0.1


@pytest.mark.parametrize(
    "update_s",
    [
        three_times_as_slow_from_the_middle_on,
        twice_as_fast_from_the_middle_on,
        slow_for_a_while,
        tenth_of_a_second,
    ],
)
def test_the_learning_rate_is_near_zero_when_the_budget_ends_and_not_before(dataset, update_s):
    machine = TimedMachine(dataset, update_s)
    machine.train(LIMIT, **PLAN)
    rates = list(machine.rates.values())

    assert rates[-1] < 0.02 * max(rates)
    assert 0.9 * BUDGET_S < machine.of(Step)[-1].elapsed_s <= BUDGET_S + 0.3


def test_without_a_budget_a_horizon_stays_where_it_is(dataset):
    machine = TimedMachine(dataset, three_times_as_slow_from_the_middle_on)
    machine.train(LIMIT, **PLAN | {"budget_minutes": 0.0})

    assert machine.of(Notice) == []
    assert list(machine.rates.values())[-1] > 0.15 * 1e-3


@pytest.mark.parametrize(
    "update_s", [three_times_as_slow_from_the_middle_on, twice_as_fast_from_the_middle_on]
)
def test_a_learning_rate_that_is_bent_falls_on_without_a_jump(dataset, update_s):
    machine = TimedMachine(dataset, update_s)
    machine.train(LIMIT, **PLAN)
    falling = [rate for step, rate in machine.rates.items() if step > PLAN["warmup_steps"]]
    falls = [before - after for before, after in itertools.pairwise(falling)]

    assert machine.of(Notice)
    assert min(falls) > 0.0
    assert max(falls) < 4 * 1e-3 / (262 - 20)


def test_a_moved_horizon_is_told_and_kept_with_the_state(dataset):
    machine = TimedMachine(dataset, three_times_as_slow_from_the_middle_on)
    machine.train(LIMIT, **PLAN)
    [told] = machine.of(Notice)

    assert told.elapsed_s > BUDGET_S / 2
    assert told.values["planned"] == PLAN["horizon_steps"]
    assert told.message == (
        f"Updates take {told.values['seconds']:.2f} s now: the time budget ends at step "
        f"{told.values['horizon']} instead of 262."
    )
    assert 0.1 < told.values["seconds"] <= 0.3
    assert machine.snapshots[-1].state.horizon_steps <= told.values["horizon"]


def test_a_resumed_run_goes_on_with_its_moved_horizon_bit_for_bit(dataset):
    whole = TimedMachine(dataset, three_times_as_slow_from_the_middle_on)
    whole.train(LIMIT, **PLAN)
    kept = next(snapshot for snapshot in whole.snapshots if snapshot.state.horizon_steps)
    going_on = TimedMachine(dataset, lambda _: 0.001)  # the time of one segment is another's not
    going_on.train(LimitsConfig(max_steps=kept.state.step + 3), snapshot=kept, **PLAN)

    assert kept.state.horizon_steps not in (0, 262)
    assert [(e.step, e.loss, e.learning_rate) for e in going_on.of(Step)] == [
        (e.step, e.loss, e.learning_rate)
        for e in whole.of(Step)
        if kept.state.step < e.step <= kept.state.step + 3
    ]


@pytest.fixture
def two_threads():
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(1)


def as_beside_a_neighbour(now):
    """Seconds an update: two threads wait for one another, one does not."""
    beside = now > 20
    return {2: 0.3 if beside else 0.1, 1: 0.16 if beside else 0.14}[torch.get_num_threads()]


def share_beside_a_neighbour(now):
    return 0.5 if now > 20 and torch.get_num_threads() == 2 else 0.97


@pytest.mark.usefixtures("two_threads")
def test_training_beside_a_neighbour_goes_on_with_one_thread_and_says_so(dataset):
    machine = TimedMachine(dataset, as_beside_a_neighbour, share_beside_a_neighbour)
    machine.train(LimitsConfig(max_minutes=0.7))
    [notice] = machine.of(Notice)

    assert notice.threads == 1
    assert notice.message == (
        "Other work uses the processor: training goes on with 1 of 2 threads, "
        f"{notice.values['times']:.1f} times as fast."
    )
    assert 20 < notice.elapsed_s < 35
    assert set(machine.threads[: int(20 / 0.1)]) == {2}
    assert machine.threads[-1] == 1
    assert torch.get_num_threads() == 2  # the next run's, and a translator's


@pytest.mark.usefixtures("two_threads")
def test_threads_that_shall_not_change_do_not(dataset):
    machine = TimedMachine(dataset, as_beside_a_neighbour, share_beside_a_neighbour)
    machine.train(LimitsConfig(max_minutes=0.7), adapt_threads=False)

    assert machine.of(Notice) == []
    assert set(machine.threads) == {2}


@pytest.mark.usefixtures("two_threads")
def test_watching_for_neighbours_changes_no_loss(dataset):
    losses = []
    for adapt in (True, False):
        machine = TimedMachine(dataset, tenth_of_a_second)
        machine.train(LimitsConfig(max_steps=150), adapt_threads=adapt)
        losses.append([event.loss for event in machine.of(Step)])

    assert losses[0] == losses[1]


def compute_for_ever():
    while True:
        pass


@pytest.fixture
def one_free_core():
    """As many busy processes as there are cores but one."""
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        for _ in range(os.cpu_count() - 1):
            process = context.Process(target=compute_for_ever)
            process.start()
            stack.callback(process.join)
            stack.callback(process.kill)
        yield


@pytest.mark.slow
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core has no room for a neighbour")
@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere OpenMP spins: no sign from the start"
)
@pytest.mark.usefixtures("two_threads", "one_free_core")
def test_beside_real_neighbours_fewer_threads_are_tried_and_the_outcome_is_told(dataset):
    events, stop = [], StopToken()

    def emit(event):
        events.append(event)
        if isinstance(event, Notice):
            stop.request()

    shape = TransformerConfig(
        encoder_layers=1, decoder_layers=1, model_size=512, heads=4, feedforward_size=2048
    )
    trainer = Trainer(
        build_model(shape, translation_spec(320, 320, shared=True)),
        dataset,
        config=TrainingConfig(batch_tokens=1000, validate_every=1_000_000),
        limits=LimitsConfig(max_minutes=1.5),
        hooks=TrainerHooks(lambda *_: None, lambda *_: None, emit),
        stop=stop,
    )
    trainer.run(started_at=time.monotonic())
    [notice] = [event for event in events if isinstance(event, Notice)]

    assert notice.values["most"] == 2
    assert notice.threads == 1 or notice.values["tried"] == 1  # a busy machine may be no faster


def test_the_state_says_which_validation_aligned_best(dataset):
    outside = Outside([5.0, 4.0, 4.5, 4.6], errors=[0.9, 0.8, 0.7, 0.75])
    outside.train(dataset, LimitsConfig(max_steps=4))

    assert outside.aligned == [1, 2, 3]


def test_patience_can_wait_for_alignment(dataset):
    ends = {}
    for waits in (False, True):
        outside = Outside([5.0] * 9, errors=[0.9, 0.8, 0.7, 0.75, 0.76])
        outside.train(dataset, LimitsConfig(max_steps=50), patience=2, wait_for_alignment=waits)
        ends[waits] = outside.of(Finished)[0].step

    assert ends == {False: 3, True: 5}


def test_a_validation_says_how_hard_the_last_reported_update_pulled_at_each_layer(dataset):
    outside = Outside()
    outside.train(dataset, LimitsConfig(max_steps=3), validate_every=2, report_every=1)

    validations, steps = outside.of(Validation), outside.of(Step)
    assert [list(each.gradient_norms) for each in validations] == [["encoder.0", "decoder.0"]] * 2
    for validation in validations:
        [step] = [each for each in steps if each.step == validation.step]
        of_layers = sum(norm**2 for norm in validation.gradient_norms.values()) ** 0.5
        assert 0 < of_layers < step.gradient_norm  # the rest is of the embedding and the last norms
    assert validations[0].gradient_norms != validations[1].gradient_norms
