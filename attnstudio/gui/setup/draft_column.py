"""All that is chosen about a model and its training, in one column: from a preset to every knob."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from attnstudio.config_fields import FieldDescription, describe_fields, value_of
from attnstudio.config_knob import Level
from attnstudio.gui.look.theme import PAGE_MARGIN, SMALL_SPACE, SPACE, set_role
from attnstudio.gui.setup.attention_section import AttentionSection
from attnstudio.gui.setup.card import Card
from attnstudio.gui.setup.changed_settings import ChangedSettings, HiddenSetting
from attnstudio.gui.setup.choice_cards import ChoiceCards
from attnstudio.gui.setup.draft_editing import DraftEditor, changes_of
from attnstudio.gui.setup.level_buttons import LevelButtons
from attnstudio.gui.widgets.config_form import ConfigForm
from attnstudio.gui.widgets.link_label import LinkLabel
from attnstudio.presets import PRESETS, find_preset

_ADVICE_WIDTH = 680


class DraftColumn(QScrollArea):
    """Shows the draft, and changes it as the person wishes.

    Args:
        editor: has the draft.
        below: what stands under the knobs.
        parent: owns it.

    Attributes:
        presets: where one begins.
        attention: the knobs of the attention, by cards.
        form: every other knob.

    Signals:
        costs_asked: the person wants to know what kinds of attention cost.
    """

    costs_asked = Signal()

    def __init__(self, editor: DraftEditor, below: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self._editor = editor
        self.presets = ChoiceCards(
            self.tr("Preset"),
            [Card(name, name, "", preset.reason, "") for name, preset in PRESETS.items()],
            columns=4,
        )
        self.attention = AttentionSection(editor)
        self._levels = LevelButtons()
        self.form = ConfigForm()
        self._changed = ChangedSettings()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._make_inside(below))
        self._connect()

    def show_fields(self) -> list[FieldDescription]:
        """Let the form have the knobs of the draft's kind of model; they are many."""
        fields = describe_fields(self._editor.draft.config.model.kind)
        self.form.show_fields(field for field in fields if field.path not in self.attention.paths)
        return fields

    def show_draft(self) -> None:
        """Show what the draft is now."""
        draft, preset = self._editor.draft, self._editor.preset_config
        self.presets.show_choice(draft.preset, changed=bool(changes_of(draft)))
        self.attention.show_draft()
        fields = self.show_fields()
        self.form.show_values(
            {field.path: value_of(draft.config, field.path) for field in fields},
            {field.path: value_of(preset, field.path) for field in fields},
            self._editor.wrong,
        )
        for path, mistake in self._editor.wrong.items():
            self.form.show_error(path, mistake.message, mistake.typed)
        self._show_changes()

    def show_knob(self, path: str) -> None:
        """Go to a knob, opening its cards or at a level that shows it."""
        shown: QWidget
        if path in self.attention.paths:
            shown = self.attention.section_of(path)
            shown.open()
        else:
            shown = self.form.field(path)
            if not self.form.shows(path):
                self._choose_level(shown.field.level)
            self.form.focus(path)
        if (inside := self.widget()) is not None:
            inside.adjustSize()  # a level that was just chosen moves the knob's place
        self.ensureWidgetVisible(shown, 0, PAGE_MARGIN)

    def _make_inside(self, below: QWidget) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self._advice())
        column.addWidget(heading(self.tr("Start from")))
        column.addWidget(self.presets)
        column.addLayout(self._attention_heading())
        column.addWidget(self.attention)
        column.addLayout(self._settings_heading())
        column.addWidget(self._changed)
        column.addWidget(self.form)
        column.addWidget(below)  # last: what is cut arrives late and has its own height
        column.addStretch()
        return inside

    def _advice(self) -> QLabel:
        """What somebody needs to know who knows nothing of all this."""
        label = QLabel(
            self.tr(
                "New to this? Leave everything as it is and press Start training: you can watch it "
                "learn, stop at any time and go on later."
            )
        )
        label.setWordWrap(True)
        label.setFixedWidth(_ADVICE_WIDTH)
        return label

    def _attention_heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(heading(self.tr("Attention")))
        row.addStretch()
        words = self.tr("What does it cost here?")
        cost = LinkLabel(f'<a href="lab">{words}</a>')
        cost.linkActivated.connect(lambda _: self.costs_asked.emit())
        row.addWidget(cost, alignment=Qt.AlignmentFlag.AlignBottom)
        return row

    def _settings_heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SMALL_SPACE)
        row.addWidget(heading(self.tr("Settings")))
        row.addStretch()
        row.addWidget(self._levels)
        return row

    def _connect(self) -> None:
        self.presets.chosen.connect(self._choose_preset)
        self.attention.knob_asked.connect(self.show_knob)
        self._levels.chosen.connect(self._choose_level)
        self.form.edited.connect(self._edit)
        self.form.reset_asked.connect(self._reset)
        self._changed.knob_asked.connect(self.show_knob)
        self._changed.preset_asked.connect(lambda: self._choose_preset(self._editor.draft.preset))

    def _show_changes(self) -> None:
        draft = self._editor.draft
        hidden = [
            HiddenSetting(path, field.field.label, field.value_in_words())
            for path in self.form.out_of_sight()
            for field in (self.form.field(path),)
        ]
        self._changed.show_changes(draft.preset, len(changes_of(draft)), hidden)

    def _choose_level(self, level: Level) -> None:
        self._levels.choose(level)
        self.form.set_level(level)
        self._show_changes()

    def _choose_preset(self, name: str) -> None:
        draft = replace(self._editor.draft, preset=name, config=find_preset(name).config)
        self._editor.set_draft(draft, self.tr("preset {name}").format(name=name), "preset")

    def _edit(self, path: str, value: object) -> None:
        label = self.form.field(path).field.label
        self._editor.set_knob(path, value, self.tr("change {knob}").format(knob=label.lower()))

    def _reset(self, path: str) -> None:
        value = value_of(self._editor.preset_config, path)
        label = self.form.field(path).field.label
        self._editor.set_knob(path, value, self.tr("reset {knob}").format(knob=label.lower()))


def heading(text: str) -> QLabel:
    """What stands above a part of the page."""
    label = QLabel(text)
    label.setContentsMargins(0, SPACE, 0, 0)
    set_role(label, "heading")
    return label
