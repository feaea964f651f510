"""What is asked of a trained model's plain form, and what of its fast one."""

import pytest
import torch
from tiny_models import EVERY, build, ragged_sources, target_inputs

from attnstudio.model.interface import Embedded
from attnstudio.model.intervention import Intervention
from attnstudio.model.trained import TrainedModel
from attnstudio.sites import CROSS, SOURCE

every_model = pytest.mark.parametrize("name", EVERY)


def last_score(model, states):
    """The best score after the last target, as a function of the embedded source."""
    mask = ragged_sources()[SOURCE].mask
    encoded = model.encode({SOURCE: Embedded(states, mask)})
    return model.decode(encoded, target_inputs()).logits[0, -1].max()


def embedded_states(model):
    return model.embed(ragged_sources())[SOURCE].states.detach()


@every_model
def test_a_gradient_with_respect_to_the_embedding_is_the_slope_of_the_score(name):
    model = TrainedModel.of(build(EVERY[name]).double()).plain
    states = embedded_states(model).requires_grad_()
    last_score(model, states).backward()
    direction = torch.randn(states.shape, generator=torch.Generator().manual_seed(2)).double()
    with torch.no_grad():
        ahead, behind = (last_score(model, states + h * direction) for h in (1e-6, -1e-6))
    torch.testing.assert_close((states.grad * direction).sum(), (ahead - behind) / 2e-6)
    assert states.grad[0].abs().sum() > 0.0


@every_model
def test_the_fast_form_refuses_a_gradient_and_names_the_plain_one(name):
    fast = TrainedModel.of(build(EVERY[name])).fast
    states = embedded_states(fast).requires_grad_()
    with pytest.raises(RuntimeError, match=r"no gradients: ask its plain form.*plain"):
        last_score(fast, states).backward()
    step = fast.step(fast.start(fast.read(ragged_sources())), torch.tensor([4, 5, 6]))
    with pytest.raises(RuntimeError, match="no gradients"):
        step.output.logits.sum().backward()


@every_model
@torch.no_grad()
def test_both_forms_compute_the_same_and_hold_the_learned_weights_once(name):
    trained = TrainedModel.of(build(EVERY[name]).train())
    assert not trained.plain.training
    outputs = [
        model.decode(model.read(ragged_sources()), target_inputs()).logits
        for model in (trained.plain, trained.fast)
    ]
    torch.testing.assert_close(outputs[1], outputs[0], atol=1e-5, rtol=1e-5)
    learned = {parameter.data_ptr() for parameter in trained.plain.parameters()}
    assert {parameter.data_ptr() for parameter in trained.fast.parameters()} <= learned


def test_changed_attention_is_read_from_the_plain_form():
    trained = TrainedModel.of(build(EVERY["transformer"]))
    assert trained.fast is not trained.plain
    assert trained.for_reading(None) is trained.fast
    assert trained.for_reading(Intervention(masked={CROSS: frozenset({1})})) is trained.plain
