"""Notes and tags of runs: written, found, taken back, and refused where nothing is changed."""

import pytest
from finding import find, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QTabWidget

from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.run_list import RunList
from attnstudio.gui.training.run_note_dialog import RunNoteDialog
from attnstudio.gui.training.run_table import RunTable
from attnstudio.project.run_card import (
    LONGEST_NOTE,
    LONGEST_TAG,
    MOST_TAGS,
    RunCard,
    read_card,
    write_card,
)

NOTE = "Half the rate.\n<img src='x'> & slow"
TAGS = ("low rate", "基线")


@pytest.fixture
def page(qtbot, studio, project):
    studio.open_project(project.folder)
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    return page


@pytest.fixture
def runs(qtbot, page, studio, small_run):  # noqa: ARG001 - the project is opened with the page
    runs = [small_run() for _ in range(3)]
    studio.runs_were_changed()
    settled(qtbot, studio)
    return runs


def settled(qtbot, studio):
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def write(qtbot, studio, page, run, note, tags):
    find(page, RunList).note_asked.emit(run.name)
    dialog = page.findChild(RunNoteDialog)
    dialog.note.setPlainText(note)
    dialog.tags.setText(tags)
    press(dialog, "OK")
    settled(qtbot, studio)


def item_of(page, run):
    return next(
        item
        for item in (find(page, RunList).item(row) for row in range(find(page, RunList).count()))
        if item.data(Qt.ItemDataRole.UserRole) == run.name
    )


def shown(page, runs):
    return [run for run in runs if not item_of(page, run).isHidden()]


def test_what_is_written_is_kept_shown_and_outlives_the_program(qtbot, studio, page, runs):
    number = read_card(runs[1]).number

    write(qtbot, studio, page, runs[1], NOTE, "#low rate, 基线")

    assert read_card(runs[1]) == RunCard(number=number, note=NOTE, tags=TAGS)
    again = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(again)
    settled(qtbot, studio)
    for each in (page, again):
        item = item_of(each, runs[1])
        assert item.text() == f"{runs[1].name} ✎\n○ new\n#low rate  #基线"
        assert "Half the rate.<br>&lt;img src=&#x27;x&#x27;&gt; &amp; slow" in item.toolTip()
        assert item_of(each, runs[0]).text() == f"{runs[0].name}\n○ new"
        assert "Half" not in item_of(each, runs[0]).toolTip()


def test_what_was_written_is_taken_back_and_made_again(qtbot, studio, page, runs):
    before = read_card(runs[0])
    write(qtbot, studio, page, runs[0], "one", "a")
    write(qtbot, studio, page, runs[0], "two", "a, b")
    assert studio.undo_stack.undoText() == f"note and tags of {runs[0].name}"

    for move, note, tags in (
        (studio.undo_stack.undo, "one", ("a",)),
        (studio.undo_stack.undo, "", ()),
        (studio.undo_stack.redo, "one", ("a",)),
    ):
        move()
        settled(qtbot, studio)
        assert read_card(runs[0]) == before.model_copy(update={"note": note, "tags": tags})
        assert ("✎" in item_of(page, runs[0]).text()) == bool(note)


def test_what_is_not_changed_is_no_change(qtbot, studio, page, runs):
    write(qtbot, studio, page, runs[0], "", " , ")

    assert studio.undo_stack.count() == 0


def test_runs_are_found_by_their_tags_and_the_words_of_their_notes(qtbot, studio, page, runs):
    write(qtbot, studio, page, runs[0], "Half the rate,\nBUT slow", "low rate, baseline")
    write(qtbot, studio, page, runs[1], "", "baseline")

    for wanted, found in (
        ("baseline", runs[:2]),
        ("#LOW", runs[:1]),
        ("slow  half", runs[:1]),
        ("baseline but", runs[:1]),
        ("nowhere", []),
        ("", runs),
    ):
        find(page, QLineEdit, "Filter runs").setText(wanted)
        assert shown(page, runs) == found
    find(page, QLineEdit, "Filter runs").setText("nothing yet")
    write(qtbot, studio, page, runs[2], "nothing yet", "")
    assert shown(page, runs) == [runs[2]]


def test_tags_and_notes_come_to_the_table(qtbot, studio, page, runs):
    write(qtbot, studio, page, runs[2], "Slow.", "baseline")
    page.findChild(QTabWidget).setCurrentWidget(find(page, RunTable))
    settled(qtbot, studio)

    model = find(page, RunTable).model()
    cells = [model.index(row, 2).data() for row in range(3)]
    assert cells == ["", "", "baseline ✎"]


def test_a_read_only_project_takes_no_note(qtbot, studio, page, runs, monkeypatch):
    reason = "This project is write-protected, so nothing can be changed here."
    monkeypatch.setattr(type(studio.access), "reason", property(lambda _: reason))
    studio.access.changed.emit()
    said = []
    studio.notifier.posted.connect(said.append)
    find(page, RunList).setCurrentRow(0)
    entry = next(entry for entry in find(page, RunList).menu().actions() if "Note" in entry.text())
    assert not entry.isEnabled()
    assert entry.toolTip() == reason

    write(qtbot, studio, page, runs[0], "a", "")

    assert [notice.text for notice in said] == [reason]
    assert read_card(runs[0]).note == ""
    assert "✎" not in item_of(page, runs[0]).text()


def test_a_note_that_cannot_be_written_is_told_and_not_shown(qtbot, studio, page, runs):
    (runs[0].folder / "card.toml").unlink()
    (runs[0].folder / "card.toml").mkdir()
    (runs[0].folder / "card.toml" / "x").touch()
    said = []
    studio.notifier.posted.connect(said.append)

    write(qtbot, studio, page, runs[0], "a", "")

    assert "card.toml" in said[-1].text
    assert studio.undo_stack.count() == 0
    assert "✎" not in item_of(page, runs[0]).text()


@pytest.mark.parametrize(
    ("note", "tags", "words"),
    [
        ("n" * (LONGEST_NOTE + 1), "", "room for 10,000 characters; this one has 10,001."),
        ("", ",".join(map(str, range(MOST_TAGS + 1))), "at most 20 tags; these are 21."),
        ("", f"a, {'t' * (LONGEST_TAG + 1)}", "A tag has room for 40 characters"),
    ],
)  # fmt: skip
def test_what_there_is_no_room_for_is_said_and_can_be_shortened(qtbot, note, tags, words):
    dialog = RunNoteDialog("one", note, ())
    qtbot.addWidget(dialog)
    dialog.tags.setText(tags)
    written = []
    dialog.written.connect(lambda *wanted: written.append(wanted))

    press(dialog, "OK")
    assert words in dialog.problem.text()
    assert written == []
    dialog.note.setPlainText("n")
    dialog.tags.setText("t")
    press(dialog, "OK")

    assert written == [("n", ("t",))]


def test_a_hostile_card_is_shown_as_plain_text(qtbot, studio, runs):
    write_card(runs[0], RunCard(number=1, note="<h1>x</h1>" * 500, tags=("<b>" * 10,) * 2))
    again = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(again)
    settled(qtbot, studio)

    item = item_of(again, runs[0])
    assert "<h1>" not in item.toolTip()
    assert len(item.toolTip()) < 5_000
    assert item.text().startswith(f"{runs[0].name} ✎\n○ new\n#<b>")
