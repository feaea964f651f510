"""How far a query may look: where, worked out place by place, and never nowhere."""

import numpy as np
import pytest
import torch
from tiny_models import EVERY, TRANSFORMER, build, ragged_sources, target_inputs

from attnstudio.config_attention import AttentionKind, OwnReachKind, SourceReachKind
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.errors import UsageError
from attnstudio.model.attention.predicted_reach import PredictedWindow
from attnstudio.model.attention.reach import Window
from attnstudio.model.interface import SourceBatch
from attnstudio.model.intervention import Intervention, RowAddress
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE

LENGTHS = (5, 3, 4)
WINDOWED = ["transformer-window", "additive-gru-window", "dot-gru-window"]


def places_near(query, length, size, *, is_causal=False):
    """By the words of the paper: size places on each side, around the last one at the most."""
    place = min(query, length - 1)
    after = place if is_causal else min(place + size, length - 1)
    return set(range(max(0, place - size), after + 1))


def seen_by(weights):
    """Of each row of (rows, keys), where it is not exactly 0."""
    return [set(np.flatnonzero(row).tolist()) for row in weights.numpy()]


@pytest.mark.parametrize("is_causal", [False, True])
@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("first", [0, 3])
def test_a_window_is_so_many_places_on_each_side_and_moves_back_to_the_last_one(
    first, size, is_causal
):
    lengths = (6, 2, 4)
    padding = torch.arange(6) < torch.tensor(lengths)[:, None, None, None]
    mask = (
        Window(size, is_causal)
        .over(torch.zeros(3, 2, 5, 4), 6, first_query=first, padding=padding)
        .mask
    )
    found = (mask & padding).squeeze(1)
    for row, length in enumerate(lengths):
        expected = [
            places_near(first + query, length, size, is_causal=is_causal) for query in range(5)
        ]
        assert seen_by(found[row]) == expected


def test_a_step_over_what_is_written_reaches_back_as_teacher_forcing_does():
    window = Window(2, is_causal=True)
    together = window.over(torch.zeros(1, 1, 6, 4), 6, first_query=0, padding=None).mask
    for place in range(6):
        queries = torch.zeros(1, 1, 1, 4)
        step = window.over(queries, place + 1, first_query=place, padding=None).mask
        expected = together[place, : place + 1]
        assert (step is None and expected.all()) or step[0].equal(expected)


@pytest.mark.parametrize("name", WINDOWED)
@torch.no_grad()
def test_a_model_with_a_window_looks_into_it_and_nowhere_else(name):
    model = build(EVERY[name])
    encoded = model.read(ragged_sources(), trace=True)
    traces = {**encoded.traces, **model.decode(encoded, target_inputs(), trace=True).traces}
    for row, length in enumerate(LENGTHS):
        for layer in traces[CROSS].weights[row].flatten(0, 1):
            assert seen_by(layer) == [places_near(place, length, 1) for place in range(6)]
        if ENCODER_SELF in traces:
            for layer in traces[ENCODER_SELF].weights[row].flatten(0, 1):
                expected = [places_near(place, length, 1) for place in range(length)]
                assert seen_by(layer[:length]) == expected
            for layer in traces[DECODER_SELF].weights[row].flatten(0, 1):
                expected = [places_near(place, 6, 1, is_causal=True) for place in range(6)]
                assert seen_by(layer) == expected
    outside = traces[CROSS].weights == 0
    assert traces[CROSS].scores[outside].eq(-torch.inf).all()


@torch.no_grad()
def test_a_window_as_wide_as_the_sentence_is_no_window():
    parts = {"own_reach": OwnReachKind.WINDOW, "source_reach": SourceReachKind.WINDOW}
    wide = build(TRANSFORMER.model_copy(update={**parts, "window": 6}))
    plain = build(TRANSFORMER)
    found, expected = (
        model.decode(model.read(ragged_sources()), target_inputs()).logits
        for model in (wide, plain)
    )
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("name", WINDOWED)
@torch.no_grad()
def test_long_after_a_source_has_ended_its_last_piece_is_still_there(name):
    model = build(EVERY[name])
    source = SourceBatch(torch.tensor([[7, 2]]), torch.ones(1, 2, dtype=torch.bool))
    inputs = torch.full((1, 40), 5)
    trace = model.decode(model.read({SOURCE: source}), inputs, trace=True).traces[CROSS]
    assert trace.weights[..., 2:, :].gt(0).all()
    torch.testing.assert_close(trace.weights.sum(-1), torch.ones(trace.weights.shape[:-1]))


@pytest.mark.parametrize("name", WINDOWED)
@torch.no_grad()
def test_hiding_all_that_a_window_reaches_is_refused_in_words(name):
    model = build(EVERY[name])
    change = Intervention(masked={CROSS: frozenset({0, 1})})
    with pytest.raises(UsageError, match="0, 1 masked, all that a word can look at is hidden"):
        model.decode(model.read(ragged_sources()), target_inputs(), intervention=change)


