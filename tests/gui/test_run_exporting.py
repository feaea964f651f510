"""A run that is given away from the list of runs, and one that came."""

import pytest
from finding import find
from PySide6.QtWidgets import QWidget

from attnstudio.export.opening import open_export
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.run_list import RunList
from attnstudio.gui.training.run_list_actions import RunListActions
from attnstudio.project.exporting import export_run
from attnstudio.project.run_import import import_run


@pytest.fixture
def said(studio):
    said = []
    studio.notifier.posted.connect(said.append)
    return said


def test_a_run_is_exported_where_the_person_says(qtbot, studio, trained, said, tmp_path):
    studio.open_project(trained.folder)
    runs, page = RunList(), QWidget()
    qtbot.addWidget(page)
    qtbot.addWidget(runs)
    here = tmp_path / "here"
    here.mkdir()
    RunListActions(studio, runs, page, ask_folder=lambda *_: here)

    for _ in range(2):  # the second has a name of its own
        count = len(said)
        runs.export_asked.emit("bahdanau")
        qtbot.waitUntil(lambda count=count: len(said) > count, timeout=60_000)

    assert sorted(path.name for path in here.iterdir()) == ["bahdanau", "bahdanau 2"]
    assert open_export(here / "bahdanau 2").facts.run == "bahdanau"
    assert str(here / "bahdanau 2") in said[-1].text
    assert "a place for your licence" in said[-1].hint


def test_nothing_is_written_where_no_folder_is_chosen(qtbot, studio, trained, said):
    studio.open_project(trained.folder)
    runs, page = RunList(), QWidget()
    qtbot.addWidget(page)
    qtbot.addWidget(runs)
    RunListActions(studio, runs, page, ask_folder=lambda *_: None)

    runs.export_asked.emit("tiny")

    assert "Exporting tiny" not in [task.title for task in studio.tasks.running]
    assert said == []


def test_an_imported_run_is_listed_as_one(qtbot, studio, trained, tmp_path):
    export_run(trained, trained.run("tiny"), tmp_path / "out")
    import_run(tmp_path / "out", tmp_path / "new")
    studio.open_project(tmp_path / "new")
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.show()

    runs = find(page, RunList)
    qtbot.waitUntil(lambda: runs.count() == 1 and "imported" in runs.item(0).text(), timeout=60_000)

    runs.item(0).setSelected(True)
    menu = runs.menu()
    assert "Export its weights…" in [action.text() for action in menu.actions()]
    menu.deleteLater()
