"""What a person tries on a sentence: changes that add up, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.inspector import what_if_work as work
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.inspector.kept_sets import KeptSets
from attnstudio.gui.inspector.what_if_changes import ChangeHistory
from attnstudio.gui.inspector.what_if_place import fitting, merged
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.project.kept_changes import Change
from attnstudio.reading import Reading

if TYPE_CHECKING:
    from attnstudio.inference.alternatives import Alternative
    from attnstudio.project.head_ablation import HeadAblation
    from attnstudio.project.what_if import Unchanged

T = TypeVar("T")


def _name_of(candidate: Candidate) -> tuple[tuple[int, ...], int]:
    """Tells a translation from others of the same sentence."""
    return candidate.pair.target_ids, candidate.begun


def _is_asked_again(subject: work.Subject, before: work.Subject | None) -> bool:
    """Whether it is of the same sentence, read by the same model."""
    return before is not None and _question_of(subject) == _question_of(before)


def _question_of(subject: work.Subject) -> tuple[Path, str, int, str]:
    return subject.project.folder, subject.run.name, subject.step, subject.source


class WhatIf(QObject):
    """Asks the model what would be, one question of a kind at a time.

    Args:
        studio: where questions are answered, and who is told what fails.
        parent: owns it.

    Attributes:
        subject: what is asked about; None while there is nothing.
        kept: sets of changes by the names that the person gave them.

    Signals:
        turned: something else is asked about now.
        changed: there are other changes.
        compared: the `Comparison` of all changes, or None while there is none.
        alternatives_found: for each piece of the translation; None while they are not known.
        reasons_found: the `Reasons` why a piece stands there and not another.
        continued: the `Candidate` that the model made of another beginning.
        translated_other: an `OtherSource`.
        heads_found: the `HeadAblation` of the checkpoint.
        working: whether something is being worked out.
    """

    turned = Signal()
    changed = Signal()
    compared = Signal(object)
    alternatives_found = Signal(object)
    reasons_found = Signal(object)
    continued = Signal(object)
    translated_other = Signal(object)
    heads_found = Signal(object)
    working = Signal(bool)

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.subject: work.Subject | None = None
        self._history = ChangeHistory()
        self.kept = KeptSets(studio.notifier, self)
        self._unchanged: Unchanged | None = None
        self._alternatives: list[tuple[Alternative, ...]] | None = None
        self._heads: dict[tuple[str, int], HeadAblation] = {}
        self._tasks: dict[str, Task] = {}
        self._left: dict[tuple[tuple[int, ...], int], ChangeHistory] = {}

    @property
    def changes(self) -> tuple[Change, ...]:
        """Those of the attention, in their order; all of them count."""
        return self._history.now

    @property
    def can_undo(self) -> bool:
        """Whether a change can be taken back, or a taking back of all."""
        return self._history.can_undo

    @property
    def last_step(self) -> str:
        """What would be taken back, in a word or two; empty where nothing can be."""
        return self._history.last_step

    @property
    def alternatives(self) -> list[tuple[Alternative, ...]] | None:
        """For each piece of the translation, once they are known."""
        return self._alternatives

    @property
    def heads(self) -> HeadAblation | None:
        """What the heads of this checkpoint are worth, once that is known."""
        subject = self.subject
        return None if subject is None else self._heads.get((subject.run.name, subject.step))

    @property
    def is_trying_heads(self) -> bool:
        """Whether the heads are being switched off in turn."""
        task = self._tasks.get("heads")
        return task is not None and task.is_running and not task.is_cancelled

    def look_at(self, subject: work.Subject | None) -> None:
        """Ask about something else; only where the same was asked again do its changes stay."""
        if subject is not None and _is_asked_again(subject, self.subject):
            self._leave()
        else:
            self._left.clear()
        if subject is not None:
            self.kept.open(subject.project.folder)
        self._turn(subject)

    def turn_to(self, candidate: Candidate) -> None:
        """Ask about another translation of the sentence; each has its changes when it is back."""
        subject = self.subject
        if subject is None:
            return
        self._leave()
        self._turn(replace(subject, candidate=candidate))

    def _leave(self) -> None:
        """Keep the changes of what is asked about, for when it comes back."""
        if self.subject is not None:
            self._left[_name_of(self.subject.candidate)] = self._history

    def _turn(self, subject: work.Subject | None) -> None:
        for kind in ("change", "go on", "alternatives", "why", "source"):
            self._cancel(kind)
        name = None if subject is None else _name_of(subject.candidate)
        self.subject = subject
        self._history = ChangeHistory() if name is None else self._left.get(name, ChangeHistory())
        self._unchanged = self._alternatives = None
        self.turned.emit()
        self.changed.emit()
        self.compared.emit(None)
        self.alternatives_found.emit(None)
        if self.changes:
            self._compare()
        self._say_whether_working()

    def ask_alternatives(self) -> None:
        """Find out what else the model thought of, unless that is known or asked already."""
        subject = self.subject
        if subject is None or self._alternatives is not None or self._is_asking("alternatives"):
            return
        self._ask(
            "alternatives",
            partial(work.find_alternatives, self._studio.engine, subject),
            self._keep_alternatives,
        )

    def ask_why(self, place: int, that: int) -> None:
        """Find out why a piece of the translation stands there and not another one."""
        if self.subject is None:
            return
        asked = partial(work.find_reasons, self._studio.engine, self.subject, place, that)
        self._ask("why", asked, self.reasons_found.emit)

    def go_on(self, beginning: tuple[int, ...]) -> None:
        """Let the model go on from other pieces."""
        if self.subject is None:
            return
        self._ask(
            "go on",
            partial(work.go_on, self._studio.engine, self.subject, beginning),
            self.continued.emit,
        )

    def add(self, change: Change) -> None:
        """Change something more; the same thing again takes the place of what it was."""
        self._set_history(self._history.with_change(change))

    def switch(self, reading: Reading, heads: Collection[HeadAddress]) -> None:
        """Switch off the heads of a reading, or on again where all of them are off."""
        self._set_history(self._history.switched(reading, heads))

    def set_temperature(
        self, reading: Reading, heads: Collection[HeadAddress], temperature: float
    ) -> None:
        """Give the heads of a reading a temperature; 1 is their own."""
        self._set_history(self._history.at_temperature(reading, heads, temperature))

    def undo(self) -> None:
        """Take back the last step."""
        self._set_history(self._history.undone())

    def take_back_all(self) -> None:
        """Change nothing any more."""
        self._set_history(self._history.changed_to(()))

    def keep(self, name: str) -> None:
        """Keep the changes under a name, to be tried on another checkpoint, run or sentence."""
        self.kept.keep(name, self.changes)

    def try_kept(self, name: str) -> None:
        """Change what was kept under a name, as far as there is such a thing here."""
        if name in self.kept.sets and self.subject is not None:
            self._set_history(self._history.changed_to(self.kept.sets[name]))

    def fitting_of(self, changes: Iterable[Change]) -> int:
        """How many of some changes can do something here."""
        if self.subject is None:
            return 0
        record = self.subject.candidate.record
        return sum(fitting(change.intervention, record) != Intervention() for change in changes)

    def translate_other(self, source: str) -> None:
        """Translate another source."""
        if self.subject is None:
            return
        self._ask(
            "source",
            partial(work.translate_other, self._studio.engine, self.subject, source),
            self.translated_other.emit,
        )

    def try_heads(self, *, bleu: bool, aer: bool) -> None:
        """Switch off each head in turn, over held-out sentences; see `AblationRequest`."""
        subject = self.subject
        if subject is None or self.is_trying_heads:
            return
        place = (subject.run.name, subject.step)

        def keep(found: HeadAblation) -> None:
            self._heads[place] = found
            self.heads_found.emit(self.heads)

        asked = partial(work.switch_off_each, self._studio.engine, subject, bleu, aer)
        self._ask("heads", asked, keep)

    def stop_heads(self) -> None:
        """Let the heads be."""
        self._cancel("heads")
        self._say_whether_working()

    def task_of_heads(self) -> Task | None:
        """The work on the heads, for who shows how far it is."""
        return self._tasks.get("heads")

    def _set_history(self, history: ChangeHistory) -> None:
        self._history = history
        self.changed.emit()
        self._cancel("change")
        self._compare()

    def _compare(self) -> None:
        """Find out what comes of the changes, or tell that there are none."""
        changes = self.changes
        if self.subject is None or not changes:
            self.compared.emit(None)
            self._say_whether_working()
            return
        whole = fitting(
            merged([change.intervention for change in changes]), self.subject.candidate.record
        )
        asked = partial(
            work.compare_with, self._studio.engine, self.subject, self._unchanged, whole
        )
        self._ask("change", asked, self._keep_comparison)

    def _keep_comparison(self, found: work.Compared) -> None:
        self._unchanged = found.unchanged
        self.compared.emit(found.comparison)

    def _keep_alternatives(self, found: list[tuple[Alternative, ...]]) -> None:
        self._alternatives = found
        self.alternatives_found.emit(found)

    def _ask(
        self,
        kind: str,
        function: Callable[[TaskControl], T | None],
        on_done: Callable[[T], None],
    ) -> None:
        self._cancel(kind)
        self._tasks[kind] = self._studio.tasks.run(
            self.tr("Trying what if"),
            function,
            on_done=on_done,
            on_cancelled=self._say_whether_working,
            quiet=kind != "heads",
        )
        self._tasks[kind].ended.connect(self._say_whether_working)
        self._say_whether_working()

    def _is_asking(self, kind: str) -> bool:
        task = self._tasks.get(kind)
        return task is not None and task.is_running

    def _cancel(self, kind: str) -> None:
        task = self._tasks.get(kind)
        if task is not None and task.is_running:
            task.cancel()

    def _say_whether_working(self) -> None:
        going = any(task.is_running and not task.is_cancelled for task in self._tasks.values())
        self.working.emit(going)
