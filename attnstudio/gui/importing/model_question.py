"""What an exported model says of itself, and where it would go: asked before it becomes a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.importing.said_label import said_label
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, decimals, language_name
from attnstudio.gui.widgets.dialog_buttons import set_only_default
from attnstudio.interpretation.lettering import isolate

if TYPE_CHECKING:  # pydantic takes a while to load: the window answers before
    from attnstudio.export.facts import ExportFacts

_WIDTH = 560
_PATH_WIDTH = 380
_DAY = len("2026-11-30")


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """An exported model and where it may go.

    Attributes:
        folder: the exported one.
        facts: what that says of it.
        file_bytes: of all its files.
        opened: the folder of the open project, where that is of its languages; else None.
        is_open: whether a project is open that takes runs.
        new: a free folder for a project of its own.
    """

    folder: Path
    facts: ExportFacts
    file_bytes: int
    opened: Path | None
    is_open: bool
    new: Path


class ModelQuestion(QDialog):
    """Asks whether a model is to become a run, and of which project.

    Args:
        offer: the model.
        parent: the window.

    Signals:
        wished: the folder of the project that takes it, which may not be there yet.
    """

    wished = Signal(object)

    def __init__(self, offer: ModelOffer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offer = offer
        self.setWindowTitle(self.tr("Import a model"))
        self.setMinimumWidth(_WIDTH)
        self._here = QRadioButton()
        self._new = QRadioButton()
        self._import = QPushButton(self.tr("&Import"))
        set_role(self._import, "primary")
        self._import.clicked.connect(self._wish)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.clicked.connect(self.reject)
        self._lay_out()
        set_only_default(self, self._import)
        self._import.setFocus()
        self.resize(_WIDTH, self.heightForWidth(_WIDTH))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        name = said_label("heading")
        name.setText(isolate(self._offer.facts.run))
        column.addWidget(name)
        column.addWidget(_muted(self.tr("What the folder says of the model:")))
        column.addLayout(self._facts())
        column.addSpacing(SPACE)
        column.addLayout(self._places())
        column.addWidget(
            _muted(
                self.tr("It will translate and show its attention, and cannot be trained further.")
            )
        )
        column.addStretch()
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._import)
        column.addLayout(buttons)

    def _facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SMALL_SPACE)
        grid.setColumnStretch(1, 1)
        for row, (title, words) in enumerate(self._rows()):
            value = said_label("")
            value.setText(words)
            value.setAccessibleName(f"{title}: {words}")
            grid.addWidget(_muted(title), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        return grid

    def _rows(self) -> Iterator[tuple[str, str]]:
        """The facts by their titles."""
        facts = self._offer.facts
        source, target = facts.source_language, facts.target_language
        yield self.tr("Translates"), f"{language_name(source)} → {language_name(target)}"
        yield self.tr("Kind"), self._kind_words()
        size = QLocale().formattedDataSize(self._offer.file_bytes, 1)
        words = self.tr("{n} parameters, {size}").format(n=count(facts.parameters), size=size)
        yield self.tr("Size"), words
        yield self.tr("Has learnt"), self._learning_words()
        if facts.tests:
            test = facts.tests[-1]
            words = self.tr("BLEU {score} on {n} sentences")
            yield (
                self.tr("Quality"),
                words.format(score=decimals(test.bleu, 1), n=count(test.sentences)),
            )
        words = self.tr("Attention Studio {version}, {day}")
        day = facts.exported_at[:_DAY]
        yield self.tr("Written by"), words.format(version=facts.program, day=day)
        yield self.tr("Folder"), self._short(self._offer.folder)

    def _kind_words(self) -> str:
        model = self._offer.facts.config.model
        if model.kind == "recurrent":
            return self.tr("Recurrent, layers: {n}").format(n=count(model.layers))
        words = self.tr("Transformer, layers: {encoder} + {decoder}, heads: {heads}")
        return words.format(
            encoder=count(model.encoder_layers),
            decoder=count(model.decoder_layers),
            heads=count(model.heads),
        )

    def _learning_words(self) -> str:
        facts = self._offer.facts
        steps = count(facts.step)
        if not facts.training_pairs:
            return self.tr("{n} updates").format(n=steps)
        words = self.tr("{n} updates, from {pairs} sentence pairs")
        return words.format(n=steps, pairs=count(facts.training_pairs))

    def _places(self) -> QVBoxLayout:
        """Where it goes: there is a choice where the open project is of its languages."""
        offer = self._offer
        column = QVBoxLayout()
        column.setSpacing(SMALL_SPACE)
        if offer.opened is None:
            if offer.is_open:
                column.addWidget(_plain(self.tr("The open project is of other languages.")))
            words = self.tr("It becomes a new project: {path}")
            column.addWidget(_plain(words.format(path=self._short(offer.new))))
            return column
        here = self.tr("Into the &open project: {name}")
        self._here.setText(here.format(name=isolate(offer.opened.name.replace("&", "&&"))))
        self._here.setToolTip(str(offer.opened))
        self._here.setChecked(True)
        new = self.tr("Into a &new project: {path}")
        self._new.setText(new.format(path=self._short(offer.new).replace("&", "&&")))
        self._new.setToolTip(str(offer.new))
        column.addWidget(self._here)
        column.addWidget(self._new)
        return column

    def _short(self, path: Path) -> str:
        """A path with its middle left out where it is long: it has nowhere to break."""
        elide = Qt.TextElideMode.ElideMiddle
        return isolate(self.fontMetrics().elidedText(str(path), elide, _PATH_WIDTH))

    def _wish(self) -> None:
        offer = self._offer
        is_here = offer.opened is not None and self._here.isChecked()
        self.wished.emit(offer.opened if is_here else offer.new)
        self.accept()


def _muted(words: str) -> QLabel:
    label = _plain(words)
    set_role(label, "muted")
    return label


def _plain(words: str) -> QLabel:
    label = said_label("")
    label.setText(words)
    return label
