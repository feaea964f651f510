"""One measurement of `growth.py`, in a process of its own, so that its memory is its own as well.

::

    python benchmarks/growth_worker.py '{"work": "import", ...}'

Prints one line of JSON. Memory is what the work adds to the most that the process had needed
before; pages of mapped files count while they are in it.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from importing import peak_mb
from torch import Tensor, nn

from attnstudio.allocator import keeping_memory
from attnstudio.config import RunConfig
from attnstudio.config_text import merge_config
from attnstudio.config_training import LimitsConfig, TrainingConfig
from attnstudio.inference.search import SearchOptions, search
from attnstudio.model.builder import build_model, parameter_count
from attnstudio.model.interface import DecoderState, SequenceModel, SourceBatch, StepOutput
from attnstudio.model.packed import packed
from attnstudio.model.spec import translation_spec
from attnstudio.presets import find_preset
from attnstudio.project.importing import import_files
from attnstudio.project.project import Project
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import END_ID, Tokenizer
from attnstudio.training.dataset import ParallelDataset, encode_dataset
from attnstudio.training.events import Step, TrainingEvent
from attnstudio.training.hooks import TrainerHooks
from attnstudio.training.stop import StopToken
from attnstudio.training.trainer import Trainer

_WARM_UP_STEPS = 2  # the first ones allocate memory and load modules
_SEARCHES = 3
_NEVER = 1_000_000
_FIRST_ORDINARY_ID = 260  # after the special tokens and the bytes
_CLOCKS: dict[str, Callable[[], float]] = {
    "wall": time.perf_counter,
    "processor": time.process_time,
}


def _added_mb(before_mb: float) -> float:
    """What came to the most memory that was needed before: at least as much as can be told."""
    return max(peak_mb() - before_mb, 0.1)


def import_corpus(project: str, files: list[str]) -> dict[str, float]:
    """Files become the corpus of a new project."""
    made = Project.create(Path(project), "en", "de")
    before_mb, started_at = peak_mb(), time.perf_counter()
    import_files(made, [Path(file) for file in files])
    return {"s": time.perf_counter() - started_at, "mb": _added_mb(before_mb)}


def tokenise(project: str, tokenizer: str, dataset: str) -> dict[str, float]:
    """The corpus becomes ids on disk, as at the beginning of a training."""
    pieces = Tokenizer(Path(tokenizer).read_bytes())
    before_mb, started_at = peak_mb(), time.perf_counter()
    encode_dataset(
        Path(dataset),
        Project.open(Path(project)).corpus(),
        pieces,
        pieces,
        max_tokens=TrainingConfig().max_sentence_tokens,
    )
    return {"s": time.perf_counter() - started_at, "mb": _added_mb(before_mb)}


def first_batch(dataset: str, batch_tokens: int) -> dict[str, float]:
    """The ids are opened, an epoch is planned and its first batch is made."""
    before_mb, started_at = peak_mb(), time.perf_counter()
    opened = ParallelDataset(Path(dataset))
    rows = opened.epoch_batches(0, batch_tokens=batch_tokens, seed=1)
    opened.batch(rows[0])
    return {"s": time.perf_counter() - started_at, "mb": _added_mb(before_mb)}


def train_steps(
    preset: str,
    model: dict[str, Any],
    training: dict[str, Any],
    *,
    length: int,
    steps: int,
    decoded: int,
    clock: str,
) -> dict[str, float]:
    """Updates of a new model on sentences of one length, and greedy decoding of some.

    Args:
        preset: where the config starts.
        model: changes of its model.
        training: changes of its training; its precision is no longer ``auto``.
        length: tokens of each source and each target, ``</s>`` included.
        steps: measured updates.
        decoded: sentences of a batch that are translated, exactly so long; 0 for none.
        clock: which seconds count.
    """
    always = {"patience": 0, "report_every": 1, "validate_every": _NEVER, "checkpoint_minutes": 1e6}
    config = merge_config(
        find_preset(preset).config, {"model": model, "training": always | training}
    )
    torch.set_num_threads(config.training.threads)
    torch.manual_seed(config.training.seed)
    vocabulary = config.tokenizer.vocabulary_size
    made = build_model(config.model, translation_spec(vocabulary, vocabulary, shared=True))
    found: dict[str, float] = {"parameters_millions": parameter_count(made) / 1e6}
    sentences = config.training.batch_tokens // length * (_WARM_UP_STEPS + steps)  # full batches
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        dataset = _same_lengths(Path(folder), sentences, length, vocabulary)
        before_mb = peak_mb()
        if decoded:
            source = dataset.batch(np.arange(decoded)).source
            seconds = _decoding_seconds(made.eval(), source, _CLOCKS[clock])
            found["decode_ms"] = 1000 * seconds / source.values.numel()
        found["step_s"] = _step_seconds(made, config, dataset, steps, _CLOCKS[clock])
        return found | {"mb": _added_mb(before_mb)}


def _same_lengths(folder: Path, sentences: int, length: int, vocabulary: int) -> ParallelDataset:
    """Random ids in sentences of one length, ``</s>`` included, laid out as `encode_dataset` does.

    So they go through the batches of a training, whatever a batch holds.
    """
    dice = np.random.default_rng(1)
    for side in ("source", "target"):
        ids = dice.integers(_FIRST_ORDINARY_ID, vocabulary, sentences * (length - 1), "<i4")
        ids.tofile(folder / f"{side}.ids")
        np.arange(0, len(ids) + 1, length - 1, dtype="<i8").tofile(folder / f"{side}.offsets")
    np.arange(sentences, dtype="<i8").tofile(folder / "pairs")
    facts = {"format": 1, "pairs": sentences, "left_out": 0}
    (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    return ParallelDataset(folder)


def _step_seconds(
    model: SequenceModel,
    config: RunConfig,
    dataset: ParallelDataset,
    steps: int,
    clock: Callable[[], float],
) -> float:
    """Median seconds of an update for 1,000 target tokens, by the package's own loop."""
    speeds: list[float] = []

    def emit(event: TrainingEvent) -> None:
        if isinstance(event, Step):
            speeds.append(event.tokens_per_second)

    trainer = Trainer(
        model,
        dataset,
        config=config.training,
        limits=LimitsConfig(max_steps=_WARM_UP_STEPS + steps),
        hooks=TrainerHooks(lambda *_: None, lambda *_: None, emit, clock),
        stop=StopToken(),
    )
    with keeping_memory():
        trainer.run(clock())
    return statistics.median(1000 / speed for speed in speeds[_WARM_UP_STEPS:])


