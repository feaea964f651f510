"""The loss against torch's own, in its value and in its gradients."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnstudio.model.interface import DecoderOutput
from attnstudio.model.unpadding import usual_count
from attnstudio.training.batch import Batch
from attnstudio.training.loss import sequence_loss

OUTPUTS = torch.tensor([[5, 3, 2, 0], [4, 2, 0, 0]])
PLACES = torch.tensor([0, 1, 2, 4, 5])
UNREAD = torch.zeros(2, 1, dtype=torch.int64)
BATCH = Batch({}, UNREAD, OUTPUTS, PLACES)


@pytest.fixture(params=[True, False], ids=["bias", "no bias"])
def output(request):
    torch.manual_seed(3)
    features = torch.randn(2, 4, 5, requires_grad=True)
    return DecoderOutput(features, nn.Linear(5, 7, bias=request.param))


def torchs_own(output, smoothing):
    return functional.cross_entropy(
        output.logits.float().flatten(0, 1),
        OUTPUTS.flatten(),
        ignore_index=0,
        label_smoothing=smoothing,
        reduction="sum",
    )


def gradients(output, loss):
    inputs = [output.features, *output.projection.parameters()]
    return torch.autograd.grad(loss, inputs)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.4])
def test_the_minimised_loss_is_torchs_label_smoothed_cross_entropy(output, smoothing):
    found = sequence_loss(output, BATCH, smoothing)

    torch.testing.assert_close(found.minimised, torchs_own(output, smoothing))


def test_the_reported_loss_has_no_smoothing(output):
    found = sequence_loss(output, BATCH, 0.3)

    torch.testing.assert_close(found.reported, torchs_own(output, 0.0).detach())


def test_padding_adds_nothing_to_the_loss_and_gets_no_gradient(output):
    changed = output.features.detach().clone()
    changed[0, 3] = 50.0
    changed[1, 2:] = -50.0
    changed.requires_grad_()
    loss = sequence_loss(output, BATCH, 0.1)
    other = sequence_loss(DecoderOutput(changed, output.projection), BATCH, 0.1)
    other.minimised.backward()

    assert other == loss
    assert not changed.grad[0, 3].any()
    assert not changed.grad[1, 2:].any()


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.4])
def test_the_gradients_are_those_of_torchs_own_loss(output, smoothing):
    loss = sequence_loss(output, BATCH, smoothing, divisor=5).minimised
    expected = gradients(output, torchs_own(output, smoothing) / 5)

    for found, wanted in zip(gradients(output, loss), expected, strict=True):
        torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("tokens", [63, 65, 130])
def test_rows_that_are_added_for_a_usual_count_add_nothing(tokens, bias):
    random = torch.Generator().manual_seed(5)
    outputs = torch.randint(1, 7, (1, tokens), generator=random)
    unread = torch.zeros(1, 1, dtype=torch.int64)
    batch = Batch({}, unread, outputs, torch.arange(tokens))
    features = torch.randn(1, tokens, 5, generator=random, requires_grad=True)
    output = DecoderOutput(features, nn.Linear(5, 7, bias=bias))
    expected = functional.cross_entropy(
        output.logits[0], outputs[0], label_smoothing=0.1, reduction="sum"
    )
    found = sequence_loss(output, batch, 0.1).minimised

    assert (usual_count(tokens) > tokens) is (tokens > 64)
    torch.testing.assert_close(found, expected)
    pairs = zip(gradients(output, found), gradients(output, expected), strict=True)
    for gradient, wanted in pairs:
        torch.testing.assert_close(gradient, wanted, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_rounded_scores_give_nearly_the_same_loss_and_gradients(output, smoothing):
    expected = torchs_own(output, smoothing)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = sequence_loss(output, BATCH, smoothing)

    torch.testing.assert_close(loss.minimised, expected, rtol=0.01, atol=0.0)
    pairs = zip(gradients(output, loss.minimised), gradients(output, expected), strict=True)
    for found, wanted in pairs:
        assert found.dtype is torch.float32
        torch.testing.assert_close(found, wanted, rtol=0.0, atol=0.02 * float(wanted.abs().max()))


def test_the_gradient_follows_what_the_loss_is_multiplied_with(output):
    once = gradients(output, sequence_loss(output, BATCH, 0.1).minimised)
    thrice = gradients(output, 3.0 * sequence_loss(output, BATCH, 0.1).minimised)

    torch.testing.assert_close(thrice, tuple(3.0 * gradient for gradient in once))


@pytest.mark.parametrize("rounding", [False, True])
def test_a_target_that_seems_impossible_has_an_exact_loss(rounding):
    features = torch.zeros(2, 4, 1)
    features[0, 0] = 1.0
    projection = nn.Linear(1, 7, bias=False)
    projection.weight.data[:, 0] = torch.tensor([256.0, 0.0, 0.0, 0.0, 0.0, -256.0, 0.0])
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=rounding):
        loss = sequence_loss(DecoderOutput(features.requires_grad_(), projection), BATCH, 0.1)
    loss.minimised.backward()

    others = 4 * torch.tensor(7.0).log()  # all words are equally likely elsewhere
    torch.testing.assert_close(loss.reported, 512.0 + others, rtol=1e-4, atol=0.0)
    assert features.grad.isfinite().all()
