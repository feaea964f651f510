"""Which run translates: those of the open project that have a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.translating.document_words import language_pair
from attnstudio.gui.widgets.one_line import OneLine
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.run_definition import RunDefinition

_LEAST_WIDTH = 160


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """The model that translates.

    Attributes:
        project: of the run.
        run: whose best checkpoint.
        definition: what the run was asked.
    """

    project: Project
    run: Run
    definition: RunDefinition

    @property
    def languages(self) -> tuple[str, str]:
        """The codes of source and translation."""
        return self.definition.source.language, self.definition.target.language


class ModelRow(QWidget):
    """A list of runs, which follows the one that is looked at elsewhere and says when it changes.

    Args:
        studio: has the runs.
        parent: owns it.

    Signals:
        changed: another model is chosen, or there is one at last, or none any more.
    """

    changed = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._model: ChosenModel | None = None
        self.runs = QComboBox()
        self.runs.setAccessibleName(self.tr("Run that translates"))
        self.runs.setMinimumWidth(_LEAST_WIDTH)
        self.runs.textActivated.connect(self._choose)
        label = QLabel(self.tr("&Run"))
        label.setBuddy(self.runs)
        set_role(label, "muted")
        self.facts = OneLine()
        set_role(self.facts, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(label)
        row.addWidget(self.runs)
        row.addWidget(self.facts, stretch=1)
        studio.project_changed.connect(self.refresh)
        studio.runs_changed.connect(self.refresh)
        studio.run_selected.connect(self.refresh)
        studio.known_runs.looked.connect(self.refresh)

    @property
    def model(self) -> ChosenModel | None:
        """What is chosen; None where nothing can be."""
        return self._model

    def refresh(self) -> None:
        """Show what is known of the runs; nothing is read."""
        project = self._studio.project
        usable = _usable(self._studio, project) if project is not None else {}
        selected = self._studio.run
        name = selected.name if selected is not None and selected.name in usable else ""
        name = name or next(reversed(usable), "")
        self.runs.clear()
        self.runs.addItems(list(usable))
        self.runs.setCurrentText(name)
        before = self._model
        self._model = None
        if project is not None and name:
            run, definition, step = usable[name]
            self._model = ChosenModel(project, run, definition)
            self.facts.show_words(
                self.tr("{languages} · best checkpoint, step {n}").format(
                    languages=language_pair(*self._model.languages), n=count(step)
                )
            )
        if _name(before) != _name(self._model):
            self.changed.emit()

    def _choose(self, name: str) -> None:
        if self._studio.project is not None:
            self._studio.select_run(self._studio.project.run(name))


def _usable(studio: Studio, project: Project) -> dict[str, tuple[Run, RunDefinition, int]]:
    """The runs that can translate, the oldest first, each with its best step."""
    found = {}
    for run in project.runs():
        known = studio.known_runs.of(run)
        if known is None or not isinstance(known.definition, RunDefinition):
            continue
        if known.checkpoints.best is not None:
            found[run.name] = (run, known.definition, known.checkpoints.best)
    return found


def _name(model: ChosenModel | None) -> tuple[object, ...]:
    return () if model is None else (model.project.folder, model.run.name)
