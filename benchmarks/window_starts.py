"""Starts the window over and over with a mouse that moves over it, and counts how starts end.

::

    python benchmarks/window_starts.py --starts 300

Each start is a process and a home of its own on Qt's offscreen platform. Most end as soon as all
pages are there, since it is while they are loaded that a start has crashed; every tenth goes on
till the engine is loaded and closes its window as a person does. Prints one line of JSON, and on
stderr the trace of a start that did not end well.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

_WHOLE_EVERY = 10
_LONGEST_S = 300.0
_TELL_WHERE = getattr(signal, "SIGABRT", signal.SIGTERM)

_PROGRAM = """
import os, random, sys
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from attnstudio.gui.shell import app

dice, to_the_end = random.Random(int(sys.argv[1])), sys.argv[2] == "whole"

class Watched(app.Program):
    def begin(self, open_first):
        self.mouse = QTimer(self, interval=2)
        self.mouse.timeout.connect(self.move_mouse)
        self.mouse.start()
        super().begin(lambda: (open_first(), self.pages_are_there()))

    def move_mouse(self):
        window = self.window
        place = QPointF(dice.uniform(0, window.width()), dice.uniform(0, window.height()))
        below = window.childAt(place.toPoint()) or window
        inside = QPointF(below.mapFrom(window, place))
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(
            QEvent.Type.MouseMove, inside, window.mapToGlobal(place), none, none,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(below, event)

    def pages_are_there(self):
        if not to_the_end:
            QTimer.singleShot(100, lambda: os._exit(0))

    def _show_hardware(self, hardware):
        super()._show_hardware(hardware)
        self.window.close()

app.Program = Watched
sys.exit(app.main([]))
"""


def measure_starts(starts: int, seed: int = 0) -> dict[str, Any]:
    """How so many starts ended, by exit code, and their median seconds."""
    endings: Counter[int | str] = Counter()
    seconds: list[float] = []
    for number in range(starts):
        began = time.monotonic()
        whole = number % _WHOLE_EVERY == _WHOLE_EVERY - 1
        ending, trace = _start(seed + number, whole=whole)
        seconds.append(time.monotonic() - began)
        endings[ending] += 1
        if ending != 0:
            print(f"start {number} ended with {ending}\n{trace}", file=sys.stderr, flush=True)
    return {
        "starts": starts,
        "seed": seed,
        "ended_well": endings[0],
        "endings": {str(ending): count for ending, count in endings.items()},
        "median_s": round(statistics.median(seconds), 2) if seconds else None,
    }


def _start(seed: int, *, whole: bool) -> tuple[int | str, str]:
    """One start: its exit code, or ``hung``, and what it said."""
    with tempfile.TemporaryDirectory() as home:
        known = {
            "HOME": home,
            "USERPROFILE": home,
            "XDG_CONFIG_HOME": str(Path(home) / "config"),
            "ATTNSTUDIO_LOG_FOLDER": str(Path(home) / "logs"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        command = [sys.executable, "-X", "faulthandler", "-c", _PROGRAM]
        command += [str(seed), "whole" if whole else "pages"]
        with subprocess.Popen(
            command, env=os.environ | known, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True,
        ) as program:  # fmt: skip
            try:
                trace = program.communicate(timeout=_LONGEST_S)[1]
            except subprocess.TimeoutExpired:
                os.kill(program.pid, _TELL_WHERE)  # what each thread was at
                return "hung", program.communicate()[1]
        return program.returncode, trace


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0, help="of the mouse's ways")
    wish = parser.parse_args()
    print(json.dumps(measure_starts(wish.starts, wish.seed)))


if __name__ == "__main__":
    main()
