"""A form made from the typed config: every knob with its label, unit, bounds, help and reset."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.config_fields import FieldDescription, FieldKind
from attnstudio.config_knob import Level
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role

_LABEL_WIDTH = 132
_EDITOR_WIDTH = 130
_UNIT_WIDTH = 56
_HELP_WIDTH = 325
_GROUPED = re.compile(r"\d{1,3}([,.'’\s])\d{3}(\1\d{3})*")  # such as 1,024 or 1 024
_LEVELS = (Level.SIMPLE, Level.ADVANCED, Level.EXPERT)


class ConfigField(QWidget):
    """The editor of one knob, with its unit, reset, help and error.

    These parts are children of its parent, where they are to stand.

    Attributes:
        is_changed: whether its value is another than the preset's.

    Signals:
        edited: the new value as it would stand in TOML; a text that is no number stays a text.
        reset_asked: back to the preset's value.
    """

    edited = Signal(object)
    reset_asked = Signal()

    def __init__(self, field: FieldDescription, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._value: Any = None
        self.is_changed = False
        self.label = QLabel(field.label, parent)
        self.label.setToolTip(field.path)
        self.editor = self._make_editor(parent)
        self.editor.setAccessibleName(field.label)
        about = field.help.removesuffix(".")
        about = f"{about} ({field.bounds})." if field.bounds else f"{about}."
        about = f"{about} {field.effect}".strip()
        self.editor.setAccessibleDescription(about)
        self.editor.setToolTip(f"{field.help}\n{field.path}  {field.bounds}".strip())
        self.label.setBuddy(self.editor)
        self.reset = QPushButton("↺", parent)
        self.reset.setAccessibleName(self.tr("Reset {field}").format(field=field.label))
        self.reset.setToolTip(self.tr("Back to the preset's value"))
        self.reset.setFixedSize(24, 24)
        set_role(self.reset, "icon")
        self.reset.clicked.connect(self.reset_asked)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.unit = QLabel(field.unit, parent)
        set_role(self.unit, "muted")
        self.help = QLabel(about, parent)
        self.help.setWordWrap(True)
        self.help.setFixedWidth(_HELP_WIDTH)
        set_role(self.help, "muted")
        self.error = QLabel(parent)
        self.error.setWordWrap(True)
        self.error.setFixedWidth(_HELP_WIDTH)
        set_role(self.error, "error")
        self.error.hide()

    def show_value(self, value: Any, default: Any) -> None:  # noqa: ANN401 - of many types
        """Show a valid value, and whether it differs from the preset's."""
        self._value = value
        self.error.hide()
        self._mark(invalid=False)
        self.is_changed = value != default
        self.reset.setVisible(self.is_changed)
        font = self.label.font()
        font.setBold(self.is_changed)
        self.label.setFont(font)
        self.editor.blockSignals(True)
        match self.editor:
            case QCheckBox():
                self.editor.setChecked(bool(value))
            case QComboBox():
                self.editor.setCurrentIndex(self.editor.findData(value))
            case QLineEdit():
                value = None if self.field.zero and value == 0 else value
                text = "" if value is None else _as_text(value)
                if not _same_number(self.editor.text(), value):
                    self.editor.setText(text)
        self.editor.blockSignals(False)

    def value_in_words(self) -> str:
        """What it shows, with its unit."""
        match self.editor:
            case QCheckBox():
                return self.tr("on") if self.editor.isChecked() else self.tr("off")
            case QComboBox():
                return self.editor.currentText()
        words = self.editor.text() or self.editor.placeholderText()
        return f"{words} {self.field.unit}".strip()

    def show_error(self, message: str, typed: object) -> None:
        """Say what is wrong with what was typed; the text stays."""
        if isinstance(self.editor, QLineEdit) and _parse(self.editor.text(), self.field) != typed:
            self.editor.setText(str(typed))
        self.error.setText(message)
        self.error.setFixedHeight(self.error.heightForWidth(_HELP_WIDTH))
        self.error.show()
        self.reset.show()
        self._mark(invalid=True)

    def _make_editor(self, parent: QWidget | None) -> QCheckBox | QComboBox | QLineEdit:
        match self.field.kind:
            case FieldKind.SWITCH:
                box = QCheckBox(parent)
                box.toggled.connect(lambda on: self.edited.emit(on))
                return box
            case FieldKind.CHOICE:
                combo = QComboBox(parent)
                for choice in self.field.choices:
                    combo.addItem(choice.replace("_", " "), choice)
                combo.activated.connect(lambda _: self.edited.emit(combo.currentData()))
                combo.setFixedWidth(_EDITOR_WIDTH)
                return combo
        line = QLineEdit(parent)
        line.setFixedWidth(_EDITOR_WIDTH)
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        if self.field.optional or self.field.zero:
            line.setPlaceholderText(self.field.zero or self.tr("no limit"))
        line.editingFinished.connect(self._read_line)
        return line

    def _read_line(self) -> None:
        assert isinstance(self.editor, QLineEdit)
        text = self.editor.text().strip()
        is_zero = bool(self.field.zero) and not text
        if _same_number("0" if is_zero else text, self._value) and self.error.isHidden():
            return
        self.edited.emit(_parse(text, self.field))

    def _mark(self, *, invalid: bool) -> None:
        if (self.editor.property("invalid") == "true") == invalid:
            return  # to style it anew takes longer than all else
        self.editor.setProperty("invalid", "true" if invalid else "false")
        self.editor.style().unpolish(self.editor)
        self.editor.style().polish(self.editor)


