"""Sentence pairs that show how an entry of the word list is used, with their links drawn."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.gold_links import LinkPictureBox
from attnstudio.gui.links.linked_words import CERTAIN
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.interpretation.lettering import isolate
from attnstudio.project.corpus_links import KEPT_ABOVE, PairLinks
from attnstudio.project.standing_links import StandingLinks
from attnstudio.project.word_list import MOST_EXAMPLES, WordEntry, spans_of_entry


class WordExamples(QWidget):
    """A button for each example, and the picture of the chosen one.

    Signals:
        correct_wanted: the links of the pair that is shown are to be corrected.
    """

    correct_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corpus: ParallelCorpus | None = None
        self._links: StandingLinks | None = None
        self._entry: WordEntry | None = None
        self._title = QLabel(self)
        set_role(self._title, "heading")
        self._buttons = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(SMALL_SPACE)
        for place in range(MOST_EXAMPLES):
            button = QPushButton(self)
            button.setCheckable(True)
            set_role(button, "quiet")
            button.clicked.connect(partial(self._show_example, place))
            self._buttons.addButton(button, place)
            row.addWidget(button)
        self._correct = QPushButton(self.tr("Correct this sentence"), self)
        set_role(self._correct, "quiet")
        self._correct.clicked.connect(self._ask_to_correct)
        row.addWidget(self._correct)
        self.picture = LinkPictureBox(self)
        self.picture.picture.setAccessibleName(self.tr("Linked words"))
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._title, stretch=1)
        top.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(top)
        column.addWidget(self.picture, stretch=1)
        self.show_entry(None)

    def show_corpus(self, corpus: ParallelCorpus, links: StandingLinks) -> None:
        """Take examples from another corpus."""
        self._corpus, self._links = corpus, links

    def show_entry(self, entry: WordEntry | None) -> None:
        """Show the examples of an entry."""
        self._entry = entry
        self._correct.setVisible(entry is not None)
        for place, button in enumerate(self._buttons.buttons()):
            is_there = entry is not None and place < len(entry.examples)
            button.setVisible(is_there)
            if entry is not None and is_there:
                button.setText(self.tr("Pair {n}").format(n=count(entry.examples[place] + 1)))
        if entry is None:
            self._title.setText(self.tr("No words chosen"))
            self.picture.show_pair(None, ((), ()))
            return
        title = self.tr("{source} – {target}")
        self._title.setText(
            title.format(source=isolate(entry.source), target=isolate(entry.target))
        )
        self._buttons.buttons()[0].setChecked(True)
        self._show_example(0)

    def _show_example(self, place: int) -> None:
        if self._corpus is None or self._links is None or self._entry is None:
            return
        number = self._entry.examples[place]
        pair, links = self._corpus[number], self._links[number]
        hits = spans_of_entry(self._entry, self._corpus, number, links)
        shown = linked_pair(pair, links)
        self.picture.show_pair(shown, hits, are_found=not links.are_given)

    def _ask_to_correct(self) -> None:
        if self._entry is not None:
            self.correct_wanted.emit(self._entry.examples[self._buttons.checkedId()])


def linked_pair(pair: SentencePair, links: PairLinks) -> SentencePair:
    """A pair with these links: of found ones those that count, the certain ones as sure."""
    solid, drawn = links.alignment(CERTAIN), links.alignment()
    if links.are_given:
        solid, drawn = links.alignment(), links.alignment(KEPT_ABOVE)
    shown = GoldLinks(links.source_spans, links.target_spans, Alignment(solid.sure, drawn.sure))
    return SentencePair(pair.source, pair.target, shown)
