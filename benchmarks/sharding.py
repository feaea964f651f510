"""What each process holds where several share a model, against where each has all of it.

::

    python benchmarks/sharding.py                     two processes, 22 million parameters
    python benchmarks/sharding.py --size 256 --layers 3 --turns 3

So many processes with one thread each train a Transformer on made-up sentences, in turns: each with
the whole model (DistributedDataParallel), and each with a share of it (``fully_shard``). Said of
that process which needs more: what it keeps between updates (weights and Adam's two numbers for
each) and the most memory in updates beyond what Python and torch take; of all, the target tokens
a second. A table goes to stderr, one line of JSON to stdout. On Linux alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from machine import machine_facts
from numpy.typing import NDArray

from attnstudio.allocator import keeping_memory, returning_memory
from attnstudio.config_model import TransformerConfig
from attnstudio.config_training import Device, LimitsConfig, Precision, Sharding, TrainingConfig
from attnstudio.model.builder import build_model, parameter_count
from attnstudio.model.interface import SourceBatch
from attnstudio.model.spec import ModelSpec, translation_spec
from attnstudio.sites import SOURCE
from attnstudio.training.batch import Batch
from attnstudio.training.events import Step
from attnstudio.training.hooks import TrainerHooks
from attnstudio.training.ranks import joined
from attnstudio.training.stop import StopToken
from attnstudio.training.trainer import Trainer

_LENGTH = 24  # pieces of a sentence


class _Found(NamedTuple):
    """Of one process; memory in MB."""

    kept_mb: float
    most_mb: float
    update_s: float
    loss: float


class _Sentences:
    """Made-up pairs of one length, as an `ExampleStream`."""

    def __init__(self, vocabulary: int, pairs: int) -> None:
        self._vocabulary = vocabulary
        self._pairs = pairs

    def epoch_batches(self, epoch: int, *, batch_tokens: int, seed: int) -> list[NDArray[np.int64]]:  # noqa: ARG002 - as streams have it
        return [np.arange(self._pairs) + number * self._pairs for number in range(100)]

    def batch(self, rows: NDArray[np.int64], *, draw: int) -> Batch:  # noqa: ARG002 - likewise
        drawn = [
            np.random.default_rng(int(row)).integers(4, self._vocabulary, (2, _LENGTH))
            for row in rows
        ]
        sources, targets = torch.from_numpy(np.stack(drawn, axis=1))
        starts = torch.ones_like(targets[:, :1])
        mask = torch.ones_like(sources, dtype=torch.bool)
        return Batch(
            {SOURCE: SourceBatch(sources, mask)},
            torch.cat((starts, targets[:, :-1]), dim=1),
            targets,
            torch.arange(targets.numel()),
        )


def main() -> None:
    """Measure, and say it."""
    options = _options()
    kinds = (Sharding.NONE, Sharding.FULL)
    turns = [[_together(kind, options) for kind in kinds] for _ in range(options.turns)]
    tokens = options.pairs * _LENGTH
    sides = [[turn[place] for turn in turns] for place in range(len(kinds))]
    said = {
        kind.value: {
            "kept_mb": max(each.kept_mb for each in side),
            "most_mb": max(each.most_mb for each in side),
            "tokens_per_second": statistics.median(tokens / each.update_s for each in side),
        }
        for kind, side in zip(kinds, sides, strict=True)
    }
    for name in ("kept_mb", "most_mb", "tokens_per_second"):
        whole, shared = (said[kind.value][name] for kind in kinds)
        sys.stderr.write(f"{name:<20} {whole:>10,.0f} {shared:>10,.0f} {shared / whole:>8.2f}\n")
    losses = [[each.loss for each in side] for side in sides]
    sys.stderr.write(f"{'loss at the end':<20} {losses[0][0]:>10.5f} {losses[1][0]:>10.5f}\n")
    facts = {"machine": machine_facts(), "settings": vars(options), "losses": losses}
    sys.stdout.write(json.dumps({"benchmark": "sharding"} | facts | said) + "\n")


def _together(kind: Sharding, options: argparse.Namespace) -> _Found:
    """What the process that needs most finds, of some that train in one way."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        context = multiprocessing.get_context("spawn")
        processes = [
            context.Process(target=_train, args=(rank, port, kind, options, folder))
            for rank in range(options.processes)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        found = [_Found(*json.loads(path.read_text())) for path in Path(folder).iterdir()]
    assert len(found) == options.processes
    return _Found(*map(max, zip(*found, strict=True)))


def _train(rank: int, port: int, kind: Sharding, options: argparse.Namespace, folder: str) -> None:
    world = options.processes
    told = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": world, "LOCAL_WORLD_SIZE": world}
    os.environ |= {name: str(number) for name, number in told.items()}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    with joined() as ranks:
        torch.manual_seed(1)
        before_mb = _memory_mb("VmRSS")
        layers, size = options.layers, options.size
        config = TransformerConfig(
            encoder_layers=layers,
            decoder_layers=layers,
            model_size=size,
            feedforward_size=4 * size,
            heads=8,
            dropout=0.0,
        )
        model = build_model(config, _spec(options.vocabulary))
        if ranks.is_first:
            sys.stderr.write(f"{kind}: {parameter_count(model):,} parameters\n")
        updates: list[tuple[float, float, float]] = []

        def hear(event: object) -> None:
            if isinstance(event, Step):  # the last checkpoint, which comes behind them, is whole
                updates.append((time.perf_counter(), _memory_mb("VmHWM"), event.loss))

        trainer = Trainer(
            model,
            _Sentences(options.vocabulary, options.pairs),
            config=TrainingConfig(
                sharding=kind,
                report_every=1,
                validate_every=10**6,
                device=Device.CPU,
                precision=Precision.FP32,
            ),
            limits=LimitsConfig(max_steps=options.steps),
            hooks=TrainerHooks(lambda *_: None, lambda *_: None, hear),
            stop=StopToken(),
            ranks=ranks,
        )
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        with returning_memory() if kind is Sharding.FULL else keeping_memory():
            trainer.run(0.0)
        kept = _kept_mb(trainer, model)
        times, most_mb, losses = zip(*updates, strict=True)
        update_s = float(np.median(np.diff(times)))
        found = _Found(kept, most_mb[-1] - before_mb, update_s, losses[-1])
        Path(folder, str(rank)).write_text(json.dumps(found))


def _spec(vocabulary: int) -> ModelSpec:
    return translation_spec(vocabulary, vocabulary, shared=True)


def _kept_mb(trainer: Trainer, model: torch.nn.Module) -> float:
    """Weights and what the optimiser remembers."""
    states = trainer._optimiser.state.values()
    tensors = [*model.parameters(), *(tensor for state in states for tensor in state.values())]
    held = [each.to_local() if hasattr(each, "to_local") else each for each in tensors]
    return sum(each.numel() * each.element_size() for each in held) / 1e6


def _memory_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    [kib] = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
    return int(kib) * 1024 / 1e6


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    for name, number in (
        ("processes", 2), ("turns", 2), ("steps", 6), ("layers", 6), ("size", 384),
        ("vocabulary", 4000), ("pairs", 32),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=number)
    return parser.parse_args()


if __name__ == "__main__":
    main()
