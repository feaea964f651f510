"""Distributions with exact zeros, against bisection in NumPy, finite differences and softmax."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy_normalisers import entmax as entmax_by_bisection
from torch.autograd import gradcheck

from attnstudio.model.attention.entmax import entmax, entmax15, sparsemax
from attnstudio.model.attention.normaliser import Entmax15, LearntEntmax, Softmax, Sparsemax

ALPHAS = (1.0001, 1.01, 1.1, 1.33, 1.5, 1.75, 1.95, 2.0)
MAPS = {
    "sparsemax": (sparsemax, 2.0),
    "entmax15": (entmax15, 1.5),
    **{f"α={alpha}": (lambda z, a=alpha: entmax(z, z.new_tensor([a])), alpha) for alpha in ALPHAS},
}
every_map = pytest.mark.parametrize(("of_scores", "alpha"), MAPS.values(), ids=MAPS)
every_function = pytest.mark.parametrize("of_scores", [each for each, _ in MAPS.values()], ids=MAPS)
# Both papers' own example: of -2, 0 and 0.5 (the README of the authors' package).
PUBLISHED = {"sparsemax": (0.0, 0.25, 0.75), "entmax15": (0.0, 0.3260, 0.6740)}


def random_scores(*shape, scale=1.0, dtype=torch.float32, masked=0.0):
    generator = torch.Generator().manual_seed(3)
    scores = torch.randn(*shape, generator=generator, dtype=torch.float64) * scale
    hidden = torch.rand(*shape, generator=generator) < masked
    hidden[..., 0] = False
    return scores.masked_fill(hidden, -torch.inf).to(dtype)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_example(name):
    weights = MAPS[name][0](torch.tensor([-2.0, 0.0, 0.5]))
    assert weights.tolist() == pytest.approx(PUBLISHED[name], abs=5e-5)


@every_map
@pytest.mark.parametrize("scale", [0.1, 1.0, 6.0, 300.0])
@pytest.mark.parametrize("masked", [0.0, 0.6])
def test_weights_are_those_of_bisection_in_numpy(of_scores, alpha, scale, masked):
    scores = random_scores(3, 4, 37, scale=scale, masked=masked)
    weights = of_scores(scores)
    expected = entmax_by_bisection(scores.numpy(), alpha)
    np.testing.assert_allclose(weights.numpy(), expected, atol=2e-6)
    np.testing.assert_allclose(weights.sum(-1).numpy(), 1.0, atol=1e-6)
    assert weights[scores.isneginf()].eq(0.0).all()
    assert weights.ge(0.0).all()


@every_map
@settings(max_examples=60, deadline=None)
@given(row=st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=24))
def test_weights_of_any_row_are_those_of_bisection(of_scores, alpha, row):
    """Ties, single places and scores far apart, where a search for a threshold could go astray."""
    weights = of_scores(torch.tensor([row]))
    expected = entmax_by_bisection(np.array([row]), alpha)
    np.testing.assert_allclose(weights.numpy(), expected, atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(row=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=300))
def test_scores_that_are_near_each_other_lose_their_places_one_by_one(row):
    """All within reach of the largest: what takes the most steps to the threshold."""
    scores = np.cumsum(row[::-1])[::-1] / (sum(row) + 1e-9)
    for of_scores, alpha in (MAPS["sparsemax"], MAPS["entmax15"], MAPS["α=1.33"]):
        weights = of_scores(torch.tensor(scores[None], dtype=torch.float64))
        expected = entmax_by_bisection(scores[None], alpha)
        np.testing.assert_allclose(weights.numpy(), expected, atol=1e-9)


def test_what_lies_below_the_threshold_gets_exactly_nothing():
    scores = torch.tensor([3.0, 2.5, 1.9, 0.0, -40.0])
    assert (sparsemax(scores) == 0).tolist() == [False, False, True, True, True]
    assert (entmax15(scores) == 0).tolist() == [False, False, False, True, True]
    assert (Softmax()(scores) == 0).sum() == 0


def test_entmax_nears_softmax_as_alpha_goes_to_1():
    scores = random_scores(5, 30, scale=2.0)
    far, near, nearer = (
        (entmax(scores, torch.tensor([alpha])) - scores.softmax(-1)).abs().max().item()
        for alpha in (1.1, 1.01, 1.00001)
    )
    assert far > near > nearer
    assert nearer < 2e-5


def test_alphas_at_the_ends_of_their_range_are_softmax_and_sparsemax():
    scores = random_scores(2, 3, 20, scale=2.0)
    softest = entmax(scores, torch.ones(1))
    torch.testing.assert_close(softest, scores.softmax(-1), atol=2e-5, rtol=0)
    torch.testing.assert_close(entmax(scores, torch.full((1,), 2.0)), sparsemax(scores))


# --- gradients -----------------------------------------------------------------------------------


@every_function
@pytest.mark.parametrize("scale", [0.3, 2.0])
def test_gradients_of_scores_are_those_of_finite_differences(of_scores, scale):
    scores = random_scores(2, 3, 7, scale=scale, dtype=torch.float64).requires_grad_()
    assert gradcheck(of_scores, (scores,), eps=1e-7, atol=1e-5)


@pytest.mark.parametrize("alpha", [1.003, 1.02, 1.1, 1.5, 1.8, 1.99])
def test_gradients_of_alphas_are_those_of_finite_differences(alpha):
    scores = random_scores(2, 3, 4, 7, scale=1.5, dtype=torch.float64).requires_grad_()
    alphas = torch.tensor([alpha, 1.25, 1.6], dtype=torch.float64).view(3, 1, 1).requires_grad_()
    assert gradcheck(entmax, (scores, alphas), eps=1e-6, atol=1e-5)


def test_the_gradient_of_alpha_is_exact_where_alpha_is_near_to_1():
    """There it is p (m₂ - ln² p) / 2 with the mean m₂ of ln² p (Correia et al. 2019)."""
    scores = random_scores(1, 30, scale=2.0)
    outer = random_scores(1, 30)
    alphas = torch.tensor([1.000001], requires_grad=True)
    (entmax(scores, alphas) * outer).sum().backward()
    weights = scores.double().softmax(-1)
    squares = weights.log().square()
    bent = weights * ((weights * squares).sum() - squares) / 2
    assert alphas.grad.item() == pytest.approx((bent * outer).sum().item(), rel=1e-3)


@every_function
def test_rows_with_masked_places_have_finite_gradients_and_none_where_masked(of_scores):
    scores = random_scores(4, 9, masked=0.7)
    scores[2, 1:] = -torch.inf  # a single place to look at
    scores.requires_grad_()
    of_scores(scores).square().sum().backward()
    assert scores.grad.isfinite().all()
    assert scores.grad[scores.isneginf()].eq(0.0).all()
    assert scores.grad[2].eq(0.0).all()


def test_a_single_place_has_all_the_weight_and_teaches_alpha_nothing():
    alphas = torch.full((1,), 1.4, requires_grad=True)
    scores = torch.tensor([[-torch.inf, 0.3, -torch.inf]], requires_grad=True)
    weights = entmax(scores, alphas)
    assert weights.tolist() == [[0.0, 1.0, 0.0]]
    weights.square().sum().backward()
    assert alphas.grad.tolist() == [0.0]


# --- the normalisers that a model takes ----------------------------------------------------------


def test_each_head_has_its_own_alpha_that_starts_half_way():
    normaliser = LearntEntmax(3)
    scores = random_scores(2, 3, 4, 9, scale=2.0)
    assert normaliser.alphas().tolist() == [1.5] * 3
    torch.testing.assert_close(normaliser(scores), Entmax15()(scores), atol=1e-6, rtol=0)
    with torch.no_grad():
        normaliser.raw_alphas.copy_(torch.tensor([-30.0, 1.0, 30.0]))
    alphas = [1.0 + 1.0 / (1.0 + math.exp(-a)) for a in (-30.0, 1.0, 30.0)]
    assert normaliser.alphas().tolist() == pytest.approx(alphas)
    weights = normaliser(scores)
    torch.testing.assert_close(weights[:, 0], Softmax()(scores[:, 0]), atol=2e-5, rtol=0)
    expected = entmax_by_bisection(scores[:, 1].numpy(), alphas[1])
    np.testing.assert_allclose(weights[:, 1].detach().numpy(), expected, atol=1e-6)
    torch.testing.assert_close(weights[:, 2], Sparsemax()(scores[:, 2]), atol=1e-6, rtol=0)


@pytest.mark.parametrize("a", [-200.0, 0.0, 200.0])
def test_alphas_keep_within_their_range_and_finite_gradients(a):
    normaliser = LearntEntmax(2)
    with torch.no_grad():
        normaliser.raw_alphas.fill_(a)
    scores = random_scores(2, 2, 4, 9, scale=3.0, masked=0.3).requires_grad_()
    weights = normaliser(scores)
    weights.square().sum().backward()
    assert weights.isfinite().all()
    assert scores.grad.isfinite().all()
    assert normaliser.raw_alphas.grad.isfinite().all()
