"""How fast training goes, against a plain PyTorch loop of the same model in float32.

::

    python benchmarks/training.py                     every case, on the English-German sample
    python benchmarks/training.py --data DIR          DIR holds two line-aligned files, as train.en
                                                      and train.de
    python benchmarks/training.py --case additive --repeats 9

Both sides are processes that stay: each does the same batches in turns, and medians over the
repeats are compared, since machines are shared. The plain loop (`plain_models.py`) has length
buckets, torch's fused AdamW and torch's own dropout; before it starts, its logits are checked
against the package's. Ours is the trainer behind ``attnstudio train``, events and checks included.
Speed counts target tokens without padding. A table goes to stderr, one line of JSON to stdout.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from plain_models import plain_model
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from attnstudio.config import RunConfig
from attnstudio.config_text import merge_config
from attnstudio.corpus.samples.store import read_sample
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
from attnstudio.model.weights import load_weights, named_weights
from attnstudio.presets import find_preset
from attnstudio.project.importing import import_files, import_sample
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.resources import resource_path
from attnstudio.run_definition import RunDefinition
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import PADDING_ID, Tokenizer
from attnstudio.training.batch import Batch
from attnstudio.training.dataset import ParallelDataset
from attnstudio.training.events import Started, Step, TrainingEvent
from attnstudio.training.stop import StopToken

_NEVER = 1_000_000
_TRANSFORMER = {"dropout": 0.3}
_LUONG = {"input_feeding": False}


@dataclass(frozen=True, slots=True)
class Case:
    """What is trained.

    Attributes:
        preset: where its config starts.
        model: changes of the preset's model.
        batch_tokens: size of a batch; 0 for the preset's.
    """

    preset: str
    model: Mapping[str, Any]
    batch_tokens: int = 4096

    def config(self, threads: int) -> RunConfig:
        """A run that does nothing but update weights."""
        always = {"patience": 0, "report_every": 1, "checkpoint_minutes": 1e6, "threads": threads}
        size = {"batch_tokens": self.batch_tokens} if self.batch_tokens else {}
        return merge_config(
            find_preset(self.preset).config,
            {
                "model": self.model,
                "training": always | size | {"validate_every": _NEVER},
                "guidance": {"weight": 0.0},  # the plain loop teaches no head
            },
        )


CASES = {
    "transformer": Case("small", _TRANSFORMER),
    "transformer-preset": Case("small", _TRANSFORMER, batch_tokens=0),
    "additive": Case("bahdanau", {}),
    "additive-preset": Case("bahdanau", {}, batch_tokens=0),
    "dot": Case("bahdanau", {"attention": "dot", **_LUONG}),
    "general": Case("bahdanau", {"attention": "general", **_LUONG}),
}


def measure(project: Project, name: str, wish: argparse.Namespace) -> dict[str, Any]:
    """Tokens a second of both sides over the same batches, in turns."""
    case, threads = CASES[name], wish.threads
    config = case.config(threads)
    run = create_run(project, config, preset=case.preset, name=name)
    updates = max(1, round(wish.round_tokens / config.training.batch_tokens))
    peak = matrix_peak(config, threads)
    with _worker(_ours, project.folder, run.name, updates) as ours:
        facts = ours.recv()
        arguments = (project.folder, run.definition(), updates, threads)
        with _worker(_plain, *arguments) as plain:
            work = plain.recv()
            sides = {"plain": plain, "ours": ours}
            rounds = [
                {name: _turn(side) for name, side in sides.items()} for _ in range(wish.repeats + 1)
            ][1:]  # the first is for the warm-up
    speeds = {name: statistics.median(turn[name] for turn in rounds) for name in sides}
    flops = statistics.mean(work)
    return {
        "batch_tokens": config.training.batch_tokens,
        "updates_in_a_round": updates,
        "repeats": wish.repeats,
        "threads": threads,
        **facts,
        "plain_tokens_per_second": round(speeds["plain"]),
        "ours_tokens_per_second": round(speeds["ours"]),
        "ratio": round(statistics.median(turn["ours"] / turn["plain"] for turn in rounds), 2),
        "matrix_gflop_per_token": round(flops / 1e9, 4),
        "bf16_peak_gflops": round(peak["bf16"]),
        "fp32_peak_gflops": round(peak["fp32"]),
        "share_of_bf16_peak": round(speeds["ours"] * flops / 1e9 / peak["bf16"], 2),
    }


def matrix_peak(config: RunConfig, threads: int) -> dict[str, float]:
    """The best GFLOP/s of products of this model's shapes, by precision."""
    torch.set_num_threads(threads)
    model, vocabulary = config.model, config.tokenizer.vocabulary_size
    width = model.model_size if model.kind == "transformer" else model.hidden_size
    inner = model.feedforward_size if model.kind == "transformer" else 3 * model.hidden_size
    rows = config.training.batch_tokens
    shapes = [(rows, width, inner), (rows, inner, width), (rows, width, vocabulary)]
    best = {"fp32": 0.0, "bf16": 0.0}
    for name, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        for shape in shapes:
            best[name] = max(best[name], _gflops(*shape, dtype=dtype))
    return best


def _gflops(rows: int, inner: int, columns: int, *, dtype: torch.dtype, repeats: int = 9) -> float:
    left = torch.randn(rows, inner).to(dtype)
    right = torch.randn(columns, inner).to(dtype)  # as a weight lies
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        functional.linear(left, right)
        times.append(time.perf_counter() - began)
    return 2e-9 * rows * inner * columns / statistics.median(times)


def _turn(side: Connection) -> float:
    side.send("go")
    speed: float = side.recv()
    return speed


