"""A rule of a cleaning as it stands in the panel."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QGridLayout, QPushButton, QWidget

from attnstudio.config_fields import FieldDescription
from attnstudio.gui.look.theme import set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.config_form import ConfigField

_EDITOR_WIDTH = 84


class CleaningRuleRow:
    """A rule's name, its knob, its way back and the number of its pairs."""

    def __init__(self, description: FieldDescription, parent: QWidget) -> None:
        self.field = ConfigField(description, parent)
        self.field.hide()  # it only holds the parts together; they stand in the grid
        unit = f" ({description.unit})" if description.unit else ""
        self.field.label.setText(f"{description.label}{unit}")
        self.field.label.setToolTip(description.help)
        if not isinstance(self.field.editor, QCheckBox):
            self.field.editor.setFixedWidth(_EDITOR_WIDTH)
        self.field.editor.setToolTip(f"{description.help} {description.bounds}".strip())
        self.button = QPushButton(parent)
        self.button.setCheckable(True)
        self.button.setMinimumWidth(_EDITOR_WIDTH)
        set_role(self.button, "quiet")

    def place(self, grid: QGridLayout, row: int) -> None:
        """Stand in a row of a grid, and in the next with what is wrong."""
        parts = (self.field.label, self.field.editor, self.field.reset, self.button)
        for column, part in enumerate(parts):
            grid.addWidget(part, row, column)
        grid.addWidget(self.field.error, row + 1, 0, 1, len(parts))
        for part in (self.field.unit, self.field.help):
            part.setParent(self.field)

    def show_count(self, number: int | None) -> None:
        """Show how many pairs the rule drops; None where that is not known or it drops none."""
        label = self.field.field.label
        self.button.setText("–" if number is None else count(number))
        self.button.setEnabled(bool(number))
        words = self.button.tr("{rule}: show the {n} pairs").format(
            rule=label, n=self.button.text()
        )
        self.button.setAccessibleName(words)
        self.button.setToolTip(words if number else "")
