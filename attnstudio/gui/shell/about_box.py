"""What the program is, what it runs on and what it is made of."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata

from PySide6.QtWidgets import QWidget

from attnstudio.gui.shell.fault_box import log_end, versions
from attnstudio.gui.shell.text_dialog import TextDialog

_PARTS = (
    "torch", "PySide6-Essentials", "pyqtgraph", "sentencepiece", "sacrebleu", "numpy", "pydantic",
    "safetensors", "typer", "rich", "tomlkit", "filelock", "platformdirs", "psutil", "superqt",
    "wakepy",
)  # fmt: skip


class AboutBox(TextDialog):
    """Versions and licences, to read and to copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("About Attention Studio"),
            "\n".join((versions(), "", *map(_part, _PARTS), "", log_end())),
            heading=self.tr("Attention Studio"),
            sentence=self.tr(
                "Train an attention translator on your own machine and see what it looks at."
            ),
            parent=parent,
        )


def _part(name: str) -> str:
    """Name, version and licence of a package."""
    try:
        facts = metadata(name)
    except PackageNotFoundError:
        return f"{name}: not installed"
    said = [facts[key] for key in ("License-Expression", "License") if key in facts]
    licence = said[0].splitlines()[0][:60] if said else ""
    return f"{name} {facts['Version']}  {licence}".rstrip()
