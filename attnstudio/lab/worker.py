"""What the process of a measurement does: all kinds in turns, each finding written down."""

from __future__ import annotations

import json
import math
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import torch

from attnstudio import __version__
from attnstudio.allocator import is_memory_shortage, keeping_memory
from attnstudio.children import end_with
from attnstudio.config import RunConfig
from attnstudio.config_training import Precision, TrainingConfig
from attnstudio.errors import AttentionStudioError
from attnstudio.lab.machine import processor_name
from attnstudio.lab.report import LabMachine, LineEnd, Work
from attnstudio.lab.schedule import LabSchedule, Line, Turn
from attnstudio.lab.timing import KindAtWork
from attnstudio.model.device import (
    busy_seconds,
    resolve_device,
    resolve_threads,
    threads_beside,
)
from attnstudio.model.precision import resolve_precision

_LOOK_S = 1.0
_MOST_OF_MEMORY = 0.5  # of what is free: other programs need some as well

Say = Callable[..., None]


def main() -> None:
    """Read a request from stdin, write what is found line by line into the file that it names."""
    asked = json.loads(sys.stdin.buffer.read())
    threading.Thread(target=end_with, args=(asked["parent"],), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    with Path(asked["findings"]).open("a", encoding="utf-8") as file:

        def say(**finding: Any) -> None:  # noqa: ANN401 - plain values
            file.write(json.dumps(finding) + "\n")
            file.flush()

        measure_here(asked, say)


def measure_here(asked: Mapping[str, Any], say: Say) -> None:
    """Measure what `LabRequest.to_json` asks for, in this process.

    Args:
        asked: that request.
        say: told the machine once, every turn before it is made, and every line that has changed.
    """
    configs = [RunConfig.model_validate(config) for config in asked["configs"]]
    training = configs[0].training
    device = resolve_device(training.device)
    torch.set_num_threads(_threads(training))
    precision = resolve_precision(training.precision, device, configs[0].model)
    say(machine=asdict(_machine(device, precision)))
    works = [Work(work) for work in asked["works"]]
    schedule = LabSchedule(len(configs), asked["lengths"], works, most_s=asked["most_s"])
    bench = _Bench(configs, device, precision)
    told: _Told = dict.fromkeys(schedule.lines, (0, None))
    others = _OtherPrograms()
    with keeping_memory():
        for turn in schedule.turns():
            told = _tell_lines(schedule.lines, told, say)
            schedule.available_bytes = _MOST_OF_MEMORY * _free_bytes(device)
            left_s = schedule.left_s(turn.length, turn.work)
            say(turn=turn._asdict(), left_s=left_s, others_cores=others.cores())
            _make(turn, schedule, bench)
    _tell_lines(schedule.lines, told, say)
    say(others_cores=others.cores())


def _threads(training: TrainingConfig) -> int:
    """As many as a training would have here: fewer while other programs work, if it adapts.

    Of two that share a core, each waits for the other (see `attnstudio.training.contention`).
    """
    most = resolve_threads(training.threads)
    if not training.adapt_threads:
        return most
    cores = psutil.cpu_count() or most
    busy = psutil.cpu_percent(interval=_LOOK_S) / 100 * cores  # this process only waits meanwhile
    return threads_beside(busy, cores, most)


class _Bench:
    """The models of all kinds, each built when it is first needed."""

    def __init__(
        self, configs: Sequence[RunConfig], device: torch.device, precision: Precision
    ) -> None:
        self._configs = configs
        self._device = device
        self._precision = precision
        self._built: dict[int, KindAtWork] = {}

    def kind(self, number: int) -> KindAtWork:
        if number not in self._built:
            config = self._configs[number]
            self._built[number] = KindAtWork(config, self._device, self._precision)
        return self._built[number]


def _make(turn: Turn, schedule: LabSchedule, bench: _Bench) -> None:
    try:
        kind = bench.kind(turn.kind)
        if turn.is_first:
            schedule.count_memory(turn, kind.memory_bytes(turn.work, turn.length))
        else:
            schedule.take_time(turn, kind.seconds(turn.work, turn.length))
    except Exception as error:
        if is_memory_shortage(error):
            schedule.end_line(turn, LineEnd.TOO_LARGE)
        elif isinstance(error, AttentionStudioError):
            schedule.end_line(turn, LineEnd.FAILED, error.message)
        else:
            raise


_Told = dict[tuple[int, Work], tuple[int, LineEnd | None]]


def _tell_lines(lines: Mapping[tuple[int, Work], Line], told: _Told, say: Say) -> _Told:
    """Say which lines have another point or an end, of all that was not told before."""
    now: _Told = {place: (len(line.points), line.end) for place, line in lines.items()}
    for place, line in lines.items():
        if now[place] != told[place]:
            kind, work = place
            points = [asdict(point) for point in line.points]
            say(kind=kind, work=work, points=points, end=line.end, reason=line.reason)
    return now


def _machine(device: torch.device, precision: Precision) -> LabMachine:
    return LabMachine(
        processor=processor_name(),
        cores=psutil.cpu_count(logical=False) or psutil.cpu_count() or 1,
        threads=torch.get_num_threads(),
        device=device.type,
        precision=precision.value,
        torch=torch.__version__,
        program=__version__,
    )


def _free_bytes(device: torch.device) -> float:
    if device.type == "cuda":
        return float(torch.cuda.mem_get_info(device)[0])
    return float(psutil.virtual_memory().available)


class _OtherPrograms:
    """How much of the processor others take from the making of this value on."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._busy_s = self._now_busy_s()

    def cores(self) -> float:
        """Processor time a second so far."""
        passed_s = time.monotonic() - self._began
        if passed_s < 1.0:  # the system counts in hundredths
            return 0.0
        return max(0.0, (self._now_busy_s() - self._busy_s) / passed_s)

    @staticmethod
    def _now_busy_s() -> float:
        return busy_seconds() - math.fsum(psutil.Process().cpu_times()[:2])
