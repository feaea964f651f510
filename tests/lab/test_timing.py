"""What is timed is what a training and a translation do; memory against known sizes."""

import pytest
import torch
from torch import Tensor

from attnstudio.config_text import merge_config
from attnstudio.config_training import Precision
from attnstudio.lab.kinds import offered_kinds
from attnstudio.lab.report import Work
from attnstudio.lab.tensor_memory import TensorMemory
from attnstudio.lab.timing import KindAtWork
from attnstudio.model.interface import SequenceModel

_SMALL = {
    "tokenizer": {"vocabulary_size": 64},
    "model": {"model_size": 16, "feedforward_size": 32, "encoder_layers": 1, "decoder_layers": 1},
}
_SMALL_RECURRENT = {
    "tokenizer": {"vocabulary_size": 64},
    "model": {"embedding_size": 8, "hidden_size": 16},
}
CPU = torch.device("cpu")


def at_work(kind):
    changes = _SMALL if kind.family == "transformer" else _SMALL_RECURRENT
    return KindAtWork(merge_config(kind.config, changes), CPU, Precision.FP32)


def test_memory_is_the_most_that_is_alive_at_once():
    states = torch.ones(100, 100)  # 40,000 bytes, there before
    with TensorMemory([states]) as memory:
        doubled = states * 2  # 40,000
        view = doubled[:10]  # nothing new
        total = (doubled @ states).sum()  # 40,000 and 4, of which the sum stays
        del doubled, view
        again = states + 1  # no more than before
    assert memory.peak_bytes == 80_004
    assert float(total) == 100 * 100 * 200
    assert again.shape == (100, 100)


def test_what_backward_makes_counts():
    weight = torch.ones(50, 50, requires_grad=True)  # 10,000 bytes
    with TensorMemory([weight]) as memory:
        (weight * weight).sum().backward()
    assert (
        memory.peak_bytes >= 20_000
    )  # the product or its gradient, and the gradient of the weight
    assert memory.peak_bytes <= 50_000


@pytest.mark.parametrize("kind", offered_kinds("tiny"), ids=lambda kind: kind.name)
def test_every_kind_that_is_offered_can_be_measured(kind):
    bench = at_work(kind)
    for work in Work:
        assert bench.memory_bytes(work, 9) > 0
        assert bench.seconds(work, 9) > 0
        assert bench.memory_bytes(work, 9) == bench.memory_bytes(work, 9)


def test_a_step_makes_the_gradients_of_all_weights_of_a_single_pair(monkeypatch):
    seen = []
    decode = SequenceModel.read

    def watched(self, sources, **wishes):
        seen.append({name: tuple(source.values.shape) for name, source in sources.items()})
        return decode(self, sources, **wishes)

    monkeypatch.setattr(SequenceModel, "read", watched)
    bench = at_work(offered_kinds("tiny")[0])
    weights = sum(p.numel() for p in bench._model.parameters())

    assert bench.memory_bytes(Work.TRAINING, 12) > 4 * weights  # gradients of float32
    assert seen == [{"source": (1, 12)}]
    assert bench._model.training


def test_decoding_takes_as_many_steps_as_the_sentence_has_pieces(monkeypatch):
    bench = at_work(offered_kinds("tiny")[0])
    reader, steps = bench._reader, []
    step = type(reader).step

    def watched(self, state, tokens, **wishes):
        steps.append(tokens.tolist())
        return step(self, state, tokens, **wishes)

    monkeypatch.setattr(type(reader), "step", watched)
    bench.seconds(Work.DECODING, 11)

    assert len(steps) == 11
    assert not reader.training
    assert not hasattr(steps[0], "shape")


def test_scores_that_are_kept_take_memory_with_the_square_of_the_length():
    kinds = {kind.name: kind for kind in offered_kinds("tiny")}
    bench = at_work(kinds["transformer.score=dot"])  # no kernel of its own: weights are formed
    first, second, third = (bench.memory_bytes(Work.TRAINING, n) for n in (64, 128, 256))

    second_difference = (third - second) - 2 * (second - first)
    square = second_difference / (256**2 - 128**2 - 2 * (128**2 - 64**2))
    heads, sites = 4, 3
    assert square >= 4 * heads * sites  # at least one float32 for each head, query and key


def test_pieces_are_the_same_for_every_kind():
    ids = [at_work(kind)._pieces(20) for kind in offered_kinds("tiny")[:2]]
    assert isinstance(ids[0], Tensor)
    assert torch.equal(*ids)
    assert ids[0].unique().numel() > 10
