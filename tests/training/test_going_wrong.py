"""Trainings that diverge, lose their numbers or run out of memory: what is said and kept."""

import math

import pytest
import torch

from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.config_training import LimitsConfig, Schedule, TrainingConfig
from attnstudio.errors import DivergedError, MemoryShortError, NotFiniteError
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
from attnstudio.training.events import CheckpointSaved, Finished, Notice, Step
from attnstudio.training.hooks import TrainerHooks, ValidationResult
from attnstudio.training.stop import StopReason, StopToken
from attnstudio.training.trainer import Trainer

SHAPES = {
    "transformer": TransformerConfig(
        encoder_layers=1, decoder_layers=1, model_size=8, heads=2, feedforward_size=8
    ),
    "recurrent": RecurrentConfig(embedding_size=8, hidden_size=8),
}
SETTINGS = {
    "batch_tokens": 100, "validate_every": 1000, "patience": 0, "warmup_steps": 0,
    "schedule": Schedule.CONSTANT,
}  # fmt: skip


class Surroundings:
    """A trainer of a tiny model, what it said, and what it gave to be kept."""

    def __init__(
        self, dataset, *, shape="transformer", max_steps=300, validated_loss=9.0, **config
    ):
        torch.manual_seed(1)
        self.model = build_model(SHAPES[shape], translation_spec(320, 320, shared=True))
        self.events, self.kept, self.stop = [], [], StopToken()
        self.trainer = Trainer(
            self.model,
            dataset,
            config=TrainingConfig(**SETTINGS | config),
            limits=LimitsConfig(max_steps=max_steps),
            hooks=TrainerHooks(
                lambda *_: self.validate(),
                self.keep,
                lambda event: self.emit(event),
                save_is_due=lambda: self.save_is_due,
            ),
            stop=self.stop,
        )
        self.spoil_at = None
        self.save_is_due = False
        self.validated_loss = validated_loss

    def validate(self):
        return ValidationResult(scores={"loss": self.validated_loss, "token_accuracy": 0.5})

    def emit(self, event):
        self.events.append(event)
        if isinstance(event, Step) and event.step == self.spoil_at:
            with torch.no_grad():
                next(self.model.parameters())[5, 0] = math.inf

    def keep(self, snapshot, _):
        self.kept.append(snapshot)

    def run(self):
        return self.trainer.run(started_at=0.0)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.mark.parametrize(
    ("shape", "rate"), [("transformer", 10.0), ("recurrent", 1.0), ("recurrent", 10.0)]
)
def test_a_learning_rate_far_too_high_ends_within_a_hundred_updates_or_so(dataset, shape, rate):
    around = Surroundings(dataset, shape=shape, learning_rate=rate)

    with pytest.raises(DivergedError, match=r"^Training diverges: .* lower learning rate\."):
        around.run()

    assert around.of(Step)[-1].step <= 150
    assert around.kept == []
    assert around.of(Finished) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_a_usual_learning_rate_diverges_never(dataset, shape):
    around = Surroundings(dataset, shape=shape, learning_rate=5e-3, max_steps=200)

    assert around.run() is StopReason.STEP_LIMIT


def test_weights_that_are_no_numbers_are_never_kept(dataset):
    around = Surroundings(dataset, max_steps=10)
    around.spoil_at = 10

    with pytest.raises(NotFiniteError, match="no longer a number after step 10"):
        around.run()

    assert around.kept == []
    assert around.of(CheckpointSaved) == []


@pytest.mark.parametrize("spoilt", ["exp_avg", "exp_avg_sq"])
def test_an_optimiser_that_is_spoilt_is_never_kept(dataset, spoilt):
    around = Surroundings(dataset, max_steps=1)
    around.run()
    tensors = around.kept[0].optimiser  # the optimiser's own
    next(tensors[name] for name in tensors if name.endswith(f".{spoilt}")).view(-1)[0] = math.nan
    around.save_is_due = True

    with pytest.raises(NotFiniteError):
        around.run()
    assert len(around.kept) == 1


