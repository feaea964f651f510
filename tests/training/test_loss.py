"""The loss against torch's own, in its value and in its gradient."""

import pytest
import torch
from torch.nn import functional

from attnstudio.training.loss import sequence_loss

OUTPUTS = torch.tensor([[5, 3, 2, 0], [4, 2, 0, 0]])


@pytest.fixture
def logits():
    return torch.randn(2, 4, 7, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.4])
def test_the_minimised_loss_is_torchs_label_smoothed_cross_entropy(logits, smoothing):
    expected = functional.cross_entropy(
        logits.flatten(0, 1),
        OUTPUTS.flatten(),
        ignore_index=0,
        label_smoothing=smoothing,
        reduction="sum",
    )

    torch.testing.assert_close(sequence_loss(logits, OUTPUTS, smoothing).smoothed, expected)


def test_the_reported_loss_has_no_smoothing(logits):
    expected = functional.cross_entropy(
        logits.flatten(0, 1), OUTPUTS.flatten(), ignore_index=0, reduction="sum"
    )

    torch.testing.assert_close(sequence_loss(logits, OUTPUTS, 0.3).cross_entropy, expected)


def test_padding_adds_nothing_to_the_loss(logits):
    changed = logits.clone()
    changed[0, 3] = 50.0
    changed[1, 2:] = -50.0

    assert sequence_loss(logits, OUTPUTS, 0.1) == sequence_loss(changed, OUTPUTS, 0.1)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_gradient_is_that_of_torchs_own_loss(logits, smoothing, dtype):
    ours = logits.to(dtype).requires_grad_()
    theirs = logits.to(dtype).requires_grad_()
    sequence_loss(ours, OUTPUTS, smoothing, divisor=5).smoothed.backward()
    summed = functional.cross_entropy(
        theirs.flatten(0, 1).float(),
        OUTPUTS.flatten(),
        ignore_index=0,
        label_smoothing=smoothing,
        reduction="sum",
    )
    (summed / 5).backward()

    assert ours.grad.dtype is dtype
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_the_gradient_follows_what_the_loss_is_multiplied_with(logits):
    once, thrice = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    sequence_loss(once, OUTPUTS, 0.1).smoothed.backward()
    (3.0 * sequence_loss(thrice, OUTPUTS, 0.1).smoothed).backward()

    torch.testing.assert_close(thrice.grad, 3.0 * once.grad)


def test_a_target_that_seems_impossible_has_a_finite_loss(logits):
    logits[0, 0] = torch.tensor([300.0, 0.0, 0.0, 0.0, 0.0, -300.0, 0.0])

    loss = sequence_loss(logits.requires_grad_(), OUTPUTS, 0.1)
    loss.smoothed.backward()

    assert loss.cross_entropy > 600.0
    assert logits.grad.isfinite().all()
