"""What is about to be imported, to look at and to change before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
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
from attnstudio.corpus.import_report import ImportReport
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.importing.encoding_box import EncodingBox
from attnstudio.gui.importing.file_list import FileList
from attnstudio.gui.importing.import_doubt import ImportDoubt
from attnstudio.gui.importing.import_words import problem_words, report_lines
from attnstudio.gui.importing.preview_table import PreviewTableModel
from attnstudio.gui.importing.side_choice import SideChoice
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import (
    count,
    language_name,
    time_left,
)
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.gui.widgets.dialog_buttons import set_only_default
from attnstudio.gui.widgets.language_box import LanguageBox
from attnstudio.project.importing import PlannedItem

_NAME_EM = 30.0
_COLUMN_EM = 16.0


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


class ImportPanel(QDialog):
    """Languages, sides, splits, a preview; then progress; then what came of it.

    Args:
        plan: what the files seem to be.
        folder: suggested for a new project; None where the pairs go into the open one.
        parent: the window.

    Signals:
        wished: an `ImportWish`.
        encoding_chosen: the files are to be read as this encoding, as found where it is empty;
            answered with `show_plan`.
        cancel_asked: the import that is under way is not wanted any more.
        corpus_asked: the person wants to see the pairs.
    """

    wished = Signal(object)
    encoding_chosen = Signal(str)
    cancel_asked = Signal()
    corpus_asked = Signal()

    def __init__(
        self, plan: ImportPlan, folder: Path | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._left_out = plan.left_out
        self._sides = SideChoice(plan)
        self._files = FileList(plan.files)
        self._files.columns_chosen.connect(self._choose_columns)
        self._is_new = folder is not None
        self._is_working = False
        self.setWindowTitle(self.tr("Import"))
        self.resize(760, 560)
        self._make_widgets(plan, folder)
        self._lay_out()
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

    def show_plan(self, plan: ImportPlan) -> None:
        """The same files read as another encoding; what was chosen stays."""
        self._left_out = plan.left_out
        self._sides.take_plan(plan)
        for number, columns in self._files.columns.items():
            self._sides.choose_columns(number, *columns)
        self._problem.hide()
        self._refresh()

    def show_working(self) -> None:
        """The import has begun."""
        self._is_working = True
        self._problem.hide()
        self._settings.setEnabled(False)
        self._import.setEnabled(False)
        self._bar.show_busy()
        self._bar.show()
        self._said.setText(self.tr("Reading…"))

    def show_progress(self, progress: TaskProgress) -> None:
        """How many pairs there are so far."""
        words = [self.tr("{n} pairs").format(n=count(round(progress.done)))]
        if progress.left_s is not None:
            words.append(time_left(progress.left_s))
        if progress.total:
            self._bar.show_share(progress.done / progress.total)
        self._said.setText(" · ".join(words))

    def show_problem(self, text: str) -> None:
        """Nothing was imported, and why; the person can change something and try again."""
        self._end_work()
        self._said.setText("")
        self._problem.setText(text)
        self._problem.show()

    def show_report(self, report: ImportReport) -> None:
        """What was kept and what was not."""
        self._end_work()
        self._settings.setEnabled(False)  # it stays, to be compared with what came of it
        self._import.hide()
        self._said.setText("\n".join(report_lines(report)))
        self._close.setText(self.tr("Close"))
        self._look.show()
        set_only_default(self, self._look)
        self._look.setFocus()

    def _make_widgets(self, plan: ImportPlan, folder: Path | None) -> None:
        found = plan.languages_found
        self._source_language = LanguageBox(self.tr("Source language"), plan.languages[0], found)
        self._target_language = LanguageBox(self.tr("Target language"), plan.languages[1], found)
        for box in (self._source_language, self._target_language):
            box.setEnabled(self._is_new)
            box.editTextChanged.connect(self._refresh)
        self._swap = QPushButton("⇄")
        self._swap.setAccessibleName(self.tr("Swap source and target"))
        self._swap.setToolTip(self.tr("Swap source and target"))
        self._swap.clicked.connect(self._swap_sides)
        self._folder = QLineEdit(str(folder or ""))
        self._folder.setAccessibleName(self.tr("Folder of the new project"))
        self._folder.textChanged.connect(self._refresh)
        encodings = dict.fromkeys(e for files in plan.files for e in files.encodings)
        self._encoding = EncodingBox(tuple(encodings), self)
        self._encoding.encoding_chosen.connect(self.encoding_chosen)
        self._encoding.setVisible(bool(encodings))
        self._preview = PreviewTableModel(self)
        self._table = QTableView()
        self._table.setAccessibleName(self.tr("The first pairs"))
        self._table.setModel(self._preview)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.setWordWrap(False)
        self._doubt = ImportDoubt()
        self._doubt.swap_asked.connect(self._turn_doubtful)
        self._doubt.kept.connect(self._keep_doubtful)
        self._notices = _words("muted")
        self._notices.setText("\n".join(plan.notices))
        self._notices.setVisible(bool(plan.notices))
        self._problem = _words("error")
        self._problem.hide()
        self._said = _words("")
        self._bar = BusyBar(self.tr("Progress of the import"))
        self._bar.hide()
        self._import = QPushButton(self.tr("Import"))
        set_role(self._import, "primary")
        self._import.clicked.connect(lambda: self.wished.emit(self.wish))
        self._close = QPushButton(self.tr("Cancel"))
        self._close.clicked.connect(self.reject)
        self._look = QPushButton(self.tr("Look at the corpus"))
        set_role(self._look, "primary")
        self._look.clicked.connect(self._show_corpus)
        self._look.hide()

    def _lay_out(self) -> None:
        self._settings = QWidget()
        inside = QVBoxLayout(self._settings)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE)
        languages = QHBoxLayout()
        languages.addWidget(self._source_language, stretch=1)
        languages.addWidget(self._swap)
        languages.addWidget(self._target_language, stretch=1)
        inside.addLayout(languages)
        if self._is_new:
            row = QHBoxLayout()
            label = QLabel(self.tr("&New project in"))
            label.setBuddy(self._folder)
            row.addWidget(label)
            row.addWidget(self._folder, stretch=1)
            inside.addLayout(row)
        inside.addWidget(self._files)
        if not self._encoding.isHidden():
            row = QHBoxLayout()
            label = QLabel(self.tr("&Encoding"))
            label.setBuddy(self._encoding)
            row.addWidget(label)
            row.addWidget(self._encoding)
            row.addStretch()
            inside.addLayout(row)
        inside.addWidget(self._notices)
        inside.addWidget(self._doubt)
        inside.addWidget(self._table, stretch=1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        for button in (self._close, self._import, self._look):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self._settings, stretch=1)
        for widget in (self._problem, self._said, self._bar):
            column.addWidget(widget)
        column.addLayout(buttons)
        set_only_default(self, self._import)

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
        reason = self._why_not(source, target)
        self._import.setEnabled(not reason and not self._is_working)
        self._said.setText(reason)

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
        """The person says that the sides are right."""
        self._sides.keep(self._languages())
        self._refresh()
        self._import.setFocus()

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

    def _end_work(self) -> None:
        self._is_working = False
        self._bar.hide()
        self._settings.setEnabled(True)
        self._import.setEnabled(True)
        self._close.setEnabled(True)

    def _show_corpus(self) -> None:
        self.accept()
        self.corpus_asked.emit()

    def reject(self) -> None:
        if self._is_working:
            self._said.setText(self.tr("Stopping…"))
            self._close.setEnabled(False)
            self.cancel_asked.emit()
        else:
            super().reject()


def suggested_folder(parent: Path, paths: Sequence[Path], languages: tuple[str, str]) -> Path:
    """A free folder for a new project, named after its files."""
    stem = paths[0].name.split(".")[0] if paths else "project"
    said = stem.lower().split("-")
    name = "-".join([stem, *(code for code in languages if code and code not in said)])
    folder, number = parent / name, 1
    while folder.exists():
        number += 1
        folder = parent / f"{name}-{number}"
    return folder


def _words(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    set_role(label, role)
    return label
