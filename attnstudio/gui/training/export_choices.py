"""What a run can be exported as: a choice of three, each with what it is for, or why it rests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role

WEIGHTS, ONNX, CTRANSLATE2 = "weights", "onnx", "ctranslate2"  # of `exporting.ExportFormat`

_INDENT = 24  # below the words of its button, and not below the button


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What is wanted.

    Attributes:
        format_: the value of an `ExportFormat`.
        quantization: the value of a `Quantization`; of other formats ``float32``.
    """

    format_: str
    quantization: str


class ExportChoices(QWidget):
    """One button each; below it muted words.

    Args:
        width: of the words.
        parent: owns it.
    """

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QRadioButton] = {}
        self._about: dict[str, tuple[QLabel, str]] = {}
        self.precision = QComboBox()
        self.precision.setAccessibleName(self.tr("Precision of the weights"))
        for value, words in self._precisions():
            self.precision.addItem(words, value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        for value, name, words in self._formats():
            if self.buttons:
                column.addSpacing(SPACE)
            self._add(value, name, words, width, column)
        column.addLayout(self._precision_row())
        self.buttons[WEIGHTS].setChecked(True)
        self.buttons[CTRANSLATE2].toggled.connect(self.precision.setEnabled)
        self.precision.setEnabled(False)

    @property
    def wish(self) -> ExportWish:
        """What is chosen."""
        format_ = next(value for value, button in self.buttons.items() if button.isChecked())
        exact = format_ != CTRANSLATE2
        return ExportWish(format_, "float32" if exact else str(self.precision.currentData()))

    def rest(self, format_: str, reason: str) -> None:
        """Let a format be chosen, or say why it cannot."""
        button, (label, usual) = self.buttons[format_], self._about[format_]
        label.setText(reason or usual)
        button.setEnabled(not reason)
        button.setAccessibleDescription(reason or usual)
        if reason and button.isChecked():
            self.buttons[WEIGHTS].setChecked(True)

    def _formats(self) -> Iterator[tuple[str, str, str]]:
        yield (
            WEIGHTS,
            self.tr("&PyTorch weights"),
            self.tr(
                "Safetensors, tokenizers and a README whose thirty lines of plain PyTorch "
                "translate. Others can bring it into Attention Studio again."
            ),
        )
        yield (
            ONNX,
            self.tr("&ONNX"),
            self.tr(
                "Two graphs for programs in any language, with the attention among their outputs. "
                "Compared with Attention Studio on 64 sentences."
            ),
        )
        yield (
            CTRANSLATE2,
            self.tr("&CTranslate2"),
            self.tr(
                "Fast translation of many texts. Compared with Attention Studio on 200 sentences."
            ),
        )

    def _precisions(self) -> Iterator[tuple[str, str]]:
        yield "float32", self.tr("float32, as it was trained")
        yield "int8", self.tr("int8, a quarter of the size, less exact")
        yield "int16", self.tr("int16, half the size; some processors compute it as int8")
        yield "bfloat16", self.tr("bfloat16, half the size")
        yield "float16", self.tr("float16, half the size, for GPUs")

    def _add(self, value: str, name: str, words: str, width: int, column: QVBoxLayout) -> None:
        button = QRadioButton(name)
        button.setAccessibleDescription(words)
        label = QLabel(words)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setWordWrap(True)
        label.setFixedWidth(width)
        label.setContentsMargins(_INDENT, 0, 0, 0)
        set_role(label, "muted")
        column.addWidget(button)
        column.addWidget(label)
        self.buttons[value], self._about[value] = button, (label, words)

    def _precision_row(self) -> QHBoxLayout:
        label = QLabel(self.tr("P&recision"))
        label.setBuddy(self.precision)
        row = QHBoxLayout()
        row.setContentsMargins(_INDENT, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(label)
        row.addWidget(self.precision)
        row.addStretch()
        return row
