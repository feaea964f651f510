"""What a corpus is, in two lines, and where one goes on from it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, language_name, split_name


class CorpusHeader(QWidget):
    """Languages and sizes, with the ways to a training.

    Signals:
        setup_wanted: a training is to be set up.
        reverse_wanted: one in the other direction.
    """

    setup_wanted = Signal()
    reverse_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        self._facts = QLabel(self)
        self._reverse = QPushButton(self.tr("Train the other direction"), self)
        self._reverse.clicked.connect(self.reverse_wanted)
        set_up = QPushButton(self.tr("Set up training"), self)
        set_up.clicked.connect(self.setup_wanted)
        set_role(self._title, "page-title")
        set_role(self._facts, "muted")
        set_role(set_up, "primary")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addLayout(words, stretch=1)
        row.addWidget(self._reverse)
        row.addWidget(set_up)

    def show_corpus(self, corpus: ParallelCorpus) -> None:
        """Say what it is."""
        source = language_name(corpus.source_language)
        target = language_name(corpus.target_language)
        self._title.setText(self.tr("{source} → {target}").format(source=source, target=target))
        self._reverse.setToolTip(
            self.tr("{source} → {target}").format(source=target, target=source)
        )
        facts = [self.tr("{n} pairs").format(n=count(len(corpus)))]
        facts += [
            self.tr("{n} {split}").format(n=count(number), split=split_name(split))
            for split, number in corpus.counts().items()
        ]
        if corpus.has_gold:
            facts.append(self.tr("with annotated word links"))
        self._facts.setText(" · ".join(facts))
