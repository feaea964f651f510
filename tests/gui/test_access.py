"""Two windows on one project, and a project that nobody may write: looked at, never changed."""

import os
import time

import pytest
from finding import find
from PySide6.QtWidgets import QLabel, QPushButton

from attnstudio.config import CleaningConfig
from attnstudio.gui.corpus.corpus_changing import CorpusChanging
from attnstudio.gui.corpus.page import CorpusPage
from attnstudio.gui.importing.import_flow import ImportFlow
from attnstudio.gui.setup.page import SetupPage
from attnstudio.gui.shell.access_banner import AccessBanner
from attnstudio.gui.shell.banner import Banner
from attnstudio.gui.shell.main_window import MainWindow
from attnstudio.gui.shell.page_table import page_table
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.run_list import RunList
from attnstudio.project.ownership import Owner
from attnstudio.project.pipeline import train
from attnstudio.project.program import WorkPlace, this_program
from attnstudio.project.project import Project
from attnstudio.training.stop import StopToken

ELSEWHERE = "This project is open in another window, so nothing is changed here."
PROTECTED = "This project is write-protected, so nothing can be changed here."


@pytest.fixture
def second(tmp_path):
    studio = Studio(Settings(tmp_path / "second.ini"))
    yield studio
    studio.close()


@pytest.fixture
def trained(project, small_run):
    run = small_run(limits={"max_steps": 3})
    train(project, run, emit=lambda _: None, stop=StopToken())
    return run


def settle(qtbot, studio):
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def buttons(page, *texts):
    found = [button for button in page.findChildren(QPushButton) if button.text() in texts]
    assert len(found) == len(texts)
    return found


def test_the_second_window_looks_and_changes_nothing_until_the_first_is_closed(
    qtbot, studio, second, project
):
    studio.open_project(project.folder)
    second.open_project(project.folder)
    said = []
    second.notifier.posted.connect(said.append)
    assert studio.access.reason == ""
    assert second.access.reason == ELSEWHERE
    CorpusChanging(second, second).clean(CleaningConfig())
    assert said[-1].text == ELSEWHERE

    studio.close_project()
    qtbot.waitUntil(lambda: second.access.reason == "", timeout=30_000)

    assert said[-1].text == ELSEWHERE
    studio.open_project(project.folder)
    assert studio.access.reason == ELSEWHERE


def test_the_second_window_follows_what_the_first_does(qtbot, studio, second, project, small_run):
    studio.open_project(project.folder)
    second.open_project(project.folder)
    page = TrainingPage(second, ActionRegistry(second))
    qtbot.addWidget(page)
    settle(qtbot, second)

    studio.session.start(studio.project, small_run(limits={"max_steps": 6}))
    qtbot.waitUntil(lambda: find(page, RunList).count() == 1, timeout=120_000)
    qtbot.waitUntil(lambda: not studio.session.is_active, timeout=120_000)
    qtbot.waitUntil(lambda: "at its limit" in find(page, RunList).item(0).text(), timeout=30_000)

    assert second.project.file.last_run == studio.session.run.name
    settle(qtbot, second)


@pytest.fixture
def banner(qtbot, second):
    banner = Banner()
    qtbot.addWidget(banner)
    AccessBanner(second, banner)
    return banner


def test_the_banner_says_whose_the_project_is_and_since_when(studio, second, project, banner):
    second.open_project(project.folder)
    assert banner.isHidden()
    second.close_project()
    studio.open_project(project.folder)
    second.open_project(project.folder)

    program = this_program(WorkPlace.WINDOW)
    plain = banner.words.replace("\u2068", "").replace("\u2069", "")
    assert plain.startswith(f"Open in another window: {program.user} on {program.host}, since ")
    assert plain.endswith(". Nothing is changed here.")
    assert banner.take_over.isHidden()
    second.close_project()
    assert banner.isHidden()


def test_a_silent_window_elsewhere_is_taken_over_when_that_is_said(second, project, banner):
    program = this_program(WorkPlace.WINDOW).model_copy(update={"host": "lab-3", "user": "anna"})
    path = project.folder / "owner.json"
    path.write_text(Owner(program=program, since=time.time() - 900).model_dump_json())
    os.utime(path, (time.time() - 600, time.time() - 600))
    second.open_project(project.folder)
    assert "anna" in banner.words
    assert "last heard of " in banner.words
    assert not banner.take_over.isHidden()

    box = _question(banner)
    take = next(button for button in box.buttons() if button.text() == "Take over")
    assert box.defaultButton() is not take
    take.click()

    assert second.access.reason == ""
    assert banner.isHidden()


def _question(banner):
    [keeper] = [child for child in banner.children() if isinstance(child, AccessBanner)]
    return keeper.question()


@pytest.mark.usefixtures("trained")
def test_pages_of_a_project_that_cannot_be_written_say_so_and_do_not_fail(
    qtbot, studio, project, write_protect, capture_errors
):
    write_protect(project.folder)
    pages = [kind(studio, ActionRegistry(studio)) for kind in (CorpusPage, SetupPage, TrainingPage)]
    for page in pages:
        qtbot.addWidget(page)
        page.show()
    corpus, setup, training = pages
    studio.open_project(project.folder)
    settle(qtbot, studio)
    for _ in range(3):
        studio.runs_were_changed()
        settle(qtbot, studio)

    assert studio.access.reason == PROTECTED
    assert "at its limit" in find(training, RunList).item(0).text()
    go_on = find(training, QPushButton, "Go on for")
    assert not go_on.isEnabled()
    assert go_on.toolTip() == PROTECTED
    delete = next(a for a in find(training, RunList).menu().actions() if a.text() == "Delete")
    assert not delete.isEnabled()
    [cut] = [b for b in corpus.findChildren(QPushButton) if b.text() == "Cut them now"]
    assert not cut.isEnabled()
    assert any(label.text() == PROTECTED for label in setup.findChildren(QLabel))
    assert capture_errors == []


@pytest.fixture
def capture_errors(studio):
    said = []
    studio.notifier.posted.connect(lambda told: told.level == "error" and said.append(told))
    return said


def test_files_dropped_on_it_become_a_new_project(studio, project, write_protect, tmp_path):
    write_protect(project.folder)
    studio.open_project(project.folder)

    promise = ImportFlow(studio).promise([tmp_path / "more.en", tmp_path / "more.de"])

    assert promise.accepted
    assert project.folder.name not in promise.text


def test_a_copy_is_saved_and_opened(qtbot, second, project, write_protect, tmp_path):
    write_protect(project.folder)
    banner = Banner()
    qtbot.addWidget(banner)
    place = tmp_path / "elsewhere"
    place.mkdir()
    AccessBanner(second, banner, ask_folder=lambda *_: place)
    second.open_project(project.folder)

    banner.copy.click()
    qtbot.waitUntil(lambda: second.access.reason == "", timeout=120_000)

    assert second.project.folder == place / project.folder.name
    assert len(Project.open(second.project.folder).corpus()) == 320
    assert banner.isHidden()


def test_the_banner_stands_above_every_page(qtbot, second, studio, project):
    studio.open_project(project.folder)
    window = MainWindow(second, ActionRegistry(), page_table(), lambda _, parent: QLabel(parent))
    qtbot.addWidget(window)
    window.show()
    second.open_project(project.folder)

    for shown in page_table():
        window.show_page(shown.name)
        assert window.banner.isVisible()
        assert window.banner.accessibleName() == window.banner.words
