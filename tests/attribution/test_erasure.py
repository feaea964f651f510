"""Erasure against a plain loop of forward passes, and where the answer is known."""

import math

import numpy as np
import pytest
import torch
from made_models import KINDS, copying, made_example, one_by_one
from tiny_models import ATTENTIVE, TRANSFORMER, build

from attnstudio.attribution.erasure import erasure
from attnstudio.attribution.example import Example, log_probs_of
from attnstudio.attribution.work import Work
from attnstudio.config_model import TransformerConfig
from attnstudio.model.packed import packed
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import END_ID, UNKNOWN_ID


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_is_worth_what_its_own_forward_pass_loses(kind):
    model, example = build(ATTENTIVE[kind]), made_example()
    source, targets = example.source[0].tolist(), example.targets[0].tolist()
    full = one_by_one(model, source, targets)
    for reader in (model, packed(model)):
        found = erasure(reader, example).detach().numpy()
        for word in example.words:
            erased = [UNKNOWN_ID if i in word else piece for i, piece in enumerate(source)]
            lost = full - one_by_one(model, erased, targets)
            np.testing.assert_allclose(found[:, list(word)].sum(axis=1), lost, atol=2e-5)
            np.testing.assert_allclose(np.ptp(found[:, list(word)], axis=1), 0.0, atol=1e-7)
        assert not found[:, -1].any(), "</s> is no word"


def test_many_sources_are_read_in_parts_and_none_is_lost(monkeypatch):
    model, example = build(ATTENTIVE["transformer"]), made_example()
    together = erasure(model, example)
    monkeypatch.setattr("attnstudio.attribution.example._PLACES_TOGETHER", 10)
    torch.testing.assert_close(erasure(model, example), together)


def test_a_copied_word_is_worth_all_that_is_known_of_its_target():
    source = torch.tensor([[5, 8, 6, END_ID]])
    example = Example(SOURCE, source, source, [(0,), (1,), (2,)])
    found = erasure(copying(), example).detach().numpy()
    # p = e^6 / (e^6 + 11) with its own piece before it; with <unk> there, that piece has e^6
    np.testing.assert_allclose(found[:3, :3], 6.0 * np.eye(3), atol=1e-5)
    np.testing.assert_allclose(found[3], 0.0, atol=1e-6)
    sure = math.exp(float(log_probs_of(copying(), example, source).detach()[0, 0]))
    assert sure == pytest.approx(math.exp(6) / (math.exp(6) + 11))


def test_of_a_source_without_words_nothing_is_erased():
    example = Example(SOURCE, torch.tensor([[END_ID]]), torch.tensor([[5, END_ID]]), [])
    assert erasure(build(ATTENTIVE["transformer"]), example).tolist() == [[0.0], [0.0]]


def test_erasing_tells_how_far_it_is_and_ends_when_it_is_told_to(monkeypatch):
    monkeypatch.setattr("attnstudio.attribution.example._PLACES_TOGETHER", 5)  # a source at a time
    model, example, told = build(ATTENTIVE["transformer"]), made_example(), []

    assert erasure(model, example, Work(told.append)) is not None
    assert told == [0.25, 0.5, 0.75, 1.0]
    told.clear()
    assert erasure(model, example, Work(told.append, lambda: len(told) == 2)) is None
    assert told == [0.25, 0.5]


def test_a_word_that_no_window_reaches_is_worth_exactly_nothing():
    """One layer each: a piece reaches its neighbours, and these the targets beside them."""
    parts = {"own_reach": "window", "source_reach": "window", "window": 1}
    shape = {"encoder_layers": 1, "decoder_layers": 1}
    model = build(TransformerConfig(**{**TRANSFORMER.model_dump(), **parts, **shape}))
    source = torch.tensor([[7, 9, 4, 11, 13, 5, 8, 6, END_ID]])
    targets = torch.tensor([[5, 6, 7, 8, 9, 10, 11, END_ID]])
    example = Example(SOURCE, source, targets, [(place,) for place in range(8)])
    found = erasure(model, example).detach().numpy()
    far = np.abs(np.arange(8)[:, None] - np.arange(9)) > 2
    assert (found[:, :8][far[:, :8]] == 0.0).all()
    assert (found[:, :8][~far[:, :8]] != 0.0).all()