def test_an_average_that_is_spoilt_is_never_kept(dataset):
    around = Surroundings(dataset, max_steps=1, average_decay=0.9)
    around.run()
    next(iter(around.kept[0].weights.values())).view(-1)[0] = math.nan  # the average's own
    around.save_is_due = True

    with pytest.raises(NotFiniteError):
        around.run()
    assert len(around.kept) == 1


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_validation_that_finds_no_number_ends_training_before_it_is_kept(dataset, loss):
    around = Surroundings(dataset, max_steps=10, validate_every=4, validated_loss=loss)

    with pytest.raises(NotFiniteError, match="after step 4"):
        around.run()
    assert around.kept == []


def test_a_rate_that_is_scaled_is_told_kept_and_used_from_there_on(dataset):
    usual, scaled = (Surroundings(dataset, max_steps=4, warmup_steps=2) for _ in range(2))
    scaled.trainer.scale_rate(0.5)
    usual.run()
    scaled.run()
    again = Surroundings(dataset, max_steps=6, warmup_steps=2)
    again.trainer.restore(scaled.kept[-1])
    again.run()

    [notice] = scaled.of(Notice)
    assert notice.message == "From here on the learning rate is 0.5 times what it was."
    assert [step.learning_rate for step in scaled.of(Step)] == [
        pytest.approx(step.learning_rate / 2) for step in usual.of(Step)
    ]
    assert again.of(Step)[-1].learning_rate == usual.of(Step)[-1].learning_rate / 2


def test_training_goes_on_in_parts_where_memory_is_short_and_says_so_once(dataset):
    plenty, scarce = (Surroundings(dataset, max_steps=12) for _ in range(2))
    decode = scarce.model.decode

    def decode_a_few(encoded, inputs):
        if len(inputs) > 3:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return decode(encoded, inputs)

    scarce.model.decode = decode_a_few
    plenty.run()
    scarce.run()

    notices = [notice.message for notice in scarce.of(Notice)]
    assert notices[-1] == "Memory is short: each update is computed in 2 parts from here on."
    assert len(notices) == 1
    expected = [step.loss for step in plenty.of(Step)]
    assert [step.loss for step in scarce.of(Step)] == pytest.approx(expected, rel=0.05)
    assert scarce.of(Finished)[0].step == 12


def test_where_memory_suffices_for_nothing_the_state_is_kept(dataset):
    around = Surroundings(dataset)

    def no_memory(*_):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    emit = around.emit

    def spoil(event):
        emit(event)
        if event.step == 10:
            around.model.decode = no_memory

    around.emit = spoil
    with pytest.raises(MemoryShortError):
        around.run()

    assert [snapshot.state.step for snapshot in around.kept] == [10]


def test_a_stop_in_the_middle_of_an_update_makes_none_of_it(dataset):
    around = Surroundings(dataset, accumulation=2)
    decode, calls = around.model.decode, []

    def stop_at_the_fifth(encoded, inputs):
        calls.append(len(inputs))
        if len(calls) == 5:
            around.stop.request()
        return decode(encoded, inputs)

    around.model.decode = stop_at_the_fifth

    assert around.run() is StopReason.REQUESTED
    assert len(calls) == 5
    assert around.kept[-1].state.step == around.of(Finished)[0].step == 2


def test_where_a_validation_runs_out_of_memory_what_was_learnt_is_kept(dataset):
    around = Surroundings(dataset, max_steps=10, validate_every=4)

    def no_memory(*_):
        raise MemoryError

    around.validate = no_memory
    with pytest.raises(MemoryError):
        around.run()

    assert [snapshot.state.step for snapshot in around.kept] == [4]


def test_a_run_that_fails_at_once_is_to_go_on_from_before_its_checkpoint(dataset):
    first = Surroundings(dataset, max_steps=5)
    first.run()
    again = Surroundings(dataset, max_steps=9)
    again.trainer.restore(first.kept[-1])
    with torch.no_grad():
        next(again.model.parameters()).fill_(math.nan)

    with pytest.raises(NotFiniteError) as raised:
        again.run()
    assert raised.value.values["good_until"] == 4
