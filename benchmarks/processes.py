"""Several processes that train one run, against one process with as many threads.

::

    python benchmarks/processes.py              two processes, "tiny", the English-German sample
    python benchmarks/processes.py --processes 8 --turns 1 --steps 10

One process with so many threads and so many processes with one thread each train the same run for
some updates, in turns, by the very commands that a person gives; with ``--sharding full`` each of
these processes holds a share of the model. Said are the medians of the target
tokens a second, of the updates after the first ones, and how far the losses of the same updates,
over the same tokens and without dropout, lie apart. A table goes to stderr, one line of JSON to
stdout.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from machine import machine_facts

from attnstudio.corpus.samples.store import read_sample
from attnstudio.project.importing import import_sample
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.resources import resource_path

_FIRST_SHARE = 0.25  # of the updates: they allocate memory and make kernels


class Trained(NamedTuple):
    """What a training of some updates did.

    Attributes:
        tokens_per_second: target tokens without padding, the median over reports.
        losses: of the updates that were reported, by their number.
    """

    tokens_per_second: float
    losses: dict[int, float]


def main() -> None:
    """Measure, and say it."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        project = _new_project(Path(folder) / "project")
        turns = [_turn(project, options, number) for number in range(options.turns)]
    alone, together = zip(*turns, strict=True)
    speeds = [
        statistics.median(each.tokens_per_second for each in side) for side in (alone, together)
    ]
    ratios = [b.tokens_per_second / a.tokens_per_second for a, b in turns]
    apart = max(
        abs(together[0].losses[step] / loss - 1.0) for step, loss in alone[0].losses.items()
    )
    rows = (
        (f"one process, {options.processes} threads, tokens/s", f"{speeds[0]:,.0f}"),
        (f"{options.processes} processes, 1 thread each, tokens/s", f"{speeds[1]:,.0f}"),
        ("ratio, turn by turn", ", ".join(f"{ratio:.2f}" for ratio in ratios)),
        (f"largest difference of {len(alone[0].losses)} losses", f"{apart:.1e}"),
    )
    for name, value in rows:
        sys.stderr.write(f"{name:<42} {value:>20}\n")
    result: dict[str, Any] = {
        "benchmark": "processes",
        "machine": machine_facts(),
        "settings": vars(options),
        "tokens_per_second": {"alone": speeds[0], "together": speeds[1]},
        "ratios": ratios,
        "losses": [alone[0].losses, together[0].losses],
        "largest_relative_difference": apart,
    }
    sys.stdout.write(json.dumps(result) + "\n")


def _turn(project: Project, options: argparse.Namespace, number: int) -> tuple[Trained, Trained]:
    count = options.processes
    launch = ("torch.distributed.run", "--standalone", "--nproc-per-node", str(count), "-m")
    alone = _trained(project, options, f"alone-{number}", ())
    return alone, _trained(project, options, f"together-{number}", launch)


def _trained(
    project: Project, options: argparse.Namespace, name: str, launch: tuple[str, ...]
) -> Trained:
    """Train a run by a command; processes on one machine share the threads of the run."""
    settings = ("model.dropout=0", "training.adapt_threads=false", "guidance.weight=0")
    command = [
        *(sys.executable, "-m", *launch, "attnstudio", "--", "train", str(project.folder)),
        *("--preset", options.preset, "--run", name, "--max-steps", str(options.steps)),
        *("--threads", str(options.processes), "--precision", "fp32", "--device", "cpu"),
        *(word for setting in settings for word in ("--set", setting)),
        *("--set", "training.validate_every=100000", "--set", "training.validation_pairs=20"),
        *("--set", "training.decoded_pairs=0", "--set", "training.report_every=5"),
        *("--set", f"training.sharding={options.sharding}"),
    ]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    steps = Run(project.runs_folder / name).history().steps
    first = _FIRST_SHARE * options.steps
    warm = [each.tokens_per_second for each in steps if each.step > first]
    return Trained(statistics.median(warm), {each.step: each.loss for each in steps})


def _new_project(folder: Path) -> Project:
    project = Project.create(folder, "en", "de")
    import_sample(project, read_sample("en-de", resource_path("samples")))
    return project


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--sharding", choices=("none", "full"), default="none")
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--turns", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
