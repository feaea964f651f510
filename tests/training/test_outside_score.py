"""A validator reports a score that nobody foresaw; it is seen everywhere with nothing changed."""

import pytest
import torch

from attnstudio.cli.training_progress import sentence
from attnstudio.config_model import TransformerConfig
from attnstudio.config_training import LimitsConfig, TrainingConfig
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
from attnstudio.project.history_cache import read
from attnstudio.project.recorder import EventRecorder
from attnstudio.training.curves import Axis, Curves
from attnstudio.training.hooks import TrainerHooks, ValidationResult
from attnstudio.training.metric import validated
from attnstudio.training.reporting import Reporter
from attnstudio.training.scores import COMPARED, Better, score_named, with_unknown
from attnstudio.training.state import TrainState
from attnstudio.training.stop import StopToken
from attnstudio.training.trainer import Trainer


@pytest.fixture
def log(dataset, tmp_path):
    """Of a training whose validator measures how often the model repeats a word."""
    torch.manual_seed(1)
    shape = TransformerConfig(
        encoder_layers=1, decoder_layers=1, model_size=8, heads=2, feedforward_size=8
    )

    def validate(_model, step, _time_is_spent):
        return ValidationResult(scores={"loss": 5.0 - step, "words_repeated": 0.125 * step})

    path = tmp_path / "events.jsonl"
    with EventRecorder(path) as recorder:
        Trainer(
            build_model(shape, translation_spec(320, 320, shared=True)),
            dataset,
            config=TrainingConfig(batch_tokens=100, validate_every=1, warmup_steps=0),
            limits=LimitsConfig(max_steps=3),
            hooks=TrainerHooks(validate, lambda *_: None, recorder.record),
            stop=StopToken(),
        ).run(started_at=0.0)
    return path


def test_a_whole_number_is_said_as_a_float_that_a_window_can_write():
    said = []
    result = ValidationResult(scores={"loss": 2, "words_repeated": 1})
    Reporter(said.append, clock=lambda: 0.0).say_validation(
        TrainState(), 0.0, result, gradient_norms={}, seconds=0.0
    )

    assert [type(value) for value in said[0].scores.values()] == [float, float]


def test_it_is_in_the_log_and_in_the_history(log):
    history = read(log)

    assert [made.scores["words_repeated"] for made in history.validations] == [0.125, 0.25, 0.375]
    assert history.best.scores == {"loss": 2.0, "words_repeated": 0.375}


def test_it_has_a_curve(log):
    curve = Curves(read(log)).of(validated(score_named("words_repeated")), Axis.STEPS)

    assert (curve.x.tolist(), curve.y.tolist()) == ([1.0, 2.0, 3.0], [0.125, 0.25, 0.375])


def test_runs_are_compared_by_it_after_what_everybody_knows(log):
    compared = with_unknown(COMPARED, read(log).best.scores)

    assert [score.label for score in compared] == ["loss", "BLEU", "chrF", "AER", "words repeated"]
    assert compared[-1].better is Better.UNKNOWN


def test_the_terminal_says_it(log):
    best = read(log).best

    assert sentence(best) == (
        "validation at step 3: loss 2.000, words repeated 0.375 (best so far)"
    )
