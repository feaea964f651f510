"""Where the pairs of a project came from, and what was left out on the way."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from attnstudio.corpus.import_report import ImportReport, Problem, Reason
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, colours_of
from attnstudio.gui.look.wording import count, problem_place, split_name
from attnstudio.interpretation.lettering import isolate
from attnstudio.project.project_file import ImportedFiles

_LISTED_PROBLEMS = 20
_SHOWN_CHARACTERS = 120
_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """What was imported at one time.

    Attributes:
        imports: what the project remembers of it.
        report: what was dropped; None where that was not kept.
    """

    imports: tuple[ImportedFiles, ...]
    report: ImportReport | None = None


class ImportList(QWidget):
    """Every import with its files, its pairs and what was dropped, the newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[ImportEntry, ...] = ()
        self._text = QTextBrowser(self)
        self._text.setAccessibleName(self.tr("Imports of this project"))
        self._copy_text = QPushButton(self.tr("Copy as text"), self)
        self._copy_text.clicked.connect(self.copy_text)
        self._copy_json = QPushButton(self.tr("Copy as JSON"), self)
        self._copy_json.clicked.connect(self.copy_json)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addStretch()
        row.addWidget(self._copy_text)
        row.addWidget(self._copy_json)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._text)
        column.addLayout(row)
        self.show_entries(())

    def show_entries(self, entries: Sequence[ImportEntry]) -> None:
        """Show the imports of a project, given in the order they were made."""
        self._entries = tuple(entries)
        for button in (self._copy_text, self._copy_json):
            button.setEnabled(bool(entries))
        self._lay_out()

    def plain_text(self) -> str:
        """What can be read."""
        return self._text.toPlainText()

    def copy_text(self) -> None:
        """Put what can be read on the clipboard."""
        QGuiApplication.clipboard().setText(self.plain_text())

    def copy_json(self) -> None:
        """Put every import on the clipboard, for programs."""
        content = [
            {
                "imports": [imported.model_dump(mode="json") for imported in entry.imports],
                "report": entry.report and entry.report.to_json(),
            }
            for entry in self._entries
        ]
        QGuiApplication.clipboard().setText(json.dumps(content, ensure_ascii=False, indent=1))

    def _lay_out(self) -> None:
        muted = colours_of(self.palette()).muted
        if not self._entries:
            words = html.escape(self.tr("Nothing was imported into this project yet."))
            self._text.setHtml(f"<p style='color:{muted}'>{words}</p>")
            return
        self._text.setHtml("".join(self._entry(entry) for entry in reversed(self._entries)))

    def _entry(self, entry: ImportEntry) -> str:
        parts = [self._files(imported) for imported in entry.imports]
        if entry.report is not None:
            parts += self._report(entry.report)
        elif any(imported.dropped for imported in entry.imports):
            muted = colours_of(self.palette()).muted
            words = html.escape(self.tr("Which records were dropped was not kept."))
            parts.append(f"<p style='margin:0;color:{muted}'>{words}</p>")
        return f"{''.join(parts)}<p style='margin:0'>&nbsp;</p>"

    def _files(self, imported: ImportedFiles) -> str:
        colours = colours_of(self.palette())
        files = "<br>".join(html.escape(isolate(name)) for name in imported.files)
        kept = self.tr("{n} pairs for {split}").format(
            n=count(imported.pairs), split=split_name(imported.split)
        )
        dropped = self.tr("nothing dropped")
        if imported.dropped:
            dropped = self.tr("{n} dropped").format(n=count(imported.dropped))
        digest = self.tr("content {hash}").format(hash=imported.sha256[:_HASH_DIGITS])
        colour = colours.warning if imported.dropped else colours.muted
        return (
            f"<p style='margin:4px 0'><b>{files}</b></p>"
            f"<p style='margin:0'>{html.escape(kept)}, "
            f"<span style='color:{colour}'>{html.escape(dropped)}</span></p>"
            f"<p style='margin:0 0 4px 0;color:{colours.muted}'>{html.escape(digest)}</p>"
        )

    def _report(self, report: ImportReport) -> list[str]:
        """What was dropped, by reason, and the first places."""
        parts = [f"<p style='margin:0'>{html.escape(notice)}</p>" for notice in report.notices]
        rows = [
            f"<li>{html.escape(self._reason(reason, number))}</li>"
            for found in (report.dropped, report.mended)
            for reason, number in sorted(found.items(), key=lambda item: -item[1])
        ]
        if rows:
            parts.append(f"<ul style='margin:2px 0'>{''.join(rows)}</ul>")
        if report.problems:
            parts.append(self._places(report.problems))
        return parts

    def _reason(self, reason: Reason, number: int) -> str:
        words = {
            Reason.EMPTY: self.tr("{n} with an empty side"),
            Reason.UNDECODABLE: self.tr("{n} with bytes that are no text"),
            Reason.COLUMNS: self.tr("{n} table rows without two columns"),
            Reason.LINKS: self.tr("{n} whose gold links do not fit the sentences"),
            Reason.LANGUAGE: self.tr("{n} without one of the two languages"),
            Reason.MALFORMED: self.tr("{n} not written as their format says"),
            Reason.FUZZY: self.tr("{n} marked as unconfirmed translations"),
            Reason.UNTRANSLATED: self.tr("{n} not translated yet"),
            Reason.UNPAIRED: self.tr("{n} without a partner in the other file"),
            Reason.CONTROLS: self.tr("{n} kept without their control characters"),
            Reason.ZERO_WIDTH: self.tr("{n} kept without characters that have no width"),
            Reason.NO_BREAK: self.tr("{n} kept with plain spaces for no-break ones"),
        }
        return words[reason].format(n=count(number))

    def _places(self, problems: tuple[Problem, ...]) -> str:
        muted = colours_of(self.palette()).muted
        rows = []
        for problem in problems[:_LISTED_PROBLEMS]:
            place = html.escape(f"{problem_place(problem)}:")
            text = problem.text[:_SHOWN_CHARACTERS]
            text = html.escape(isolate(text)) if text else html.escape(self.tr("(nothing)"))
            rows.append(f"<p style='margin:0 0 2px 12px'><b>{place}</b> {text}</p>")
        if len(problems) > _LISTED_PROBLEMS:
            more = self.tr("and {n} more places").format(n=count(len(problems) - _LISTED_PROBLEMS))
            rows.append(f"<p style='margin:0 0 0 12px;color:{muted}'>{html.escape(more)}</p>")
        heading = html.escape(self.tr("First places"))
        return f"<p style='margin:{SMALL_SPACE}px 0 2px 0;color:{muted}'>{heading}</p>" + "".join(
            rows
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._lay_out()
