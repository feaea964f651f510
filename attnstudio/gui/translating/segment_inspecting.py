"""From a segment, or a word of it, to the inspector."""

from __future__ import annotations

from PySide6.QtCore import QObject

from attnstudio.gui.look.wording import count
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import PageName, Studio, WordRequest
from attnstudio.gui.translating.document_state import DocumentState, TranslatedBy
from attnstudio.gui.translating.model_row import ModelRow
from attnstudio.gui.translating.segment_table import SegmentTable
from attnstudio.gui.translating.segment_view import SegmentView
from attnstudio.gui.widgets.token_rows import Side


class SegmentInspecting(QObject):
    """Shows the chosen segment in full and leads on to the run that has translated it.

    Args:
        studio: has the runs and the inspector.
        models: who would translate what is not translated yet.
        table: where a segment is chosen.
        view: shows it.
        parent: owns it.
    """

    def __init__(
        self,
        studio: Studio,
        models: ModelRow,
        table: SegmentTable,
        view: SegmentView,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio, self._models, self._table, self._view = studio, models, table, view
        self._place = -1
        table.segment_chosen.connect(self._choose)
        table.inspected.connect(self._inspect)
        table.segments.dataChanged.connect(lambda *_: self._show())
        view.word_chosen.connect(self._inspect_word)
        view.inspected.connect(lambda: self._inspect(self._place))

    def _choose(self, place: int) -> None:
        self._place = place
        self._show()

    def _show(self) -> None:
        state, place = self._table.segments.state, self._place
        if state is None or place < 0:
            self._view.show_segment("", "", "")
            return
        self._view.set_languages(*state.languages)
        title = self.tr("Segment {n}, {place}").format(
            n=count(place + 1), place=state.segments[place].place
        )
        self._view.show_segment(title, state.segments[place].source, state.translation(place))

    def _inspect(self, place: int) -> None:
        self._lead_on(place, Side.TARGET, None)

    def _inspect_word(self, side: Side, place: int) -> None:
        self._lead_on(self._place, side, place)

    def _lead_on(self, segment: int, side: Side, place: int | None) -> None:
        state = self._table.segments.state
        if state is None or not 0 <= segment < len(state.segments) or not self._select_run(state):
            return
        self._studio.word_requested.emit(
            WordRequest(
                state.segments[segment].source,
                state.translation(segment),
                state.by.step if state.by is not None else None,
                in_target=side is Side.TARGET,
                place=place,
            )
        )
        self._studio.go_to(PageName.INSPECTOR)

    def _select_run(self, state: DocumentState) -> bool:
        """Look at the run that has translated it, or would, if it is one of the open project."""
        project, model, by = self._studio.project, self._models.model, state.by
        runs = project.runs() if project is not None else []
        if by is not None and project is not None and project.folder != by.folder:
            runs = []
        wanted = by.run if by is not None else model.run.name if model is not None else ""
        run = next((run for run in runs if run.name == wanted), None)
        if run is None:
            self._say_closed(by)
            return False
        if self._studio.run is None or self._studio.run.name != run.name:
            self._studio.select_run(run)
        return True

    def _say_closed(self, by: TranslatedBy | None) -> None:
        words = self.tr("There is no model here that could be looked into.")
        hint = self.tr("Open a project that has a trained model.")
        if by is not None:
            words = self.tr("This was translated by {run} of the project {project}.").format(
                run=by.run, project=by.folder.name
            )
            hint = self.tr("Open that project to look into it.")
        self._studio.notifier.say(words, hint=hint, level=Severity.WARNING)
