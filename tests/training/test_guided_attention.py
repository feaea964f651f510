"""A head that is taught where to look: the loss by hand, its parts, and what comes of it."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy_normalisers import entmax

from attnstudio.config_attention import AttentionKind, CoverageKind, NormaliserKind
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.config_training import Precision
from attnstudio.model import multi_head
from attnstudio.model.attention.kernels import Kernel, kernel_for
from attnstudio.model.attention.normaliser import Entmax15, LearntEntmax, Softmax, Sparsemax
from attnstudio.model.builder import build_model
from attnstudio.model.intervention import HeadAddress
from attnstudio.model.spec import translation_spec
from attnstudio.sites import CROSS, SOURCE
from attnstudio.training.guided_attention import (
    GuidedCrossEntropy,
    fenchel_young_losses,
    link_cross_entropy,
)
from attnstudio.training.guided_links import GuidedLinks
from attnstudio.training.loss import LabelSmoothedCrossEntropy
from attnstudio.training.update import GradientMaker

TRANSFORMER = TransformerConfig(
    encoder_layers=1, decoder_layers=3, model_size=8, heads=2, feedforward_size=8, dropout=0.0
)
RECURRENT = RecurrentConfig(
    attention=AttentionKind.DOT, embedding_size=8, hidden_size=8, dropout=0.0
)
HEADS = {
    "transformer": (TRANSFORMER, HeadAddress(CROSS, 1, 1)),
    "recurrent": (RECURRENT, HeadAddress(CROSS, 0, 0)),
    "recurrent-heads": (
        RECURRENT.model_copy(
            update={
                "attention": AttentionKind.ADDITIVE,
                "heads": 4,
                "coverage": CoverageKind.FERTILITY,
            }
        ),
        HeadAddress(CROSS, 0, 2),
    ),
}
SPARSE = {
    f"{shape}-{kind}": (config.model_copy(update={"normaliser": kind}), head)
    for shape, (config, head) in HEADS.items()
    for kind in NormaliserKind
    if kind not in (NormaliserKind.SOFTMAX, NormaliserKind.LINEAR)
}
NORMALISERS = {
    "softmax": (Softmax(), 1.0),
    "sparsemax": (Sparsemax(), 2.0),
    "entmax15": (Entmax15(), 1.5),
    "learnt": (LearntEntmax(1), 1.0 + 1.0 / (1.0 + math.exp(-0.7))),
}


def new_model(config):
    torch.manual_seed(1)
    model = build_model(config, translation_spec(320, 320, shared=True)).train()
    for name, parameter in model.named_parameters():
        if name.endswith("raw_alphas"):  # of each head its own, so that none is taken for another
            parameter.data.copy_(torch.linspace(-1.0, 0.7, parameter.numel()))
    return model


def entropy_by_hand(weights, alpha):
    if alpha == 1.0:
        return -sum(p * math.log(p) for p in weights if p > 0)
    return sum(p - p**alpha for p in weights) / (alpha * (alpha - 1.0))


def loss_by_hand(scores, wanted, alpha):
    """p·z + H(p) - q·z - H(q) of one row, with the p of a bisection."""
    reached = np.isfinite(scores)
    scores, wanted = scores[reached], wanted[reached]
    weights = entmax(scores[None], alpha)[0]
    best = weights @ scores + entropy_by_hand(weights, alpha)
    return best - wanted @ scores - entropy_by_hand(wanted, alpha)


def kept(links):
    return GuidedLinks(len(links), lambda row: links[row].astype(np.float32))


def drawn_links(dataset, rows):
    """For each row some links by chance; the last row has none."""
    random = np.random.default_rng(5)
    links = []
    for row in range(rows):
        batch = dataset.batch(np.array([row]))
        shape = batch.target_tokens - 1, batch.sources[SOURCE].values.size(1)
        drawn = random.random(shape)
        links.append(np.where(drawn < (0.2 if row < rows - 1 else 0.0), drawn + 0.1, 0.0))
    return links


def guided_batch(dataset, rows=9):
    links = drawn_links(dataset, rows)
    batch = replace(dataset.batch(np.arange(rows)), links=kept(links).of_rows(np.arange(rows)))
    return batch, links


@pytest.mark.parametrize("delay", [0, 1])
@pytest.mark.parametrize("shape", HEADS)
def test_the_loss_is_the_mean_surprise_at_the_links_of_each_taught_token(dataset, shape, delay):
    config, head = HEADS[shape]
    batch, links = guided_batch(dataset)
    model = new_model(config)
    output = model.decode(model.read(batch.sources), batch.target_inputs, trace=True)
    weights = output.traces[CROSS].weights.detach().double().numpy()

    by_hand = 0.0
    for example, matrix in enumerate(links):
        for token, row in enumerate(matrix):
            for source in np.flatnonzero(row):
                weight = weights[example, head.layer, head.head, token + delay, source]
                by_hand -= math.log(weight) * row[source] / row.sum()
    plain = LabelSmoothedCrossEntropy(0.1).loss(model, batch, divisor=7.0)
    found = GuidedCrossEntropy(0.1, 0.5, head, delay).loss(model, batch, divisor=7.0)

    assert by_hand > 100
    assert float((found.minimised - plain.minimised).detach()) == pytest.approx(
        0.5 * by_hand / 7, rel=1e-5
    )
    torch.testing.assert_close(found.reported, plain.reported)


@pytest.mark.parametrize("delay", [0, 1])
@pytest.mark.parametrize("shape", SPARSE)
def test_weights_with_zeros_are_taught_by_the_loss_that_belongs_to_them(dataset, shape, delay):
    config, head = SPARSE[shape]
    batch, links = guided_batch(dataset)
    model = new_model(config)
    output = model.decode(model.read(batch.sources), batch.target_inputs, trace=True)
    scores = output.traces[CROSS].scores.detach().double().numpy()
    normaliser = output.traces[CROSS].workings[head.layer].normaliser
    match config.normaliser:
        case NormaliserKind.SPARSEMAX:
            alpha = 2.0
        case NormaliserKind.ENTMAX15:
            alpha = 1.5
        case NormaliserKind.LEARNT_ENTMAX:
            raw = float(normaliser.raw_alphas[head.head].detach())
            alpha = 1.0 + 1.0 / (1.0 + math.exp(-raw))

    by_hand = 0.0
    for example, matrix in enumerate(links):
        for token, row in enumerate(matrix):
            if row.any():
                of_row = scores[example, head.layer, head.head, token + delay]
                wanted = np.zeros(len(of_row))
                wanted[: len(row)] = row / row.sum()
                by_hand += loss_by_hand(of_row, wanted, alpha)
    plain = LabelSmoothedCrossEntropy(0.1).loss(model, batch, divisor=7.0)
    found = GuidedCrossEntropy(0.1, 0.5, head, delay).loss(model, batch, divisor=7.0)

    assert by_hand > 10
    assert float((found.minimised - plain.minimised).detach()) == pytest.approx(
        0.5 * by_hand / 7, rel=1e-4
    )


@pytest.mark.parametrize("name", NORMALISERS)
def test_the_gradient_of_such_a_loss_is_that_of_finite_differences_and_pulls_from_afar(name):
    normaliser, alpha = NORMALISERS[name]
    if name == "learnt":
        torch.nn.init.constant_(normaliser.raw_alphas, 0.7)
    scores = torch.tensor([[[3.0, 0.2, -9.0, -torch.inf, 1.0]]], dtype=torch.float64)
    wanted = torch.tensor([[[0.0, 0.3, 0.7, 0.0, 0.0]]], dtype=torch.float64)

    def loss(scores):
        weights = normaliser(scores.unsqueeze(1)).squeeze(1)
        return fenchel_young_losses(normaliser, 0, scores, weights, wanted)

    assert loss(scores).item() == pytest.approx(
        loss_by_hand(scores[0, 0].numpy(), wanted[0, 0].numpy(), alpha), rel=1e-6
    )
    given = scores.clone().requires_grad_()
    [gradient] = torch.autograd.grad(loss(given).sum(), given)
    assert gradient[0, 0, 2] < -0.69  # although nothing is looked at there yet
    step = 1e-6
    for place in (0, 1, 2, 4):
        sides = [scores.clone(), scores.clone()]
        sides[0][0, 0, place] += step
        sides[1][0, 0, place] -= step
        slope = (loss(sides[0]) - loss(sides[1])).item() / (2 * step)
        assert gradient[0, 0, place].item() == pytest.approx(slope, abs=1e-5)
    assert gradient[0, 0, 3] == 0.0
    at_rest = scores.masked_fill(wanted == 0, -50.0)
    at_rest[wanted > 0] = torch.tensor([0.0, 0.0], dtype=torch.float64)
    found = normaliser(at_rest.unsqueeze(1)).squeeze(1)
    nothing = fenchel_young_losses(normaliser, 0, at_rest, found, found)
    assert nothing.item() == pytest.approx(0.0, abs=1e-9)


def test_only_the_layer_of_the_taught_head_gives_its_weights(dataset, monkeypatch):
    asked = []

    def remembered(*arguments, needs_weights=False, **others):
        kernel = kernel_for(*arguments, needs_weights=needs_weights, **others)
        asked.append((needs_weights, kernel))
        return kernel

    monkeypatch.setattr(multi_head, "kernel_for", remembered)
    batch, _ = guided_batch(dataset)
    model = new_model(TRANSFORMER)
    encoded = model.read(batch.sources)
    whole = model.decode(encoded, batch.target_inputs, trace=True)
    asked.clear()
    output = model.decode(encoded, batch.target_inputs, trace=HeadAddress(CROSS, 1, 1))

    assert list(output.traces) == [CROSS]
    torch.testing.assert_close(
        output.traces[CROSS].weights[:, 0], whole.traces[CROSS].weights[:, 1]
    )
    # Of three layers that look at themselves and at the source.
    assert [wanted for wanted, _ in asked] == [False, False, False, True, False, False]
    assert [kernel is Kernel.EXPLICIT for _, kernel in asked] == [wanted for wanted, _ in asked]


@pytest.mark.parametrize("parts", [2, 4, 32])
@pytest.mark.parametrize("shape", HEADS | SPARSE)
def test_gradients_in_parts_are_those_of_the_whole(dataset, shape, parts):
    config, head = (HEADS | SPARSE)[shape]
    objective = GuidedCrossEntropy(0.1, 1.0, head, 1)
    batch, _ = guided_batch(dataset)
    models = [new_model(config) for _ in range(2)]
    whole, divided = (GradientMaker(model, objective, Precision.FP32) for model in models)
    divided.parts = parts

    whole.make([batch])
    divided.make([batch])

    for one, other in zip(*(model.parameters() for model in models), strict=True):
        torch.testing.assert_close(other.grad, one.grad, rtol=0.0, atol=1e-6)


def test_a_part_of_a_batch_keeps_the_links_of_its_examples(dataset):
    batch, links = guided_batch(dataset)

    parts = batch.split(4)

    assert len(parts) == 4
    first = 0
    for part in parts:
        places = {tuple(place) for place in part.links.places.tolist()}
        expected = {
            (example, *place)
            for example, matrix in enumerate(links[first : first + len(part)])
            for place in np.argwhere(matrix).tolist()
        }
        assert places == expected
        first += len(part)


def test_rows_in_any_order_bring_their_own_links(dataset):
    links = drawn_links(dataset, 6)
    rows = np.array([4, 5, 0, 4])

    found = kept(links).of_rows(rows)

    expected = [(e, *place) for e, row in enumerate(rows) for place in np.argwhere(links[row])]
    assert [tuple(place) for place in found.places.tolist()] == [
        tuple(map(int, place)) for place in expected
    ]
    shares = np.zeros((len(rows), 60))
    np.add.at(shares, (found.places[:, 0], found.places[:, 1]), found.shares)
    taught = shares > 0
    assert taught.any()
    np.testing.assert_allclose(shares[taught], 1.0, rtol=1e-6)


def test_links_are_worked_out_once_and_not_before_they_are_needed():
    asked = []

    def looks_of(row):
        asked.append(row)
        return np.eye(3, dtype=np.float32)[: row + 1] if row else None

    links = GuidedLinks(3, looks_of)
    assert asked == []

    for rows in ([2, 0], [0, 2], [1]):
        links.of_rows(np.array(rows))
    assert asked == [0, 2, 1]
    assert links.of_rows(np.array([1, 0, 2])).places.tolist() == [
        [0, 0, 0], [0, 1, 1], [2, 0, 0], [2, 1, 1], [2, 2, 2],
    ]  # fmt: skip


def test_a_weight_of_nothing_still_pulls_and_no_links_pull_nothing():
    weights = torch.tensor([[[0.0, 1.0]]], requires_grad=True)
    links = kept([np.array([[0.5, 0.0]])]).of_rows(np.array([0]))
    none = kept([np.zeros((1, 2))]).of_rows(np.array([0]))

    loss = link_cross_entropy(weights, links, delay=0)

    assert math.isfinite(loss.item())
    assert loss.item() > 60
    assert link_cross_entropy(weights, none, delay=0).item() == 0.0


def test_a_batch_without_links_cannot_be_taught(dataset):
    config, head = HEADS["transformer"]
    with pytest.raises(ValueError, match="no links"):
        GuidedCrossEntropy(0.1, 1.0, head, 1).loss(
            new_model(config), dataset.batch(np.arange(2)), divisor=1.0
        )


@pytest.mark.parametrize("shape", HEADS | SPARSE)
def test_a_taught_head_comes_to_look_where_it_is_told(dataset, shape):
    config, head = (HEADS | SPARSE)[shape]
    model = new_model(config)
    # Something that no translating would teach: each token looks at the first source token.
    batch = dataset.batch(np.arange(12))
    links = []
    for row in range(12):
        alone = dataset.batch(np.array([row]))
        matrix = np.zeros((alone.target_tokens - 1, alone.sources[SOURCE].values.size(1)))
        matrix[:, 0] = 1.0
        links.append(matrix)
    batch = replace(batch, links=kept(links).of_rows(np.arange(12)))
    objective = GuidedCrossEntropy(0.0, 1.0, head, 1)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02)

    for _ in range(40):
        optimiser.zero_grad()
        objective.loss(model, batch, divisor=batch.target_tokens).minimised.backward()
        optimiser.step()

    output = model.decode(model.read(batch.sources), batch.target_inputs, trace=True)
    weights = output.traces[CROSS].weights[:, head.layer, head.head, :, 0]
    examples, targets, _ = batch.links.places.unbind(dim=1)
    assert weights[examples, targets + 1].mean().item() > 0.9
