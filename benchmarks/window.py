"""What the window costs: its start, its answers while a training runs, its memory, its speed.

::

    python benchmarks/window.py start     time to a window that answers, against an empty window
    python benchmarks/window.py lateness  of a 10 ms timer beside a training
    python benchmarks/window.py speed     tokens a second against the command line, in short turns
    python benchmarks/window.py memory    after 1,000 and 10,000 steps
    python benchmarks/window.py open      a project of a million pairs and ten long runs
    python benchmarks/window.py feel      a clicked token, a large heat map, long curves that move

Each prints one line of JSON. A and B alternate and medians are compared, since machines are shared.
Without a screen it takes Qt's offscreen platform.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import psutil
from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from attnstudio.allocator import share_one_arena
from attnstudio.axes import Matrix, Record, TextUnits, axes_of
from attnstudio.config_text import merge_config
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.samples.store import read_sample
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.charts.curve_board import CurveBoard
from attnstudio.gui.charts.curve_plot import CurvePlot
from attnstudio.gui.charts.plotted_curve import PlotOptions, PlottedCurve
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.look.scheme_switch import apply_colours
from attnstudio.gui.look.theme import LIGHT
from attnstudio.gui.shell.app import Program
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.training.run_list import RunList
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.gui.widgets.token_strips import TokenStrips
from attnstudio.interpretation.view import view_of
from attnstudio.presets import find_preset
from attnstudio.project.importing import import_sample
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_creation import create_run
from attnstudio.reading import Reading
from attnstudio.resources import resource_path
from attnstudio.sites import CROSS, SOURCE
from attnstudio.tokenizer import Token, end_token
from attnstudio.training.curves import Curve
from attnstudio.training.event_json import to_json
from attnstudio.training.events import Started, Step, TrainingEvent, Validation
from attnstudio.training.stop import StopToken

_WARM_UP_S = 20.0
_NEVER = 10_000_000  # updates
_TICK_S = 0.010

_EMPTY_WINDOW = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.show()
def answer():
    print(time.time())
    application.quit()
QTimer.singleShot(0, lambda: QTimer.singleShot(0, answer))
application.exec()
"""
_OUR_WINDOW = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtWidgets import QApplication
from attnstudio.gui.shell.app import Program
from attnstudio.gui.studio.settings import Settings
application = QApplication([])
program = Program(application, Settings(Path(sys.argv[1]) / "window.ini"))
program.window.show()
found = {"longest_wait_ms": 0.0}
clock, timer = QElapsedTimer(), QTimer(interval=10, timerType=Qt.TimerType.PreciseTimer)
def tick():
    found["longest_wait_ms"] = max(found["longest_wait_ms"], clock.restart() - 10.0)
def answer():
    found["answered_at"] = time.time()
    program.begin(ready)
    clock.start()
    timer.timeout.connect(tick)
    timer.start()
def ready():
    found["ready_at"] = time.time()
    tick()
    application.quit()