def _decoding_seconds(
    model: SequenceModel, source: SourceBatch, clock: Callable[[], float]
) -> float:
    """Median of equal greedy searches, after one to warm up; targets are as long as sources."""
    endless = cast("SequenceModel", _Endless(packed(model)))
    lengths = source.mask.sum(dim=1).tolist()
    times = []
    for _ in range(1 + _SEARCHES):
        started_at = clock()
        encoded = endless.read({SOURCE: source})
        found = search(endless, encoded, lengths, SearchOptions(beam_size=1))
        times.append(clock() - started_at)
    assert all(len(sequences[0].ids) == source.values.shape[1] for sequences in found)
    return statistics.median(times[1:])


class _Endless:
    """A model that ends a sentence only where it must."""

    def __init__(self, model: SequenceModel) -> None:
        self._model = model
        self.read = model.read
        self.parameters = model.parameters
        self.start = model.start

    def step(self, state: DecoderState, tokens: Tensor, **wishes: Any) -> StepOutput:  # noqa: ANN401
        step = self._model.step(state, tokens, **wishes)
        projection = _EndlessProjection(step.output.projection)
        return replace(step, output=replace(step.output, projection=projection))


class _EndlessProjection(nn.Module):
    def __init__(self, projection: nn.Module) -> None:
        super().__init__()
        self._projection = projection

    def forward(self, features: Tensor) -> Tensor:
        scores: Tensor = self._projection(features)
        scores[..., END_ID] = -1e4
        return scores


_WORKS: dict[str, Callable[..., dict[str, float]]] = {
    "import": import_corpus,
    "tokenise": tokenise,
    "first batch": first_batch,
    "train": train_steps,
}


def main() -> None:
    """Do what the argument asks for."""
    wish = json.loads(sys.argv[1])
    print(json.dumps(_WORKS[wish.pop("work")](**wish)))


if __name__ == "__main__":
    main()
