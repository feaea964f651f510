"""What a person does with a run that has ended or waits: go on, go back, set it up anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from attnstudio.config_text import merge_config
from attnstudio.config_training import LimitsConfig
from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.run_look import definition_of
from attnstudio.gui.studio.studio import PageName, RunDraft, Studio
from attnstudio.gui.training.run_histories import RunHistories
from attnstudio.gui.training.run_progress import RunProgress
from attnstudio.gui.training.trouble_box import WayOn
from attnstudio.gui.widgets.file_dialogs import choose_folder
from attnstudio.project.holding import GiveUp, SaveElsewhere, TryAgain
from attnstudio.project.run import Run
from attnstudio.project.run_data import is_reversed
from attnstudio.run_definition import RunDefinition
from attnstudio.training.events import Failed
from attnstudio.training.history import History

_LOWER = 0.5


class RunGoingOn(QWidget):
    """Does what the progress of a run asks for; it is never seen itself.

    Args:
        studio: what is open.
        progress: where the person asks.
        page: where the progress is; dialogs belong to it.
        histories: what the runs have said.
        ask_folder: asks for a folder; tests answer instead.
    """

    def __init__(
        self,
        studio: Studio,
        progress: RunProgress,
        page: QWidget,
        *,
        histories: RunHistories,
        ask_folder: Callable[[QWidget | None, str], Path | None] = choose_folder,
    ) -> None:
        super().__init__(page)
        self._studio = studio
        self._histories = histories
        self._ask_folder = ask_folder
        self.hide()
        progress.go_on_asked.connect(self._go_on)
        progress.go_back_asked.connect(self._go_back)
        progress.way_on_chosen.connect(self._take)

    def _go_on(self, minutes: float) -> None:
        """More minutes than the run has had so far; its other limits have been reached or not."""
        run = self._studio.run
        if run is not None:
            with self._telling():
                history = self._histories.known(run.name) or run.outline()
                steps = history.steps
                trained_s = steps[-1].elapsed_s if steps else 0.0
                self._start(run, LimitsConfig(max_minutes=trained_s / 60 + minutes))

    def _go_back(self, step: int, minutes: float) -> None:
        """The same from an earlier checkpoint."""
        run = self._studio.run
        if run is not None:
            with self._telling():
                history = self._histories.whole(run.name) or run.history()
                made = [each.elapsed_s for each in history.steps if each.step <= step]
                trained_s = made[-1] if made else 0.0
                limits = LimitsConfig(max_minutes=trained_s / 60 + minutes)
                self._start(run, limits, from_checkpoint=step)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Say why something cannot be done, such as where settings or log cannot be read."""
        try:
            yield
        except AttentionStudioError as error:
            self._studio.notifier.show_error(error)

    def _take(self, way: WayOn) -> None:
        session, run = self._studio.session, self._studio.run
        match way:
            case WayOn.TRY_AGAIN:
                session.decide(TryAgain())
            case WayOn.SAVE_ELSEWHERE:
                folder = self._ask_folder(self, self.tr("Where the run is kept from here on"))
                if folder is not None:
                    session.decide(SaveElsewhere(folder))
            case WayOn.GIVE_UP:
                session.decide(GiveUp())
            case _ if run is not None:
                with self._telling():
                    self._begin_anew(way, run)

    def _begin_anew(self, way: WayOn, run: Run) -> None:
        training = self._definition(run).config.training
        match way:
            case WayOn.TRAIN_AGAIN:
                self._start(run, self._studio.session.limits)
            case WayOn.HALF_THE_RATE:
                ending = (self._histories.known(run.name) or run.outline()).ending
                step = ending.go_on_from if isinstance(ending, Failed) else None
                limits = self._studio.session.limits
                self._start(run, limits, from_checkpoint=step, rate_scale=_LOWER)
            case WayOn.NEW_WITH_HALF_THE_RATE:
                self._set_up(run, {"learning_rate": training.learning_rate * _LOWER})
            case WayOn.NEW_WITH_HALF_THE_BATCH:
                smaller = max(16, training.batch_tokens // 2)
                self._set_up(run, {"batch_tokens": smaller})

    def _definition(self, run: Run) -> RunDefinition:
        return definition_of(run, self._studio.known_runs.of(run))

    def _start(
        self,
        run: Run,
        limits: LimitsConfig | None,
        *,
        from_checkpoint: int | None = None,
        rate_scale: float = 1.0,
    ) -> None:
        """Once what it has said so far has been read behind the window."""
        studio, project = self._studio, self._studio.project
        if project is None or studio.session.is_active or studio.comparing.is_active:
            return

        def begin(history: History) -> None:
            if studio.session.is_active:  # it was asked for twice
                return
            studio.session.start(
                project,
                run,
                limits,
                history=history,
                from_checkpoint=from_checkpoint,
                rate_scale=rate_scale,
            )

        studio.tasks.run(
            self.tr("Reading runs"), lambda _: run.history(), on_done=begin, quiet=True
        )

    def _set_up(self, run: Run, training: Mapping[str, Any]) -> None:
        project = self._studio.project
        if project is None:
            return
        definition = self._definition(run)
        self._studio.setup_requested.emit(
            RunDraft(
                definition.preset,
                merge_config(definition.config, {"training": training}),
                reverse=is_reversed(project, definition),
            )
        )
        self._studio.go_to(PageName.SETUP)
