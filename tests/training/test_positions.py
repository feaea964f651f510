"""Every way to know places trains, in bfloat16 too, and goes on bit for bit."""

import copy

import pytest
import torch

from attnstudio.config_attention import PositionKind
from attnstudio.config_model import TransformerConfig
from attnstudio.config_training import LimitsConfig, Precision, TrainingConfig
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
from attnstudio.training.events import Step
from attnstudio.training.hooks import TrainerHooks, ValidationResult
from attnstudio.training.stop import StopToken
from attnstudio.training.trainer import Trainer

SETTINGS = {
    "batch_tokens": 100, "validate_every": 8, "patience": 0, "report_every": 1,
    "warmup_steps": 0, "learning_rate": 5e-3, "adapt_threads": False,
}  # fmt: skip


def trained(dataset, kind, precision, *, steps, snapshot=None):
    """The losses of its steps and what was saved, by step."""
    torch.manual_seed(1)
    config = TransformerConfig(
        encoder_layers=1,
        decoder_layers=1,
        model_size=8,
        heads=2,
        feedforward_size=8,
        positions=kind,
    )
    events, snapshots = [], {}
    hooks = TrainerHooks(
        lambda *_: ValidationResult(scores={"loss": 5.0, "token_accuracy": 0.5}),
        lambda taken, _: snapshots.update({taken.state.step: copy.deepcopy(taken)}),
        events.append,
        lambda: 0.0,
    )
    trainer = Trainer(
        build_model(config, translation_spec(320, 320, shared=True)),
        dataset,
        config=TrainingConfig(precision=precision, **SETTINGS),
        limits=LimitsConfig(max_steps=steps),
        hooks=hooks,
        stop=StopToken(),
    )
    if snapshot is not None:
        trainer.restore(snapshot)
    trainer.run(started_at=0.0)
    return [event.loss for event in events if isinstance(event, Step)], snapshots


@pytest.mark.parametrize("kind", PositionKind)
@pytest.mark.parametrize("precision", [Precision.FP32, Precision.BF16])
def test_a_resumed_run_goes_on_bit_for_bit(dataset, kind, precision):
    losses, kept = trained(dataset, kind, precision, steps=24)
    later, again = trained(dataset, kind, precision, steps=24, snapshot=kept[8])

    assert later[-16:] == losses[8:]
    assert kept[24].weights.keys() == again[24].weights.keys()
    for name, weight in kept[24].weights.items():
        assert torch.equal(weight, again[24].weights[name]), name
    assert sum(losses[-4:]) < sum(losses[:4])