@contextmanager
def _worker(work: Any, *arguments: object) -> Iterator[Connection]:  # noqa: ANN401 - a function
    """A process that says what it measured each time it is told to go."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=work, args=(there, *arguments))
    process.start()
    there.close()
    try:
        yield here
    finally:
        here.send("end")
        process.join()


def _ours(orders: Connection, folder: Path, name: str, updates: int) -> None:
    """The trainer of the package, held up in its events between two rounds."""
    project = Project.open(folder)
    stop = StopToken()
    began, tokens_before = 0.0, 0

    def emit(event: TrainingEvent) -> None:
        nonlocal began, tokens_before
        if isinstance(event, Started):
            orders.send({"precision": event.precision})
        is_end = isinstance(event, Step) and event.step % updates == 0
        if is_end:
            seconds = time.perf_counter() - began
            orders.send((event.target_tokens - tokens_before) / seconds)
            tokens_before = event.target_tokens
        if is_end or isinstance(event, Started):
            if orders.recv() == "end":
                stop.request()
            began = time.perf_counter()

    train(project, project.run(name), emit=emit, stop=stop)


def _plain(
    orders: Connection, folder: Path, definition: RunDefinition, updates: int, threads: int
) -> None:
    """The loop that one would write at first."""
    torch.set_num_threads(threads)
    config = definition.config
    project = Project.open(folder)
    dataset = ParallelDataset(next(project.datasets.iterdir()))
    batches = (dataset.batch(rows) for rows in _rows(dataset, config))
    model = _same_model(project, definition, next(batches))
    orders.send(_matrix_work(model, islice((dataset.batch(r) for r in _rows(dataset, config)), 3)))
    batches = (dataset.batch(rows) for rows in _rows(dataset, config))
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=config.training.learning_rate, betas=(0.9, 0.98), fused=True
    )
    while orders.recv() != "end":
        began, tokens = time.perf_counter(), 0
        for batch in islice(batches, updates):
            loss = _loss(model, batch, config.training.label_smoothing)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            tokens += batch.target_tokens
        orders.send(tokens / (time.perf_counter() - began))


def _loss(model: nn.Module, batch: Batch, label_smoothing: float) -> torch.Tensor:
    logits = model(batch.sources[SOURCE], batch.target_inputs)
    return functional.cross_entropy(
        logits.flatten(0, 1),
        batch.target_outputs.flatten(),
        ignore_index=PADDING_ID,
        label_smoothing=label_smoothing,
    )


def _rows(dataset: ParallelDataset, config: RunConfig) -> Iterator[Any]:
    """The rows of each batch, as the trainer takes them."""
    training = config.training
    for epoch in count():
        yield from dataset.epoch_batches(
            epoch, batch_tokens=training.batch_tokens, seed=training.seed
        )


def _same_model(project: Project, definition: RunDefinition, batch: Batch) -> nn.Module:
    """The plain model, once it has computed what the package's model computes."""
    path = project.tokenizers / definition.target.tokenizer / "tokenizer.model"
    size = Tokenizer(path.read_bytes()).size
    torch.manual_seed(definition.config.training.seed)
    ours = build_model(definition.config.model, translation_spec(size, size, shared=True)).eval()
    plain = plain_model(definition.config.model, size).eval()
    load_weights(plain, named_weights(ours))
    with torch.no_grad():
        expected = ours.decode(ours.read(batch.sources), batch.target_inputs).logits
        found = plain(batch.sources[SOURCE], batch.target_inputs)
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-3)
    return plain.train()


def _matrix_work(model: nn.Module, batches: Iterator[Batch]) -> list[float]:
    """Operations in matrix products, there and back, a target token, for each batch."""
    found = []
    for batch in batches:
        with FlopCounterMode(display=False) as counter:
            _loss(model, batch, 0.1).backward()
        found.append(counter.get_total_flops() / batch.target_tokens)
    model.zero_grad()
    return found


def open_project(folder: Path, data: Path | None) -> Project:
    """A new project of the files in a folder, or of the sample."""
    if data is None:
        project = Project.create(folder, "en", "de")
        import_sample(project, read_sample("en-de", resource_path("samples")))
        return project
    files = sorted(path for path in data.iterdir() if path.suffix in (".en", ".de"))
    if len(files) != 2:
        sys.exit(f"{data} holds {len(files)} files that end in .en or .de instead of two.")
    project = Project.create(folder, "en", "de")
    import_files(project, files)
    return project


_COLUMNS = (
    ("batch", "batch_tokens"),
    ("precision", "precision"),
    ("plain tokens/s", "plain_tokens_per_second"),
    ("ours tokens/s", "ours_tokens_per_second"),
    ("ratio", "ratio"),
    ("share of bf16 peak", "share_of_bf16_peak"),
)


def _table(results: Mapping[str, Mapping[str, Any]]) -> str:
    lines = ["| case | " + " | ".join(title for title, _ in _COLUMNS) + " |"]
    lines.append("|---" * (len(_COLUMNS) + 1) + "|")
    for name, result in results.items():
        cells = (str(result[key]) for _, key in _COLUMNS)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", choices=CASES, action="append", help="default: all of them")
    parser.add_argument("--data", type=Path, help="a folder with two line-aligned files")
    parser.add_argument("--repeats", type=int, default=7, help="rounds, beside one to warm up")
    parser.add_argument("--round-tokens", type=int, default=16_384, help="about, in a round")
    parser.add_argument("--threads", type=int, default=2)
    wish = parser.parse_args(arguments)
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        project = open_project(Path(folder) / "project", wish.data)
        for name in wish.case or CASES:
            results[name] = measure(project, name, wish)
            print(_table(results).splitlines()[-1], file=sys.stderr)
    print(_table(results), file=sys.stderr)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
