"""bfloat16 changes the speed of a model, not what it computes or shows."""

import pytest
import torch
from tiny_models import (
    ATTENTIVE,
    EVERY,
    RECURRENT,
    TRANSFORMER,
    build,
    ragged_batch,
    ragged_sources,
    target_inputs,
)

from attnstudio.config_model import Cell
from attnstudio.config_training import Precision
from attnstudio.model import cells, precision
from attnstudio.model.attention.coverage import CoveredTanh
from attnstudio.model.cells import recurrent_layers
from attnstudio.model.precision import has_rounded_lstm, resolve_precision, rounded
from attnstudio.sites import CROSS

CPU = torch.device("cpu")


def probed(monkeypatch, *, fp32_s, bf16_s):
    seconds = {torch.float32: fp32_s, torch.bfloat16: bf16_s}
    monkeypatch.setattr(precision, "_product_s", lambda *_, dtype, device: seconds[dtype])  # noqa: ARG005
    return resolve_precision(Precision.AUTO, CPU, TRANSFORMER)


def test_auto_takes_bf16_where_it_is_clearly_faster(monkeypatch):
    assert probed(monkeypatch, fp32_s=2.0, bf16_s=1.0) is Precision.BF16
    assert probed(monkeypatch, fp32_s=1.1, bf16_s=1.0) is Precision.FP32
    assert probed(monkeypatch, fp32_s=1.0, bf16_s=9.0) is Precision.FP32


@pytest.mark.parametrize(
    ("fp32_s", "bf16_s", "rounds"),
    [(0.02, 2.0, 1), (0.3, 0.05, 2), (0.3, 0.2, 20), (1e-4, 1e-3, 20)],
)
def test_the_probe_ends_once_it_is_long_and_plain(monkeypatch, fp32_s, bf16_s, rounds):
    seconds, asked = {torch.float32: fp32_s, torch.bfloat16: bf16_s}, []

    def product_s(*_, dtype, device):  # noqa: ARG001
        asked.append(dtype)
        return seconds[dtype]

    monkeypatch.setattr(precision, "_product_s", product_s)
    resolve_precision(Precision.AUTO, CPU, TRANSFORMER)

    assert asked == [torch.float32, torch.bfloat16] * rounds


@pytest.mark.parametrize("name", ["transformer", "additive-gru-fed"])
def test_the_probe_answers_and_draws_no_random_number(name):
    before = torch.get_rng_state()

    assert resolve_precision(Precision.AUTO, CPU, EVERY[name]) is not Precision.AUTO
    assert torch.equal(before, torch.get_rng_state())


def test_to_ask_for_a_rounded_lstm_draws_no_random_number():
    before = torch.get_rng_state()
    has_rounded_lstm.cache_clear()

    has_rounded_lstm()

    assert torch.equal(before, torch.get_rng_state())


def test_an_lstm_that_the_processor_does_not_have_in_bfloat16_runs_in_float32(monkeypatch):
    monkeypatch.setattr(cells, "has_rounded_lstm", lambda: False)
    layer = recurrent_layers(Cell.LSTM, 4, 4)
    inputs, state = torch.randn(2, 3, 4), (torch.zeros(1, 2, 4), torch.zeros(1, 2, 4))
    exact, _ = layer(inputs, state)

    with torch.autocast("cpu", dtype=torch.bfloat16):
        found, _ = layer(inputs, state)

    assert torch.equal(found, exact)


def test_what_was_asked_for_is_not_probed():
    assert resolve_precision(Precision.BF16, CPU, TRANSFORMER) is Precision.BF16
    assert resolve_precision(Precision.FP32, CPU, TRANSFORMER) is Precision.FP32


def test_states_are_rounded_under_autocast_alone():
    states = torch.ones(2, 3)

    assert rounded(states) is states
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert rounded(states).dtype is torch.bfloat16


def read(model, **wishes):
    with torch.no_grad():
        return model.decode(model.read(ragged_sources()), target_inputs(), **wishes)


@pytest.mark.parametrize("name", EVERY)
def test_bfloat16_predicts_nearly_what_float32_predicts(name):
    model = build(EVERY[name])
    expected = read(model).logits.softmax(dim=-1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = read(model).logits.float().softmax(dim=-1)

    torch.testing.assert_close(found, expected, atol=0.02, rtol=0.0)
    assert not torch.equal(found, expected)


@pytest.mark.parametrize("name", EVERY)
def test_gradients_in_bfloat16_point_where_those_in_float32_point(name):
    model = build(EVERY[name])
    gradients = []
    for enabled in (False, True):
        model.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            logits = model.decode(model.read(ragged_sources()), target_inputs()).logits
        logits.float().log_softmax(-1)[..., 5].sum().backward()
        gradients.append(torch.cat([p.grad.flatten() for p in model.parameters()]))

    cosine = torch.nn.functional.cosine_similarity(*gradients, dim=0).item()
    # that of sparsemax jumps where a place loses its weight, which rounding may let it (Martins and
    # Astudillo 2016, section 2.5)
    assert cosine > (0.9 if "sparsemax" in name else 0.99)
    assert all(p.grad.dtype is torch.float32 for p in model.parameters())


@pytest.mark.parametrize("name", ATTENTIVE)
def test_attention_that_is_shown_is_computed_in_float32(name):
    output = read(build(ATTENTIVE[name]), trace=True)

    for part in ("queries", "keys", "scores", "weights"):
        assert getattr(output.traces[CROSS], part).dtype is torch.float32


@pytest.mark.parametrize("name", RECURRENT)
def test_scores_stay_in_float32_where_products_are_in_bfloat16(name):
    model = build(ATTENTIVE[name])
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        trace = model.decode(model.read(ragged_sources()), target_inputs(), trace=True).traces[
            CROSS
        ]
    spec, queries, padding = model.decoder.score.spec, trace.queries[:, 0], ragged_batch().mask
    reached = spec.reach.over(queries, 5, first_query=0, padding=padding[:, None, None])
    coverage = trace.workings[0].coverage
    score = (
        spec.score
        if coverage is None
        else CoveredTanh(spec.score, coverage.vectors, coverage.covered)
    )
    terms = (*score.terms(queries, trace.keys[:, 0], 0), *reached.terms)
    expected = torch.stack([term.values for term in terms]).sum(0)
    real = padding[:, None, None].expand_as(expected)
    real = real if reached.mask is None else real & reached.mask

    assert trace.scores.dtype is torch.float32
    torch.testing.assert_close(trace.scores[:, 0][real], expected[real], atol=1e-6, rtol=1e-5)
