"""Finds in a widget what a person finds there: by its kind, its name and what is written on it."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QLabel


def find(owner, kind, name=""):
    """The only thing of a kind in a widget, or the only visible one.

    A name may be its object name, its accessible name or what is written on it.
    """
    found = [child for child in owner.findChildren(kind) if not name or name in _names_of(child)]
    if len(found) > 1:
        found = [child for child in found if child.isVisibleTo(owner)]
    assert len(found) == 1, f"{len(found)} of {kind.__name__} {name!r} in {owner}"
    return found[0]


def press(owner, words):
    """Click the button with these words."""
    find(owner, QAbstractButton, words).click()


def words_in(owner):
    """The text of each label that can be seen."""
    labels = owner.findChildren(QLabel)
    return [label.text() for label in labels if label.text() and label.isVisibleTo(owner)]


def text_in(owner):
    """The same as one text."""
    return "\n".join(words_in(owner))


def rests(owner):
    """Whether no timer of a widget waits for the person to pause."""
    return not any(timer.isActive() for timer in owner.findChildren(QTimer))


def _names_of(child):
    text = getattr(child, "text", str)()
    return {child.objectName(), child.accessibleName(), text.replace("&", "")}
