"""Room: what a project weighs, a sweep and its way back, the trash and what comes out of it."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QTreeWidget, QWidget

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.gui.home.room_keeping import RoomKeeping
from attnstudio.project.room import find_unused
from attnstudio.project.trash import list_trash, move_to_trash, trashed_runs


@pytest.fixture
def settle(qtbot, studio):
    def settle():
        qtbot.waitUntil(
            lambda: not studio.tasks.running and not studio.changes.is_busy, timeout=120_000
        )

    return settle


@pytest.fixture
def dialog(qtbot, studio, project, pairs, small_run, settle):
    """Of a project with a former corpus and a deleted run."""
    before = project.corpus()
    run = small_run()
    with project.changing(), project.corpus_writer() as writer:
        writer.add(pairs[0], Split.TRAIN)
        project.set_corpus(writer.finish())
    with project.changing(), project.corpus_writer() as writer:
        writer.add(pairs[1], Split.TRAIN)
        project.set_corpus(writer.finish())
    move_to_trash(project, run)
    assert before.hash == run_corpus(project)
    studio.open_project(project.folder)
    window = QWidget()
    qtbot.addWidget(window)
    dialog = RoomKeeping(studio, studio.project, window).dialog
    dialog.open()
    settle()
    yield dialog  # noqa: PT022 - the window that it belongs to lives as long as this


def run_corpus(project):
    [run] = trashed_runs(project)
    return run.definition().corpus


def press(dialog, text):
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == text)
    assert button.isEnabled()
    button.click()


def rows(dialog, name):
    table = next(t for t in dialog.findChildren(QTreeWidget) if t.accessibleName() == name)
    items = [table.topLevelItem(number) for number in range(table.topLevelItemCount())]
    return [item.text(0) for item in items]


UNUSED = "What nobody needs any more"


def test_a_sweep_is_seen_before_and_taken_back_with_the_key(dialog, studio, project, settle):
    [thing] = find_unused(project)
    assert rows(dialog, UNUSED) == [f"Corpus {thing.name[:8]}"]

    press(dialog, "Move to the trash")
    settle()
    assert find_unused(project) == []
    assert rows(dialog, UNUSED) == []
    assert "What a sweep took" in rows(dialog, "Trash")
    assert studio.undo_stack.undoText() == "sweep"
    studio.changes.undo()
    settle()
    assert find_unused(project) == [thing]
    assert rows(dialog, UNUSED) == [f"Corpus {thing.name[:8]}"]
    studio.changes.redo()
    settle()

    assert find_unused(project) == []


def test_a_deleted_run_is_restored(dialog, studio, project, settle):
    [deleted] = list_trash(project)
    assert rows(dialog, "Trash") == [deleted.run]

    press(dialog, "Restore")
    settle()

    assert [run.name for run in project.runs()] == [deleted.run]
    assert rows(dialog, "Trash") == []
    assert studio.undo_stack.undoText() == f"return of {deleted.run}"


def test_the_trash_is_emptied_only_by_one_who_is_sure(dialog, project, settle):
    box = dialog.question()
    delete = next(button for button in box.buttons() if button.text() == "Delete")
    assert box.text().endswith(" are deleted for good.")
    assert box.defaultButton() is not delete

    delete.click()
    settle()

    assert list_trash(project) == []
    shown = [b.text() for b in dialog.findChildren(QPushButton) if b.isVisible()]
    assert "Empty the trash…" not in shown
    assert "Restore" not in shown
    said = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert "Nothing: no run was deleted and nothing swept." in said


def test_nothing_is_offered_where_nothing_may_be_changed(dialog, studio):
    dialog.allow("Because.", busy=False)

    for text in ("Move to the trash", "Restore", "Empty the trash…"):
        button = next(b for b in dialog.findChildren(QPushButton) if b.text() == text)
        assert not button.isEnabled()
        assert button.toolTip() == "Because."
    assert studio.access.reason == ""


def test_a_dialog_that_was_closed_is_left_alone(qtbot, dialog, studio, settle):
    dialog.accept()
    qtbot.wait(10)

    studio.changes.busy_changed.emit(False)
    settle()
