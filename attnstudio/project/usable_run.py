"""A trained run that translates, its weights read only where somebody needs them.

To load torch and a model takes some seconds. CTranslate2 needs neither once the model is converted,
so what else is known of a run comes first, and the rest on demand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from attnstudio.config_training import Device
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.model.accelerator import may_have_accelerator
from attnstudio.project.checkpoint_index import WEIGHTS, folder_of, missing_step
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_data import corpus_of
from attnstudio.project.run_sides import read_sides
from attnstudio.reading import Reading
from attnstudio.run_definition import RunDefinition
from attnstudio.seals import check_seal
from attnstudio.sides.side import SourceSide
from attnstudio.tokenizer import Tokenizer

if TYPE_CHECKING:
    from attnstudio.project.run_loading import LoadedRun  # torch


@dataclass(frozen=True, slots=True)
class FoundRun:
    """What is known of a trained run without its weights.

    Attributes:
        run: which it is.
        definition: what it was asked.
        corpus: with the run's direction.
        source: how what goes in is read.
        target: cuts what comes out.
        reading: of its attention, chosen on gold links, if there were any.
        step: of the checkpoint.
    """

    run: Run
    definition: RunDefinition
    corpus: ParallelCorpus
    source: SourceSide
    target: Tokenizer
    reading: Reading | None
    step: int


class UsableRun(Protocol):
    """A run that can translate: loaded, or still to be loaded."""

    @property
    def found(self) -> FoundRun:
        """What is known of it without its weights."""
        ...

    @property
    def is_on_processor(self) -> bool:
        """Whether its model computes on the processor."""
        ...

    def loaded(self) -> LoadedRun:
        """The same with its model, which is loaded once."""
        ...


class RunToLoad:
    """A run whose weights were not needed yet.

    Args:
        found: what is known of it.
        load: reads its weights; raises as `run_loading.load_run` does.
    """

    def __init__(self, found: FoundRun, load: Callable[[], LoadedRun]) -> None:
        self._found = found
        self._load = load
        self._loaded: LoadedRun | None = None

    @property
    def found(self) -> FoundRun:
        """Of what was loaded, once it is: another checkpoint, if that one was damaged meanwhile."""
        return self._found if self._loaded is None else self._loaded.found

    @property
    def is_on_processor(self) -> bool:
        """Whether its model will compute there; torch is asked only where it may know better."""
        device = self._found.definition.config.training.device
        if device is Device.CPU or not may_have_accelerator():
            return True
        return self.loaded().is_on_processor

    def loaded(self) -> LoadedRun:
        """See `UsableRun`."""
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded


def find_run(project: Project, run: Run, checkpoint: str | int = "best") -> FoundRun | None:
    """A trained run without its weights.

    Returns:
        None where its checkpoint is not whole or a device is named: loading it says more.

    Raises:
        ProjectError: the run has no such checkpoint.
        AttentionStudioError: what else it needs is missing or damaged.
    """
    definition = run.definition()
    step = run.checkpoint_step(checkpoint)
    folder = folder_of(run.folder, step)
    if missing_step(run.folder, str(checkpoint)) is not None:
        return None
    if definition.config.training.device not in (Device.AUTO, Device.CPU):
        return None
    try:
        check_seal(folder, [WEIGHTS])
    except (OSError, ValueError):
        return None
    if not (folder / WEIGHTS).is_file():
        return None
    sides = read_sides(project, definition)
    return FoundRun(
        run,
        definition,
        corpus_of(project, definition),
        sides.only_source,
        sides.target,
        run.reading(folder),
        step,
    )
