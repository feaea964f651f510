"""Batches without their padding: the same numbers where tokens are, and the same gradients."""

import pytest
import torch
from tiny_models import TRANSFORMER, build, ragged_batch, ragged_sources, target_inputs

from attnstudio.model.interface import SourceBatch
from attnstudio.model.transformer import TransformerModel
from attnstudio.model.unpadding import Unpadding, usual_count
from attnstudio.sites import SOURCE

MASK = torch.tensor([[True, True, True], [True, False, False], [True, True, False]])
HEADS = 2


def numbered_tokens():
    """(6, 4), as many rows as the mask has real places; head 1 has the odd half."""
    return torch.arange(24.0).view(6, 4)


def test_heads_stand_where_their_tokens_are_and_padding_is_zero():
    split = Unpadding.of(MASK, HEADS).split_heads(numbered_tokens())
    assert split.shape == (3, HEADS, 3, 2)
    assert split[0, 0].tolist() == [[0.0, 1.0], [4.0, 5.0], [8.0, 9.0]]
    assert split[0, 1].tolist() == [[2.0, 3.0], [6.0, 7.0], [10.0, 11.0]]
    assert split[1, 1].tolist() == [[14.0, 15.0], [0.0, 0.0], [0.0, 0.0]]
    assert split[2, 0].tolist() == [[16.0, 17.0], [20.0, 21.0], [0.0, 0.0]]


def test_what_is_split_or_restored_comes_back():
    unpadding = Unpadding.of(MASK, HEADS)
    tokens = numbered_tokens()
    assert unpadding.merge_heads(unpadding.split_heads(tokens)).equal(tokens)
    assert unpadding.remove(unpadding.restore(tokens)).equal(tokens)
    assert unpadding.restore(tokens)[1].tolist() == [[12.0, 13.0, 14.0, 15.0], [0.0] * 4, [0.0] * 4]
    assert unpadding.positions.tolist() == [0, 1, 2, 0, 0, 1]


@pytest.mark.parametrize(
    ("count", "usual"),
    [(1, 1), (31, 31), (33, 33), (100, 100), (101, 102), (1000, 1008), (4001, 4032)],
)
def test_a_usual_count_is_little_more(count, usual):
    assert usual_count(count) == usual


def test_some_padding_stays_for_a_usual_count():
    mask = torch.ones(10, 15, dtype=torch.bool)
    mask[3, 10:] = mask[7, 10:] = False
    mask[9, 14:] = False
    assert len(Unpadding.of(mask, HEADS).tokens) == usual_count(139) == 140
    assert Unpadding.of(mask, HEADS).tokens[-1] == 3 * 15 + 10


def test_without_padding_nothing_changes():
    assert Unpadding.of(torch.ones(3, 43, dtype=torch.bool), HEADS).tokens.tolist() == list(
        range(129)
    )


def many_sentences():
    """More tokens than have a count of their own, half of the sentences padded."""
    ids = torch.randint(3, 23, (20, 6), generator=torch.Generator().manual_seed(4))
    ids[::2, 3:] = 0
    ids[:, 0] = 1
    return ids


def features_and_gradients(model, source, inputs, *, training, rounding=False):
    """Features at real target places and the gradients of a sum that weighs them."""
    real = inputs != 0
    model.train(training).zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=rounding):
        features = model.decode(model.read({SOURCE: source}), inputs).features[real].float()
    weights = torch.randn(features.shape, generator=torch.Generator().manual_seed(6))
    (features * weights).sum().backward()
    gradients = {name: each.grad.clone() for name, each in model.named_parameters()}
    return features.detach(), gradients


@pytest.mark.parametrize("batch", ["few tokens", "many tokens"])
def test_a_training_batch_goes_through_the_model_as_a_padded_one_does(monkeypatch, batch):
    """In float32, where padding is not left out by itself, so that nothing hides in rounding."""

    def unpadding(model, mask):
        return Unpadding.of(mask, model._heads) if model.training else None

    monkeypatch.setattr(TransformerModel, "_unpadding", unpadding)
    model = build(TRANSFORMER.model_copy(update={"dropout": 0.0}))
    source, inputs = ragged_batch(), target_inputs()
    inputs[1, 4:] = inputs[2, 5:] = 0
    if batch == "many tokens":
        inputs = many_sentences()
        source = SourceBatch(inputs, inputs != 0)
    expected, wanted = features_and_gradients(model, source, inputs, training=False)
    found, gradients = features_and_gradients(model, source, inputs, training=True)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
    for name, gradient in gradients.items():
        torch.testing.assert_close(gradient, wanted[name], atol=5e-5, rtol=1e-4, msg=name)


@pytest.mark.parametrize("way", ["split_heads", "restore"])
def test_gradients_to_padded_states_are_those_of_finite_differences(way):
    tokens = numbered_tokens().double().requires_grad_()
    assert torch.autograd.gradcheck(getattr(Unpadding.of(MASK, HEADS), way), (tokens,))


@pytest.mark.parametrize(("way", "heads", "size"), [("merge_heads", HEADS, 2), ("remove", None, 4)])
def test_gradients_from_padded_states_are_those_of_finite_differences(way, heads, size):
    shape = (3, heads, 3, size) if heads else (3, 3, size)
    random = torch.Generator().manual_seed(5)
    padded = torch.randn(shape, dtype=torch.float64, generator=random, requires_grad=True)
    assert torch.autograd.gradcheck(getattr(Unpadding.of(MASK, HEADS), way), (padded,))


def test_a_training_batch_is_rounded_as_a_padded_one_is():
    """The path that most trainings take: bfloat16, no padding, fused attention."""
    model = build(TRANSFORMER.model_copy(update={"dropout": 0.0}))
    inputs = many_sentences()
    source = SourceBatch(inputs, inputs != 0)
    exact, wanted = features_and_gradients(model, source, inputs, training=False)
    found, gradients = features_and_gradients(model, source, inputs, training=True, rounding=True)
    torch.testing.assert_close(found, exact, atol=0.1, rtol=0.05)
    whole, rounded = (
        torch.cat([each[name].flatten() for name in wanted]) for each in (wanted, gradients)
    )
    assert torch.nn.functional.cosine_similarity(whole, rounded, dim=0) > 0.99


def test_beams_that_share_a_source_look_at_it_together_in_training_too():
    model = build(TRANSFORMER.model_copy(update={"dropout": 0.0})).train()
    rows, tokens = torch.tensor([0, 0, 1, 1, 2, 2]), torch.tensor([5, 6, 7, 8, 9, 10])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        apart = model.start(model.read(ragged_sources())).select(rows)
        together = model.start(model.read(ragged_sources())).select_beams(rows, None)
        expected = model.step(apart, tokens).output.features
        found = model.step(together, tokens).output.features
    assert together.beams == 2
    torch.testing.assert_close(found, expected, atol=0.1, rtol=0.05)


def test_the_layers_of_a_training_batch_see_its_tokens_alone():
    model = build(TRANSFORMER).train()
    seen = []
    for layer in (model.encoder_layers[0], model.decoder_layers[0]):
        layer.feedforward.register_forward_pre_hook(lambda _, args: seen.append(args[0].shape))
    inputs = target_inputs()
    inputs[1, 4:] = 0
    with torch.autocast("cpu", dtype=torch.bfloat16):
        model.decode(model.read(ragged_sources()), inputs)
    assert seen == [(12, 16), (16, 16)]
