"""The tab that cleans the corpus."""

import pytest
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QTableView,
    QTabWidget,
    QTextBrowser,
)

from attnstudio.corpus.cleaning import Rule
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.cleaning_panel import CleaningPanel
from attnstudio.gui.corpus.page import CorpusPage
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.widgets.config_form import ConfigField
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.project import Project

TRAIN = [
    *((f"the sentence {n}", f"der Satz {n}") for n in range(30)),
    ("same", "same"),
    ("both", "both"),
    ("the sentence 3", "der Satz 3"),
    ("held out", "zurückgehalten"),
]


@pytest.fixture
def project(tmp_path):
    project = Project.create(tmp_path / "dirty", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for pair in TRAIN:
            writer.add(SentencePair(*pair), Split.TRAIN)
        writer.add(SentencePair("held out", "anders"), Split.VALID)
        project.set_corpus(writer.finish())
    return project


@pytest.fixture
def page(qtbot, studio):
    page = CorpusPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.resize(1080, 760)
    page.show()
    return page


@pytest.fixture
def panel(qtbot, page, studio, project):
    """The tab of that project, counted."""
    studio.open_project(project.folder)
    page.findChild(QTabWidget).setCurrentIndex(1)
    settle(qtbot, studio)
    return page.findChild(CleaningPanel)


def settle(qtbot, studio):
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=60_000)


def count_button(panel, label):
    [found] = [b for b in panel.findChildren(QPushButton) if b.accessibleName().startswith(label)]
    return found


def counted(panel, rule):
    """How many pairs a rule would drop, as it is shown."""
    return count_button(panel, panel.label_of(rule)).text()


def field_of(panel, rule):
    """The editor of a rule."""
    return next(f for f in panel.findChildren(ConfigField) if f.field.path == rule)


def button(panel, text):
    [found] = [b for b in panel.findChildren(QPushButton) if b.text() == text]
    return found


