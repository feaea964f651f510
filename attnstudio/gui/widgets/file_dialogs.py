"""Asking for files; tests hand in answers instead."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def choose_files(parent: QWidget | None, title: str) -> list[Path]:
    """Ask for files to read."""
    return [Path(name) for name in QFileDialog.getOpenFileNames(parent, title)[0]]


def choose_folder(parent: QWidget | None, title: str) -> Path | None:
    """Ask for a folder; None when the person would rather not."""
    name = QFileDialog.getExistingDirectory(parent, title)
    return Path(name) if name else None


def choose_save_path(parent: QWidget, title: str, name: str, kinds: str) -> str:
    """Ask for a file to write; empty when the person would rather not.

    It begins where the person was last, as Qt does by itself only where no name is proposed.

    Args:
        parent: what the dialog belongs to.
        title: of the dialog.
        name: what is proposed.
        kinds: as ``Picture (*.png);;Table (*.csv)``.
    """
    proposed = QFileDialog().directory().filePath(name)
    chosen, kind = QFileDialog.getSaveFileName(parent, title, proposed, kinds)
    return with_ending(chosen, name, kind)


def with_ending(chosen: str, proposed: str, kind: str) -> str:
    """A file's name with the ending of the kind that was picked from the list.

    An ending that a person typed stays; the one that was only proposed does not.

    Args:
        chosen: what came back from the dialog; may be empty.
        proposed: what stood there first.
        kind: as ``Picture (*.png)``.
    """
    endings = re.findall(r"\*(\.\w+)", kind)
    path = Path(chosen)
    if not chosen or len(endings) != 1 or path.suffix.lower() == endings[0]:
        return chosen
    if path.suffix and path.name != Path(proposed).name:
        return chosen
    return str(path.with_suffix(endings[0]))
