"""What a project weighs, what nobody needs of it, and what lies in its trash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.home.room_bar import RoomBar
from attnstudio.gui.look.moments import moment
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.project.room import Kind, Unused
from attnstudio.project.trash import Trashed
from attnstudio.project.weight import in_units

_SIZE = (720, 620)
_THING = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What there is to show.

    Attributes:
        weights: bytes by kind.
        unused: what a sweep would take.
        trash: what lies in the trash.
        problem: why nobody can say what is needed; empty where that is known.
    """

    weights: Mapping[Kind, int]
    unused: Sequence[Unused]
    trash: Sequence[Trashed]
    problem: str = ""


class RoomDialog(QDialog):
    """A bar by kind, and two lists with what can be done about them.

    Signals:
        sweep_asked: what nobody needs is to go to the trash.
        restore_asked: a `Trashed` is to come back.
        emptying_asked: the trash is to be emptied for good, and the person is sure.
    """

    sweep_asked = Signal()
    restore_asked = Signal(object)
    emptying_asked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Room of {project}").format(project=name))
        self.resize(*_SIZE)
        self._reason, self._busy = "", False
        self._facts: RoomFacts | None = None
        self._total = QLabel(self.tr("Weighing…"))
        set_role(self._total, "heading")
        self._bar = RoomBar()
        self._unneeded = QLabel()
        self._unneeded.setWordWrap(True)
        set_role(self._unneeded, "muted")
        self._unused = _table(
            self.tr("What nobody needs any more"),
            (self.tr("What"), self.tr("Pairs"), self.tr("Made"), self.tr("Size")),
        )
        self._sweep = QPushButton(self.tr("Move to the trash"))
        set_role(self._sweep, "primary")
        self._sweep.clicked.connect(self.sweep_asked)
        self._trash = _table(
            self.tr("Trash"), (self.tr("Name"), self.tr("Deleted"), self.tr("Size"))
        )
        self._trash.itemSelectionChanged.connect(self._show_buttons)
        self._emptiness = QLabel(self.tr("Nothing: no run was deleted and nothing swept."))
        self._emptiness.setWordWrap(True)
        set_role(self._emptiness, "muted")
        self._restore = QPushButton(self.tr("Restore"))
        self._restore.clicked.connect(self._ask_to_restore)
        self._empty = QPushButton(self.tr("Empty the trash…"))
        set_role(self._empty, "danger")
        self._empty.clicked.connect(lambda: self.question().open())
        self._close = QPushButton(self.tr("Close"))
        self._close.clicked.connect(self.accept)
        for button in (self._sweep, self._restore, self._empty, self._close):
            button.setAutoDefault(False)
        self._lay_out()
        self._show_buttons()

    def show_facts(self, facts: RoomFacts) -> None:
        """Show what there is."""
        self._facts = facts
        total = in_units(sum(facts.weights.values()))
        self._total.setText(self.tr("{size} on the disk").format(size=total))
        self._bar.show_weights(facts.weights)
        self._fill_unused(facts)
        self._trash.clear()
        for thing in facts.trash:
            name = thing.run or self.tr("What a sweep took")
            words = [name, moment(thing.deleted_at), in_units(thing.size_bytes)]
            item = QTreeWidgetItem(self._trash, words)
            item.setData(0, _THING, thing)
            item.setToolTip(0, thing.folder.name)
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        first = self._trash.topLevelItem(0)
        if first is not None:
            self._trash.setCurrentItem(first)
        self._emptiness.setVisible(first is None)
        for widget in (self._trash, self._restore, self._empty):
            widget.setVisible(first is not None)
        self._show_buttons()

    def allow(self, reason: str, *, busy: bool) -> None:
        """Let things be done, or say why not; while one is done, no other is asked for."""
        self._reason, self._busy = reason, busy
        self._show_buttons()

    def question(self) -> QMessageBox:
        """Whether the trash may really be emptied."""
        things = self._facts.trash if self._facts is not None else ()
        size = in_units(sum(thing.size_bytes for thing in things))
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Empty the trash?"))
        box.setText(self.tr("{size} are deleted for good.").format(size=size))
        box.setInformativeText(self.tr("Nothing brings it back."))
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        delete.clicked.connect(self.emptying_asked)
        box.finished.connect(box.deleteLater)
        return box

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self._total)
        column.addWidget(self._bar)
        for title, widgets, buttons in (
            (self.tr("Not needed any more"), (self._unneeded, self._unused), (self._sweep,)),
            (self.tr("Trash"), (self._emptiness, self._trash), (self._restore, self._empty)),
        ):
            heading = QLabel(title)
            heading.setContentsMargins(0, SPACE, 0, 0)
            set_role(heading, "heading")
            column.addWidget(heading)
            for widget in widgets:
                column.addWidget(widget, stretch=int(isinstance(widget, QTreeWidget)))
            row = QHBoxLayout()
            row.setSpacing(SPACE)
            for button in buttons:
                row.addWidget(button)
            row.addStretch()
            column.addLayout(row)
        end = QHBoxLayout()
        end.addStretch()
        end.addWidget(self._close)
        column.addLayout(end)

    def _fill_unused(self, facts: RoomFacts) -> None:
        names = {
            Kind.CORPORA: self.tr("Corpus {name}"),
            Kind.LINKS: self.tr("Word links of corpus {name}"),
            Kind.TOKENIZERS: self.tr("Tokenizer {name}"),
            Kind.DATASETS: self.tr("Dataset {name}"),
        }
        words = self.tr("Former corpora and what was made of them, which no run goes by.")
        if not facts.unused:
            words = self.tr("Nothing: all that lies here is used.")
        self._unneeded.setText(facts.problem or words)
        self._unused.setVisible(bool(facts.unused))
        self._sweep.setVisible(bool(facts.unused))
        self._unused.clear()
        for thing in facts.unused:
            pairs = count(thing.pairs) if thing.pairs is not None else ""
            name = names[thing.kind].format(name=thing.name[:8])
            words_of_it = [name, pairs, moment(thing.made_at), in_units(thing.size_bytes)]
            item = QTreeWidgetItem(self._unused, words_of_it)
            item.setToolTip(0, thing.name)
            for place in (1, 3):
                item.setTextAlignment(
                    place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                )

    def _show_buttons(self) -> None:
        may = not self._reason and not self._busy
        self._sweep.setEnabled(may)
        self._restore.setEnabled(may and self._trash.currentItem() is not None)
        self._empty.setEnabled(may and self._trash.topLevelItemCount() > 0)
        for button in (self._sweep, self._restore, self._empty):
            button.setToolTip(self._reason)

    def _ask_to_restore(self) -> None:
        item = self._trash.currentItem()
        if item is not None:
            self.restore_asked.emit(item.data(0, _THING))


def _table(name: str, columns: Sequence[str]) -> QTreeWidget:
    table = QTreeWidget()
    table.setAccessibleName(name)
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setHeaderLabels(list(columns))
    header = table.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table
