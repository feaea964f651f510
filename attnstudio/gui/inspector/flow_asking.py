"""Attention as a flow through all layers: worked out in a task when it is asked for, and kept."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from attnstudio.axes import Matrix, Record
from attnstudio.gui.inspector.answer_place import AnswerPlace, make_room, place_of
from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl
from attnstudio.interpretation.flow import with_flow
from attnstudio.interpretation.rollout import sites_with_layers
from attnstudio.sites import Site, flow_site


class FlowAsking(QObject):
    """Works the flow of a site out and shows it, once for each sentence and checkpoint.

    Args:
        studio: where it is worked out.
        asking: whose answer is shown.
        shown: what is looked at, and takes the flow.
        parent: owns it.
    """

    def __init__(
        self, studio: Studio, asking: Asking, shown: ShownAttention, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._studio, self._asking, self._shown = studio, asking, shown
        self._known: dict[AnswerPlace, dict[Site, Matrix]] = {}
        self._candidate: Candidate | None = None
        self._task: Task | None = None

    @property
    def site(self) -> Site | None:
        """Of what the flow would be: of what is shown, else of the target over the source."""
        if self._candidate is None:
            return None
        record, site = self._candidate.record, self._shown.reading.site
        sites = sites_with_layers(record)
        return site if site in sites else record.cross if record.cross in sites else None

    def show_candidate(self, candidate: Candidate | None) -> None:
        """Follow another translation, with what was worked out of it."""
        if self._task is not None and self._task.is_running:
            self._task.cancel()
        self._candidate = candidate
        place = self._place()
        if place in self._known:
            self._shown.add_analyses(self._known[place])

    def ask(self) -> None:
        """Work the flow out and look at it."""
        site, place, candidate = self.site, self._place(), self._candidate
        if site is None or place is None or candidate is None:
            return
        if flow_site(site) in self._known.get(place, {}):
            self._shown.choose_site(flow_site(site))
            return
        if self._task is not None and self._task.is_running:
            self._task.cancel()
        self._task = self._studio.tasks.run(
            self.tr("Following the flow through all layers"),
            partial(_flow, candidate.record, site),
            on_done=partial(self._keep, place, flow_site(site)),
        )

    def _place(self) -> AnswerPlace | None:
        candidate = self._candidate
        return None if candidate is None else place_of(self._studio, self._asking, candidate)

    def _keep(self, place: AnswerPlace, site: Site, record: Record) -> None:
        make_room(self._known)
        self._known[place] = {**self._known.get(place, {}), site: record.matrices[site]}
        if place == self._place():
            self._shown.add_analyses(self._known[place])
            self._shown.choose_site(site)


def _flow(record: Record, site: Site, control: TaskControl) -> Record | None:
    rows = len(record.axes[site.queries])
    return with_flow(
        record,
        site,
        progress=lambda done: control.report(done, rows),
        should_stop=control.should_stop,
    )
