"""What stands for parts of an attention while a model is traced computes what they compute."""

import pytest
import torch
from torch.testing import assert_close

from attnstudio.config_attention import PositionKind
from attnstudio.config_model import TransformerConfig
from attnstudio.export.onnx_parts import (
    AllTanh,
    MaskedWindow,
    PairedRotary,
    SortedEntmax15,
    SortedSparsemax,
    SteppedEntmax,
    traceable,
)
from attnstudio.model.attention.normaliser import Entmax15, LearntEntmax, Sparsemax
from attnstudio.model.attention.reach import Window
from attnstudio.model.attention.rotary import Rotary
from attnstudio.model.attention.score import Tanh
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec

ALPHAS = (1.0005, 1.3, 1.5, 1.9, 1.9995)


def learnt_entmax():
    """A head with each α."""
    module = LearntEntmax(len(ALPHAS))
    shapes = torch.tensor(ALPHAS) - 1.0
    module.raw_alphas.data = (shapes / (1.0 - shapes)).log()
    return module.requires_grad_(False)


def rows_of(scale):
    """(rows, heads, 1, keys) scores: by chance, some equal, some where nobody may look."""
    torch.manual_seed(2)
    rows = torch.randn(60, len(ALPHAS), 1, 30) * scale
    rows[1::3, ..., :5] = rows[1::3, ..., 5:10]
    rows[::3, ..., 12:] = -torch.inf
    rows[::5, ..., 1:] = -torch.inf
    return rows


def falling_rows():
    """Rows that Newton's steps are slow with: each step finds a little more."""
    places = torch.arange(200.0)
    rows = [-(ratio**places) for ratio in (0.2, 0.5, 0.9, 0.99)]
    rows += [-(places / 200), -((places / 200) ** 2), -((places / 200) ** 0.5)]
    return (
        torch.stack(rows).repeat(2, 1).mul(torch.tensor([0.3, 3.0]).repeat_interleave(7)[:, None])
    )


@pytest.mark.parametrize("scale", [0.01, 1.0, 30.0, 1000.0])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (SortedSparsemax, Sparsemax()),
        (SortedEntmax15, Entmax15()),
        (SteppedEntmax, learnt_entmax()),
    ],
    ids=["sparsemax", "entmax15", "learnt"],
)
def test_weights_with_zeros_are_ours(theirs, ours, scale):
    stands_for = SteppedEntmax(ours) if theirs is SteppedEntmax else theirs()
    slow = falling_rows()[:, None, None].expand(-1, len(ALPHAS), -1, -1) * scale
    for scores in (rows_of(scale), slow):
        exact = ours(scores.double())
        found = stands_for(scores)

        assert_close(found.double(), exact, atol=5e-6, rtol=0.0)
        assert torch.all(found[scores == -torch.inf] == 0.0)


@pytest.mark.parametrize("first", [0, 7])
def test_pairs_turn_as_complex_numbers_do(first):
    states = torch.randn(2, 3, 5, 8)

    assert_close(PairedRotary().turn(states, first), Rotary().turn(states, first))


def test_all_queries_at_once_have_the_scores_of_each():
    torch.manual_seed(4)
    score = Tanh(6)
    queries, keys = torch.randn(2, 3, 4, 6), torch.randn(2, 3, 5, 6)

    [found], [ours] = (each.terms(queries, keys, 0) for each in (AllTanh(score), score))

    assert found.symbol == ours.symbol
    assert_close(found.values, ours.values)


@pytest.mark.parametrize("length", [1, 3, 4, 9])
def test_a_window_that_needs_no_mask_has_one(length):
    window = Window(3, is_causal=True)
    place = {"first_query": length - 1, "padding": None}
    query = torch.zeros(1, 1, 1, 4)

    mask = MaskedWindow(window).over(query, length, **place).mask

    assert mask is not None
    ours = window.over(query, length, **place).mask
    assert mask.flatten().tolist() == [at >= length - 4 for at in range(length)]
    assert ours is None or torch.equal(ours, mask)


def test_a_model_has_its_own_parts_again_also_after_an_error():
    config = TransformerConfig(
        encoder_layers=1, decoder_layers=1, model_size=16, heads=4, feedforward_size=8,
        positions=PositionKind.ROTARY,
    )  # fmt: skip
    model = build_model(config, translation_spec(20, 20, shared=True))
    attention = model.encoder_layers[0].attention
    before = attention.spec

    def trace():
        with traceable(model):
            assert isinstance(attention.spec.positions, PairedRotary)
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        trace()

    assert attention.spec is before
