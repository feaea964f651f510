"""A window that drives itself, as a program of its own: it prints lines of JSON.

::

    python window_driver.py cycles FOLDER --cycles 100 --seconds 600 --seed 1
    python window_driver.py soak FOLDER --seconds 7200

``FOLDER`` holds a project. ``cycles`` starts, pauses, resumes and stops a training over and over
and closes the window at a random moment of a last one. ``soak`` trains without end while it
translates, inspects, imports, pauses and goes on, and turns the pages.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from attnstudio.allocator import share_one_arena
from attnstudio.gui.shell.app import Program
from attnstudio.gui.shell.page_table import page_table
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.studio.training_session import SessionState

_LONGEST_WAIT_S = 120.0
_LONGEST_PAUSE_MS = 150
_WARM_CYCLES = 3
_BEAT_MS = 50
_MINUTE_MS = 60_000
_SENTENCES = ("the dog sees a bird today", "my man knows a cook today", "a boy hears this dog")
_ENDLESS = {
    "model": {"model_size": 16, "heads": 2, "feedforward_size": 32},
    "tokenizer": {"kind": "word", "vocabulary_size": 40},
    "training": {
        "threads": 1, "batch_tokens": 200, "validate_every": 100, "decoded_pairs": 4,
        "watch_sentences": 1, "patience": 0, "keep_checkpoints": 2, "checkpoint_minutes": 1.0,
    },
    "guidance": {"weight": 0.0},
    "limits": {"max_minutes": 10_000},
}  # fmt: skip


class Driver:
    """A program with a window, its project open and a run to train.

    Args:
        folder: holds ``project``, and ``files`` to import.
        seed: of all chance.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self.chance = random.Random(seed)
        self.application = QApplication([])
        self.program = Program(self.application, Settings(Path.home() / "window.ini"))
        self.studio = self.program.studio
        self.session = self.studio.session
        self.ended: list[object] = []
        self.session.ended.connect(self.ended.append)
        self.program.window.show()
        opened: list[bool] = []
        self.program.begin(lambda: opened.append(True))
        self.wait(lambda: bool(opened), "the pages")
        self.wait(lambda: "attnstudio.project.pipeline" in sys.modules, "the engine")
        QTest.qWait(500)

    def open(self) -> None:
        """Open the project and make a run."""
        from attnstudio.config_text import merge_config  # after the window, as it loads it itself
        from attnstudio.presets import find_preset
        from attnstudio.project.project import Project
        from attnstudio.project.run_creation import create_run

        self.studio.open_project(self._folder / "project")
        self.project = Project.open(self._folder / "project")
        config = merge_config(find_preset("tiny").config, _ENDLESS)
        self.run = create_run(self.project, config, preset="tiny", name="driven")
        self.studio.runs_were_changed()
        self.studio.select_run(self.run)
        self.studio.go_to(PageName.TRAINING)

    def wait(self, is_there: Callable[[], bool], what: str) -> None:
        """Let the window work until something is there."""
        until = time.monotonic() + _LONGEST_WAIT_S
        while not is_there():
            if time.monotonic() > until:
                raise RuntimeError(f"waited for {what} in vain; state {self.session.state}")
            QTest.qWait(5)

    def wait_for(self, state: SessionState) -> None:
        """Let the window work until the training is in a state."""
        self.wait(lambda: self.session.state is state, state.value)

    def figures(self) -> dict[str, Any]:
        """What the program takes now."""
        process = psutil.Process()
        return {
            "rss_mb": round(process.memory_info().rss / 2**20, 1),
            "threads": threading.active_count(),
            "handles": process.num_fds() if hasattr(process, "num_fds") else process.num_handles(),
        }


def cycles(driver: Driver, many: int, seconds: float) -> None:
    """Start, pause, resume, stop; then close in the middle."""
    driver.open()
    begun_at, first, done = time.monotonic(), {}, 0
    while done < many and (time.monotonic() - begun_at < seconds or done <= _WARM_CYCLES):
        _cycle(driver)
        done += 1
        if done == _WARM_CYCLES:
            first = driver.figures()
    last = driver.figures()
    failed = [str(what) for what in driver.ended if isinstance(what, Exception)]
    _say({"cycles": done, "first": first, "last": last, "failed": failed})
    driver.session.start(driver.project, driver.run)
    QTimer.singleShot(driver.chance.randrange(1_500), lambda: driver.application.exit(0))
    driver.application.exec()
    driver.program.close()
    _say({"closed": True})


