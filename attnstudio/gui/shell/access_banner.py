"""Says above every page why nothing can be changed, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from attnstudio.gui.look.moments import moment, since
from attnstudio.gui.shell.banner import Banner
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.widgets.file_dialogs import choose_folder
from attnstudio.interpretation.lettering import isolate


class AccessBanner(QObject):
    """Keeps a banner true.

    Args:
        studio: what is open.
        banner: the strip.
        ask_folder: asks where a copy is to lie.
    """

    def __init__(
        self,
        studio: Studio,
        banner: Banner,
        ask_folder: Callable[[QWidget | None, str], Path | None] = choose_folder,
    ) -> None:
        super().__init__(banner)
        self._studio, self._banner, self._ask_folder = studio, banner, ask_folder
        banner.take_over.clicked.connect(lambda: self.question().open())
        banner.copy.clicked.connect(self._save_copy)
        studio.project_changed.connect(self._show)
        studio.access.changed.connect(self._show)

    def question(self) -> QMessageBox:
        """Whether the other window may be taken for dead."""
        held = self._studio.access.held_by_other
        box = QMessageBox(self._banner.window())
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Take the project over?"))
        heard = moment(held.heard_at) if held is not None else ""
        words = self.tr("The other window was last heard of {when}.")
        box.setText(words.format(when=heard))
        box.setInformativeText(
            self.tr(
                "Take the project over only if that window is closed: two would disturb each other."
            )
        )
        take = box.addButton(self.tr("Take over"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        take.clicked.connect(self._studio.access.take_over)
        box.finished.connect(box.deleteLater)
        return box

    def _show(self) -> None:
        access = self._studio.access
        held, protected = access.held_by_other, access.write_protected
        if held is not None:
            self._banner.say(self._words_of_owner(), may_take_over=held.may_take_over)
        elif protected is not None:
            words = self.tr("Write-protected ({reason}): nothing can be changed here.")
            reason = protected.reason[:1].lower() + protected.reason[1:]
            self._banner.say(words.format(reason=reason))
        else:
            self._banner.say("")

    def _words_of_owner(self) -> str:
        held = self._studio.access.held_by_other
        if held is None or held.owner is None:
            return self.tr("Open in another window. Nothing is changed here.")
        program = held.owner.program
        words = self.tr(
            "Open in another window: {user} on {host}, {since}. Nothing is changed here."
        )
        if held.may_take_over:
            words = self.tr("Open in another window: {user} on {host}, last heard of {when}.")
        return words.format(
            user=isolate(program.user or self.tr("somebody")),
            host=isolate(program.host),
            since=since(held.owner.since),
            when=moment(held.heard_at),
        )

    def _save_copy(self) -> None:
        project = self._studio.project
        if project is None:
            return
        parent = self._ask_folder(self._banner.window(), self.tr("Where is the copy to lie?"))
        if parent is not None:
            self._studio.tasks.run(
                self.tr("Copying the project"),
                partial(_copy, project.folder, parent),
                on_done=self._open_copy,
            )

    def _open_copy(self, folder: Path) -> None:
        self._studio.open_project(folder)


def _copy(folder: Path, parent: Path, control: TaskControl) -> Path | None:
    # imported here, because the window answers before pydantic is loaded
    from attnstudio.project.copying import copy_project

    target, number = parent / folder.name, 1
    while target.exists():
        number += 1
        target = parent / f"{folder.name} {number}"
    return copy_project(folder, target, progress=control.report, should_stop=control.should_stop)
