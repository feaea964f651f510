"""A model whose weights are in random order."""

import pytest
import torch
from tiny_models import EVERY, build, ragged_sources, target_inputs

from attnstudio.model.shuffled import shuffled


@pytest.mark.parametrize("kind", ["transformer", "additive-gru-fed"])
def test_each_parameter_keeps_its_numbers_in_another_order(kind):
    model = build(EVERY[kind])
    before = [parameter.clone() for parameter in model.parameters()]
    state = torch.get_rng_state()
    other = shuffled(model, 3)

    assert torch.equal(torch.get_rng_state(), state), "a training draws from it"
    for was, is_, new in zip(before, model.parameters(), other.parameters(), strict=True):
        assert torch.equal(was, is_)
        assert torch.equal(new.flatten().sort().values, was.flatten().sort().values)
        assert was.numel() < 8 or not torch.equal(new, was)


def test_a_seed_gives_one_order_and_another_seed_another():
    model = build(EVERY["transformer"])
    with torch.no_grad():
        scores = [
            each.decode(each.read(ragged_sources()), target_inputs()).logits
            for each in (shuffled(model, 1), shuffled(model, 1), shuffled(model, 2))
        ]
    assert torch.equal(scores[0], scores[1])
    assert not torch.allclose(scores[0], scores[2])
    assert scores[0].isfinite().all()


def test_what_is_tied_stays_tied():
    other = shuffled(build(EVERY["transformer"]), 1)
    assert other.projection.weight is other.target_embedding.weight
