"""What is chosen about an import: languages, folder, sides, splits, with the first pairs below."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.import_plan import ImportPlan
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.importing.encoding_box import EncodingBox
from attnstudio.gui.importing.file_list import FileList
from attnstudio.gui.importing.import_doubt import ImportDoubt
from attnstudio.gui.importing.import_words import problem_words
from attnstudio.gui.importing.preview_table import PreviewTableModel
from attnstudio.gui.importing.said_label import said_label
from attnstudio.gui.importing.side_choice import SideChoice
from attnstudio.gui.look.theme import SPACE
from attnstudio.gui.look.wording import language_name
from attnstudio.gui.widgets.language_box import LanguageBox
from attnstudio.project.importing import PlannedItem


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What the person decided.

    Attributes:
        folder: of the new project; None for the project that is open.
        languages: codes of source and target.
        items: what is read, with sides and splits as they were chosen.
        left_out: names of files that are not read.
    """

    folder: Path | None
    languages: tuple[str, str]
    items: tuple[PlannedItem, ...]
    left_out: tuple[str, ...]


class ImportChoices(QWidget):
    """Takes what the person chooses, and shows what would come of it.

    Args:
        plan: what the files seem to be.
        folder: suggested for a new project; None where the pairs go into the open one.
        parent: owns it.

    Signals:
        changed: something else was chosen.
        sides_kept: the person says that the sides are right.
        encoding_chosen: the files are to be read as this encoding, as found where it is empty;
            answered with `take_plan`.
    """

    changed = Signal()
    sides_kept = Signal()
    encoding_chosen = Signal(str)

    def __init__(
        self, plan: ImportPlan, folder: Path | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._left_out = plan.left_out
        self._sides = SideChoice(plan)
        self._files = FileList(plan.files)
        self._is_new = folder is not None
        self._reason = ""
        self._make_widgets(plan, folder)
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def wish(self) -> ImportWish:
        """What would be imported now."""
        items = [
            PlannedItem(self._sides.item(number), split)
            for number, split in enumerate(self._files.splits)
        ]
        folder = Path(self._folder.text().strip()).expanduser() if self._is_new else None
        return ImportWish(folder, self._languages(), tuple(items), self._left_out)

    @property
    def remark(self) -> str:
        """What to know of the languages; empty where there is nothing."""
        boxes = (self._source_language, self._target_language)
        return " ".join(filter(None, (box.remark for box in boxes)))

    @property
    def why_not(self) -> str:
        """Why nothing can be imported like this; empty where it can."""
        return self._reason

    def take_plan(self, plan: ImportPlan) -> None:
        """The same files read as another encoding; what was chosen stays."""
        self._left_out = plan.left_out
        self._sides.take_plan(plan)
        for number, columns in self._files.columns.items():
            self._sides.choose_columns(number, *columns)
        self._refresh()

    def _make_widgets(self, plan: ImportPlan, folder: Path | None) -> None:
        found = plan.languages_found
        self._source_language = LanguageBox(self.tr("Source language"), plan.languages[0], found)
        self._target_language = LanguageBox(self.tr("Target language"), plan.languages[1], found)
        for box in (self._source_language, self._target_language):
            box.setEnabled(self._is_new)
        self._swap = QPushButton("⇄")
        self._swap.setAccessibleName(self.tr("Swap source and target"))
        self._swap.setToolTip(self.tr("Swap source and target"))
        self._folder = QLineEdit(str(folder or ""))
        self._folder.setAccessibleName(self.tr("Folder of the new project"))
        encodings = dict.fromkeys(e for files in plan.files for e in files.encodings)
        self._has_encodings = bool(encodings)
        self._encoding = EncodingBox(tuple(encodings))
        self._preview = PreviewTableModel(self)
        self._table = QTableView()
        self._table.setAccessibleName(self.tr("The first pairs"))
        self._table.setModel(self._preview)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.setWordWrap(False)
        self._doubt = ImportDoubt()
        self._notices = said_label("muted")
        self._notices.setText("\n".join(plan.notices))
        self._notices.setVisible(bool(plan.notices))

    def _lay_out(self) -> None:
        languages = QHBoxLayout()
        languages.addWidget(self._source_language, stretch=1)
        languages.addWidget(self._swap)
        languages.addWidget(self._target_language, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(languages)
        if self._is_new:
            row = _labelled(self.tr("&New project in"), self._folder)
            row.setStretchFactor(self._folder, 1)
            column.addLayout(row)
        column.addWidget(self._files)
        if self._has_encodings:
            row = _labelled(self.tr("&Encoding"), self._encoding)
            row.addStretch()
            column.addLayout(row)
        column.addWidget(self._notices)
        column.addWidget(self._doubt)
        column.addWidget(self._table, stretch=1)

    def _connect(self) -> None:
        for box in (self._source_language, self._target_language):
            box.editTextChanged.connect(self._refresh)
        self._swap.clicked.connect(self._swap_sides)
        self._folder.textChanged.connect(self._refresh)
        self._files.columns_chosen.connect(self._choose_columns)
        self._encoding.encoding_chosen.connect(self.encoding_chosen)
        self._doubt.swap_asked.connect(self._turn_doubtful)
        self._doubt.kept.connect(self._keep_doubtful)

    def _choose_columns(self, number: int) -> None:
        self._sides.choose_columns(number, *self._files.columns[number])
        self._sides.doubt(number)
        self._refresh()

    def _languages(self) -> tuple[str, str]:
        return self._source_language.code, self._target_language.code

    def _refresh(self) -> None:
        """What is shown follows from what is chosen."""
        source, target = self._languages()
        pairs: list[SentencePair] = []
        for number in range(len(self._sides.files)):
            source_text, target_text = self._sides.item(number).sides
            second = "" if target_text == source_text else target_text.name
            self._files.show_names(number, source_text.name, second)
            pairs += self._sides.pairs(number)
        self._preview.show_pairs(pairs, (language_name(source), language_name(target)))
        self._show_doubt()
        self._reason = self._why_not(source, target)
        self.changed.emit()

    def _show_doubt(self) -> None:
        """Ask about the first files whose sides may be wrong and are not answered for."""
        self._doubt.hide()
        languages = self._languages()
        number = self._sides.first_doubtful(languages)
        if number is None:
            return
        source, target = self._sides.item(number).sides
        if not self._sides.looks_swapped(number, languages):
            self._doubt.ask_about_columns(source.name)
            return
        names = source.name, target.name
        if source == target:
            names = self.tr("the first column"), self.tr("the second one")
        self._doubt.ask_about_sides(
            names, (language_name(languages[0]), language_name(languages[1]))
        )

    def _turn_doubtful(self) -> None:
        """Exchange the sides of all files that look swapped; the languages stay where they are."""
        for number in self._sides.swapped_ones(self._languages()):
            if number in self._files.columns:
                self._files.swap_columns(number)
            else:
                self._sides.turn(number)
        self._refresh()

    def _keep_doubtful(self) -> None:
        self._sides.keep(self._languages())
        self._refresh()
        self.sides_kept.emit()

    def _why_not(self, source: str, target: str) -> str:
        if problem := self._source_language.problem or self._target_language.problem:
            return problem
        if not source or not target:
            return self.tr("Say which languages these are.")
        if source == target:
            return self.tr("Source and target need different languages.")
        if any(source == target for source, target in self._files.columns.values()):
            return self.tr("Source and target need different columns.")
        if self._is_new and not self._folder.text().strip():
            return self.tr("Say where the new project goes.")
        if empty := self._why_empty():
            return empty
        if self._doubt.words:
            return self.tr("Say first whether the sides are right.")
        return ""

    def _why_empty(self) -> str:
        """Why nothing would come of the files, where their first records were read."""
        found = self._sides.files
        if any(files.preview or not files.is_previewed for files in found):
            return ""
        words = self.tr("No pair was found in {name}.")
        sentences = [words.format(name=found[0].item.sides[0].name if found else "")]
        sentences += [problem_words(p) for p in found[0].problems[:1]] if found else []
        return " ".join(sentences)

    def _swap_sides(self) -> None:
        """The same pairs read the other way; in an open project its languages stay."""
        self._sides.turn_all()
        for number in self._files.columns:
            self._files.swap_columns(number)
        if self._is_new:
            first, second = self._source_language, self._target_language
            texts = first.currentText(), second.currentText()
            first.setEditText(texts[1])
            second.setEditText(texts[0])
        self._refresh()


def _labelled(text: str, widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    label = QLabel(text)
    label.setBuddy(widget)
    row.addWidget(label)
    row.addWidget(widget)
    return row
