"""Which run's model is looked into, of those that have a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import AttentionStudioError
from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.inspector.checkpoint_choices import checkpoint_choices
from attnstudio.gui.inspector.nothing_to_inspect import NothingToInspect
from attnstudio.gui.inspector.question_box import QuestionBox
from attnstudio.gui.inspector.sentence_picking import SentencePicking
from attnstudio.gui.studio.run_look import KnownRun, definition_of
from attnstudio.gui.studio.studio import Studio
from attnstudio.names import is_run_name
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_data import corpus_of, is_reversed
from attnstudio.run_definition import RunDefinition


class ModelChoice(QObject):
    """Fills the lists of runs and checkpoints with what is known, and follows what is chosen there.

    Args:
        studio: what is open.
        question: where the person chooses.
        asking: is told whose model it is.
        nothing: says why there is none.
        parent: owns it.

    Signals:
        changed: there is a model to look into, or there is none.
        languages_changed: those of the source and of the translation are others now, as codes.
    """

    changed = Signal(bool)
    languages_changed = Signal(str, str)

    def __init__(
        self,
        studio: Studio,
        question: QuestionBox,
        asking: Asking,
        nothing: NothingToInspect,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio, self._question = studio, question
        self._asking, self._nothing = asking, nothing
        self._picking: SentencePicking | None = None
        self._reverse = False  # it translates against the project's direction
        open_now = studio.project
        self._folder = open_now.folder if open_now else None  # whose sentences stand in the box
        studio.project_changed.connect(self._follow_project)
        studio.runs_changed.connect(self.show)
        studio.run_selected.connect(self.show)
        studio.known_runs.looked.connect(self.show)
        question.run_chosen.connect(self._choose)

    def show(self) -> None:
        """Show what is known of the runs; nothing is read."""
        project = self._studio.project
        if project is None:
            self._show_none()
            self._nothing.say_no_model()
        elif self._studio.known_runs.is_first_look:
            self._show_none()
            self._nothing.say_reading()
        else:
            self._show_one_of(project, self._usable(project))

    def picked(self, move: int) -> SentencePair | None:
        """The sentence of the run's corpus so many places further, or any one for 0."""
        return self._picking.pick(move) if self._picking is not None else None

    def in_its_direction(self, pair: SentencePair) -> tuple[str, str]:
        """Source and target of a pair of the project, as the run has them."""
        return (pair.target, pair.source) if self._reverse else (pair.source, pair.target)

    def _follow_project(self, project: Project | None) -> None:
        """Another project has other languages: the sentences of the last one go."""
        folder = project.folder if project is not None else None
        if folder != self._folder:
            self._folder = folder
            self._question.show_pair("", "")
        self.show()

    def _usable(self, project: Project) -> list[tuple[Run, KnownRun]]:
        """The runs that have a checkpoint, the oldest first."""
        known = [(run, self._studio.known_runs.of(run)) for run in project.runs()]
        return [(run, seen) for run, seen in known if seen and seen.checkpoints.last is not None]

    def _show_one_of(self, project: Project, usable: Sequence[tuple[Run, KnownRun]]) -> None:
        if not usable:
            self._show_none()
            self._nothing.say_no_model()
            return
        chosen = self._studio.run
        sound = next((each for each in reversed(usable) if _is_sound(*each)), None)
        wanted = next((each for each in usable if chosen and each[0].name == chosen.name), None)
        run, known = wanted or sound or usable[-1]
        self._question.show_runs([run.name for run, _ in usable], run.name)
        try:
            self._show_run(project, run, known)
        except AttentionStudioError as error:
            self._show_none()
            self._nothing.say_damaged(run, error, sound[0] if sound is not None else None)
        else:
            self.changed.emit(True)

    def _show_none(self) -> None:
        self._asking.set_run(None, {})
        self._asking.drop()
        self._asking.show(None)
        self.changed.emit(False)

    def _show_run(self, project: Project, run: Run, known: KnownRun) -> None:
        before = self._asking.run
        is_same = before is not None and before.folder == run.folder
        definition = definition_of(run, known)  # where it cannot be read, there is no such run
        if not is_same:
            self._reverse = is_reversed(project, definition)
            self.languages_changed.emit(definition.source.language, definition.target.language)
            self._picking = SentencePicking(corpus_of(project, definition))
        choices = checkpoint_choices(known.checkpoints, is_best_measured=known.is_best_measured)
        self._question.show_checkpoints(choices)
        self._asking.set_run(run, {choice.value: choice.step for choice in choices})
        if not is_same:
            self._asking.drop()
            self._asking.show(None)

    def _choose(self, name: str) -> None:
        """Show another run, and what it makes of the sentence that was looked at.

        One that translates the other way cannot read it: the box still holds what it held.
        """
        if self._studio.project is None:
            return
        asking, reverse = self._asking, self._reverse
        asked = asking.of_answer if not asking.is_stale else None
        self._studio.select_run(self._studio.project.run(name))
        if asked is not None and asking.answer is None and self._reverse == reverse:
            asking.ask_again(asked)


def _is_sound(run: Run, known: KnownRun) -> bool:
    return is_run_name(run.name) and isinstance(known.definition, RunDefinition)
