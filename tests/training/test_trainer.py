"""The loop by itself: what it asks its hooks, and when it stops."""

import copy
import itertools

import pytest
import torch

from attnstudio.config import (
    BestMetric,
    LimitsConfig,
    Schedule,
    TrainingConfig,
    TransformerConfig,
)
from attnstudio.corpus.parallel_corpus import CorpusWriter, ParallelCorpus, Split
from attnstudio.model.builder import VocabularySizes, build_model
from attnstudio.tokenizer import Tokenizer, TokenizerSpec, train_tokenizer
from attnstudio.training.dataset import ParallelDataset, encode_dataset
from attnstudio.training.events import CheckpointSaved, Finished, Notice, Step, Validation
from attnstudio.training.stop import StopReason, StopToken
from attnstudio.training.trainer import Trainer, TrainerHooks, ValidationResult


@pytest.fixture(scope="module")
def dataset(tmp_path_factory, pairs):
    folder = tmp_path_factory.mktemp("trainer")
    with CorpusWriter(folder / "corpus", "en", "de") as writer:
        for pair in pairs[:60]:
            writer.add(pair, Split.TRAIN)
        corpus = ParallelCorpus(writer.finish())
    texts = [text for pair in pairs for text in (pair.source, pair.target)]
    tokenizer = Tokenizer(train_tokenizer(texts, TokenizerSpec("unigram", 320, True, 0.0)).model)
    encode_dataset(folder / "data", corpus, tokenizer, tokenizer, max_tokens=60)
    return ParallelDataset(folder / "data")


class Outside:
    """What surrounds a trainer: given validation losses, a clock, and what was said and saved."""

    def __init__(self, losses=(), *, bleu=(), seconds_per_look=0.0):
        self.events, self.snapshots, self.spent = [], [], []
        self.stop = StopToken()
        self._losses, self._bleu = iter(losses), iter(bleu)
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
        return ValidationResult(next(self._losses, 9.0), 0.5, bleu=next(self._bleu, None))

    def train(self, dataset, limits, **config):
        torch.manual_seed(1)
        shape = TransformerConfig(
            encoder_layers=1, decoder_layers=1, model_size=8, heads=2, feedforward_size=8
        )
        defaults = {"batch_tokens": 100, "validate_every": 1, "patience": 0, "warmup_steps": 0}
        trainer = Trainer(
            build_model(shape, VocabularySizes(320, 320, True)),
            dataset,
            config=TrainingConfig(**(defaults | config)),
            limits=limits,
            hooks=TrainerHooks(
                self.validate,
                lambda snapshot, best: self.snapshots.append((snapshot.state.step, best)),
                self.emit,
                lambda: next(self._ticks) * self._seconds,
            ),
            stop=self.stop,
        )
        return trainer.run(started_at=0.0)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


def test_training_ends_after_so_many_validations_without_gain(dataset):
    outside = Outside([5.0, 4.0, 4.5, 3.0, 3.0, 3.1, 3.2])
    reason = outside.train(dataset, LimitsConfig(max_steps=50), patience=3)

    assert reason is StopReason.NO_IMPROVEMENT
    assert outside.of(Finished)[0].step == 7
    assert outside.of(Finished)[0].best_step == 4


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
    """

    def __init__(self, dataset, update_s):
        self.events, self.snapshots = [], []
        self.stop = StopToken()
        self.update_s = update_s
        self._dataset = dataset
        self._now = 0.0

    def epoch_batches(self, *arguments, **options):
        return self._dataset.epoch_batches(*arguments, **options)

    def batch(self, *arguments, **options):
        self._now += self.update_s(self._now)
        return self._dataset.batch(*arguments, **options)

    def train(self, limits=None, *, snapshot=None, **config):
        torch.manual_seed(1)
        shape = TransformerConfig(
            encoder_layers=1, decoder_layers=1, model_size=8, heads=2, feedforward_size=8
        )
        defaults = {"batch_tokens": 100, "validate_every": 40, "patience": 0, "report_every": 1}
        trainer = Trainer(
            build_model(shape, VocabularySizes(320, 320, True)),
            self,
            config=TrainingConfig(**(defaults | config)),
            limits=limits or LimitsConfig(),
            hooks=TrainerHooks(
                self._validate,
                lambda snapshot, _: self.snapshots.append(copy.deepcopy(snapshot)),
                self.events.append,
                lambda: self._now,
            ),
            stop=self.stop,
        )
        if snapshot is not None:
            trainer.restore(snapshot)
        return trainer.run(started_at=self._now)

    def _validate(self, *_):
        self._now += 0.3
        return ValidationResult(5.0, 0.5)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def rates(self):
        return {event.step: event.learning_rate for event in self.of(Step)}


BUDGET_S = 30.0
PLAN = {
    "budget_minutes": BUDGET_S / 60, "schedule": Schedule.LINEAR, "learning_rate": 1e-3,
    "warmup_steps": 20, "horizon_steps": 262,
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
    *_, before, last = machine.of(Notice)

    assert last.elapsed_s > BUDGET_S / 2
    assert last.values["planned"] == before.values["horizon"]
    assert last.values["horizon"] < before.values["horizon"]
    assert last.message == (
        f"Updates take 0.30 s now: the time budget ends at step {last.values['horizon']} "
        f"instead of {before.values['horizon']}."
    )
    assert machine.snapshots[-1].state.horizon_steps == last.values["horizon"]


def test_a_resumed_run_goes_on_with_its_moved_horizon_bit_for_bit(dataset):
    whole = TimedMachine(dataset, three_times_as_slow_from_the_middle_on)
    whole.train(LIMIT, **PLAN)
    moved = whole.of(Notice)[0].step
    kept = next(snapshot for snapshot in whole.snapshots if snapshot.state.step > moved)
    going_on = TimedMachine(dataset, lambda _: 0.001)  # the time of one segment is another's not
    going_on.train(LimitsConfig(max_steps=kept.state.step + 3), snapshot=kept, **PLAN)

    assert kept.state.horizon_steps not in (0, 262)
    assert [(e.step, e.loss, e.learning_rate) for e in going_on.of(Step)] == [
        (e.step, e.loss, e.learning_rate)
        for e in whole.of(Step)
        if kept.state.step < e.step <= kept.state.step + 3
    ]
