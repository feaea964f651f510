"""Trainings of a comparison that take no time: their logs and outcomes are written by hand."""

import time

from events import make_started, make_step

from attnstudio.errors import ProjectError, StorageError, TrainingError
from attnstudio.project.outcome import Outcome, keep_outcome
from attnstudio.training.event_json import to_json
from attnstudio.training.events import Failed, FailureCause, Finished
from attnstudio.training.stop import StopReason

SECONDS = 60.0  # of each training


def outcome(**given):
    """What came of a run; all that a test does not care about is alike."""
    always = {
        "step": 4, "loss": 2.0, "bleu": 10.0, "chrf": 30.0, "aer": 0.3, "zeros": 0.0,
        "tokens_per_second": 100.0, "memory_bytes": 10**9, "seconds": SECONDS, "pairs": "p",
        "bleu_counts": (),
    }  # fmt: skip
    return Outcome(**{**always, **given})


class FakeTrainings:
    """Stands for the training and the measuring of runs.

    Attributes:
        order: of what was trained and measured, as ``train c-a-1``.
        waiting: names of runs that train until they are stopped.
        diverging: names of runs that fail, as a training that diverges.
        full_disk: names of runs that end because the disk is full.
        unmeasured: names of runs that cannot be measured.
        slow: names of runs whose measuring ends only when it is cancelled.
        figures: of outcomes, by the names of runs.
    """

    def __init__(self):
        self.order = []
        self.waiting, self.diverging, self.full_disk = set(), set(), set()
        self.unmeasured, self.slow = set(), set()
        self.figures = {}

    def train(self, _project, run, *, emit, stop, **_):
        """As `pipeline.train`."""
        self.order.append(f"train {run.name}")
        step = make_step(step=1, elapsed_s=SECONDS, epoch=0.5, loss=2.0, target_tokens=9)
        events = [make_started(), step]
        for event in events:
            emit(event)
        if run.name in self.waiting:
            while not stop.requested:
                time.sleep(0.005)
            return self._end(run, events, StopReason.REQUESTED)
        if run.name in self.full_disk:
            self._log(run, events)
            raise StorageError("The disk is full.", hint="Make room.")
        if run.name in self.diverging:
            failed = Failed(
                step=1, elapsed_s=9.0, template="It diverged.", cause=FailureCause.DIVERGED
            )
            self._log(run, [*events, failed])
            raise TrainingError("It diverged.", hint="Try a lower learning rate.")
        return self._end(run, events, StopReason.STEP_LIMIT)

    def measure(self, _project, run, *, progress, should_stop):
        """As `comparison_work.measure_entry`."""
        self.order.append(f"measure {run.name}")
        progress(1)
        while run.name in self.slow:
            if should_stop():
                return None
            time.sleep(0.005)
        if run.name in self.unmeasured:
            raise ProjectError("It cannot be read.", hint="Look at it.")
        found = outcome(**self.figures.get(run.name, {}))
        keep_outcome(run, found)
        return found

    def _end(self, run, events, reason):
        self._log(run, [*events, Finished(step=1, elapsed_s=SECONDS, reason=reason, best_step=1)])
        return reason

    def _log(self, run, events):
        with run.events_path.open("a", encoding="utf-8") as file:
            file.writelines(f"{to_json(event)}\n" for event in events)
