"""What the program is, what it runs on and what it is made of."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.theme import SPACE, set_role
from attnstudio.gui.widgets.fault_box import versions

_PARTS = (
    "torch", "PySide6-Essentials", "pyqtgraph", "sentencepiece", "sacrebleu", "numpy", "pydantic",
    "safetensors", "typer", "rich", "tomlkit", "filelock", "psutil", "superqt", "wakepy",
)  # fmt: skip


class AboutBox(QDialog):
    """Versions and licences, to read and to copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Attention Studio"))
        self.resize(520, 420)
        self._text = "\n".join((versions(), "", *map(_part, _PARTS)))
        title = QLabel(self.tr("Attention Studio"))
        set_role(title, "page-title")
        sentence = QLabel(
            self.tr("Train an attention translator on your own machine and see what it looks at.")
        )
        sentence.setWordWrap(True)
        facts = QPlainTextEdit(self._text, readOnly=True)
        facts.setAccessibleName(self.tr("Versions and licences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        for widget in (title, sentence, facts, buttons):
            column.addWidget(widget)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


def _part(name: str) -> str:
    """Name, version and licence of a package."""
    try:
        facts = metadata(name)
    except PackageNotFoundError:
        return f"{name}: not installed"
    said = [facts[key] for key in ("License-Expression", "License") if key in facts]
    licence = said[0].splitlines()[0][:60] if said else ""
    return f"{name} {facts['Version']}  {licence}".rstrip()