class ConfigForm(QWidget):
    """All knobs of a run, those of the chosen level visible.

    Signals:
        edited: a knob's path and its new value.
        reset_asked: a knob's path.
    """

    edited = Signal(str, object)
    reset_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level = Level.SIMPLE
        self._fields: dict[str, ConfigField] = {}
        self._rows: dict[str, QWidget] = {}
        self._headings: dict[str, QLabel] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._inside: QWidget | None = None

    def show_fields(self, fields: Iterable[FieldDescription]) -> None:
        """Make the form anew for these knobs."""
        described = list(fields)
        if [field.path for field in described] == list(self._fields):
            return
        if self._inside is not None:
            self._column.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
        for known in (self._fields, self._rows, self._headings):
            known.clear()
        self._inside = QWidget(self)
        column = QVBoxLayout(self._inside)  # unlike a grid's, its hidden rows leave no space
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for description in described:
            if description.group not in self._headings:
                heading = QLabel(self._group_name(description.group), self._inside)
                set_role(heading, "heading")
                heading.setContentsMargins(0, SPACE, 0, 0)
                self._headings[description.group] = heading
                column.addWidget(heading)
            column.addWidget(self._make_row(description))
        self._column.addWidget(self._inside)
        self.set_level(self._level)

    def show_values(
        self,
        values: Mapping[str, Any],
        defaults: Mapping[str, Any],
        mistaken: Container[str] = (),
    ) -> None:
        """Show valid values; knobs that are mistaken keep what was typed."""
        for path, field in self._fields.items():
            if path not in mistaken:
                field.show_value(values[path], defaults.get(path))

    def show_error(self, path: str, message: str, typed: object) -> None:
        """Say what is wrong with what was typed for a knob, also when its level hides it."""
        if path in self._fields:
            self._fields[path].show_error(message, typed)
            self._show_field(path, shown=True)

    def set_level(self, level: Level) -> None:
        """Show the knobs of a level and of those below it; values stay."""
        self._level = level
        for path in self._fields:
            self._show_field(path, shown=self._is_shown(path))
        for group, heading in self._headings.items():
            inside = (path for path, field in self._fields.items() if field.field.group == group)
            heading.setVisible(any(self._is_shown(path) for path in inside))

    def focus(self, path: str) -> None:
        """Move to a knob, where it is shown."""
        if path in self._fields:
            self._fields[path].editor.setFocus()

    @property
    def level(self) -> Level:
        """Down to which the knobs are shown."""
        return self._level

    def out_of_sight(self) -> list[str]:
        """The knobs with another value than the preset's that this level does not show."""
        return [
            path
            for path, field in self._fields.items()
            if field.is_changed and self._rows[path].isHidden()
        ]

    def shows(self, path: str) -> bool:
        """Whether a knob is shown at this level."""
        return not self._rows[path].isHidden()

    def field(self, path: str) -> ConfigField:
        """The editor of a knob."""
        return self._fields[path]

    @property
    def paths(self) -> list[str]:
        """Every knob of the form."""
        return list(self._fields)

    def _make_row(self, description: FieldDescription) -> QWidget:
        row = QWidget(self._inside)
        field = ConfigField(description, row)
        path = description.path
        field.edited.connect(lambda value: self.edited.emit(path, value))
        field.reset_asked.connect(lambda: self.reset_asked.emit(path))
        self._fields[path], self._rows[path] = field, row
        field.hide()  # it only holds the parts together; they stand in the row
        field.label.setFixedWidth(_LABEL_WIDTH)
        field.label.setWordWrap(True)
        field.unit.setFixedWidth(_UNIT_WIDTH)
        parts = QHBoxLayout()
        parts.setSpacing(SPACE)
        for part in (field.label, field.editor, field.unit, field.reset):
            parts.addWidget(part)
        if isinstance(field.editor, QCheckBox):  # narrower than the editors of the other rows
            parts.insertSpacing(2, _EDITOR_WIDTH - field.editor.sizeHint().width())
        parts.addWidget(field.help)
        parts.addStretch()
        below = QHBoxLayout()
        below.setContentsMargins(_LABEL_WIDTH + SPACE, 0, 0, 0)
        below.addWidget(field.error)
        below.addStretch()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(parts)
        column.addLayout(below)
        return row

    def _is_shown(self, path: str) -> bool:
        field = self._fields[path]
        level = _LEVELS.index(field.field.level)
        return level <= _LEVELS.index(self._level) or not field.error.isHidden()

    def _show_field(self, path: str, *, shown: bool) -> None:
        self._rows[path].setVisible(shown)

    def _group_name(self, group: str) -> str:
        return {
            "limits": self.tr("When to stop"),
            "model": self.tr("Model"),
            "guidance": self.tr("Taught attention"),
            "training": self.tr("Training"),
            "tokenizer": self.tr("Pieces of text"),
        }[group]


def _as_text(value: float) -> str:
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def _same_number(text: str, value: object) -> bool:
    if value is None:
        return not text.strip()
    try:
        return float(text.replace(",", ".")) == value
    except ValueError:
        return False


def _parse(text: str, field: FieldDescription) -> object:
    """A number where the text is one; a comma counts as a point, but groups of a whole number."""
    if not text and field.optional:
        return None
    if not text and field.zero:
        return 0
    is_whole = field.kind is FieldKind.WHOLE
    if is_whole and _GROUPED.fullmatch(text):
        text = "".join(filter(str.isdigit, text))
    try:
        return int(text) if is_whole else float(text.replace(",", "."))
    except ValueError:
        return text
