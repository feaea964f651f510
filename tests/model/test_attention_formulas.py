"""Every formula against the same five tokens worked out in NumPy."""

import numpy as np
import pytest
import torch
from torch import nn

from attnstudio.errors import UsageError
from attnstudio.model.attention.attend import attend
from attnstudio.model.attention.normaliser import Softmax
from attnstudio.model.attention.reach import Everything, SoFar
from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.score import Dot, ScaledDot, Tanh, Term
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.model.source_attention import SourceAttention
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF

HIDDEN, MEMORY, TOKENS = 3, 4, 5


def tanh_scores(module, state, source):
    w, u = weight_of(module.query), weight_of(module.key)
    v = weight_of(module.score_vector)[0]
    return np.array([v @ np.tanh(w @ state + u @ h) for h in source])


def concat_scores(module, state, source):
    w = np.hstack([weight_of(module.query), weight_of(module.key)])
    v = weight_of(module.score_vector)[0]
    return np.array([v @ np.tanh(w @ np.concatenate([state, h])) for h in source])


def dot_scores(_module, state, source):
    return np.array([sum(a * b for a, b in zip(state, h, strict=True)) for h in source])


def general_scores(module, state, source):
    return np.array([state @ weight_of(module.key) @ h for h in source])


def scaled_dot_scores(module, state, source):
    query = weight_of(module.query) @ state + bias_of(module.query)
    keys = [weight_of(module.key) @ h + bias_of(module.key) for h in source]
    return np.array([query @ key / np.sqrt(HIDDEN) for key in keys])


def weight_of(linear):
    return linear.weight.detach().numpy().astype(np.float64)


def bias_of(linear):
    return linear.bias.detach().numpy().astype(np.float64)


def linear(size, *, bias=False):
    return nn.Linear(size, HIDDEN, bias=bias)


def head(query, key, score):
    return SourceAttention(query, key, AttentionSpec(score, Softmax(), Everything()), CROSS)


def additive():
    return head(linear(HIDDEN), linear(MEMORY), Tanh(HIDDEN))


