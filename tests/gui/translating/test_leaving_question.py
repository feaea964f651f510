"""A translation that is not saved is lost only when the person says so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton

from attnstudio.errors import StorageError
from attnstudio.gui.shell.closing_question import ClosingQuestion
from attnstudio.gui.translating import document_flow, document_work
from attnstudio.gui.translating.document_state import DocumentState
from attnstudio.project import document_translation

LINES = ["the dog sees a bird today", "my man knows this cook", "a boy hears the dog"]


@pytest.fixture
def closing(studio, page):
    """The question that the window asks, and how often it was allowed to close."""
    question = ClosingQuestion(studio.session, studio.comparing, studio, guards=studio.guards)
    question.times = []
    question.allowed.connect(lambda: question.times.append(question.may_close(page)))
    return question


@pytest.fixture
def under_way(monkeypatch, qtbot, ready, settled, notes):
    """The page while a document is translated, which waits before its third segment."""
    monkeypatch.setattr(document_translation, "_FIRST_PART", 1)
    monkeypatch.setattr(document_translation, "_LARGEST_PART", 1)
    gate = {"open": False}
    taken = DocumentState.take

    def take(state, *arguments, **named):
        taken(state, *arguments, **named)
        control = page.flow._work._translating.control
        while state.translated == 2 and not gate["open"] and not control.should_stop():
            pass

    monkeypatch.setattr(DocumentState, "take", take)
    page = ready()
    page.take([notes])
    settled()
    page.card.translation_asked.emit()
    qtbot.waitUntil(lambda: page.state.translated == 2, timeout=60_000)
    page.let_go = lambda: gate.update(open=True)
    yield page
    gate["open"] = True


@pytest.fixture
def stopped(under_way, settled):
    under_way.flow.cancel()
    settled()
    return under_way


def words_of(box):
    return [each.text().replace("&", "") for each in box.findChildren(QPushButton)]


def choose(qtbot, box, words):
    [button] = [
        each for each in box.findChildren(QPushButton) if each.text().replace("&", "") == words
    ]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_nothing_is_asked_where_nothing_is_lost(closing, translated):
    page = translated()

    assert closing.may_close(page)
    assert page.leaving.box is None


def test_closing_while_a_document_is_translated_asks(closing, under_way, notes):
    assert not closing.may_close(under_way)

    box = under_way.leaving.box
    assert box.windowTitle() == "A document is being translated"
    assert "notes.txt" in box.text()
    assert "2 of 3 segments are translated." in box.informativeText()
    assert str(notes.with_name("notes.de.txt")) in box.informativeText()
    assert set(words_of(box)) == {
        "Save what there is and close",
        "Close when it is done",
        "Close without saving",
        "Do not close",
    }
    assert box.defaultButton().text() == "&Save what there is and close"


def test_a_second_wish_to_close_asks_no_second_time(closing, under_way):
    closing.may_close(under_way)
    first = under_way.leaving.box
    closing.may_close(under_way)

    assert under_way.leaving.box is first
    assert len(under_way.findChildren(QMessageBox)) == 1


@pytest.mark.parametrize("times", [1, 2])
def test_escape_goes_on_with_the_translation(qtbot, closing, under_way, settled, notes, times):
    for _ in range(times):
        closing.may_close(under_way)
        qtbot.keyClick(under_way.leaving.box, Qt.Key.Key_Escape)
        assert under_way.leaving.box is None
    assert under_way.flow.is_busy

    under_way.let_go()
    settled()

    assert closing.times == []
    assert notes.with_name("notes.de.txt").exists()


def test_enter_saves_what_there_is_and_closes(qtbot, closing, under_way, settled, notes):
    closing.may_close(under_way)
    qtbot.keyClick(under_way.leaving.box, Qt.Key.Key_Return)
    settled()

    assert closing.times == [True]
    written = notes.with_name("notes.de.txt").read_text("utf-8").splitlines()
    first, second = (under_way.state.filled[place].text for place in range(2))
    assert written == [first, "", f"  {second} ", LINES[2]]


def test_it_can_be_waited_for(qtbot, closing, under_way, settled, notes):
    closing.may_close(under_way)
    choose(qtbot, under_way.leaving.box, "Close when it is done")
    assert closing.times == []

    under_way.let_go()
    settled()

    assert closing.times == [True]
    assert LINES[2] not in notes.with_name("notes.de.txt").read_text("utf-8")


def test_who_does_not_want_to_close_any_more_is_not_closed_when_it_is_done(
    qtbot, closing, under_way, settled
):
    closing.may_close(under_way)
    choose(qtbot, under_way.leaving.box, "Close when it is done")
    closing.may_close(under_way)
    choose(qtbot, under_way.leaving.box, "Do not close")
    under_way.let_go()
    settled()

    assert closing.times == []


def test_it_can_be_lost(qtbot, closing, under_way, settled, notes):
    closing.may_close(under_way)
    choose(qtbot, under_way.leaving.box, "Close without saving")
    assert under_way.card.progress.text() == "Stopping…"
    settled()

    assert closing.times == [True]
    assert [path.name for path in notes.parent.glob("notes*")] == ["notes.txt"]


def test_a_part_that_is_not_saved_is_asked_for_and_saved(qtbot, closing, stopped, settled, notes):
    assert not closing.may_close(stopped)
    box = stopped.leaving.box
    assert box.windowTitle() == "The translation is not saved"
    assert "Close when it is done" not in words_of(box)

    choose(qtbot, box, "Save what there is and close")
    settled()

    assert closing.times == [True]
    assert notes.with_name("notes.de.txt").exists()


def test_what_cannot_be_saved_keeps_the_window_open(monkeypatch, qtbot, closing, stopped, settled):
    def full(*_):
        raise StorageError("The disk is full.")

    monkeypatch.setattr(document_work, "write_document", full)
    closing.may_close(stopped)
    choose(qtbot, stopped.leaving.box, "Save what there is and close")
    settled()

    assert closing.times == []
    assert stopped.card.outcome.text() == "The disk is full."
    assert not closing.may_close(stopped)  # it is still not saved
    stopped.leaving.box.close()


def test_a_failed_translation_that_was_waited_for_keeps_the_window_open(
    monkeypatch, qtbot, closing, under_way, settled
):
    closing.may_close(under_way)
    choose(qtbot, under_way.leaving.box, "Close when it is done")

    def fail(*_arguments, **_named):
        raise StorageError("The disk is gone.")

    monkeypatch.setattr(document_translation.BulkTranslator, "translate", fail)
    under_way.let_go()
    settled()

    assert closing.times == []
    assert "The disk is gone." in under_way.card.outcome.text()


@pytest.mark.parametrize("how", ["fails", "is cancelled"])
def test_one_that_comes_to_nothing_does_not_close_the_window(
    monkeypatch, qtbot, closing, ready, settled, notes, how
):
    def fail(*_arguments, **_named):
        if how == "fails":
            raise StorageError("The disk is gone.")

    monkeypatch.setattr(document_translation.BulkTranslator, "translate", fail)
    page = ready()
    page.take([notes])
    settled()
    page.card.translation_asked.emit()
    closing.may_close(page)
    choose(qtbot, page.leaving.box, "Close when it is done")
    if how == "is cancelled":
        page.flow.cancel()
    settled()

    assert closing.times == []
    assert page.card.outcome.text().startswith(
        "The disk is gone." if how == "fails" else "Stopped."
    )


def test_before_the_first_segment_there_is_nothing_to_save(closing, ready, settled, notes):
    page = ready()
    page.take([notes])
    settled()
    page.card.translation_asked.emit()
    closing.may_close(page)

    box = page.leaving.box
    assert "Save what there is and close" not in words_of(box)
    assert box.defaultButton().text() == "Close when it is &done"
    box.close()
    page.flow.cancel()
    settled()


def test_the_end_of_the_session_keeps_what_there_is(closing, under_way, settled, notes):
    closing.leave()  # as when the person logs out, or the system ends the program

    assert closing.times == [True]
    written = notes.with_name("notes.de.txt").read_text("utf-8").splitlines()
    assert written[0] == under_way.state.filled[0].text
    assert written[3] == LINES[2]
    settled()
    assert [path.name for path in notes.parent.glob("notes*")] == ["notes.de.txt", "notes.txt"]


def test_the_end_of_the_session_does_not_hang_on_a_full_disk(monkeypatch, closing, stopped, notes):
    assert stopped.flow.is_unsaved

    def full(*_):
        raise StorageError("The disk is full.")

    monkeypatch.setattr(document_flow, "write_document", full)
    closing.leave()

    assert closing.times == [True]
    assert not notes.with_name("notes.de.txt").exists()


def test_another_document_takes_the_place_of_an_unsaved_one_when_asked(
    qtbot, stopped, settled, notes, tmp_path
):
    other = tmp_path / "other.txt"
    other.write_text(LINES[0])
    stopped.take([other])
    box = stopped.leaving.box
    assert set(words_of(box)) == {
        "Save it and take the other",
        "Take the other without saving",
        "Keep this one",
    }
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    settled()
    assert stopped.card.name.text() == "notes.txt"

    stopped.take([other])
    choose(qtbot, stopped.leaving.box, "Take the other without saving")
    settled()
    assert stopped.card.name.text() == "other.txt"
    assert not notes.with_name("notes.de.txt").exists()


def test_an_unsaved_document_is_saved_before_another_is_taken(
    qtbot, stopped, settled, notes, tmp_path
):
    other = tmp_path / "other.txt"
    other.write_text(LINES[0])
    stopped.take([other])
    qtbot.keyClick(stopped.leaving.box, Qt.Key.Key_Return)
    settled()

    assert stopped.card.name.text() == "other.txt"
    assert notes.with_name("notes.de.txt").exists()


def test_an_unsaved_part_is_not_thrown_away_by_another_run_without_a_word(
    qtbot, stopped, studio, trained, settled, notes
):
    studio.select_run(trained.run("bahdanau"))
    stopped.card.translation_asked.emit()
    assert stopped.state.translated == 2
    stopped.let_go()

    choose(qtbot, stopped.leaving.box, "Save it and translate anew")
    settled()

    assert len(notes.with_name("notes.de.txt").read_text("utf-8").splitlines()) == 4
    assert stopped.state.by.run == "bahdanau"
    assert notes.with_name("notes.de-2.txt").exists()


def test_going_on_after_a_stop_asks_nothing(stopped, settled):
    stopped.let_go()
    stopped.card.translation_asked.emit()

    assert stopped.leaving.box is None
    settled()


def test_a_text_that_was_pasted_counts_as_kept_when_it_is_copied(closing, ready, settled):
    page = ready()
    QGuiApplication.clipboard().setText(LINES[0])
    page.paste()
    settled()
    page.card.translation_asked.emit()
    settled()
    assert not closing.may_close(page)
    page.leaving.box.close()

    page.card.copying_asked.emit()

    assert closing.may_close(page)


def test_a_text_that_was_pasted_is_saved_where_the_person_says(
    qtbot, closing, ready, settled, chosen, tmp_path
):
    page = ready()
    QGuiApplication.clipboard().setText(LINES[0])
    page.paste()
    settled()
    page.card.translation_asked.emit()
    settled()
    closing.may_close(page)
    choose(qtbot, page.leaving.box, "Save what there is and close")
    settled()
    assert closing.times == []  # no place was named

    chosen["save"] = str(tmp_path / "mine.txt")
    closing.may_close(page)
    choose(qtbot, page.leaving.box, "Save what there is and close")
    settled()

    assert closing.times == [True]
    assert (tmp_path / "mine.txt").exists()


def test_another_project_lets_the_translation_go_on(studio, under_way, settled, notes, project):
    studio.open_project(project.folder)
    under_way.let_go()
    settled()

    assert "3 segments translated by tiny" in under_way.card.outcome.text()
    assert notes.with_name("notes.de.txt").exists()
