"""One pair of a corpus in full."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.gold_links import LinkPictureBox, LinkTable, link_rows
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, Colours, colours_of, name_tabs, set_role
from attnstudio.gui.look.wording import language_name
from attnstudio.interpretation.lettering import is_right_to_left


class PairView(QWidget):
    """Both sentences with what links their words, to read, to copy and to inspect.

    A pair with gold links has them drawn, and listed, on tabs of their own.

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
        self._links = LinkPictureBox()
        self._link_table = LinkTable()
        self._tabs = QTabWidget(self)
        name_tabs(self._tabs, self.tr("Sentences or links"))
        for widget, title in (
            (self._text, self.tr("Sentences")),
            (self._links, self.tr("Word links")),
            (self._link_table, self.tr("List")),
        ):
            self._tabs.addTab(widget, title)
        self._wanted: QWidget = self._links  # where a pair has links
        self._tabs.tabBarClicked.connect(self._want)
        self._tabs.currentChanged.connect(self._say_what_is_copied)
        self._copy = QPushButton()
        self._copy.clicked.connect(self._copy_shown)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self._title, stretch=1)
        row.addWidget(self._copy)
        row.addWidget(self._inspect)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(row)
        column.addWidget(self._tabs)
        self._say_what_is_copied()
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
        self._links.show_pair(pair, hits)
        self._link_table.show_pair(pair, languages)
        self._show_tabs(has_links=pair is not None and pair.gold is not None)
        self._lay_out()

    def copy(self) -> None:
        """Put both sentences on the clipboard, as a line of a table."""
        if self._pair is not None:
            QGuiApplication.clipboard().setText(f"{self._pair.source}\t{self._pair.target}")

    def copy_links(self) -> None:
        """Put the gold links on the clipboard: a line each, also in Pharaoh notation."""
        kinds = {True: self.tr("sure"), False: self.tr("possible")}
        lines = [
            "\t".join((row.pharaoh, row.source, row.target, kinds[row.is_sure]))
            for row in link_rows(self._pair)
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def plain_text(self) -> str:
        """What can be read."""
        return self._text.toPlainText()

    def _show_tabs(self, *, has_links: bool) -> None:
        self._tabs.tabBar().setVisible(has_links)
        set_role(self._tabs, "" if has_links else "plain")
        self._tabs.setCurrentWidget(self._wanted if has_links else self._text)

    def _want(self, tab: int) -> None:
        """The next pair with links is looked at in the same way."""
        self._wanted = self._tabs.widget(tab) or self._wanted

    def _copy_shown(self) -> None:
        if self._tabs.currentWidget() is self._text:
            self.copy()
        else:
            self.copy_links()

    def _say_what_is_copied(self) -> None:
        is_pair = self._tabs.currentWidget() is self._text
        self._copy.setText(self.tr("Copy pair") if is_pair else self.tr("Copy links"))
        self._copy.setToolTip(
            self.tr("Source and target, separated by a tab")
            if is_pair
            else self.tr("A line for each link: the places of its words, the words, its kind")
        )

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
        self._text.setHtml("".join(parts))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._lay_out()


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
