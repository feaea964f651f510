"""One kind of attention at work: a training step and a translation, timed, and their memory."""

from __future__ import annotations

import time
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from attnstudio.config import RunConfig
from attnstudio.config_training import Precision
from attnstudio.inference.prefixes import Prefixes
from attnstudio.inference.search import SearchOptions, search
from attnstudio.lab.report import Work
from attnstudio.lab.tensor_memory import TensorMemory
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SequenceModel, SourceBatch
from attnstudio.model.packed import packed
from attnstudio.model.spec import translation_spec
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import END_ID, START_ID
from attnstudio.training.batch import Batch
from attnstudio.training.loss import LabelSmoothedCrossEntropy
from attnstudio.training.update import GradientMaker

_FIRST_ORDINARY_ID = 5  # after the special tokens


class KindAtWork:
    """A model of a kind, with random weights, at work on random pieces.

    Args:
        config: of a run of this kind.
        device: where.
        precision: of the matrix products of training; no longer ``auto``.
    """

    def __init__(self, config: RunConfig, device: torch.device, precision: Precision) -> None:
        self._vocabulary = config.tokenizer.vocabulary_size
        spec = translation_spec(self._vocabulary, self._vocabulary, shared=config.tokenizer.shared)
        torch.manual_seed(config.training.seed)
        self._model = build_model(config.model, spec).to(device)
        self._device = device
        objective = LabelSmoothedCrossEntropy(config.training.label_smoothing)
        self._gradients = GradientMaker(self._model, objective, precision)

    def seconds(self, work: Work, length: int) -> float:
        """What it takes once, on the clock of the wall."""
        pieces = self._pieces(length)
        self._finish()
        began = time.perf_counter()
        self._do(work, pieces)
        self._finish()
        taken_s = time.perf_counter() - began
        self._forget()
        return taken_s

    def memory_bytes(self, work: Work, length: int) -> int:
        """The most that tensors take at once, the weights of the model aside."""
        pieces = self._pieces(length)
        known = [*self._model.parameters(), *self._model.buffers()]
        if work is Work.DECODING:
            known += [*self._reader.parameters(), *self._reader.buffers()]
        with TensorMemory(known) as memory:
            self._do(work, pieces)
        self._forget()
        return memory.peak_bytes

    def _do(self, work: Work, pieces: Tensor) -> None:
        match work:
            case Work.TRAINING:
                self._train(pieces)
            case Work.DECODING:
                self._decode(pieces)

    def _train(self, pieces: Tensor) -> None:
        """Forward and backward, as an update of a training has them, for a single pair."""
        inputs = torch.cat((torch.full((1, 1), START_ID), pieces[:, :-1]), dim=1)
        places = torch.arange(pieces.shape[1])
        batch = Batch({SOURCE: _source(pieces)}, inputs, pieces, places)
        self._model.train()
        self._gradients.make([batch])

    def _decode(self, pieces: Tensor) -> None:
        """Read a sentence and write one that is as long: its pieces are given, none is skipped."""
        length = pieces.shape[1]
        self._reader.eval()  # which may be the very model that a step has trained
        with torch.inference_mode():
            encoded = self._reader.read({SOURCE: _source(pieces.to(self._device))})
        given = Prefixes([pieces[0, :-1].tolist()])
        [found] = search(self._reader, encoded, [length], SearchOptions(beam_size=1), given)
        assert len(found[0].ids) == length

    @cached_property
    def _reader(self) -> SequenceModel:
        """The model as it translates."""
        return packed(self._model)

    def _pieces(self, length: int) -> Tensor:
        """(1, length) ids that end with ``</s>``; the same for every kind."""
        dice = np.random.default_rng(length)
        ids = dice.integers(_FIRST_ORDINARY_ID, self._vocabulary, (1, length), np.int64)
        ids[0, -1] = END_ID
        return torch.from_numpy(ids)

    def _forget(self) -> None:
        for parameter in self._model.parameters():
            parameter.grad = None

    def _finish(self) -> None:
        """Wait for a device that works on its own."""
        match self._device.type:
            case "cuda":
                torch.cuda.synchronize(self._device)
            case "mps":
                torch.mps.synchronize()


def _source(pieces: Tensor) -> SourceBatch:
    return SourceBatch(pieces, torch.ones_like(pieces, dtype=torch.bool))
