"""Fields of a dialog below each other, each with its label."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QFormLayout, QLabel, QLayout, QWidget

from attnstudio.gui.look.theme import SPACE


def form_of(rows: Iterable[tuple[str, QWidget, QWidget | QLayout]]) -> QFormLayout:
    """A form in which each label leads to its field by its key and names it to a screen reader.

    Args:
        rows: label with ``&`` before its key, the field, and what stands in the row: the field
            itself, or a layout that holds it.
    """
    form = QFormLayout()
    form.setSpacing(SPACE)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for label, field, row in rows:
        words = QLabel(label)
        words.setBuddy(field)
        field.setAccessibleName(label.replace("&", ""))
        form.addRow(words, row)
    return form