@pytest.mark.parametrize("name", WINDOWED)
@torch.no_grad()
def test_a_row_of_a_person_may_lie_outside_the_window(name):
    """It stands as it was given, as beside hidden words; step and teacher forcing are alike."""
    model = build(EVERY[name])
    row = (0.0, 0.0, 0.0, 0.25, 0.75)
    change = Intervention(rows={RowAddress(CROSS, 0, 0, 0): row})
    output = model.decode(
        model.read(ragged_sources()), target_inputs(), intervention=change, trace=True
    )
    assert output.traces[CROSS].weights[0, 0, 0, 0].tolist() == list(row)
    reached = output.traces[CROSS].looked().reached[0, 0, 0, 0]
    assert reached.tolist() == [True, True, False, True, True]
    state = model.start(model.read(ragged_sources()))
    step = model.step(state, target_inputs()[:, 0], intervention=change)
    torch.testing.assert_close(step.output.logits[:, 0], output.logits[:, 0])


def test_what_never_looks_has_no_reach():
    with pytest.raises(ValueError, match="without attention nothing is looked at"):
        RecurrentConfig(attention=AttentionKind.NONE, source_reach=SourceReachKind.WINDOW)


def test_a_run_reaches_everything_unless_asked():
    config = TransformerConfig()
    assert (config.own_reach, config.source_reach, config.window) == ("all", "all", 8)


# --- a place that is predicted -------------------------------------------------------------------

PREDICTED = ["transformer-predicted", "additive-gru-predicted", "dot-gru-predicted"]


def numbers_of(tensor):
    return tensor.detach().double().numpy()


def weights_by_the_paper(queries, scores, hidden, vector, *, length, window):
    """Luong et al. 2015, equations 9 and 10, of one source: align(h, s) exp(-(s - p)² / 2σ²).

    Returns:
        The places, and what the paper multiplies its weights with, renormalised: (queries, keys).
    """
    places = length / (1 + np.exp(-np.tanh(queries @ hidden.T) @ vector))
    weights = np.zeros_like(scores)
    for row, place in enumerate(places):
        inside = [key for key in range(length) if place - window <= key <= place + window]
        aligned = np.exp(scores[row, inside]) / np.exp(scores[row, inside]).sum()
        near = np.exp(-((np.array(inside) - place) ** 2) / (2 * (window / 2) ** 2))
        weights[row, inside] = aligned * near
    return places, weights / weights.sum(-1, keepdims=True)


@pytest.mark.parametrize("name", PREDICTED)
@torch.no_grad()
def test_a_predicted_window_has_the_ratios_of_the_paper_around_the_place_in_the_trace(name):
    model = build(EVERY[name])
    reaches = [part.spec.reach for part in model.modules() if getattr(part, "site", None) == CROSS]
    for reach in reaches:
        reach.vector.weight.mul_(4)  # let places lie apart
    trace = model.decode(model.read(ragged_sources()), target_inputs(), trace=True).traces[CROSS]
    assert len(reaches) == trace.places.size(1)
    assert trace.places.shape == trace.weights.shape[:-1]
    apart = set()
    for layer, reach in enumerate(reaches):
        hidden, vector = numbers_of(reach.hidden.weight), numbers_of(reach.vector.weight)[0]
        for row, length in enumerate(LENGTHS):
            for head in range(trace.weights.size(2)):
                at = (row, layer, head)
                places, weights = weights_by_the_paper(
                    numbers_of(trace.queries[at]), numbers_of(trace.terms[0].values[at]),
                    hidden, vector, length=length, window=2,
                )  # fmt: skip
                np.testing.assert_allclose(trace.places[at], places, atol=1e-5)
                np.testing.assert_allclose(trace.weights[at], weights, atol=1e-5)
                apart |= set(places.round(1))
    assert len(apart) > 5


@torch.no_grad()
def test_a_place_at_either_end_still_has_something_in_its_window():
    reach = PredictedWindow(1, 1)
    reach.hidden.weight[:] = 100.0
    reach.vector.weight[:] = 1e6
    queries = torch.tensor([-1.0, 1.0]).view(1, 1, 2, 1)
    padding = torch.tensor([True, True, True, False])
    reached = reach.over(queries, 4, first_query=0, padding=padding)
    assert reached.places.flatten().tolist() == [0.0, 3.0]
    assert seen_by((reached.mask & padding)[0, 0]) == [{0, 1}, {2}]


def test_what_predicts_a_place_learns_by_the_slope_of_the_loss():
    """The cut has none; inside, the Gaussian moves with the place."""
    torch.manual_seed(1)
    reach = PredictedWindow(3, 4).double()
    queries, scores = torch.randn(2, 1, 4, 3).double(), torch.randn(2, 1, 4, 5).double()
    outer = torch.randn(2, 1, 4, 5).double()

    def loss():
        reached = reach.over(queries, 5, first_query=0, padding=None)
        masked = (scores + reached.terms[0].values).masked_fill(~reached.mask, -torch.inf)
        return (masked.softmax(-1) * outer).sum()

    for parameter in reach.parameters():
        [gradient] = torch.autograd.grad(loss(), parameter)
        for place in np.ndindex(*parameter.shape):
            with torch.no_grad():
                parameter[place] += 1e-6
                above = loss()
                parameter[place] -= 2e-6
                below = loss()
                parameter[place] += 1e-6
            assert gradient[place].item() == pytest.approx((above - below).item() / 2e-6, abs=1e-6)