def _cycle(driver: Driver) -> None:
    session, pause = driver.session, lambda: QTest.qWait(driver.chance.randrange(_LONGEST_PAUSE_MS))
    session.start(driver.project, driver.run)
    pause()
    session.pause()
    driver.wait_for(SessionState.PAUSED)
    session.resume()
    driver.wait_for(SessionState.RUNNING)
    pause()
    session.stop()
    driver.wait_for(SessionState.IDLE)


class Soak:
    """Everything at once, told of every minute.

    Args:
        driver: with its project open.
        seconds: how long.
    """

    def __init__(self, driver: Driver, seconds: float) -> None:
        self._driver = driver
        self._until = time.monotonic() + seconds
        self._begun_at = time.monotonic()
        self._counts = {"translations": 0, "pages": 0, "pauses": 0, "imports": 0}
        self._errors: list[str] = []
        self._late_ms = 0.0
        self._beat_at = time.monotonic()
        self._timers: list[QTimer] = []
        for every_ms, do in (
            (_BEAT_MS, self._beat), (3_000, self._turn), (5_000, self._translate),
            (61_000, self._pause), (7_000, self._resume), (150_000, self._import),
            (_MINUTE_MS, self.tell),
        ):  # fmt: skip
            timer = QTimer(driver.application, interval=every_ms)
            timer.timeout.connect(do)
            self._timers.append(timer)
            timer.start()
        driver.studio.notifier.posted.connect(self._hear)

    def tell(self) -> None:
        """How it stands."""
        session = self._driver.session
        told = {
            "minute": round((time.monotonic() - self._begun_at) / 60, 2),
            **self._driver.figures(),
            "late_ms": round(self._late_ms, 1),
            "step": session.history.step,
            "state": session.state.value,
            **self._counts,
            "errors": self._errors,
        }
        _say(told)
        self._late_ms, self._errors = 0.0, []

    def _beat(self) -> None:
        now = time.monotonic()
        self._late_ms = max(self._late_ms, 1000 * (now - self._beat_at) - _BEAT_MS)
        self._beat_at = now
        if now > self._until:
            self._driver.application.exit(0)  # no window is asked whether it may close

    def _turn(self) -> None:
        pages = page_table()
        self._driver.studio.go_to(pages[self._counts["pages"] % len(pages)].name)
        self._counts["pages"] += 1

    def _translate(self) -> None:
        from attnstudio.corpus.sentence_pair import SentencePair

        if self._driver.run.checkpoints().last is None:
            return
        sentence = _SENTENCES[self._counts["translations"] % len(_SENTENCES)]
        self._driver.studio.pair_requested.emit(SentencePair(sentence, ""))
        self._driver.program.actions["inspect.translate"].trigger()
        self._counts["translations"] += 1

    def _pause(self) -> None:
        if self._driver.session.state is SessionState.RUNNING:
            self._driver.session.pause()
            self._counts["pauses"] += 1

    def _resume(self) -> None:
        if self._driver.session.state is SessionState.PAUSED:
            self._driver.session.resume()

    def _import(self) -> None:
        """A few pairs that were never there before, as a task behind the window."""
        from attnstudio.project.importing import import_files
        from attnstudio.project.project import Project

        self._counts["imports"] += 1
        number, folder = self._counts["imports"], self._driver.project.folder
        files = [folder.parent / "files" / f"soak-{number}.{side}" for side in ("en", "de")]
        for path in files:
            path.write_text(f"sentence {number} is new today\n", encoding="utf-8")
        self._driver.studio.tasks.run(
            "Importing",
            lambda _: import_files(Project.open(folder), files),
            on_done=lambda _: self._driver.studio.corpus_was_changed(),
        )

    def _hear(self, note: Any) -> None:  # noqa: ANN401 - of any version of the program
        if str(note.level) in ("error", "warning"):
            self._errors.append(f"{note.level}: {note.text}")


def soak(driver: Driver, seconds: float) -> None:
    """Everything at once."""
    driver.open()
    driver.session.start(driver.project, driver.run)
    everything = Soak(driver, seconds)
    driver.application.exec()
    everything.tell()
    driver.program.close()
    _say({"closed": True, "failed": [str(w) for w in driver.ended if isinstance(w, Exception)]})


def _say(content: object) -> None:
    print(json.dumps(content), flush=True)


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("cycles", "soak"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cycles", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    wish = parser.parse_args()
    share_one_arena()  # as the program does before it opens its window
    driver = Driver(wish.folder, wish.seed)
    if wish.what == "cycles":
        cycles(driver, wish.cycles, wish.seconds)
    else:
        soak(driver, wish.seconds)


if __name__ == "__main__":
    main()
