"""Several threads find what one finds, and what goes wrong in one of them is told."""

import threading

import numpy as np
import pytest
import torch

from attnstudio.config_model import TransformerConfig
from attnstudio.errors import NotFiniteError
from attnstudio.inference.batch_search import BatchSearch, BatchTask
from attnstudio.inference.helping_threads import search_by_threads
from attnstudio.inference.search import SearchOptions
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
from attnstudio.model.trained import TrainedModel
from attnstudio.reading import Measure
from attnstudio.tokenizer import END_ID

LONG_S = 120
TRANSFORMER = TransformerConfig(
    encoder_layers=2, decoder_layers=2, model_size=16, heads=4, feedforward_size=24
)


class Recorded(BatchSearch):
    """Says which thread searched, and lets each wait until all have begun one."""

    def __init__(self, model, threads):
        super().__init__(model)
        self.names = set()
        self._barrier = threading.Barrier(threads)

    def find(self, task):
        name = threading.current_thread()
        if name not in self.names:
            self.names.add(name)
            self._barrier.wait(LONG_S)
        return super().find(task)


@pytest.fixture
def model(tokenizer):
    """With weights large enough that sentences end."""
    spec = translation_spec(tokenizer.size, tokenizer.size, shared=True)
    torch.manual_seed(11)
    model = build_model(TRANSFORMER, spec)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.3)
    return model.eval()


def batches(pairs, tokenizer, *, beam_size=3):
    """Batches of growing sentences."""
    ids = sorted(([*tokenizer.encode(pair.source), END_ID] for pair in pairs), key=len)
    sources = [np.array(each, dtype=np.int64) for each in ids[:24]]
    options = SearchOptions(beam_size)
    return [
        BatchTask(
            tuple(sources[start : start + 3]), (9, 9, 9), options,
            attention=True, measures=frozenset({Measure.NORMS}),
        )
        for start in range(0, len(sources), 3)
    ]  # fmt: skip


def no_stop():
    return False


@pytest.mark.parametrize("beam_size", [1, 3])
def test_three_threads_find_what_one_finds_with_the_attention(model, pairs, tokenizer, beam_size):
    tasks = batches(pairs, tokenizer, beam_size=beam_size)
    search = Recorded(TrainedModel.of(model), 3)
    found = dict(search_by_threads(tasks, range(2, len(tasks)), search, no_stop, helping=2))
    alone = dict(BatchSearch(TrainedModel.of(model)).find_in_turn(tasks, no_stop))

    assert set(found) == set(range(2, len(tasks)))
    assert len(search.names) == 3
    for number, batch in found.items():
        assert batch.sequences == alone[number].sequences
        for looks, expected in zip(batch.looks, alone[number].looks, strict=True):
            assert looks.matrices.keys() == expected.matrices.keys()
            for site, matrix in expected.matrices.items():
                np.testing.assert_array_equal(looks.matrices[site].weights, matrix.weights)


def test_what_is_wrong_with_the_model_is_said_to_who_asked(model, pairs, tokenizer):
    tasks = batches(pairs, tokenizer)
    with torch.no_grad():
        next(model.parameters()).fill_(torch.nan)
    search = BatchSearch(TrainedModel.of(model))

    class Elsewhere(BatchSearch):
        """Only another thread meets it."""

        def find(self, task):
            if threading.current_thread() is threading.main_thread():
                return None
            return search.find(task)

    asked = search_by_threads(
        tasks, range(len(tasks)), Elsewhere(TrainedModel.of(model)), no_stop, helping=1
    )
    with pytest.raises(NotFiniteError, match="no numbers as scores"):
        list(asked)
    assert not [t for t in threading.enumerate() if t.name == "translating thread"]


def test_a_stop_ends_the_threads(model, pairs, tokenizer):
    tasks = batches(pairs, tokenizer)
    search = BatchSearch(TrainedModel.of(model))
    stopped = threading.Event()
    found = []
    for each in search_by_threads(tasks, range(len(tasks)), search, stopped.is_set, helping=1):
        found.append(each)
        stopped.set()

    assert 1 <= len(found) < len(tasks)
    assert not [t for t in threading.enumerate() if t.name == "translating thread"]
