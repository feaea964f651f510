"""Where torch is loaded, behind the window: everything here runs in tasks and takes its time."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from attnstudio.errors import RunningError
from attnstudio.files import FileState, state_of

if TYPE_CHECKING:  # torch takes seconds to load: the window is up before
    from attnstudio.project.project import Project
    from attnstudio.project.run import Run
    from attnstudio.project.run_loading import LoadedRun

_MOST_LOADED = 2


class Hardware(NamedTuple):
    """What the program computes on.

    Attributes:
        device: ``cpu``, ``cuda`` or ``mps``.
        threads: of the processor.
        cards: how many graphics cards torch can compute on by CUDA.
    """

    device: str
    threads: int
    cards: int = 0


class Engine:
    """Loads torch once and keeps the two trained models that were asked for last.

    Two, so that one can be compared with another; more would fill the memory.

    Args:
        training_threads: the threads of a training that is under way, None where there is none.
    """

    def __init__(self, training_threads: Callable[[], int | None] = lambda: None) -> None:
        self._training_threads = training_threads
        self._lock = threading.Lock()
        self._loaded: dict[_Stamp, LoadedRun] = {}  # the one asked for last is the last

    def warm_up(self) -> Hardware:
        """Load torch and all that training needs, and say what there is to compute on.

        Raises:
            RunningError: torch cannot be loaded, as where it lacks a library of the system.
        """
        try:
            import torch  # behind the window, and apart, as all else is ours
        except (ImportError, OSError) as error:
            raise RunningError(
                "PyTorch, which trains and translates, cannot be loaded: {reason}",
                hint="Set the program up again. On Windows, PyTorch also needs Microsoft's Visual "
                "C++ Redistributable. Corpora can be looked at without it.",
                reason=str(error),
            ) from error
        # imported here because they bring torch
        import attnstudio.project.pipeline  # noqa: F401
        from attnstudio.config_training import Device
        from attnstudio.model.device import resolve_device, resolve_threads

        # What was loaded stays: a search for garbage would walk through its 240,000 objects, and
        # nothing else of Python runs for the 0.2 s that this takes beside a training.
        gc.freeze()
        cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
        return Hardware(resolve_device(Device.AUTO).type, resolve_threads(0), cards)

    def load_run(self, project: Project, run: Run, checkpoint: str | int = "best") -> LoadedRun:
        """A trained model; one that is in memory already if it is the same checkpoint.

        It computes with the threads of the training that is under way: their number is part of
        that run, and torch has only one for all.

        Args:
            project: the run's project.
            run: the run.
            checkpoint: ``best``, ``last`` or a step.

        Raises:
            ProjectError: the run has no such checkpoint, or it is damaged.
            ConfigError: this machine lacks the run's device.
        """
        # imported here because it brings torch
        from attnstudio.project.run_loading import load_run

        with self._lock:
            stamp = _stamp_of(run, checkpoint)
            loaded = self._loaded.pop(stamp, None)
            if loaded is None or loaded.step != stamp.step:
                self._make_room(stamp)
                threads = self._training_threads()
                loaded = load_run(project, run, checkpoint=checkpoint, threads=threads)
            self._loaded[stamp] = loaded
            return loaded

    def _make_room(self, stamp: _Stamp) -> None:
        """Let go of what the disk no longer holds, and of what was asked for longest ago."""
        replaced = [old for old in self._loaded if old[:2] == stamp[:2]]
        others = [old for old in self._loaded if old not in replaced]
        for old in (*replaced, *others[: len(others) + 1 - _MOST_LOADED]):
            del self._loaded[old]


class _Stamp(NamedTuple):
    """What tells one checkpoint from another.

    A run that went back to an earlier step, or a new run with the name of a deleted one, writes
    other weights under the same step.
    """

    folder: Path
    step: int
    written: FileState | None


def _stamp_of(run: Run, checkpoint: str | int) -> _Stamp:
    step = run.checkpoint_step(checkpoint)
    try:
        return _Stamp(run.folder, step, state_of(run.checkpoint_folder(step) / "model.safetensors"))
    except OSError:  # whoever loads it says what is wrong
        return _Stamp(run.folder, step, None)
