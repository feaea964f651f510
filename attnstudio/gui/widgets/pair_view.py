"""One pair of a corpus in full."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from attnstudio.corpus.alignment import GoldLinks, Link, Span
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.theme import SMALL_SPACE, SPACE, Colours, colours_of, set_role
from attnstudio.gui.wording import language_name
from attnstudio.interpretation.lettering import is_right_to_left, isolate

_UNBROKEN_DASH = "\u00a0–\u2060\u00a0"


class PairView(QWidget):
    """Both sentences with what links their words, to read, to copy and to inspect.

    Signals:
        inspected: the `SentencePair` is to be seen in the inspector.
    """

    inspected = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pair: SentencePair | None = None
        self._languages = ("", "")
        self._hits: tuple[Sequence[Span], ...] = ((), ())
        self._title = QLabel()
        set_role(self._title, "heading")
        self._text = QTextBrowser(self)
        self._text.setAccessibleName(self.tr("The chosen pair in full"))
        self._text.setOpenLinks(False)
        self._inspect = QPushButton(self.tr("Look at it in the &inspector"))
        self._inspect.clicked.connect(self._ask_to_inspect)
        self._copy = QPushButton(self.tr("Copy pair"))
        self._copy.setToolTip(self.tr("Source and target, separated by a tab"))
        self._copy.clicked.connect(self.copy)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self._title, stretch=1)
        row.addWidget(self._copy)
        row.addWidget(self._inspect)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(row)
        column.addWidget(self._text)
        self.show_pair(None)

    @property
    def pair(self) -> SentencePair | None:
        """What is shown."""
        return self._pair

    def show_pair(
        self,
        pair: SentencePair | None,
        title: str = "",
        languages: tuple[str, str] = ("", ""),
        hits: tuple[Sequence[Span], ...] = ((), ()),
    ) -> None:
        """Show a pair.

        Args:
            pair: None shows where one would be.
            title: which one it is.
            languages: the codes of source and target.
            hits: the places in source and target that are to be marked.
        """
        self._pair, self._languages, self._hits = pair, languages, hits
        self._title.setText(title or self.tr("No pair chosen"))
        for button in (self._inspect, self._copy):
            button.setEnabled(pair is not None)
        self._lay_out()

    def copy(self) -> None:
        """Put both sentences on the clipboard, as a line of a table."""
        if self._pair is not None:
            QGuiApplication.clipboard().setText(f"{self._pair.source}\t{self._pair.target}")

    def plain_text(self) -> str:
        """What can be read."""
        return self._text.toPlainText()

    def _ask_to_inspect(self) -> None:
        if self._pair is not None:
            self.inspected.emit(self._pair)

    def _lay_out(self) -> None:
        colours = colours_of(self.palette())
        if self._pair is None:
            words = html.escape(self.tr("Choose a row above to read the whole pair here."))
            self._text.setHtml(f"<p style='color:{colours.muted}'>{words}</p>")
            return
        sentences = (self._pair.source, self._pair.target)
        parts = [
            _sentence(language_name(language), sentence, hits, colours)
            for language, sentence, hits in zip(self._languages, sentences, self._hits, strict=True)
        ]
        if self._pair.gold is not None:
            parts.append(self._linked_words(self._pair, self._pair.gold, colours))
        self._text.setHtml("".join(parts))

    def _linked_words(self, pair: SentencePair, gold: GoldLinks, colours: Colours) -> str:
        """The gold links word by word; possible ones say so."""
        possible = html.escape(self.tr("possible"))
        items = []
        for link in sorted(gold.alignment.possible):
            words = _linked(pair, gold, link)
            if link not in gold.alignment.sure:
                words += f"&nbsp;<span style='color:{colours.muted}'>({possible})</span>"
            items.append(words)
        caption = self.tr("Linked words, as annotated")
        return _caption(caption, colours) + f"<p style='margin:0'>{' &nbsp; '.join(items)}</p>"

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._lay_out()


def _linked(pair: SentencePair, gold: GoldLinks, link: Link) -> str:
    source = _part(pair.source, gold.source_spans[link.source])
    target = _part(pair.target, gold.target_spans[link.target])
    return f"{source}{_UNBROKEN_DASH}{target}"


def _part(text: str, span: Span) -> str:
    return html.escape(isolate(text[span.start : span.end]))


def _sentence(language: str, sentence: str, hits: Sequence[Span], colours: Colours) -> str:
    turned = is_right_to_left([sentence])
    place = "dir='rtl'" if turned else "dir='ltr'"
    words = _marked(sentence, hits, colours)
    return _caption(language, colours) + (
        f"<p {place} style='margin:0 0 8px 0; font-size:15px'>{words}</p>"
    )


def _marked(sentence: str, hits: Sequence[Span], colours: Colours) -> str:
    look = f"background-color:{colours.mark}; text-decoration:underline"
    parts, done = [], 0
    for start, end in hits:
        parts += [
            html.escape(sentence[done:start]),
            f"<span style='{look}'>{html.escape(sentence[start:end])}</span>",
        ]
        done = end
    return "".join([*parts, html.escape(sentence[done:])])


def _caption(text: str, colours: Colours) -> str:
    return f"<p style='margin:0 0 2px 0; color:{colours.muted}'>{html.escape(text)}</p>"
