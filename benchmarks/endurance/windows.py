"""The window: its starts, its trainings started and stopped over and over, and hours of work.

Windows are programs of their own (`window_driver.py`, and `window_starts.py` beside this folder).
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from endurance.commands import runs_of
from endurance.judging import against_outside, against_reply, leftovers, surroundings
from endurance.places import Templates
from endurance.running import PartResult, Verdict, Workload, repeat_command, run_cases
from endurance.victims import Place, Reply, homes, run_command

_DRIVER = Path(__file__).with_name("window_driver.py")
_STARTS_TOGETHER = 10
_CYCLES_EACH = 100
_USUAL_S = 600.0
_MORE_S = 300.0  # to start and to close, on a machine that has other things to do
_SOAK_S = 120 * 60.0
_GROWN_MB = 60.0


def run_starts(wish: Workload) -> PartResult:
    """Start the window with the mouse moving over it."""
    from window_starts import measure_starts  # loads no more than it needs, and no Qt

    result = PartResult()
    begun_at = time.monotonic()
    while result.cases < wish.cases and not (result.cases and wish.is_over):
        many = min(_STARTS_TOGETHER, wish.cases - result.cases)
        seed = 1_000_000 * wish.seed + wish.first + result.cases
        found = measure_starts(many, seed)
        for ending, count in found["endings"].items():
            for _ in range(count):
                complaints = [] if ending == "0" else [f"ends with {ending}"]
                repeat = f"python benchmarks/window_starts.py --starts {many} --seed {seed}"
                result.add(seed, Verdict("start | window", ending, complaints), repeat)
        result.figures["median_s"] = found["median_s"]
        print(f"starts: {result.cases:,}, {result.failed} failed", file=sys.stderr, flush=True)
    result.seconds = round(time.monotonic() - begun_at, 1)
    return result


def run_cycles(templates: Templates, wish: Workload) -> PartResult:
    """Hundreds of starts, pauses and stops of trainings in each window; a case is a window."""
    windows = -(-wish.cases // _CYCLES_EACH)
    each = min(wish.cases, _CYCLES_EACH)

    def case(_: int, chance: random.Random, folder: Path) -> Verdict:
        left_s = _USUAL_S if wish.until is None else max(0.0, wish.until - time.monotonic())
        return _window_of_cycles(templates, folder, each, left_s, chance.randrange(2**31))

    asked = replace(wish, cases=windows, jobs=1)
    result = run_cases("cycles", case, asked)
    result.figures["windows"] = result.cases
    return result


def _window_of_cycles(
    templates: Templates, folder: Path, many: int, seconds: float, seed: int
) -> Verdict:
    place = templates.copy("trained", folder)
    before = surroundings(place)
    words = ["--cycles", str(many), "--seconds", str(seconds), "--seed", str(seed)]
    reply = _drive(place, "cycles", words, seconds + _MORE_S)
    told = _told(reply)
    complaints = against_reply(reply, (0,))
    figures: dict[str, float] = {}
    if not complaints:
        figures = {"cycles in a window": told["cycles"]}
        for name, start in told["first"].items():
            figures[f"more {name}"] = round(told["last"][name] - start, 1)
        complaints += [f"training failed: {what}" for what in told["failed"][:1]]
        complaints += [
            f"more {name}" for name in ("threads", "handles") if figures[f"more {name}"] > 0
        ]
        if figures["more rss_mb"] > _GROWN_MB:
            complaints.append("more memory")
    complaints += against_outside(place, before)
    complaints += ["leaves temporary files"] if _left(place) else []
    complaints += _against_run(place)
    tail = f"{reply.tail}\n{_left(place)}" if complaints else ""
    return Verdict("cycles | window", "closed" if told.get("closed") else "broken", complaints,
                   tail, figures)  # fmt: skip


def _against_run(place: Place) -> list[str]:
    """Against a run that does not go on after its window was closed in the middle."""
    if "driven" not in runs_of(place):
        return ["its run is gone"]
    words = ["--resume", "driven", "--max-steps", "1000000", "--max-minutes", "0.01"]
    reply = run_command(place, ["train", place.project, *words])
    return [f"then resuming {what}" for what in against_reply(reply, (0,))]


def _left(place: Place) -> list[str]:
    return [name for name in leftovers(place) if name.startswith("project/")]


def run_soak(templates: Templates, wish: Workload) -> PartResult:
    """One window for as long as is wished, all at once in it."""
    seconds = _SOAK_S if wish.until is None else max(60.0, wish.until - time.monotonic())
    place = templates.copy("trained", wish.folder / "soak")
    begun_at = time.monotonic()
    reply = _drive(place, "soak", ["--seconds", str(seconds)], seconds + _MORE_S)
    series = [line for line in _lines(reply) if "minute" in line]
    complaints = against_reply(reply, (0,))
    complaints += sorted({error for line in series for error in line["errors"]})
    if not any(line.get("closed") for line in _lines(reply)):
        complaints.append("did not close")
    result = PartResult()
    tail = reply.tail if complaints else ""
    result.add(0, Verdict("soak | window", "closed", complaints, tail),
               repeat_command("soak", wish.seed, 0))  # fmt: skip
    result.figures["series"] = series
    if series:
        settled, last = series[min(len(series) - 1, 5)], series[-1]
        for name in ("rss_mb", "threads", "handles"):
            result.figures[f"{name} after {settled['minute']:g} minutes"] = settled[name]
            result.figures[f"{name} at the end"] = last[name]
        result.figures["latest heartbeat_ms"] = max(line["late_ms"] for line in series)
        for name in ("step", "translations", "pages", "pauses", "imports"):
            result.figures[name] = last[name]
    result.seconds = round(time.monotonic() - begun_at, 1)
    return result


def _drive(place: Place, what: str, words: list[str], timeout_s: float) -> Reply:
    """A window that drives itself, until it ends."""
    begun_at = time.monotonic()
    environment = {**os.environ, **homes(place)}
    Path(environment["HOME"]).mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-X", "faulthandler", str(_DRIVER), what, str(place.folder), *words]
    hung = False
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as program:  # fmt: skip
        try:
            out, err = program.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            hung = True
            program.send_signal(signal.SIGABRT)  # faulthandler then shows where it hangs
            out, err = program.communicate()
    return Reply(program.returncode, out, err, time.monotonic() - begun_at, hung)


def _lines(reply: Reply) -> list[dict[str, Any]]:
    found = []
    for line in reply.out.splitlines():
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    return found


def _told(reply: Reply) -> dict[str, Any]:
    """All that it said, in one."""
    told: dict[str, Any] = {}
    for line in _lines(reply):
        told |= line
    return told
