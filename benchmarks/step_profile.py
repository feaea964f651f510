"""Where the time of an update goes: torch's profiler, its operations sorted by what they are for.

::

    python benchmarks/step_profile.py                 the Transformer, on the sample
    python benchmarks/step_profile.py --data DIR --case additive --threads 2

The cases are those of `training.py`. Shares are of the wall's time of the profiled updates; what no
operation of torch accounts for is Python, and numpy's random bits. The profiler itself costs a few
per cent. A table goes to stderr, one line of JSON to stdout.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from torch.profiler import ProfilerActivity, profile
from training import CASES, open_project

from attnstudio.project.pipeline import train
from attnstudio.project.run_creation import create_run
from attnstudio.training.events import Step, TrainingEvent
from attnstudio.training.stop import StopToken

_WARM_UP = 8  # updates
_SHOWN = 12  # operations of the rest, by name

_KINDS = {
    "matrix products": ("mm", "addmm", "linear", "mkldnn_linear", "matmul", "_mkl_linear"),
    "products of attention": ("bmm", "baddbmm", "_scaled_dot_product_flash_attention_for_cpu",
                              "_scaled_dot_product_flash_attention_for_cpu_backward"),
    "copies and conversions": ("copy_", "_to_copy", "clone", "contiguous", "cat", "stack"),
    "softmax": ("_softmax", "_softmax_backward_data", "logsumexp"),
    "normalisation": ("native_layer_norm", "native_layer_norm_backward"),
    "sums": ("sum", "mean"),
    "products and sums of elements": ("mul", "mul_", "add", "add_", "sub_", "div", "div_", "ge",
                                      "sigmoid", "sigmoid_", "tanh", "tanh_", "sigmoid_backward",
                                      "tanh_backward", "addcmul", "where", "masked_fill_"),
    "ReLU": ("relu", "relu_", "clamp_min", "threshold_backward"),
    "choice of rows": ("index_select", "index", "gather", "embedding", "index_fill_",
                       "embedding_dense_backward", "index_add_", "index_put_", "_index_put_impl_",
                       "scatter_", "nonzero", "masked_fill"),
    "optimiser, norm and average": ("_fused_adamw_", "_foreach_norm", "linalg_vector_norm",
                                    "_foreach_lerp_", "lerp_", "norm"),
    "memory": ("empty", "empty_like", "empty_strided", "zeros", "zero_", "fill_", "zeros_like",
               "resize_", "new_empty"),
}  # fmt: skip
_KIND_OF = {f"aten::{name}": kind for kind, names in _KINDS.items() for name in names}


def measure(folder: Path, wish: argparse.Namespace) -> dict[str, Any]:
    """Shares of the time by kind over some updates, the first ones not counted."""
    case = CASES[wish.case]
    project = open_project(folder, wish.data)
    run = create_run(project, case.config(wish.threads), preset=case.preset, name=wish.case)
    stop = StopToken()
    profiler = profile(activities=[ProfilerActivity.CPU])
    began = ended = 0.0

    def emit(event: TrainingEvent) -> None:
        nonlocal began, ended
        if not isinstance(event, Step):
            return
        if event.step == _WARM_UP:
            profiler.start()
            began = time.perf_counter()
        if event.step == _WARM_UP + wish.updates:
            ended = time.perf_counter()
            profiler.stop()
            stop.request()

    train(project, run, emit=emit, stop=stop)
    wall_s = ended - began
    by_kind: dict[str, float] = defaultdict(float)
    rest: dict[str, float] = {}
    for average in profiler.key_averages():
        own_s = average.self_cpu_time_total / 1e6
        kind = _KIND_OF.get(average.key)
        if kind is None:
            rest[average.key] = own_s
        else:
            by_kind[kind] += own_s
    by_kind["other operations"] = sum(rest.values())
    by_kind["Python and random bits"] = wall_s - sum(by_kind.values())
    largest = sorted(rest.items(), key=lambda item: -item[1])[:_SHOWN]
    return {
        "case": wish.case,
        "threads": wish.threads,
        "updates": wish.updates,
        "ms_an_update": round(1000 * wall_s / wish.updates, 1),
        "shares": {
            kind: round(kind_s / wall_s, 4)
            for kind, kind_s in sorted(by_kind.items(), key=lambda item: -item[1])
        },
        "other_operations": {name: round(own_s / wall_s, 4) for name, own_s in largest},
    }


def table(found: dict[str, Any]) -> str:
    """A kind a row."""
    lines = ["| kind of work | share |", "|---|---|"]
    return "\n".join([*lines, *(f"| {kind} | {n:.1%} |" for kind, n in found["shares"].items())])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", choices=CASES, default="transformer")
    parser.add_argument("--data", type=Path, help="a folder with two line-aligned files")
    parser.add_argument("--updates", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    wish = parser.parse_args(arguments)
    # In a process that has the program's settings of OpenMP before it loads torch.
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(max_workers=1, mp_context=context) as pool,
    ):
        found = pool.submit(measure, Path(folder) / "project", wish).result()
    print(table(found), file=sys.stderr)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
