"""What the process of a probe does: a sample of the corpus, the very model, a few updates."""

from __future__ import annotations

import itertools
import json
import math
import signal
import statistics
import sys
import threading
import time
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import psutil
import torch
from numpy.typing import NDArray

from attnstudio.allocator import keeping_memory
from attnstudio.children import end_with
from attnstudio.config import RunConfig, TokenizerKind
from attnstudio.config_training import TrainingConfig
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.model.builder import build_model, parameter_count
from attnstudio.model.device import resolve_device, resolve_threads
from attnstudio.model.interface import SequenceModel
from attnstudio.model.precision import resolve_precision
from attnstudio.model.spec import ModelSpec
from attnstudio.project.estimate import batch_bytes, validation_bytes
from attnstudio.project.examples import encode_examples, open_examples
from attnstudio.project.probe import Probed
from attnstudio.project.run_sides import translation_sides
from attnstudio.tokenizer import Tokenizer
from attnstudio.training.batch import ExampleStream
from attnstudio.training.planning import time_updates, warm_times
from attnstudio.training.stop import StopToken

_MOST_PAIRS = 4_000
_PART = 8  # of a batch, tried first
_PART_S = 4.0
_WHOLE_S = 8.0
_FEWEST_UPDATES = 3  # that must fit into that time
_LEAST_DOUBT = 0.15  # machines are never quite as fast as a moment ago
_LEAST_OF_PART = 0.6  # of what a part costs times the parts: small products are less efficient
_LEAST_PART = 64  # tokens
_LOOK_S = 0.01


@dataclass(frozen=True, slots=True)
class _Sample:
    """Some training pairs of a corpus, evenly taken."""

    corpus: ParallelCorpus
    chosen: NDArray[np.int64]
    share: float

    @classmethod
    def of(cls, corpus: ParallelCorpus) -> Self:
        """At most so many pairs of it."""
        all_pairs = corpus.indices(Split.TRAIN)
        chosen = all_pairs[:: max(1, len(all_pairs) // _MOST_PAIRS)]
        return cls(corpus, chosen, len(chosen) / max(1, len(all_pairs)))

    def indices(self, split: Split) -> NDArray[np.int64]:
        """The chosen pairs; there are no others."""
        return self.chosen if split is Split.TRAIN else self.chosen[:0]

    def source(self, index: int) -> str:
        """The source of a pair."""
        return self.corpus.source(index)

    def target(self, index: int) -> str:
        """The target of a pair."""
        return self.corpus.target(index)


def main() -> None:
    """Read a request from stdin, write what was found to stdout."""
    asked = json.loads(sys.stdin.buffer.read())
    threading.Thread(target=end_with, args=(asked["parent"],), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    sys.stdout.write(probe_here(asked).to_json())


def probe_here(asked: dict[str, Any]) -> Probed:
    """Try what `ProbeRequest.to_json` asks for, in this process."""
    config = RunConfig.model_validate(asked["config"])
    tokenizers = [Tokenizer(b64decode(asked[f"{side}_tokenizer"])) for side in ("source", "target")]
    sides = translation_sides(*tokenizers, shared=config.tokenizer.shared)
    sample = _Sample.of(ParallelCorpus(Path(asked["corpus"]), reverse=asked["reverse"]))
    device = resolve_device(config.training.device)
    torch.set_num_threads(resolve_threads(config.training.threads))
    torch.manual_seed(config.training.seed)
    precision = resolve_precision(config.training.precision, device, config.model)
    training = config.training.model_copy(update={"precision": precision})
    pairs = Path(asked["folder"]) / "pairs"
    with keeping_memory(), _MemoryWatch(device) as memory:
        encode_examples(pairs, sample, sides, max_tokens=training.max_sentence_tokens)
        dataset = open_examples(pairs, config, sample.corpus, sides)
        spec = _planned(sides.spec, config, is_whole=sample.share == 1.0)
        model = build_model(config.model, spec).to(device)
        timed = _timed(model, dataset, training)
    taken = memory.taken + validation_bytes(parameter_count(model))
    if not timed.updates:
        part = config.model_copy(update={"training": _part_of(training)})
        taken += batch_bytes(config) - batch_bytes(part)
    batches = len(dataset.epoch_batches(0, batch_tokens=training.batch_tokens, seed=training.seed))
    return Probed(
        quickest_s=timed.quickest_s,
        slowest_s=timed.slowest_s,
        updates_an_epoch=max(1.0, batches / sample.share / training.accumulation),
        memory_bytes=taken,
        on_card=device.type == "cuda",
        updates=timed.updates,
        device=device.type,
    )


def _planned(spec: ModelSpec, config: RunConfig, *, is_whole: bool) -> ModelSpec:
    """What training would have: a sample of the corpus may give fewer pieces than all."""
    if is_whole or config.tokenizer.kind is TokenizerKind.CHAR:
        return spec
    return spec.with_at_least(config.tokenizer.vocabulary_size)


class _Timed(NamedTuple):
    """Seconds an update, between two bounds, and how many whole ones were timed."""

    quickest_s: float
    slowest_s: float
    updates: int


def _timed(model: SequenceModel, dataset: ExampleStream, training: TrainingConfig) -> _Timed:
    """Time a part of a batch first, and whole updates where that promises to end soon."""
    parts = training.batch_tokens / _part_of(training).batch_tokens * training.accumulation
    part_s = _seconds(model, dataset, _part_of(training), most_s=_PART_S)
    at_most_s = max(part_s) * parts
    if min(part_s) * parts * _FEWEST_UPDATES > _WHOLE_S:
        return _Timed(_LEAST_OF_PART * min(part_s) * parts, at_most_s, 0)
    seconds = _seconds(model, dataset, training, most_s=_WHOLE_S)
    mean = statistics.fmean(seconds)
    error = statistics.stdev(seconds) / math.sqrt(len(seconds)) if len(seconds) > 1 else mean
    doubt = max(_LEAST_DOUBT, 2 * error / mean)
    return _Timed(mean / (1 + doubt), mean * (1 + doubt), len(seconds))


def _seconds(
    model: SequenceModel, dataset: ExampleStream, training: TrainingConfig, *, most_s: float
) -> list[float]:
    """What each of a few updates took, the first ones left out where there are others."""
    began = time.monotonic()
    times = time_updates(model, dataset, training, most_s=most_s, stop=StopToken())
    warm = warm_times(times)
    taken = [after - before for before, after in itertools.pairwise(warm)]
    return taken or [(times[-1] if times else time.monotonic()) - began]


def _part_of(training: TrainingConfig) -> TrainingConfig:
    """A batch that takes little time, whatever the settings are."""
    tokens = max(_LEAST_PART, training.batch_tokens // _PART)
    smaller = {"batch_tokens": min(tokens, training.batch_tokens), "accumulation": 1}
    return training.model_copy(update=smaller)


class _MemoryWatch:
    """Follows what this process, or its graphics card, takes while it is entered.

    Attributes:
        taken: bytes, at the most, beyond what there was at the beginning.
    """

    def __init__(self, device: torch.device) -> None:
        self.taken = 0
        self._device = device
        self._process = psutil.Process()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> Self:
        self._before = self._process.memory_info().rss
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._look()
        if self._device.type == "cuda":
            self.taken = torch.cuda.max_memory_reserved(self._device)

    def _follow(self) -> None:
        while not self._done.wait(_LOOK_S):
            self._look()

    def _look(self) -> None:
        self.taken = max(self.taken, self._process.memory_info().rss - self._before)
