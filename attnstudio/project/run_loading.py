"""A trained run from disk, ready to translate."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.inference.translator import Translator
from attnstudio.model.device import resolve_device, resolve_threads
from attnstudio.model.trained import TrainedModel
from attnstudio.model.weights import give_memory, load_weights
from attnstudio.project.checkpoint import load_usable
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_data import corpus_of
from attnstudio.project.run_model import model_of
from attnstudio.project.run_sides import read_sides
from attnstudio.project.usable_run import FoundRun
from attnstudio.reading import Reading
from attnstudio.run_definition import RunDefinition
from attnstudio.training.events import Notice


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """A trained model, ready to translate.

    Attributes:
        run: where it comes from.
        definition: what the run was asked.
        corpus: with the run's direction.
        translator: the model and its sides.
        reading: the reading of its attention chosen on gold links, if there were any.
        step: the checkpoint's step.
        notice: which checkpoint was passed over for this one, and why; None where none was.
    """

    run: Run
    definition: RunDefinition
    corpus: ParallelCorpus
    translator: Translator
    reading: Reading | None
    step: int
    notice: Notice | None = None

    @property
    def found(self) -> FoundRun:
        """What is known of it without its weights."""
        translator = self.translator
        return FoundRun(
            self.run,
            self.definition,
            self.corpus,
            translator.source,
            translator.target_tokenizer,
            self.reading,
            self.step,
        )

    @property
    def is_on_processor(self) -> bool:
        """Whether its model computes on the processor."""
        return self.translator.device.type == "cpu"

    def loaded(self) -> LoadedRun:
        """Itself: see `UsableRun`."""
        return self


def load_run(
    project: Project,
    run: Run,
    *,
    checkpoint: str | int = "best",
    threads: int | None = None,
) -> LoadedRun:
    """A trained model from disk.

    Raises:
        ProjectError: the run has no such checkpoint, or it is damaged.
        ConfigError: this machine lacks the run's device.
    """
    definition = run.definition()
    usable, weights = load_usable(run, checkpoint)
    torch.set_num_threads(threads or resolve_threads(0))
    sides = read_sides(project, definition)
    with torch.device("meta"):
        model = model_of(definition, sides)
    give_memory(model, resolve_device(definition.config.training.device))
    load_weights(model, weights)
    return LoadedRun(
        run,
        definition,
        corpus_of(project, definition),
        Translator(TrainedModel.of(model), sides.only_source, sides.target),
        run.reading(usable.folder),
        usable.step,
        usable.notice,
    )
