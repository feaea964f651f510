"""The runs of a project: which is looked at, and whose curves are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QMenu, QWidget

from attnstudio.gui.charts.swatch import SWATCH, swatch
from attnstudio.gui.look.theme import colours_of
from attnstudio.gui.training.plain_tip import plain_tip
from attnstudio.interpretation.lettering import elide, isolate

_NAME = Qt.ItemDataRole.UserRole
_SERIES = Qt.ItemDataRole.UserRole + 1
_WRITTEN = Qt.ItemDataRole.UserRole + 2
_TAGS_EM = 14.0  # of all tags together: more would fill the list


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One line of the list.

    Attributes:
        name: the run's.
        series: which colour is its own.
        words: state and best figure.
        visible: whether its curves are drawn.
        tags: what the person calls it.
        note: what the person wrote about it.
    """

    name: str
    series: int
    words: str
    visible: bool
    tags: tuple[str, ...] = ()
    note: str = ""


class RunList(QListWidget):
    """Runs with colour, tick, name, state and tags; a pencil says that there is a note.

    Attributes:
        why_not: why none can be deleted; empty where one can.

    Signals:
        chosen: the name of the run that is looked at now.
        shown_changed: a name and whether its curves are drawn.
        deletion_asked: the name of a run that is to go.
        note_asked: the name of a run that the person writes about.
        differences_asked: the names of the runs that are to be compared.
        folder_asked: the name of a run whose folder is to be opened.
        comparison_asked: the name of a run whose comparison is to be seen.
        export_asked: the name of a run that is to be written for others.
    """

    chosen = Signal(str)
    shown_changed = Signal(str, bool)
    deletion_asked = Signal(str)
    note_asked = Signal(str)
    differences_asked = Signal(object)
    folder_asked = Signal(str)
    comparison_asked = Signal(str)
    export_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.why_not = ""
        self._wanted = ""
        self.setAccessibleName(self.tr("Runs"))
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setIconSize(SWATCH)
        self.setWordWrap(True)
        self.setSpacing(2)
        self.currentItemChanged.connect(self._tell_choice)
        self.itemChanged.connect(self._tell_tick)

    def show_entries(self, entries: Sequence[RunEntry], current: str) -> None:
        """List these runs."""
        self.blockSignals(True)
        names = [self.item(row).data(_NAME) for row in range(self.count())]
        if names != [entry.name for entry in entries]:
            self.clear()
            for entry in entries:
                self._add(entry)
        for row, entry in enumerate(entries):
            item = self.item(row)
            self._colour(item, entry.series)
            self._fill(item, entry)
            item.setCheckState(_tick(entry.visible))
            item.setHidden(not self._fits(item))
            if entry.name == current and self.currentItem() is not item:
                self.setCurrentItem(item)
        self.blockSignals(False)

    def show_matching(self, text: str) -> None:
        """Show only runs with this text in name, state, figure, tags or note.

        Of tags and notes it may be several words that stand apart.
        """
        self._wanted = " ".join(text.casefold().split())
        for row in range(self.count()):
            self.item(row).setHidden(not self._fits(self.item(row)))

    @property
    def names_left_out(self) -> set[str]:
        """The runs that do not match."""
        items = [self.item(row) for row in range(self.count())]
        return {item.data(_NAME) for item in items if not self._fits(item)}

    def _fits(self, item: QListWidgetItem) -> bool:
        if self._wanted in " ".join(item.text().casefold().split()):
            return True
        written = item.data(_WRITTEN)
        return all(word in written for word in self._wanted.split())

    @property
    def selected_names(self) -> list[str]:
        """The selected runs, in the order of the list."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [self.item(row).data(_NAME) for row in rows]

    def menu(self) -> QMenu:
        """What can be done with the selected runs."""
        menu = QMenu(self)
        names = self.selected_names
        compare = menu.addAction(
            self.tr("Show how their settings differ"), lambda: self.differences_asked.emit(names)
        )
        compare.setEnabled(len(names) > 1)
        if len(names) == 1:
            note = menu.addAction(self.tr("Note and tags…"), lambda: self.note_asked.emit(names[0]))
            menu.addAction(
                self.tr("Show the comparison of kinds"),
                lambda: self.comparison_asked.emit(names[0]),
            )
            menu.addAction(self.tr("Open its folder"), lambda: self.folder_asked.emit(names[0]))
            export = menu.addAction(
                self.tr("Export for other programs…"), lambda: self.export_asked.emit(names[0])
            )
            export.setToolTip(
                self.tr("PyTorch weights, ONNX or CTranslate2, in a folder for other people.")
            )
            menu.addSeparator()
            delete = menu.addAction(self.tr("Delete"), lambda: self.deletion_asked.emit(names[0]))
            for change in (note, delete):
                change.setEnabled(not self.why_not)
                change.setToolTip(self.why_not)
            menu.setToolTipsVisible(True)
        return menu

    def _add(self, entry: RunEntry) -> None:
        item = QListWidgetItem(self)
        item.setData(_NAME, entry.name)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)

    def _fill(self, item: QListWidgetItem, entry: RunEntry) -> None:
        tags = "  ".join(f"#{isolate(tag)}" for tag in entry.tags)
        lines = [f"{entry.name} ✎" if entry.note else entry.name, entry.words]
        item.setText("\n".join([*lines, elide(tags, _TAGS_EM)] if tags else lines))
        item.setData(_WRITTEN, f"{tags}\n{entry.note}".casefold())
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, entry.note)
        tick = self.tr("Tick to draw its curves")
        item.setToolTip(plain_tip("\n\n".join(text for text in (entry.note, tick) if text)))

    def _colour(self, item: QListWidgetItem, series: int) -> None:
        if item.data(_SERIES) != series:
            item.setData(_SERIES, series)
            item.setIcon(swatch(colours_of(self.palette()).series_of(series)))

    def _tell_choice(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_NAME))

    def _tell_tick(self, item: QListWidgetItem) -> None:
        self.shown_changed.emit(item.data(_NAME), item.checkState() is Qt.CheckState.Checked)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._open_menu(event.globalPos())

    def _open_menu(self, place: QPoint) -> None:
        if self.selected_names:
            menu = self.menu()
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and len(self.selected_names) == 1:
            self.deletion_asked.emit(self.selected_names[0])
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            colours = colours_of(self.palette())
            self.blockSignals(True)
            for row in range(self.count()):
                series = colours.series_of(self.item(row).data(_SERIES))
                self.item(row).setIcon(swatch(series))
            self.blockSignals(False)
        super().changeEvent(event)


def _tick(visible: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if visible else Qt.CheckState.Unchecked
