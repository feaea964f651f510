"""Asking for files; tests hand in answers instead."""

from __future__ import annotations

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
    """Ask for a file to write; empty when the person would rather not."""
    return QFileDialog.getSaveFileName(parent, title, name, kinds)[0]
