"""The findings of word links: looked for when they are looked at, listed, drawn and taken along."""

import pytest
from finding import find, press
from made_links import corpus_of, made_pairs
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView, QTabWidget

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.gui.links.findings_view import FindingsView
from attnstudio.gui.links.page import LinksPage
from attnstudio.gui.links.sentences_view import SentencesView
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName
from attnstudio.interpretation.words import word_spans
from attnstudio.project.corrections import (
    Correction,
    PairTexts,
    keep_corrections,
    write_correction,
)
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.link_findings import FindingKind, LinkFinding
from attnstudio.project.project import Project

WAIT_MS = 60_000


@pytest.fixture
def spoilt(tmp_path):
    """An aligned project in which the sixth pair is no translation."""
    project = Project.create(tmp_path / "spoilt", "en", "de")
    pairs = made_pairs()
    pairs[5] = (pairs[5][0], "Gans gewinnt Gans gewinnt", "")
    corpus_of(project, pairs)
    find_corpus_links(project, project.corpus())
    return project


@pytest.fixture
def actions():
    return ActionRegistry()


@pytest.fixture
def page(qtbot, studio, actions, tmp_path):
    page = LinksPage(studio, actions, choose_path=lambda _p, _t, name, _k: str(tmp_path / name))
    qtbot.addWidget(page)
    page.resize(1000, 640)
    page.show()
    return page


@pytest.fixture
def view(qtbot, studio, page, spoilt):
    studio.open_project(spoilt.folder)
    tabs = page.findChild(QTabWidget)
    qtbot.waitUntil(tabs.isVisible, timeout=WAIT_MS)
    view = page.findChild(FindingsView)
    tabs.setCurrentWidget(view)
    qtbot.waitUntil(view.table.isVisible, timeout=WAIT_MS)
    return view


def cells(view, row):
    model = view.table.model()
    return [
        model.data(model.index(row, column)).replace("\u2068", "").replace("\u2069", "")
        for column in range(model.columnCount())
    ]


def test_kinds_are_counted_and_the_most_doubtful_pair_is_drawn(view):
    assert view.buttons[FindingKind.NOT_TRANSLATED].text() == "No translations  1"
    assert cells(view, 0)[3:5] == ["the dog drinks.", "Gans gewinnt Gans gewinnt"]
    assert view.picture.picture.isVisible()
    assert view.table.isColumnHidden(1)


def test_nothing_is_looked_for_until_somebody_looks(qtbot, studio, page, spoilt):
    studio.open_project(spoilt.folder)
    qtbot.waitUntil(page.findChild(QTabWidget).isVisible, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=WAIT_MS)

    assert page.findChild(FindingsView).model.rowCount() == 0


def test_one_click_leads_to_the_inspector(studio, view):
    pairs, pages = [], []
    studio.pair_requested.connect(pairs.append)
    studio.page_requested.connect(pages.append)

    press(view, "Look in the inspector")

    assert [pair.source for pair in pairs] == ["the dog drinks."]
    assert pages == [PageName.INSPECTOR]


def test_one_click_leads_to_the_links_that_are_to_be_corrected(qtbot, page, view):
    pair = view.model.row(0).finding.pair

    press(view, "Correct this sentence")

    sentences = page.findChild(SentencesView)
    assert page.findChild(QTabWidget).currentWidget() is sentences
    qtbot.waitUntil(
        lambda: sentences.pair is not None and sentences.pair.index == pair, timeout=WAIT_MS
    )


def test_a_finding_is_copied_and_all_are_saved(qtbot, studio, view, tmp_path):
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "\n".join(QGuiApplication.clipboard().text().split("\n")[1:]).startswith(
        "not_translated\t6\t"
    )

    press(view, "Save as a table…")
    path = tmp_path / "spoilt.findings.tsv"
    qtbot.waitUntil(lambda: path.exists() and not studio.tasks.running, timeout=WAIT_MS)
    assert path.read_text("utf-8").splitlines()[1].startswith("not_translated\t6\t")


def test_words_are_told_with_what_is_usual_and_a_kind_without_any_says_so(qtbot, tmp_path):
    project = Project.create(tmp_path / "made", "en", "de")
    corpus, links = corpus_of(project, made_pairs())
    view = FindingsView()
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    finding = LinkFinding(FindingKind.UNUSUAL, 3, (1,), (1,), ("Hund", "Hunde"), 0.0625)

    view.show_findings(corpus, links, [finding])

    assert view.buttons[FindingKind.UNUSUAL].isChecked()
    assert cells(view, 0) == [
        "4", "dog – Hund", "Hund, Hunde", "the dog sings.", "das Hund singt.", "0.06"
    ]  # fmt: skip
    press(view, "Weak links  0")
    assert not find(view, QTableView, "What was found").isVisible()


def test_links_that_a_person_gave_are_looked_through(qtbot, studio, view, spoilt):
    pair = spoilt.corpus()[5]
    spans = word_spans(pair.source), word_spans(pair.target)
    links = GoldLinks(*spans, Alignment.from_pharaoh("0-0 1-1"))
    texts = PairTexts(pair.source, pair.target)
    write_correction(studio.project, Correction(texts, links, Alignment()))
    keep_corrections(studio.project)

    picture = view.picture.picture
    assert "2 links" not in picture.accessibleDescription()

    studio.corpus_was_changed()

    qtbot.waitUntil(
        lambda: view.table.isVisible() and "2 links" in picture.accessibleDescription(),
        timeout=WAIT_MS,
    )


def test_another_corpus_is_looked_through_anew(qtbot, studio, view, tmp_path):
    other = Project.create(tmp_path / "other", "en", "de")
    corpus_of(other, made_pairs())
    find_corpus_links(other, other.corpus())

    studio.open_project(other.folder)

    words = "No translations  0"
    button = view.buttons[FindingKind.NOT_TRANSLATED]
    qtbot.waitUntil(lambda: button.text() == words, timeout=WAIT_MS)


def test_the_number_of_each_kind_is_called_what_it_is(view):
    def heading():
        model = view.table.model()
        return model.headerData(model.columnCount() - 1, Qt.Orientation.Horizontal)

    headings = {}
    for kind in FindingKind:
        view.buttons[kind].click()
        if view.table.isVisible():
            headings[kind] = heading()

    assert headings[FindingKind.NOT_TRANSLATED] == "Score"
    assert "" not in headings.values()