def texts(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


def edit(qtbot, studio, panel, rule, value):
    """What a person does in a rule's editor, and the counting that follows."""
    field_of(panel, rule).edited.emit(value)
    qtbot.waitUntil(lambda: panel.report is not None, timeout=10_000)
    settle(qtbot, studio)


def test_counts_are_shown_once_the_tab_is_looked_at(qtbot, page, studio, project):
    studio.open_project(project.folder)
    settle(qtbot, studio)
    panel = page.findChild(CleaningPanel)
    assert panel.report is None

    page.findChild(QTabWidget).setCurrentIndex(1)
    settle(qtbot, studio)

    shown = {rule: counted(panel, rule) for rule in Rule}
    assert shown == {
        Rule.MIN_LENGTH: "0",
        Rule.MAX_LENGTH: "0",
        Rule.MAX_RATIO: "0",
        Rule.EMPTY: "0",
        Rule.IDENTICAL: "2",
        Rule.DUPLICATES: "1",
        Rule.MIN_SCRIPT: "0",
        Rule.LEAKS: "1",
        Rule.MIN_TRANSLATION: "–",  # off until it is asked for
    }
    assert "4 of 34 training pairs would go (11.8 %)." in texts(panel)


def test_a_sample_of_the_largest_rule_is_shown_at_once(panel):
    assert "Identical sides: all of them" in texts(panel)
    assert "same" in panel.findChild(QTextBrowser).toPlainText()


def test_a_count_shows_its_pairs_in_the_table_and_a_sample(qtbot, page, panel, studio):
    count_button(panel, "Held-out sentences").click()
    settle(qtbot, studio)

    model = page.findChild(QTableView).model()
    assert [model.data(model.index(row, 2)) for row in range(model.rowCount())] == ["held out"]
    assert "zurückgehalten" in panel.findChild(QTextBrowser).toPlainText()
    assert "1 of 35 pairs" in texts(page)
    button(page, "Held-out sentences  ✕").click()
    settle(qtbot, studio)
    assert model.rowCount() == 35


def test_another_rule_is_counted_without_being_asked(qtbot, panel, studio):
    edit(qtbot, studio, panel, Rule.IDENTICAL, False)
    assert counted(panel, Rule.IDENTICAL) == "–"
    assert "2 of 34 training pairs would go (5.9 %)." in texts(panel)

    edit(qtbot, studio, panel, Rule.MAX_LENGTH, 2)
    assert counted(panel, Rule.MAX_LENGTH) == "31"


def test_a_value_that_cannot_be_is_explained_beside_it(panel):
    field_of(panel, Rule.MAX_RATIO).edited.emit("abc")

    assert "Length ratio over must be a number, not 'abc'." in texts(panel)
    assert panel.config.max_ratio == 3.0


def test_pairs_are_dropped_and_brought_back(qtbot, panel, studio, project):
    posted = []
    studio.notifier.posted.connect(posted.append)

    button(panel, "Drop 4 pairs").click()
    settle(qtbot, studio)
    assert len(Project.open(project.folder).corpus()) == 31
    assert [told.text for told in posted] == ["4 training pairs were removed."]
    assert "None of the 30 training pairs would go." in texts(panel)
    assert any("4 pairs dropped: the usual rules" in text for text in texts(panel))

    button(panel, "Take the last cleaning back").click()
    settle(qtbot, studio)
    assert len(Project.open(project.folder).corpus()) == 35
    assert "4 of 34 training pairs would go (11.8 %)." in texts(panel)


def test_a_table_of_found_pairs_is_left_when_their_corpus_is(qtbot, page, panel, studio):
    count_button(panel, "Identical sides").click()
    settle(qtbot, studio)
    button(panel, "Drop 4 pairs").click()
    settle(qtbot, studio)

    assert page.findChild(QTableView).model().rowCount() == 31


def test_a_project_opens_with_the_rules_it_was_cleaned_by(qtbot, panel, studio, project):
    edit(qtbot, studio, panel, Rule.MAX_LENGTH, 50)
    button(panel, "Drop 4 pairs").click()
    settle(qtbot, studio)
    studio.close_project()
    assert panel.config.max_length == 200

    studio.open_project(project.folder)
    settle(qtbot, studio)

    assert panel.config.max_length == 50
    assert any("longer than 50" in text for text in texts(panel))


def test_counting_can_be_cancelled(panel):
    cancelled = []
    panel.look_cancelled.connect(lambda: cancelled.append(True))

    panel.show_progress(1, 2)
    button(panel, "Cancel").click()
    panel.show_nothing()

    assert cancelled == [True]
    assert "Not counted yet." in texts(panel)
    assert button(panel, "Count").isVisibleTo(panel)


def test_every_control_has_a_name(panel):
    named = [w for w in panel.findChildren(QPushButton) if w.isVisibleTo(panel)]
    assert all(w.accessibleName() or w.text() for w in named)
    assert all(field_of(panel, rule).editor.accessibleName() for rule in Rule)


def test_the_rule_that_goes_by_links_waits_for_them_and_leads_there(qtbot, studio, panel):
    editor = field_of(panel, Rule.MIN_TRANSLATION).editor
    [words] = [label for label in panel.findChildren(QLabel) if "align this corpus" in label.text()]
    assert not editor.isEnabled()
    assert words.isVisible()
    asked = []
    studio.page_requested.connect(asked.append)

    words.linkActivated.emit("links")
    assert asked == [PageName.LINKS]

    find_corpus_links(studio.project, studio.project.corpus())
    studio.corpus_was_changed()
    settle(qtbot, studio)
    assert editor.isEnabled()
    assert not words.isVisible()


def test_pairs_are_counted_by_their_links_until_the_corpus_is_another(qtbot, studio, panel):
    find_corpus_links(studio.project, studio.project.corpus())
    studio.corpus_was_changed()
    settle(qtbot, studio)

    field_of(panel, Rule.MIN_TRANSLATION).edited.emit(1.0)
    qtbot.waitUntil(lambda: panel.report is not None, timeout=60_000)

    assert int(counted(panel, Rule.MIN_TRANSLATION)) > 0
    panel.show_alignment(False)
    assert panel.config.min_translation == 0
    settle(qtbot, studio)
