"""The translation that is looked at, whose it is, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from attnstudio.gui.inspector.asking import Asked, Asking
from attnstudio.gui.inspector.doubt_words import doubts_about
from attnstudio.gui.inspector.inspection import Candidate, Inspection
from attnstudio.gui.look.theme import set_role
from attnstudio.gui.look.wording import count, language_name
from attnstudio.interpretation.lettering import elide, isolate

_TOLD_EM = 24.0


class AnswerBox(QWidget):
    """A line of origin, the translation, and doubts.

    Args:
        asking: whose answer it is; what is of another question than the box's is pale.
        parent: owns the box.

    Attributes:
        badge: whose translation it is, or that it is out of date.
        translation: its text.
        doubts: what speaks against it; hidden while nothing does.
    """

    def __init__(self, asking: Asking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._languages = ("", "")
        self._is_begun = False
        self.doubts = QLabel()
        self.doubts.setAccessibleName(self.tr("What speaks against it"))
        self.doubts.setTextFormat(Qt.TextFormat.PlainText)
        self.doubts.setWordWrap(True)
        set_role(self.doubts, "warning")
        self.badge = QLabel()
        self.badge.setTextFormat(Qt.TextFormat.PlainText)
        self.translation = QLabel()
        self.translation.setAccessibleName(self.tr("Translation"))
        self.translation.setTextFormat(Qt.TextFormat.PlainText)
        self.translation.setWordWrap(True)
        self.translation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self.badge, "muted")
        set_role(self.translation, "heading")
        words = QVBoxLayout(self)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(2)
        words.addWidget(self.badge)
        words.addWidget(self.translation)
        words.addWidget(self.doubts)
        words.addStretch()
        asking.aged.connect(self._show_age)

    def showEvent(self, event: QShowEvent) -> None:
        """Fonts are known now: hold room, so that what is below stays where it is.

        A second line of the translation, or a line of doubts, comes and goes with the sentence.
        """
        super().showEvent(event)
        lines = (self.badge, self.translation, self.translation)
        spacing = 2 * (len(lines) - 1)
        self.setMinimumHeight(sum(each.fontMetrics().height() for each in lines) + spacing)

    def set_languages(self, source: str, target: str) -> None:
        """Say which languages the run translates from and to, by their codes."""
        self._languages = (source, target)

    def show_candidate(self, candidate: Candidate | None, unknown: Sequence[str] = ()) -> None:
        """Show a translation, or none.

        Args:
            candidate: the translation.
            unknown: characters of the source that the model has no piece for.
        """
        self._is_begun = candidate is not None and candidate.begun > 0
        if candidate is None:
            self.translation.setText("")
            self.doubts.hide()
            return
        self.translation.setText(isolate(candidate.text) or self.tr("(empty)"))
        doubts = doubts_about(candidate.record, unknown)
        self.doubts.setText(" ".join(doubts))
        self.doubts.setVisible(bool(doubts))
        self._show_age()

    def _show_age(self) -> None:
        """Say whose translation it is, and let it look out of date where it is."""
        asking, asked, answer = self._asking, self._asking.of_answer, self._asking.answer
        is_stale = asking.is_stale
        self.translation.setEnabled(not is_stale)
        self.doubts.setEnabled(not is_stale)
        if asking.is_working:
            words = self.tr("Working…")
        elif answer is None or asked is None:
            words = self._what_to_do()
        elif is_stale:
            words = self._why_stale(asked)
        else:
            words = self._origin(asked, answer)
        self.badge.setText(words)
        set_role(self.badge, "warning" if is_stale and not asking.is_working else "muted")

    def _what_to_do(self) -> str:
        """Before there is an answer; what is typed already may be meant for another model."""
        run, languages = self._asking.run, [language_name(each) for each in self._languages]
        if run is None or not self._asking.sentence:
            words = self.tr("Type a sentence in {language} to see what the model looks at.")
            return words.format(language=languages[0])
        words = self.tr("Press Translate to see the sentence with run {run}, {languages}.")
        return words.format(run=run.name, languages=" → ".join(languages))

    def _why_stale(self, asked: Asked) -> str:
        said = isolate(elide(asked.source, _TOLD_EM))
        words = (
            self.tr("Out of date: this is of “{text}” as it was. Press Translate.")
            if asked.forced is None
            else self.tr("Out of date: this is of “{text}” as it was. Press Read this translation.")
        )
        return words.format(text=said)

    def _origin(self, asked: Asked, answer: Inspection) -> str:
        if self._is_begun:
            words = self.tr(
                "Begun by you, ended by the model · run {run}, step {step}, {languages}"
            )
        else:
            words = self._whose(asked)
        languages = " → ".join(map(language_name, self._languages))
        return words.format(run=answer.run, step=count(answer.step), languages=languages)

    def _whose(self, asked: Asked) -> str:
        return (
            self.tr("Free translation: the model's own · run {run}, step {step}, {languages}")
            if asked.forced is None
            else self.tr(
                "Forced: your translation, as the model reads it · run {run}, step {step}, "
                "{languages}"
            )
        )
