"""What a neighbour on the processor costs a training, and what adapting its threads wins back.

::

    python benchmarks/contention.py                  the preset "small" on the English-German sample
    python benchmarks/contention.py --neighbours 2 --seconds 20 --repeats 5

Two trainings of the same run take turns, one with ``training.adapt_threads`` and one without; each
is a process that stands still while it is not its turn. A neighbour is a process that computes
without end. In a round the fixed training goes alone, then beside the neighbours, then the adapting
one beside them; medians over the rounds are given. Whoever else uses the machine is a neighbour
too: how many cores others took while the training was alone is part of the result. A table goes to
stderr, one line of JSON to stdout.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from attnstudio.config_text import merge_config
from attnstudio.corpus.samples.store import read_sample
from attnstudio.model.device import resolve_threads
from attnstudio.presets import find_preset
from attnstudio.project.importing import import_sample
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.resources import resource_path
from attnstudio.training.events import Notice, Started, Step, TrainingEvent
from attnstudio.training.stop import StopToken


class Turn(NamedTuple):
    """What a training did while it was its turn.

    Attributes:
        tokens_per_second: target tokens without padding, over all of the time.
        others_cores: processor time a second that other processes took.
        threads: at its end.
        said: what it said about its threads in this turn, and after how many seconds of all turns.
    """

    tokens_per_second: float
    others_cores: float
    threads: int
    said: list[str]


def measure(project: Project, wish: argparse.Namespace) -> dict[str, Any]:
    """All rounds."""
    config = merge_config(
        find_preset(wish.preset).config,
        {
            "training": {
                "patience": 0, "report_every": 1, "validate_every": 1_000_000,
                "checkpoint_minutes": 1e6, "threads": wish.threads,
            }
        },
    )  # fmt: skip
    turns: dict[str, list[Turn]] = {"alone": [], "beside, fixed": [], "beside, adapting": []}
    with ExitStack() as stack:
        trainings = {}
        for adapting in (False, True):
            knob = {"training": {"adapt_threads": adapting}}
            run = create_run(project, merge_config(config, knob), preset=wish.preset)
            trainings[adapting] = stack.enter_context(_training(project.folder, run.name))
        for _ in range(wish.repeats):
            turns["alone"].append(_turn(trainings[False], wish.seconds))
            with _neighbours(wish.neighbours):
                turns["beside, fixed"].append(_turn(trainings[False], wish.seconds))
                turns["beside, adapting"].append(_turn(trainings[True], wish.seconds))
    return {
        "preset": wish.preset,
        "cores": psutil.cpu_count(),
        "threads": config.training.threads or resolve_threads(0),
        "neighbours": wish.neighbours,
        "seconds_a_turn": wish.seconds,
        "repeats": wish.repeats,
        "cases": {name: _sum_up(found) for name, found in turns.items()},
        "adapting_against_fixed": round(
            statistics.median(
                adapting.tokens_per_second / fixed.tokens_per_second
                for fixed, adapting in zip(
                    turns["beside, fixed"], turns["beside, adapting"], strict=True
                )
            ),
            2,
        ),
    }


def _sum_up(turns: Sequence[Turn]) -> dict[str, Any]:
    speeds = [turn.tokens_per_second for turn in turns]
    return {
        "tokens_per_second": round(statistics.median(speeds)),
        "slowest": round(min(speeds)),
        "fastest": round(max(speeds)),
        "others_cores": round(statistics.median(turn.others_cores for turn in turns), 2),
        "threads": [turn.threads for turn in turns],
        "said": [sentence for turn in turns for sentence in turn.said],
    }


def _turn(training: Connection, seconds: float) -> Turn:
    training.send(seconds)
    return Turn(*training.recv())


@contextmanager
def _training(folder: Path, name: str) -> Iterator[Connection]:
    """A training that goes on for so many seconds each time it is told to."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_train, args=(there, folder, name))
    process.start()
    there.close()
    here.recv()  # it is ready
    try:
        yield here
    finally:
        here.send(0.0)
        process.join()


def _train(orders: Connection, folder: Path, name: str) -> None:
    """Train in turns: the trainer is held up in its events between two of them."""
    project = Project.open(folder)
    stop = StopToken()
    began, ends, busy, tokens, trained_s = 0.0, 0.0, 0.0, 0, 0.0
    threads = 0
    said: list[str] = []

    def wait(step: Step | Started) -> None:
        nonlocal began, ends, busy, tokens
        seconds = orders.recv()
        if not seconds:
            stop.request()
        tokens = step.target_tokens if isinstance(step, Step) else 0
        began, busy = time.perf_counter(), _others_busy_s()
        ends = began + seconds

    def emit(event: TrainingEvent) -> None:
        nonlocal threads, trained_s
        now = time.perf_counter()
        if isinstance(event, Started):
            threads = event.threads
            orders.send("ready")
            wait(event)
        if isinstance(event, Notice) and event.threads is not None:
            said.append(f"{trained_s + now - began:.1f} s: {event.message}")
            threads = event.threads
        if isinstance(event, Step) and now >= ends and not stop.requested:
            passed_s = now - began
            trained_s += passed_s
            others = (_others_busy_s() - busy) / passed_s
            speed = (event.target_tokens - tokens) / passed_s
            orders.send((speed, others, threads, said))
            said.clear()
            wait(event)

    train(project, project.run(name), emit=emit, stop=stop)


def _others_busy_s() -> float:
    """Processor time of all processes but this one."""
    times = psutil.cpu_times()
    of_others: float = times.user + times.system - time.process_time()
    return of_others + getattr(times, "nice", 0.0)


@contextmanager
def _neighbours(number: int) -> Iterator[None]:
    """Processes that compute without end."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_compute_for_ever) for _ in range(number)]
    for process in processes:
        process.start()
    time.sleep(1.0)  # until they have come up
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def _compute_for_ever() -> None:
    if hasattr(os, "setsid"):
        os.setsid()  # Linux shares out the processor by sessions, and a neighbour has its own
    while True:
        pass


def _table(result: dict[str, Any]) -> str:
    lines = ["| training | tokens/s | slowest | fastest | threads | other cores taken |"]
    lines.append("|---" * 6 + "|")
    for name, case in result["cases"].items():
        threads = " ".join(map(str, case["threads"]))
        lines.append(
            f"| {name} | {case['tokens_per_second']:,} | {case['slowest']:,} | "
            f"{case['fastest']:,} | {threads} | {case['others_cores']:.2f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="small")
    parser.add_argument("--threads", type=int, default=0, help="0 for the physical cores")
    parser.add_argument("--neighbours", type=int, default=1, help="busy processes")
    parser.add_argument("--seconds", type=float, default=15.0, help="of a turn")
    parser.add_argument("--repeats", type=int, default=3, help="rounds")
    wish = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "project", "en", "de")
        import_sample(project, read_sample("en-de", resource_path("samples")))
        result = measure(project, wish)
    print(_table(result), file=sys.stderr)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
