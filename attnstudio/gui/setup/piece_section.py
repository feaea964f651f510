"""The part of the setup page that cuts sentences of the corpus as the tokenizer would."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.config import TokenizerConfig
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.setup.segmentation_preview import SegmentationPreview
from attnstudio.gui.studio.tasks import Task, TaskControl, TaskRunner
from attnstudio.project.sample_tokenizers import Cutters, train_cutters


class PieceSection(QWidget):
    """One sentence pair in pieces, with the way to its neighbours.

    Args:
        tasks: where tokenizers are trained; anew when a setting changed.
        heading: what stands above.
        parent: owns the section.

    Signals:
        learnt: there are tokenizers of the config that was asked for last.
    """

    learnt = Signal()

    def __init__(self, tasks: TaskRunner, heading: QLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._corpus: ParallelCorpus | None = None
        self._config: TokenizerConfig | None = None
        self._place = 0
        self._cutters: Cutters | None = None
        self._cutting: Task | None = None
        self._preview = SegmentationPreview()
        card = QFrame()
        set_role(card, "card")
        QVBoxLayout(card).addWidget(self._preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(self._top(heading))
        column.addWidget(card)

    @property
    def preview(self) -> SegmentationPreview:
        """The pieces."""
        return self._preview

    def cutters(self, config: TokenizerConfig) -> Cutters | None:
        """The tokenizers of this config; None while there are none."""
        return self._cutters if config == self._config else None

    def set_corpus(self, corpus: ParallelCorpus | None) -> None:
        """Cut sentences of another corpus, once `cut` is called."""
        self._corpus = corpus
        self._config, self._cutters, self._place = None, None, 0

    def cut(self, config: TokenizerConfig) -> None:
        """Show the sentence in pieces, as soon as there are tokenizers of this config."""
        if self._corpus is None:
            return
        if self._cutters is not None and self._config == config:
            self._show_pieces()
            return
        if self._cutting is not None and self._cutting.is_running:
            if self._config == config:
                return
            self._cutting.cancel()
        self._config, self._cutters = config, None
        self._preview.say(self.tr("Cutting…"))
        self._cutting = self._tasks.run(
            self.tr("Trying the pieces"),
            partial(_train, self._corpus, config),
            on_done=partial(self._take, config),
            on_failed=self._say_failure,
            quiet=True,
        )

    def _top(self, heading: QLabel) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(heading)
        row.addStretch()
        for sign, name, move in (
            ("‹", self.tr("Previous sentence"), -1),
            ("›", self.tr("Next sentence"), 1),
        ):
            button = QPushButton(sign)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.setFixedSize(28, 26)
            set_role(button, "icon")
            button.clicked.connect(partial(self._move, move))
            row.addWidget(button)
        return row

    def _move(self, move: int) -> None:
        if self._corpus is not None:
            self._place = (self._place + move) % len(self._corpus)
            self._show_pieces()  # while it is still being cut, what comes is this sentence

    def _take(self, config: TokenizerConfig, cutters: Cutters) -> None:
        if config == self._config:
            self._cutters = cutters
            self._show_pieces()
            self.learnt.emit()

    def _say_failure(self, error: Exception) -> None:
        self._preview.say(str(error))

    def _show_pieces(self) -> None:
        cutters = self._cutters
        if self._corpus is None or cutters is None:
            return
        pair = self._corpus[self._place]
        source, target = cutters.source.tokens(pair.source), cutters.target.tokens(pair.target)
        self._preview.show_pieces(
            source,
            target,
            self.tr(
                "{source} and {target} pieces. Learnt from a sample of {pairs} pairs, which gave "
                "{size} different pieces."
            ).format(
                source=len(source),
                target=len(target),
                pairs=count(cutters.pairs),
                size=count(cutters.source.size),
            ),
        )


def _train(corpus: ParallelCorpus, config: TokenizerConfig, control: TaskControl) -> Cutters | None:
    return train_cutters(corpus, config, control.should_stop)
