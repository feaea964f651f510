"""The first page: an invitation, and the projects of the last days."""

import pytest
from finding import press
from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtWidgets import QPushButton

from attnstudio.gui.home.page import HomePage
from attnstudio.gui.home.sparkline import Sparkline
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.summary import summarise
from attnstudio.training.stop import StopToken

NAMES = ("file.open", "file.open_project", "file.new", "file.sample_en_de", "file.sample_en_zh")


@pytest.fixture
def done():
    return []


@pytest.fixture
def actions(done):
    registry = ActionRegistry()
    for name in NAMES:
        registry.add(name, name, lambda name=name: done.append(name))
    return registry


@pytest.fixture
def page(qtbot, studio, actions):
    page = HomePage(studio, actions)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    return page


def show(qtbot, page, studio, *folders):
    for folder in folders:
        studio.settings.add_recent(folder)
    page.read_recent()
    qtbot.waitUntil(
        lambda: len(page.cards) == len(studio.settings.recent_projects), timeout=120_000
    )
    return page.cards


def test_files_projects_and_samples_are_one_click_away(page, done):
    buttons = [b for b in page.findChildren(QPushButton) if b.text()]

    for button in buttons:
        button.click()

    assert done == list(NAMES)


def test_a_recent_project_says_what_there_is_in_it_and_opens(
    qtbot, page, studio, project, small_run
):
    run = small_run(limits={"max_steps": 9})
    train(project, run, emit=lambda _: None, stop=StopToken())
    pages = []
    studio.page_requested.connect(pages.append)

    [card] = show(qtbot, page, studio, project.folder)
    said = card.accessibleDescription()
    assert "English – German" in said
    assert "320 pairs" in said
    assert "1 run" in said
    assert "best BLEU" in said
    assert card.findChild(Sparkline) is not None
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)

    assert studio.project.folder == project.folder
    assert pages == [PageName.TRAINING]
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_a_card_offers_to_link_words_and_says_once_they_are(qtbot, page, studio, project):
    pages = []
    studio.page_requested.connect(pages.append)
    [card] = show(qtbot, page, studio, project.folder)
    assert "linked" not in card.accessibleDescription()

    press(card, "Link words")

    assert studio.project.folder == project.folder
    assert pages == [PageName.LINKS]
    find_corpus_links(project, project.corpus())
    [card] = show(qtbot, page, studio, project.folder)
    qtbot.waitUntil(lambda: "linked" in page.cards[0].accessibleDescription(), timeout=120_000)
    [card] = page.cards
    today = QLocale().toString(QDate.currentDate(), QLocale.FormatType.ShortFormat)
    assert f"320 pairs  ·  words of 320 pairs linked on {today}" in card.accessibleDescription()

    press(card, "Word links")

    assert pages == [PageName.LINKS] * 2
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_a_card_leads_to_the_comparisons_that_there_are(qtbot, page, studio, project):
    pages = []
    studio.page_requested.connect(pages.append)
    [card] = show(qtbot, page, studio, project.folder)
    assert [b.text() for b in card.findChildren(QPushButton) if b.text() == "Comparisons"] == []

    (project.folder / "comparisons").mkdir(exist_ok=True)
    (project.folder / "comparisons" / "one.json").write_text("{}", "utf-8")
    assert summarise(project.folder).comparisons == 1
    [card] = show(qtbot, page, studio, project.folder)
    qtbot.waitUntil(lambda: page.cards[0].summary.comparisons == 1, timeout=120_000)
    press(page.cards[0], "Comparisons")

    assert studio.project.folder == project.folder
    assert pages == [PageName.COMPARING]
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_a_card_without_pairs_offers_no_links(qtbot, page, studio, tmp_path):
    Project.create(tmp_path / "empty", "en", "de")

    [card] = show(qtbot, page, studio, tmp_path / "empty")

    assert not [b for b in card.findChildren(QPushButton) if "inks" in b.text()]


def test_recent_projects_are_read_when_they_are_seen(qtbot, page, studio, project):
    studio.settings.add_recent(project.folder)
    page.hide()
    page.read_recent()
    studio.open_project(project.folder)
    assert "Reading recent projects" not in [task.title for task in studio.tasks.running]

    page.show()

    qtbot.waitUntil(lambda: len(page.cards) == 1, timeout=120_000)


def test_enter_opens_a_project_without_runs_on_its_corpus(qtbot, page, studio, project):
    pages = []
    studio.page_requested.connect(pages.append)
    [card] = show(qtbot, page, studio, project.folder)

    qtbot.keyClick(card, Qt.Key.Key_Return)

    assert pages == [PageName.CORPUS]
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_a_project_that_is_gone_says_so_and_can_be_forgotten(qtbot, page, studio, tmp_path):
    [card] = show(qtbot, page, studio, tmp_path / "gone")
    assert "is not there" in card.accessibleDescription()

    card.findChild(QPushButton).click()
    qtbot.waitUntil(lambda: not page.cards, timeout=120_000)

    assert studio.settings.recent_projects == []


def test_long_and_chinese_names_fit(qtbot, page, studio, tmp_path):
    name = "很长的项目名称" * 12
    Project.create(tmp_path / name, "ar", "zh")

    [card] = show(qtbot, page, studio, tmp_path / name)

    assert card.width() <= page.width()
    assert "Arabic – Chinese" in card.accessibleDescription()
