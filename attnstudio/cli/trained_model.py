"""Which trained model a command means, and what several commands ask of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attnstudio.allocator import keeping_memory
from attnstudio.cli.output import Output
from attnstudio.config import DecodingConfig
from attnstudio.config_attention import PositionKind
from attnstudio.config_model import TransformerConfig
from attnstudio.evaluation.reading import ChosenBy
from attnstudio.inference.translation import Translation
from attnstudio.project.bulk import translate_bulk
from attnstudio.project.engines import Engine, Sharing
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.usable_run import RunToLoad, UsableRun, find_run
from attnstudio.reading import Measure

if TYPE_CHECKING:  # torch
    from attnstudio.inference.translator import Translator
    from attnstudio.project.run_loading import LoadedRun

_PROGRESS_LINES = 500


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which trained model a command means.

    Attributes:
        folder: its project.
        run: its name; None for the last trained.
        checkpoint: which; None for the one that aligns best, where that is known.
    """

    folder: Path
    run: str | None
    checkpoint: str | None

    def load(self, output: Output) -> LoadedRun:
        """Read it from disk, and say which checkpoint it is where that is not the one meant."""
        project = Project.open(self.folder)
        run = project.run(self.run)
        return _load(output, project, run, self._which(output, run))

    def find(self, output: Output) -> UsableRun:
        """The same, but that its weights and torch are read only if they are needed."""
        project = Project.open(self.folder)
        run = project.run(self.run)
        which = self._which(output, run)
        load = partial(_load, output, project, run, which)
        found = find_run(project, run, which)
        return load() if found is None else RunToLoad(found, load)

    def _which(self, output: Output, run: Run) -> str:
        return _for_aligning(output, run) if self.checkpoint is None else self.checkpoint


def _load(output: Output, project: Project, run: Run, which: str) -> LoadedRun:
    from attnstudio.project.run_loading import load_run  # torch

    loaded = load_run(project, run, checkpoint=which)
    if loaded.notice is not None:
        output.say(loaded.notice.message)
    return loaded


def _for_aligning(output: Output, run: Run) -> str:
    index = run.checkpoints()
    if index.aligned is None:
        return "best"
    if index.aligned != index.best:
        links = {ChosenBy.GOLD: "gold links", ChosenBy.TEXT: "the links found in the text"}
        output.say(
            f"Checkpoint {index.aligned} is read, which aligns best by {links[index.aligned_by]}."
        )
    return "aligned"


class UsedEngine:
    """Which engine translated, said where it is not our own.

    Attributes:
        engine: the last one.
    """

    def __init__(self, output: Output) -> None:
        self._output = output
        self.engine = Engine.OWN

    def tell(self, engine: Engine) -> None:
        """Say it once."""
        if engine is Engine.CTRANSLATE2 and self.engine is not engine:
            self._output.say("Translated by CTranslate2.")
        self.engine = engine


def translate_lines(
    output: Output,
    run: UsableRun,
    lines: Sequence[str],
    *,
    beam: int,
    n_best: int = 1,
    attention: bool = False,
    measures: Collection[Measure] = (),
    processes: int | None = None,
    on_shared: Callable[[Sharing], None] = lambda _: None,
    engine: Engine = Engine.OWN,
    on_engine: Callable[[Engine], None] = lambda _: None,
) -> list[Translation]:
    """Translate, saying how far it is and what was cut."""
    config = DecodingConfig(beam_size=max(beam, n_best), n_best=n_best)
    progress = progress_in_lines(output, len(lines), "lines")
    with keeping_memory():
        found = translate_bulk(
            run,
            lines,
            config,
            attention=attention,
            measures=measures,
            processes=processes,
            on_shared=on_shared,
            engine=engine,
            on_engine=on_engine,
            progress=progress,
        )
    translations = found or []
    say_truncated(output, (i for i, item in enumerate(translations) if item.truncated), config)
    _say_exceeded(output, run, translations, config)
    return translations


def say_sharing(output: Output, sharing: Sharing) -> None:
    """Say by how many processes was translated, where there were several."""
    if sharing.processes > 1:
        output.say(
            f"Translated by {sharing.processes} processes; each beside the first took up to "
            f"{sharing.bytes_each / 1e6:,.0f} MB of memory."
        )


def _say_exceeded(
    output: Output,
    run: UsableRun,
    translations: Sequence[Translation],
    config: DecodingConfig,
) -> None:
    """Say where a model with learnt positions meets more places than it has learnt."""
    model = run.found.definition.config.model
    if not (isinstance(model, TransformerConfig) and model.positions is PositionKind.LEARNT):
        return
    translator = run.loaded().translator
    for number, item in enumerate(translations):
        longest = max(len(hypothesis.ids) for hypothesis in item.hypotheses)
        known = translator.places_exceeded(item.source, longest, config.max_source_tokens)
        if known:
            output.say(
                f"Line {number + 1} is longer than the {known} places that this model has learnt: "
                "where its further words stand, it does not know."
            )


def say_truncated(
    output: Output, lines: Iterable[int], config: DecodingConfig, done: str = "translated"
) -> None:
    """Say of which lines, counted from 0, only the beginning was read or translated."""
    for line in lines:
        output.say(
            f"Line {line + 1} is longer than {config.max_source_tokens} tokens: only its "
            f"beginning was {done}."
        )


def say_cut(output: Output, translator: Translator, texts: Iterable[str]) -> list[int]:
    """Say which sources are not read to their end, and return their numbers, from 0."""
    config = DecodingConfig()
    most = config.max_source_tokens
    cut = [number for number, text in enumerate(texts) if translator.is_cut(text, most)]
    say_truncated(output, cut, config, "read")
    return cut


def progress_in_lines(output: Output, total: int, unit: str) -> Callable[[int], None]:
    """A progress callback that says a line now and then."""
    reported = 0

    def progress(done: int) -> None:
        nonlocal reported
        if done - reported >= _PROGRESS_LINES:
            output.say(f"{done:,} of {total:,} {unit}")
            reported = done

    return progress
