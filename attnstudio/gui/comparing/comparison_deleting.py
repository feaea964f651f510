"""Comparisons that leave the project, with a way back instead of a question; runs stay."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.undo_commands import Work
from attnstudio.project.kept_comparisons import put_back_comparison, remove_comparison
from attnstudio.project.project import Project


def delete_comparison(
    studio: Studio, project: Project, name: str, changed: Callable[[str], None]
) -> None:
    """Delete a comparison behind the window.

    Args:
        studio: has the undo stack.
        project: whose it is.
        name: which.
        changed: called with the name of what is to be shown when that is done.
    """
    way = _Way(project, name, changed)

    def said(kept: bytes) -> None:
        way.forget(kept)
        if studio.project is project:
            words = _tr("deletion of comparison {name}").format(name=name)
            studio.changes.push(words, way.back, way.there)
            studio.changes.offer_undo(
                _tr("Comparison {name} was deleted; its runs stay.").format(name=name)
            )

    work = way.there
    studio.changes.make(Work(work.title, work.function, said))


class _Way:
    """Between the project and nothing, for one comparison."""

    def __init__(self, project: Project, name: str, changed: Callable[[str], None]) -> None:
        self._project, self._name, self._changed = project, name, changed
        self._kept = b""

    @property
    def there(self) -> Work[bytes]:
        """It goes."""
        title = _tr("Deleting {name}").format(name=self._name)
        return Work(title, lambda _: remove_comparison(self._project, self._name), self.forget)

    @property
    def back(self) -> Work[bool]:
        """It comes back."""
        title = _tr("Bringing {name} back").format(name=self._name)
        return Work(title, lambda _: self._put_back(), lambda _: self._changed(self._name))

    def forget(self, kept: bytes) -> None:
        """It is gone."""
        self._kept = kept
        self._changed("")

    def _put_back(self) -> bool:
        put_back_comparison(self._project, self._name, self._kept)
        return True


def _tr(text: str) -> str:
    return QCoreApplication.translate("comparison_deleting", text)
