"""One question about the attention: a line with the answer, and the cards once it is opened."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from attnstudio.config_fields import FieldDescription, value_of
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.setup.choice_cards import ChoiceCards
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.setup.questions import Part, Question, questions_of
from attnstudio.gui.setup.refusal_words import with_card_titles
from attnstudio.gui.widgets.link_label import LinkLabel

_QUESTION_WIDTH = 276
_COLUMNS = 2


class QuestionSection(QWidget):
    """Folded to a line until the person opens it.

    Args:
        question: what is asked.
        editor: has the draft.
        number: of the form, what belongs to the question; may be none.
        parent: owns it.

    Signals:
        chosen: a knob's path and the value of the card that was chosen.
        knob_asked: the path of a knob of the form.
    """

    chosen = Signal(str, str)
    knob_asked = Signal(str)

    def __init__(
        self,
        question: Question,
        editor: DraftEditor,
        number: FieldDescription | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.question = question
        self._editor, self._number = editor, number
        self._cards: dict[str, ChoiceCards] = {}
        self._body: QWidget | None = None
        self._answer, self._mark = QLabel(), QLabel()
        self._answer.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._mark, "muted")
        self._about_number = LinkLabel()
        set_role(self._about_number, "muted")
        self._about_number.linkActivated.connect(self.knob_asked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SMALL_SPACE)
        self._column.addLayout(self._make_line())
        self._open_or_fold(False)

    @property
    def is_open(self) -> bool:
        """Whether its cards are shown."""
        return self._fold.isChecked()

    def open(self) -> None:
        """Show its cards."""
        self._fold.setChecked(True)

    def cards(self, path: str) -> ChoiceCards:
        """The cards of a knob, as soon as it was opened once."""
        return self._cards[path]

    def show_draft(self) -> None:
        """Say what is chosen, and where it is open, what else can be."""
        parts = self.question.parts
        is_changed = any(self._value(part) != self._recommended(part) for part in parts)
        self._answer.setText(self._answer_in_words() if parts else self.question.answer)
        font = self._answer.font()
        font.setBold(is_changed)
        self._answer.setFont(font)
        mark = self.tr("changed") if is_changed else self.tr("as recommended")
        self._mark.setText(mark if parts else "")
        said = f"{self._answer.text()}, {mark}" if parts else self._answer.text()
        self._fold.setAccessibleDescription(said)
        if self.is_open:
            self._show_cards()

    def _make_line(self) -> QHBoxLayout:
        self._fold = QToolButton()
        self._fold.setText(self.question.words)
        self._fold.setCheckable(True)
        set_role(self._fold, "quiet")
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.setFixedWidth(_QUESTION_WIDTH)
        self._fold.setAccessibleName(self.question.words)
        self._fold.setEnabled(bool(self.question.parts))
        self._fold.toggled.connect(self._open_or_fold)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self._fold)
        row.addWidget(self._answer)
        row.addWidget(self._mark)
        row.addStretch()
        return row

    def _open_or_fold(self, is_open: bool) -> None:
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        aside = Qt.ArrowType.LeftArrow if is_mirrored else Qt.ArrowType.RightArrow
        self._fold.setArrowType(Qt.ArrowType.DownArrow if is_open else aside)
        if is_open and self._body is None:
            self._body = self._make_body()
            self._column.addWidget(self._body)
        if self._body is not None:
            self._body.setVisible(is_open)
        self.show_draft()

    def _make_body(self) -> QWidget:
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(SPACE, 0, 0, SPACE)
        column.setSpacing(SPACE)
        if self.question.note:
            column.addWidget(self._make_note())
        for part in self.question.parts:
            if part.words:
                column.addWidget(QLabel(part.words))
            cards = ChoiceCards(part.words or self.question.words, part.cards, _COLUMNS)
            cards.chosen.connect(partial(self.chosen.emit, part.path))
            self._cards[part.path] = cards
            column.addWidget(cards)
        column.addWidget(self._about_number)
        return body

    def _make_note(self) -> QLabel:
        note = QLabel(self.question.note)
        set_role(note, "muted")
        return note

    def _show_cards(self) -> None:
        for part in self.question.parts:
            cards = self._cards[part.path]
            with QSignalBlocker(cards):
                cards.show_choice(self._value(part))
            cards.recommend(self._recommended(part))
            cards.refuse(partial(self._why_not, part))
        about = (self._letters_in_words(), self._number_in_words())
        self._about_number.setText("<br>".join(words for words in about if words))
        self._about_number.setVisible(any(about))

    def _why_not(self, part: Part, value: str) -> str:
        """The reason of the configs, with the names that stand on the cards."""
        reason = self._editor.why_not(part.path, value)
        if not reason:
            return ""
        questions = questions_of(self._editor.draft.config.model.kind)
        parts = [each for question in questions for each in question.parts]
        return with_card_titles(reason, [card for each in parts for card in each.cards])

    def _number_in_words(self) -> str:
        if self._number is None:
            return ""
        value = value_of(self._editor.draft.config, self._number.path)
        words = f"{self._number.label}: {value} {self._number.unit}".strip()
        link = f'<a href="{self._number.path}">{self.tr("change")}</a>'
        return f"{words} ({link})"

    def _letters_in_words(self) -> str:
        """What the letters of costs stand for, where there are any."""
        costs = [card.cost for part in self.question.parts for card in part.cards]
        if not any(cost.startswith("n") for cost in costs):
            return ""
        if any("w" in cost.split(" ")[0] for cost in costs):
            return self.tr(
                "Time and memory grow with n² or n·w: n pieces of a sentence (a word is one or a "
                "few), w of the window."
            )
        return self.tr(
            "Time and memory grow with n² or n: n pieces of a sentence (a word is one or a few)."
        )

    def _value(self, part: Part) -> str:
        return str(value_of(self._editor.draft.config, part.path))

    def _recommended(self, part: Part) -> str:
        if part.path == "model.kind":
            return self._editor.recommended_kind
        return str(value_of(self._editor.preset_config, part.path))

    def _answer_in_words(self) -> str:
        """Titles; one alone where all are the same."""
        titles = [self._title(part) for part in self.question.parts]
        if len(set(titles)) == 1:
            return titles[0]
        return " · ".join(
            f"{part.short}: {title}" if part.short else title
            for part, title in zip(self.question.parts, titles, strict=True)
        )

    def _title(self, part: Part) -> str:
        value = self._value(part)
        return next(card.title for card in part.cards if card.value == value)