QTimer.singleShot(0, lambda: QTimer.singleShot(0, answer))
application.exec()
program.close()
print(json.dumps(found))
"""


def measure_start(repeats: int, folder: Path) -> dict[str, Any]:
    """Seconds from the start of the process until the event loop answers, A and B in turns.

    Beside it, when all pages are there, and how long a 10 ms timer had to wait at most till then.
    """
    empty: list[float] = []
    ours: list[float] = []
    ready: list[float] = []
    waits: list[float] = []
    for _ in range(repeats):
        started_at = time.time()
        empty.append(float(_output_of(_EMPTY_WINDOW, folder)) - started_at)
        started_at = time.time()
        found = json.loads(_output_of(_OUR_WINDOW, folder))
        ours.append(found["answered_at"] - started_at)
        ready.append(found["ready_at"] - started_at)
        waits.append(found["longest_wait_ms"])
    return {
        "repeats": repeats,
        "empty_s": round(statistics.median(empty), 3),
        "ours_s": round(statistics.median(ours), 3),
        "ratio": round(statistics.median(ours) / statistics.median(empty), 2),
        "all_pages_s": round(statistics.median(ready), 3),
        "longest_wait_ms": round(statistics.median(waits)),
    }


def _output_of(program: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True
    )
    return done.stdout


def measure_lateness(seconds: float, folder: Path, threads: int) -> dict[str, Any]:
    """How late a 10 ms timer of the window's thread is while ``tiny`` trains, in ms."""
    late_ms: list[float] = []
    clock = QElapsedTimer()
    timer = QTimer(interval=round(1000 * _TICK_S), timerType=Qt.TimerType.PreciseTimer)

    def tick() -> None:
        late_ms.append(max(0.0, clock.nsecsElapsed() / 1e6 - 1000 * _TICK_S))
        clock.restart()

    def begin(_: Program) -> None:
        clock.start()
        timer.timeout.connect(tick)
        timer.start()

    run = _train_in_window(folder, threads, begin, seconds=seconds)
    timer.stop()
    late_ms.sort()
    percentiles = {
        f"p{p}": late_ms[min(len(late_ms) - 1, len(late_ms) * p // 100)] for p in (50, 95, 99)
    }
    return {
        "seconds": seconds,
        "ticks": len(late_ms),
        **{name: round(value, 2) for name, value in percentiles.items()},
        "max": round(late_ms[-1], 2),
        "tokens_per_second": round(_speed(run)),
        "threads": threads,
    }


def measure_speed(seconds: float, repeats: int, folder: Path, threads: int) -> dict[str, Any]:
    """Target tokens a second after warm-up, with the window and without, in turns.

    Both train all the while, each held up while the other has its turn: the speed of a machine that
    others use changes from one minute to the next.
    """
    with ExitStack() as stack:
        sides = [
            stack.enter_context(_Side(command, folder / command, threads))
            for command in ("train-alone", "train-in-window")
        ]
        for side in sides:
            side.turn(_WARM_UP_S)
        turns = [[side.turn(seconds) for side in sides] for _ in range(repeats)]
    ratios = [window.speed / alone.speed for alone, window in turns]
    return {
        "seconds": seconds,
        "repeats": repeats,
        "threads": threads,
        "command_line": [round(alone.speed) for alone, _ in turns],
        "window": [round(window.speed) for _, window in turns],
        "ratio": round(statistics.median(ratios), 3),
        "least_and_most": [round(min(ratios), 3), round(max(ratios), 3)],
        "window_thread_share": round(statistics.median(window.share for _, window in turns), 4),
    }


class _Turn(NamedTuple):
    """Target tokens a second, and the share of the time that the main thread was at work."""

    speed: float
    share: float


class _Side:
    """A process that trains, and runs only in its turns.

    Args:
        command: of this program; it prints its target tokens and its main thread's seconds.
        folder: for its project.
        threads: of its training.
    """

    def __init__(self, command: str, folder: Path, threads: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, command, "--threads", str(threads), "--folder", str(folder)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._last = (0.0, 0.0)
        assert self._process.stdout is not None
        self._hear(self._process.stdout.readline())  # it has begun
        threading.Thread(target=self._listen, daemon=True).start()
        psutil.Process(self._process.pid).suspend()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def turn(self, seconds: float) -> _Turn:
        """Let it train for so long."""
        process = psutil.Process(self._process.pid)
        before, began = self._last, time.perf_counter()
        process.resume()
        time.sleep(seconds)
        process.suspend()
        passed_s = time.perf_counter() - began
        tokens, worked_s = (now - then for now, then in zip(self._last, before, strict=True))
        return _Turn(tokens / passed_s, worked_s / passed_s)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._hear(line)

    def _hear(self, line: str) -> None:
        tokens, worked_s = map(float, line.split())
        self._last = tokens, worked_s


def _say_tokens(events: Iterable[TrainingEvent]) -> None:
    """What `_Side` listens to."""
    for event in events:
        if isinstance(event, Step):
            print(event.target_tokens, time.thread_time(), flush=True)


def measure_memory(steps: Sequence[int], folder: Path, threads: int) -> dict[str, Any]:
    """The resident memory, in MB, when the window has seen so many steps."""
    process = psutil.Process()
    waiting = list(steps)
    found: dict[int, float] = {}

    def look(program: Program) -> None:
        def look_again(_: object) -> None:
            while waiting and program.studio.session.history.step >= waiting[0]:
                found[waiting.pop(0)] = process.memory_info().rss / 2**20

        program.studio.session.events_arrived.connect(look_again)

    _train_in_window(folder, threads, look, steps=steps[-1])
    first, last = found[steps[0]], found[steps[-1]]
    return {
        "rss_mb": {str(step): round(value, 1) for step, value in found.items()},
        "growth_mb": round(last - first, 1),
    }


def measure_open(pairs: int, events: int, repeats: int, folder: Path) -> dict[str, Any]:
    """Seconds until a large project is there: never read before, copied, and again.

    It is shown when the training page lists every run with its best score and has drawn the one
    that is looked at, and drawn when it has read all and drawn the visible ones. Beside it, how
    long a 10 ms timer had to wait till then and how long its thread was at work in between, in ms.
    """
    place = folder / "project"
    project = Project.open(place) if place.exists() else _large_project(place, pairs, events)
    found: dict[str, list[dict[str, float]]] = {"never_read": [], "copied": [], "again": []}
    for _ in range(repeats):
        for name, figures in found.items():
            for run in project.runs():
                if name == "never_read":
                    (run.folder / "history.cache").unlink(missing_ok=True)
                elif name == "copied":
                    run.events_path.touch()
            done = subprocess.run(  # in a process of its own, as nothing is to be in memory
                [sys.executable, __file__, "open-once", "--folder", str(project.folder)],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            figures.append(json.loads(done.stdout.splitlines()[-1]))
    medians = {
        name: {what: statistics.median(f[what] for f in figures) for what in figures[0]}
        for name, figures in found.items()
    }
    return {"pairs": pairs, "events_of_each_run": events, "repeats": repeats, **medians}


def open_once(project: Path) -> dict[str, float]:
    """Open a project in a window that has been up for a while."""
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        program = Program(application, Settings(Path(folder) / "window.ini"))
        program.window.show()
        program.build_pages()
        program.studio.go_to(PageName.TRAINING)
        application.processEvents()
        QTest.qWait(500)  # for what follows by itself
        board, listed = program.window.findChild(CurveBoard), program.window.findChild(RunList)
        assert board is not None
        assert listed is not None
        names = [run.name for run in Project.open(project).runs()]
        last = Project.open(project).run().name
        waits_ms, work_ms, found = [0.0], [0.0], {}
        timer = QTimer(interval=10, timerType=Qt.TimerType.PreciseTimer)
        started_at = time.perf_counter()
        ticked_at, worked_s = started_at, time.thread_time()

        def tick() -> None:
            nonlocal ticked_at, worked_s
            waits_ms.append(1000 * (time.perf_counter() - ticked_at - _TICK_S))
            work_ms.append(1000 * (time.thread_time() - worked_s))
            ticked_at, worked_s = time.perf_counter(), time.thread_time()
            if "shown_s" not in found and _is_shown(listed, board, len(names), last):
                found["shown_s"] = round(ticked_at - started_at, 3)
            if board.is_settled and len(board.runs) == len(names):
                application.quit()

        timer.timeout.connect(tick)
        program.studio.open_project(project)
        found["call_s"] = round(time.perf_counter() - started_at, 3)
        timer.start()
        application.exec()
        found["drawn_s"] = round(time.perf_counter() - started_at, 3)
        for name, values in (("wait", waits_ms), ("work", work_ms)):
            values.sort()
            found[f"{name}_p99_ms"] = round(values[len(values) * 99 // 100], 1)
            found[f"{name}_max_ms"] = round(values[-1], 1)
        program.close()
    return found


def _is_shown(listed: RunList, board: CurveBoard, runs: int, last: str) -> bool:
    words = [listed.item(row).text() for row in range(listed.count())]
    drawn = {line.run for plot in board.plots if plot.isVisible() for line in plot.lines.curves}
    return len(words) == runs and all("BLEU" in text for text in words) and last in drawn


def _large_project(folder: Path, pairs: int, events: int) -> Project:
    """Made of numbers, with ten runs that were never trained."""
    project = Project.create(folder, "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for number in range(pairs):
            split = {0: Split.VALID, 1: Split.TEST}.get(number % 1_000, Split.TRAIN)
            source = f"The sentence with the number {number} has {number % 97} words of its own."
            target = f"Der Satz mit der Nummer {number} hat {number % 89} eigene Wörter."
            writer.add(SentencePair(source, target), split)
        project.set_corpus(writer.finish())
    config = find_preset("tiny").config
    for seed in range(10):
        run = create_run(project, config, preset="tiny")
        dice = random.Random(seed)
        with run.events_path.open("w", encoding="utf-8") as log:
            log.write(
                to_json(
                    Started(
                        step=0,
                        elapsed_s=0.0,
                        resumed_from=None,
                        device="cpu",
                        threads=1,
                        parameters=1_000_000,
                        train_pairs=pairs,
                        batches=10_000,
                    )
                )
                + "\n"
            )
            for step in range(1, events):
                loss, norm = 8 * step**-0.2 + 0.1 * dice.random(), dice.random()
                speed, rate = 2_000 + 100 * dice.random(), 0.1 * step**-0.5
                event: Step | Validation = Step(
                    step=step,
                    elapsed_s=0.1 * step,
                    epoch=step / 10_000,
                    loss=loss,
                    learning_rate=rate,
                    gradient_norm=norm,
                    tokens_per_second=speed,
                    target_tokens=1_000 * step,
                )
                if step % 1_000 == 0:
                    event = Validation(
                        step=step,
                        elapsed_s=0.1 * step,
                        epoch=step / 10_000,
                        scores={
                            "loss": loss,
                            "perplexity": math.exp(loss),
                            "token_accuracy": 0.5,
                            "bleu": 20.0,
                            "chrf": 40.0,
                        },
                        seconds=3.0,
                        is_best=True,
                    )
                log.write(to_json(event) + "\n")
    project.set_last_run(run)
    return project


def measure_feel(repeats: int) -> dict[str, Any]:
    """Milliseconds from what a person does until it is painted, and frames a second of curves."""
    application = QApplication([])
    apply_colours(application, LIGHT)
    return {
        "repeats": repeats,
        "token_ms": _clicked_token(application, repeats),
        "heat_map_200_ms": _shown_heat_map(application, repeats),
        "curves_8_x_100000_frames_per_s": _moved_curves(application, repeats),
    }


def _clicked_token(application: QApplication, repeats: int) -> dict[str, float]:
    """In the whole panel: chips, heat map, table and 48 heads."""
    panel = AttentionPanel()
    panel.resize(1200, 760)
    panel.shown.show_record(_record(30, layers=6, heads=8))
    panel.show()
    application.processEvents()
    strips = panel.findChild(TokenStrips)
    assert strips is not None
    times = []
    for number in range(repeats):
        place = strips.rect_of(ChosenToken(Side.TARGET, number % 5)).center().toPoint()
        started_at = time.perf_counter()
        QTest.mouseClick(strips.viewport(), Qt.MouseButton.LeftButton, pos=place)
        application.processEvents()
        times.append(1000 * (time.perf_counter() - started_at))
    return _median_and_worst(times)


def _shown_heat_map(application: QApplication, repeats: int) -> dict[str, float]:
    views = [view_of(_record(199, seed=seed), Reading()) for seed in range(2)]
    heatmap = AttentionHeatmap()
    heatmap.resize(900, 760)
    heatmap.show()
    application.processEvents()
    times = []
    for number in range(repeats):
        started_at = time.perf_counter()
        heatmap.show_view(views[number % 2])
        application.processEvents()
        times.append(1000 * (time.perf_counter() - started_at))
    return _median_and_worst(times)


def _moved_curves(application: QApplication, repeats: int) -> float:
    dice = np.random.default_rng(0)
    x = np.arange(100_000.0)
    curves = [
        PlottedCurve(
            f"run {number}",
            "loss",
            Curve(x, 8 / (1 + x) ** 0.2 + dice.normal(0, 0.1, len(x))),
            LIGHT.series_of(number),
            is_smoothed=True,
        )
        for number in range(8)
    ]
    plot = CurvePlot("Loss")
    plot.resize(1000, 700)
    plot.show_curves(curves, PlotOptions())
    plot.show()
    application.processEvents()
    box = plot.canvas.getViewBox()  # a person drags with the middle button
    started_at = time.perf_counter()
    for number in range(repeats):
        box.translateBy(x=500.0 if number % 20 < 10 else -500.0)
        application.processEvents()
    return round(repeats / (time.perf_counter() - started_at), 1)


def _record(tokens: int, *, layers: int = 1, heads: int = 1, seed: int = 0) -> Record:
    """As many source as target tokens, one more for the end of each."""
    pieces = [f"▁word{number}" for number in range(tokens)]
    text = "".join(pieces)
    lengths = list(itertools.accumulate(map(len, pieces), initial=0))
    places = itertools.pairwise(lengths)
    marks = tuple(Token(p, *place) for p, place in zip(pieces, places, strict=True))
    marks = (*marks, end_token(text))
    weights = np.random.default_rng(seed).random((layers, heads, len(marks), len(marks))) ** 4
    weights /= weights.sum(axis=-1, keepdims=True)
    scores = (-0.1,) * len(marks)
    units = TextUnits(text, marks)
    return Record(
        axes=axes_of({SOURCE: units}, units),
        matrices={CROSS: Matrix(weights)},
        token_log_probs=scores,
        forced=True,
    )


def _median_and_worst(times: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(times), 1), "worst": round(max(times), 1)}


def train_alone(folder: Path, threads: int) -> None:
    """Train without a window, through the function that the command line calls, without end."""
    project, run = _new_run(folder, threads, steps=_NEVER)
    train(project, run, emit=lambda event: _say_tokens([event]), stop=StopToken())


def train_in_window(folder: Path, threads: int) -> None:
    """Train with the training page open, without end."""

    def listen(program: Program) -> None:
        program.studio.session.events_arrived.connect(_say_tokens)

    _train_in_window(folder, threads, listen, steps=_NEVER)


def _train_in_window(
    folder: Path,
    threads: int,
    after_warm_up: Callable[[Program], None],
    *,
    seconds: float | None = None,
    steps: int | None = None,
) -> Run:
    application = QApplication([])
    program = Program(application, Settings(folder / "window.ini"))
    program.window.show()
    program.build_pages()
    # Not in this thread: the window keeps torch out of it, see `training_session`.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(program.studio.engine.warm_up).result()
        making = pool.submit(_new_run, folder, threads, seconds=seconds, steps=steps)
        project, run = making.result()
    studio = program.studio
    studio.open_project(project.folder)
    studio.select_run(studio.project.run(run.name))
    studio.go_to(PageName.TRAINING)
    studio.session.ended.connect(application.quit)
    studio.session.start(project, run)
    wait_ms = round(1000 * _WARM_UP_S) if seconds else 0
    QTimer.singleShot(wait_ms, lambda: after_warm_up(program))
    application.exec()
    program.close()
    return run


def _new_run(
    folder: Path, threads: int, *, seconds: float | None = None, steps: int | None = None
) -> tuple[Project, Run]:
    """A run of ``tiny`` on the English-German sample."""
    project = Project.create(folder / "project", "en", "de")
    import_sample(project, read_sample("en-de", resource_path("samples")))
    limits = {"max_minutes": (seconds + _WARM_UP_S) / 60} if seconds else {"max_steps": steps}
    config = merge_config(
        find_preset("tiny").config,
        {"limits": limits, "training": {"threads": threads, "patience": 0}},
    )
    return project, create_run(project, config, preset="tiny")


def _speed(run: Run) -> float:
    """Target tokens a second of wall-clock time after the warm-up, validation included."""
    steps = [step for step in run.history().steps if step.elapsed_s >= _WARM_UP_S]
    tokens = steps[-1].target_tokens - steps[0].target_tokens
    return float(tokens / (steps[-1].elapsed_s - steps[0].elapsed_s))


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = (
        "start", "lateness", "speed", "memory", "open", "feel",
        "open-once", "train-alone", "train-in-window",
    )  # fmt: skip
    parser.add_argument("what", choices=names)
    parser.add_argument("--seconds", type=float, help="measured after the warm-up, or of a turn")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2, help="of the training")
    parser.add_argument("--steps", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--pairs", type=int, default=1_000_000, help="of the project to open")
    parser.add_argument("--events", type=int, default=100_000, help="of each of its ten runs")
    parser.add_argument("--folder", type=Path, help="an empty folder; else a temporary one")
    wish = parser.parse_args()
    if sys.platform not in ("win32", "darwin") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if wish.what != "train-alone":
        share_one_arena()  # as the program does before it opens its window
    with tempfile.TemporaryDirectory() as temporary:
        folder = wish.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        match wish.what:
            case "start":
                result = measure_start(wish.repeats, folder)
            case "lateness":
                result = measure_lateness(wish.seconds or 60.0, folder, wish.threads)
            case "speed":
                result = measure_speed(wish.seconds or 10.0, wish.repeats, folder, wish.threads)
            case "memory":
                result = measure_memory(wish.steps, folder, wish.threads)
            case "open":
                result = measure_open(wish.pairs, wish.events, wish.repeats, folder)
            case "feel":
                result = measure_feel(max(wish.repeats, 100))
            case "open-once":
                result = open_once(folder)
            case "train-alone":
                train_alone(folder, wish.threads)
                return
            case _:
                train_in_window(folder, wish.threads)
                return
    print(json.dumps(result))


if __name__ == "__main__":
    main()
