"""The splits of a corpus, and what is wrong with them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.splitting import Leaks
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.split_bar import SplitBar


class SplitPanel(QWidget):
    """Training, validation and test pairs, missing splits and pairs that splits share.

    Signals:
        split_chosen: the `Split` whose pairs are wanted.
        cut_wanted: validation and test pairs are to be cut now.
        check_wanted: the splits are to be compared.
        removal_wanted: the training pairs that share a sentence are to go.
    """

    split_chosen = Signal(object)
    cut_wanted = Signal()
    check_wanted = Signal()
    removal_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reason = ""
        self._bar = SplitBar(self.tr("Pairs by split"), self)
        self._bar.chosen.connect(self._choose_split)
        self._missing = _wrapped_label(self)
        self._cut = QPushButton(self.tr("Cut them now"), self)
        self._cut.clicked.connect(self.cut_wanted)
        self._overlap = _wrapped_label(self)
        self._check = QPushButton(self.tr("Compare the splits"), self)
        self._check.clicked.connect(self.check_wanted)
        self._remove = QPushButton(self)
        self._remove.clicked.connect(self.removal_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._bar)
        for label, buttons in (
            (self._missing, [self._cut]),
            (self._overlap, [self._check, self._remove]),
        ):
            column.addWidget(label)
            row = QHBoxLayout()
            row.setSpacing(SMALL_SPACE)
            for button in buttons:
                row.addWidget(button)
            row.addStretch()
            column.addLayout(row)

    def show_counts(self, counts: dict[Split, int]) -> None:
        """Show the splits of a corpus that has not been compared yet."""
        self._bar.show_counts(counts)
        missing = [split for split in (Split.VALID, Split.TEST) if not counts[split]]
        words = {
            (Split.VALID,): self.tr("There are no validation pairs yet."),
            (Split.TEST,): self.tr("There are no test pairs yet."),
            (Split.VALID, Split.TEST): self.tr("There are no validation and test pairs yet."),
        }
        if missing:
            rule = self.tr("The first training cuts 5 % for each, at most 1,000 pairs.")
            self._missing.setText(f"{words[tuple(missing)]} {rule}")
        for widget in (self._missing, self._cut):
            widget.setVisible(bool(missing))
        self._cut.setEnabled(not self._reason)
        can_overlap = counts[Split.TRAIN] > 0 and len(missing) < 2
        self._say(self.tr("The splits have not been compared yet."), "muted")
        self._overlap.setVisible(can_overlap)
        self._check.setVisible(can_overlap)
        self._remove.hide()

    def show_comparing(self) -> None:
        """Say that the splits are being compared."""
        self._say(self.tr("Comparing the splits…"), "muted")
        self._check.hide()

    def show_leaks(self, leaks: Leaks) -> None:
        """Say what the splits share."""
        exact, loose = leaks.exact, leaks.loose
        shared = len(exact.train)
        self._check.hide()
        self._remove.setVisible(bool(shared))
        self._remove.setEnabled(not self._reason)
        sentences = []
        if shared:
            words = self.tr(
                "⚠ {valid} validation and {test} test pairs share a sentence with training pairs. "
                "Scores on them will look better than they are."
            )
            sentences.append(words.format(valid=count(exact.valid), test=count(exact.test)))
        if len(loose.train) > shared:
            words = self.tr(
                "{n} more training pairs are like held-out ones but for case and punctuation."
            )
            sentences.append(words.format(n=count(len(loose.train) - shared)))
        if loose.valid_with_test:
            words = self.tr("{n} validation pairs share a sentence with test pairs.")
            sentences.append(words.format(n=count(loose.valid_with_test)))
        if not sentences:
            words = self.tr("✓ No sentence of the validation and test pairs is trained on.")
            self._say(words, "success")
            return
        self._say(" ".join(sentences), "warning" if shared else "muted")
        button = self.tr("Remove the {n} training pairs").format(n=count(shared))
        self._remove.setText(self.tr("Remove the one training pair") if shared == 1 else button)

    def show_busy(self) -> None:
        """The corpus is being changed: nothing more can be asked for until it is shown again."""
        for button in (self._cut, self._check, self._remove):
            button.setEnabled(False)

    def show_idle(self) -> None:
        """The corpus is no longer being changed."""
        self._check.setEnabled(True)
        self.allow(self._reason)

    def allow(self, reason: str) -> None:
        """Let the corpus be changed, or say why it cannot be."""
        self._reason = reason
        for button in (self._cut, self._remove):
            button.setEnabled(not reason)
            button.setToolTip(reason)

    def _say(self, words: str, role: str) -> None:
        self._overlap.setText(words)
        set_role(self._overlap, role)

    def _choose_split(self, _: int, bar: int) -> None:
        self.split_chosen.emit(list(Split)[bar])


def _wrapped_label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    return label
