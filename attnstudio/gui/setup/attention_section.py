"""All questions about the attention, one below the other."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from attnstudio.config_fields import FieldDescription, describe_fields
from attnstudio.gui.look.theme import SMALL_SPACE, set_role
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.setup.question_section import QuestionSection
from attnstudio.gui.setup.questions import MODEL_KIND, Question, model_question, questions_of
from attnstudio.presets import find_preset

_WIDTH = 680


class AttentionSection(QWidget):
    """Lets each part of the attention be chosen by cards; a card sets its knob and no other.

    Args:
        editor: has the draft.
        parent: owns it.

    Signals:
        knob_asked: the path of a knob of the form.
    """

    knob_asked = Signal(str)

    def __init__(self, editor: DraftEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._why = QLabel()
        self._why.setWordWrap(True)
        self._why.setFixedWidth(_WIDTH)
        set_role(self._why, "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._why)
        self._column.addSpacing(SMALL_SPACE)
        self._model = self._make_section(model_question(), {})
        self._of_kinds: dict[str, list[QuestionSection]] = {}
        self.show_draft()

    @property
    def sections(self) -> list[QuestionSection]:
        """Those of the draft's kind of model."""
        return [self._model, *self._of_kinds[self._kind]]

    @property
    def paths(self) -> list[str]:
        """The knobs that have cards here, for the draft's kind of model."""
        return [part.path for section in self.sections for part in section.question.parts]

    def show_draft(self) -> None:
        """Show what the draft is now."""
        preset = self._editor.draft.preset
        self._why.setText(
            self.tr("Preset {name}: {why}").format(name=preset, why=find_preset(preset).attention)
        )
        if self._kind not in self._of_kinds:
            fields = {field.path: field for field in describe_fields(self._kind)}
            self._of_kinds[self._kind] = [
                self._make_section(question, fields) for question in questions_of(self._kind)
            ]
        for kind, sections in self._of_kinds.items():
            for section in sections:
                section.setVisible(kind == self._kind)
        for section in self.sections:
            section.show_draft()

    def section_of(self, path: str) -> QuestionSection:
        """The question that a knob answers."""
        return next(
            section
            for section in self.sections
            if path in [part.path for part in section.question.parts]
        )

    @property
    def _kind(self) -> str:
        return self._editor.draft.config.model.kind

    def _make_section(
        self, question: Question, fields: dict[str, FieldDescription]
    ) -> QuestionSection:
        section = QuestionSection(question, self._editor, fields.get(question.number))
        section.chosen.connect(self._choose)
        section.knob_asked.connect(self.knob_asked)
        self._column.addWidget(section)
        return section

    def _choose(self, path: str, value: str) -> None:
        if path == MODEL_KIND:
            self._editor.set_model({"kind": value}, self.tr("kind of model"))
            return
        fields = describe_fields(self._kind)
        label = next(field.label for field in fields if field.path == path)
        self._editor.set_knob(path, value, self.tr("change {knob}").format(knob=label.lower()))