FORMULAS = {
    "additive": (additive, tanh_scores, MEMORY),
    "concat": (additive, concat_scores, MEMORY),
    "dot": (lambda: head(nn.Identity(), nn.Identity(), Dot()), dot_scores, HIDDEN),
    "general": (lambda: head(nn.Identity(), linear(MEMORY), Dot()), general_scores, MEMORY),
    "scaled_dot": (
        lambda: head(linear(HIDDEN, bias=True), linear(MEMORY, bias=True), ScaledDot()),
        scaled_dot_scores,
        MEMORY,
    ),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_scores_weights_and_context_of_five_tokens_are_those_of_the_paper(name):
    make, formula, memory_size = FORMULAS[name]
    torch.manual_seed(3)
    module = make()
    states = torch.randn(1, 2, HIDDEN)
    source = torch.randn(1, TOKENS, memory_size)
    with torch.no_grad():
        memory = module.memory_of(source, torch.ones(1, TOKENS, dtype=torch.bool))
        attended = module.look(states, memory, AttentionRequest()).attended
    for target in range(2):
        expected = formula(module, states[0, target].double().numpy(), source[0].double().numpy())
        weights = np.exp(expected) / np.exp(expected).sum()
        context = sum(w * h for w, h in zip(weights, source[0].double().numpy(), strict=True))
        np.testing.assert_allclose(attended.scores[0, 0, target], expected, atol=1e-5)
        np.testing.assert_allclose(attended.weights[0, 0, target], weights, atol=1e-6)
        np.testing.assert_allclose(attended.context[0, 0, target], context, atol=1e-5)


class Given:
    """Scores that are what the queries hold, in two terms."""

    def terms(self, queries, _keys, _first_query):
        half = queries / 2
        return (Term("a", half), Term("b", half))


def look(
    scores, mask=None, *, site=CROSS, layer=0, dropout=0.0, reach=None, values=None, **request
):
    if values is None:
        torch.manual_seed(1)
        values = torch.randn(*scores.shape[:2], scores.size(-1), 6)
    return attend(
        AttentionSpec(Given(), Softmax(), reach or Everything()),
        scores,
        values,  # as keys: as many as there are values
        values,
        mask,
        site=site,
        layer=layer,
        request=AttentionRequest(**request),
        dropout=dropout,
    )


SCORES = torch.tensor([[1.0, -2.0, 0.5, 3.0, 0.0], [0.0, 0.0, 9.0, -9.0, 1.0]]).view(1, 2, 1, 5)


def test_padding_gets_exactly_nothing_and_the_rest_sums_to_one():
    weights = look(SCORES, torch.tensor([True, True, True, False, False])).weights
    assert weights[..., 3:].eq(0.0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(1, 2, 1))


def test_masked_scores_are_minus_infinity():
    scores = look(SCORES, torch.tensor([True, False, True, True, True])).scores
    assert scores[..., 1].eq(-torch.inf).all()
    torch.testing.assert_close(scores[..., 2:], SCORES[..., 2:])


def test_weights_are_float32_though_the_model_runs_in_bfloat16():
    values = torch.randn(1, 2, 5, 6, dtype=torch.bfloat16)
    attended = look(SCORES.bfloat16(), values=values)
    assert attended.weights.dtype is torch.float32
    assert attended.context.dtype is torch.bfloat16


def test_dropout_changes_the_context_but_not_the_weights_that_are_shown():
    plain, dropped = look(SCORES), look(SCORES, dropout=0.5)
    torch.testing.assert_close(dropped.weights, plain.weights)
    assert not torch.allclose(dropped.context, plain.context)


def test_a_shorter_row_is_filled_up_with_zeros():
    change = Intervention(rows={RowAddress(CROSS, 0, 1, 0): (0.25, 0.75)})
    weights = look(SCORES, intervention=change).weights
    assert weights[0, 1, 0].tolist() == [0.25, 0.75, 0.0, 0.0, 0.0]


def test_a_row_that_is_too_long_is_refused_with_the_two_lengths():
    change = Intervention(rows={RowAddress(CROSS, 0, 0, 0): (0.1,) * 6})
    with pytest.raises(UsageError, match="6 weights were given where there are 5 positions"):
        look(SCORES, intervention=change)


@pytest.mark.parametrize(("layer", "query"), [(1, 4), (0, 3), (0, 5)])
def test_a_row_of_another_layer_or_target_changes_nothing(layer, query):
    change = Intervention(rows={RowAddress(CROSS, layer, 0, query): (1.0, 0.0, 0.0, 0.0, 0.0)})
    changed = look(SCORES, intervention=change, first_query=4)
    torch.testing.assert_close(changed.weights, look(SCORES).weights)


def test_rows_count_targets_from_the_first_one_of_the_call():
    change = Intervention(rows={RowAddress(CROSS, 0, 0, 4): (1.0, 0.0, 0.0, 0.0, 0.0)})
    weights = look(SCORES, intervention=change, first_query=4).weights
    assert weights[0, 0, 0].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("site", [ENCODER_SELF, DECODER_SELF])
def test_rows_and_masked_keys_act_on_their_site_alone(site):
    change = Intervention(
        rows={RowAddress(CROSS, 0, 0, 0): (1.0, 0.0, 0.0, 0.0, 0.0)}, masked={CROSS: frozenset({1})}
    )
    changed = look(SCORES, site=site, intervention=change)
    torch.testing.assert_close(changed.weights, look(SCORES).weights)


def test_an_ablated_head_hands_on_nothing_and_the_others_what_they_did():
    change = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 1)}))
    changed = look(SCORES, intervention=change)
    assert changed.context[:, 1].eq(0.0).all()
    torch.testing.assert_close(changed.context[:, 0], look(SCORES).context[:, 0])


def test_masking_the_whole_source_is_refused():
    change = Intervention(masked={CROSS: frozenset(range(3))})
    mask = torch.tensor([True, True, True, False, False])
    with pytest.raises(UsageError, match="0, 1, 2 masked, nothing is left to look at"):
        look(SCORES, mask, intervention=change)


def test_masked_positions_behind_the_source_are_no_matter():
    changed = look(SCORES, intervention=Intervention(masked={CROSS: frozenset({17})}))
    torch.testing.assert_close(changed.weights, look(SCORES).weights)


def test_a_score_is_the_sum_of_its_terms():
    attended = look(SCORES, torch.tensor([True, False, True, True, True]))
    total = sum(term.values for term in attended.terms)
    torch.testing.assert_close(total, SCORES)
    torch.testing.assert_close(attended.scores[..., 2:], total[..., 2:])


def test_a_row_may_not_look_ahead_of_what_is_written():
    """So the row of a step, which has no later keys, is refused as that of known targets is."""
    change = Intervention(rows={RowAddress(CROSS, 0, 0, 2): (0.1,) * 4})
    scores = torch.zeros(1, 2, 5, 5)
    with pytest.raises(UsageError, match="4 weights were given where there are 3 positions"):
        look(scores, reach=SoFar(), intervention=change)
    with pytest.raises(UsageError, match="4 weights were given where there are 3 positions"):
        look(scores[:, :, :1, :3], reach=SoFar(), intervention=change, first_query=2)
