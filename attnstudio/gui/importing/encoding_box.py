"""A choice of how texts are read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from attnstudio.corpus.encoding import Encoding

# Codecs of Python, and what texts in them are commonly written in.
_ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252, Western",
    "cp1250": "Windows-1250, Central European",
    "cp1251": "Windows-1251, Cyrillic",
    "cp1253": "Windows-1253, Greek",
    "cp1254": "Windows-1254, Turkish",
    "cp1255": "Windows-1255, Hebrew",
    "cp1256": "Windows-1256, Arabic",
    "koi8_r": "KOI8-R, Russian",
    "gb18030": "GB18030, Chinese",
    "big5": "Big5, Chinese",
    "shift_jis": "Shift JIS, Japanese",
    "euc_jp": "EUC-JP, Japanese",
    "euc_kr": "EUC-KR, Korean",
}


class EncodingBox(QComboBox):
    """What was found out, and the common encodings.

    Args:
        found: how the texts were read.
        parent: the dialog.

    Signals:
        encoding_chosen: the name of a codec; empty for what was found out.
    """

    encoding_chosen = Signal(str)

    def __init__(self, found: Sequence[Encoding], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = [_ENCODINGS.get(encoding.name, encoding.name) for encoding in found]
        words = self.tr("As found: {encodings}")
        if any(encoding.guessed for encoding in found):
            words = self.tr("As it seems: {encodings}")
        self.setAccessibleName(self.tr("Encoding of the texts"))
        self.addItem(words.format(encodings="; ".join(names)), "")
        for codec, name in _ENCODINGS.items():
            self.addItem(name, codec)
        self.activated.connect(lambda _: self.encoding_chosen.emit(self.currentData()))
