"""The page of documents: what is shown and written is what the model says."""

import html
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from finding import press, text_in
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from attnstudio.config import DecodingConfig
from attnstudio.corpus.text import clean_text
from attnstudio.documents.document import Filled
from attnstudio.errors import StorageError
from attnstudio.gui.importing.import_flow import ImportFlow
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.translating import document_work
from attnstudio.gui.translating.document_state import DocumentState, SegmentState, TranslatedBy
from attnstudio.gui.translating.document_words import wanted_path
from attnstudio.gui.translating.document_work import TranslationOrder, translate_open_segments
from attnstudio.gui.translating.result_place import ResultPlace
from attnstudio.gui.translating.segment_table import SegmentColumn
from attnstudio.project import document_translation
from attnstudio.project.run_loading import load_run

LINES = ["the dog sees a bird today", "my man knows this cook", "a boy hears the dog"]


def by_itself(project, run, lines):
    """What the model says, asked without the window."""
    translator = load_run(project, project.run(run)).translator
    found = translator.translate(lines, DecodingConfig())
    return [clean_text(translation.text) for translation in found]


def column(page, number):
    model = page.table.segments
    return [model.index(row, number).data() for row in range(model.rowCount())]


def buttons(page):
    return [
        each.text().replace("&", "")
        for each in page.card.findChildren(QPushButton)
        if each.isVisible()
    ]


def said(studio):
    heard = []
    studio.notifier.posted.connect(lambda posted: heard.append(posted.text))
    return heard


# what is there


def test_without_a_project_the_page_leads_home(studio, page):
    asked = []
    studio.page_requested.connect(asked.append)
    assert "No project is open" in text_in(page)

    press(page, "Go home")

    assert asked == [PageName.HOME]


def test_without_a_trained_run_the_page_leads_to_training(studio, project, page, settled):
    asked = []
    studio.page_requested.connect(asked.append)
    studio.open_project(project.folder)
    settled()
    assert "No trained model yet" in text_in(page)

    press(page, "Set up training")

    assert asked == [PageName.SETUP]


def test_with_a_trained_run_a_document_is_asked_for_and_the_words_are_whole(ready):
    page = ready()
    assert "Drop a document here" in text_in(page)
    words = [label for label in page.place.findChildren(type(page.problem)) if label.wordWrap()]
    assert all(label.height() >= label.heightForWidth(label.width()) for label in words)
    assert "English → German · best checkpoint, step" in page.models.facts.text()


def test_the_run_is_the_one_that_is_looked_at_elsewhere(studio, ready):
    page = ready("bahdanau")
    assert page.models.model.run.name == "bahdanau"

    page.models.runs.setCurrentText("tiny")
    page.models.runs.textActivated.emit("tiny")

    assert studio.run.name == page.models.model.run.name == "tiny"


def test_a_document_is_shown_before_it_is_translated(ready, settled, notes):
    page = ready()
    page.take([notes])
    settled()

    assert column(page, SegmentColumn.SOURCE) == LINES
    assert column(page, SegmentColumn.TRANSLATION) == ["", "", ""]
    assert page.card.name.text() == "notes.txt"
    assert "Plain text · 3 segments" in text_in(page)
    assert (
        f"Will be saved as {notes.with_name('notes.de.txt')}" in page.card._place.accessibleName()
    )
    assert buttons(page) == ["Choose another…", "Save elsewhere…", "Translate"]


# translated


@pytest.mark.parametrize("run", ["tiny", "bahdanau", "none"])
def test_what_is_shown_and_written_is_what_the_model_says(translated, trained, notes, run):
    page = translated(run)
    expected = by_itself(trained, run, LINES)

    assert column(page, SegmentColumn.TRANSLATION) == expected
    assert set(column(page, SegmentColumn.STATE)) == {"translated"}
    written = notes.with_name("notes.de.txt").read_text("utf-8")
    assert written == f"{expected[0]}\n\n  {expected[1]} \n{expected[2]}\n"
    assert f"3 segments translated by {run}" in page.card.outcome.text()
    assert "Saved as notes.de.txt" in page.card.outcome.text()
    assert buttons(page) == ["Choose another…", "Open the folder", "Save again…"]


def test_parts_are_put_at_their_own_places(monkeypatch, translated, trained, tmp_path):
    monkeypatch.setattr(document_translation, "_FIRST_PART", 2)
    monkeypatch.setattr(document_translation, "_LARGEST_PART", 3)
    path = tmp_path / "many.txt"
    lines = [LINES[number % 3] + f" {number}" for number in range(9)]
    path.write_text("\n".join(lines))

    page = translated(path=path)

    assert column(page, SegmentColumn.TRANSLATION) == by_itself(trained, "tiny", lines)


def test_what_is_translated_already_is_left_alone(ready, settled, trained, tmp_path):
    path = tmp_path / "some.xlf"
    path.write_text(XLIFF, "utf-8")
    page = ready()
    page.take([path])
    settled()
    assert "XLIFF · 2 segments · 1 is done already and is left alone · English → German" in (
        page.card.facts.accessibleName()
    )
    assert column(page, SegmentColumn.TRANSLATION) == ["von einem Menschen", ""]

    press(page.card, "Translate")
    settled()

    [new] = by_itself(trained, "tiny", [LINES[0]])
    assert column(page, SegmentColumn.TRANSLATION) == ["von einem Menschen", new]
    assert column(page, SegmentColumn.STATE) == ["left alone", "translated"]
    written = (tmp_path / "some.de.xlf").read_text("utf-8")
    assert "von einem Menschen" in written
    assert new in written
    assert path.read_text("utf-8") == XLIFF  # as it was


def test_a_document_that_is_done_says_so_and_offers_nothing(ready, settled, tmp_path):
    path = tmp_path / "done.xlf"
    path.write_text(XLIFF.replace('<trans-unit id="2">', '<trans-unit id="2" translate="no">'))
    page = ready()
    page.take([path])
    settled()

    assert "there is nothing to do" in page.card.outcome.text()
    assert buttons(page) == ["Choose another…"]


def test_a_sentence_that_is_too_long_is_marked_as_cut(translated, tmp_path):
    path = tmp_path / "long.txt"
    path.write_text("the dog " * 600 + "\n" + LINES[1])

    page = translated(path=path)

    assert column(page, SegmentColumn.STATE) == ["cut: too long", "translated"]
    assert ", 1 of them cut" in page.card.outcome.text()
    tip = page.table.segments.index(0, SegmentColumn.STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert "only its beginning" in tip


def test_who_opens_a_document_translates_it_by_enter(qtbot, monkeypatch, ready, settled, notes):
    page = ready()
    monkeypatch.setattr(page, "_ask_files", lambda *_: [notes])
    page.window().activateWindow()
    page.place.choose.setFocus()
    qtbot.keyClick(page.place.choose, Qt.Key.Key_Return)
    settled()

    assert QApplication.focusWidget().text() == "Translate"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    settled()
    assert notes.with_name("notes.de.txt").exists()


def test_a_document_that_changed_before_it_is_translated_is_read_again(
    ready, settled, notes, trained
):
    page = ready()
    page.take([notes])
    settled()
    notes.write_text(LINES[1])

    press(page.card, "Translate")
    settled()

    assert column(page, SegmentColumn.SOURCE) == [LINES[1]]
    written = notes.with_name("notes.de.txt").read_text("utf-8")
    assert written == by_itself(trained, "tiny", LINES[1:2])[0]
    assert "has changed" not in page.card.outcome.text()


def test_a_document_that_changed_while_it_was_translated_is_said_to_be_old(
    monkeypatch, ready, settled, notes
):
    page = ready()
    page.take([notes])
    settled()
    before = document_work.write_document

    def write(*arguments):
        notes.write_text("something else")
        before(*arguments)

    monkeypatch.setattr(document_work, "write_document", write)
    press(page.card, "Translate")
    settled()

    assert len(column(page, SegmentColumn.SOURCE)) == 3
    assert "Saved as notes.de.txt. The document has changed" in page.card.outcome.text()
    assert notes.read_text() == "something else"


def test_a_document_that_is_gone_is_translated_as_it_was(ready, settled, notes):
    page = ready()
    page.take([notes])
    settled()
    notes.unlink()

    press(page.card, "Translate")
    settled()

    assert notes.with_name("notes.de.txt").exists()
    assert "has changed" not in page.card.outcome.text()


def test_an_earlier_result_is_not_overwritten(translated, notes):
    earlier = notes.with_name("notes.de.txt")
    earlier.write_text("mine")

    page = translated()

    assert earlier.read_text() == "mine"
    assert notes.with_name("notes.de-2.txt").exists()
    assert "Saved as notes.de-2.txt" in page.card.outcome.text()


def test_a_file_that_came_meanwhile_is_not_overwritten(ready, settled, notes):
    page = ready()
    page.take([notes])
    settled()
    notes.with_name("notes.de.txt").write_text("somebody else's")

    press(page.card, "Translate")
    settled()

    assert notes.with_name("notes.de.txt").read_text() == "somebody else's"
    assert notes.with_name("notes.de-2.txt").exists()


def test_another_run_translates_anew_into_another_file(translated, settled, studio, trained, notes):
    page = translated("tiny")
    studio.select_run(trained.run("bahdanau"))
    assert "Translate anew" in buttons(page)

    press(page.card, "Translate anew")
    settled()

    assert column(page, SegmentColumn.TRANSLATION) == by_itself(trained, "bahdanau", LINES)
    lines = by_itself(trained, "tiny", LINES)
    assert notes.with_name("notes.de.txt").read_text("utf-8").splitlines()[0] == lines[0]
    assert notes.with_name("notes.de-2.txt").exists()


def test_going_back_to_the_run_that_translated_shows_its_result_again(translated, studio, trained):
    page = translated("tiny")
    studio.select_run(trained.run("bahdanau"))
    studio.select_run(trained.run("tiny"))

    assert "Saved as notes.de.txt" in page.card.outcome.text()
    assert "Save again…" in buttons(page)


def test_tags_among_words_are_put_back_by_the_links_of_attention(
    ready, settled, trained, tmp_path, studio
):
    path = tmp_path / "tagged.xlf"
    marked = 'the <g id="1">dog</g> sees a bird today'
    path.write_text(XLIFF.replace(LINES[0], marked), "utf-8")
    page = ready("bahdanau")
    page.take([path])
    settled()
    press(page.card, "Translate")
    settled()

    loaded = studio.engine.load_run(trained, trained.run("bahdanau"))
    found = document_translation.translate_document(trained, loaded, page.state.document)
    assert page.state.filled == list(found.filled)
    written = (tmp_path / "tagged.de.xlf").read_text("utf-8")
    target = re.findall("<target[^>]*>(.*?)</target>", written, re.DOTALL)[-1]
    said = html.unescape(re.sub("<[^>]*>", "", target))
    assert said == by_itself(trained, "bahdanau", [LINES[0]])[0]
    assert '<g id="1">' in target


def test_an_empty_translation_is_said_and_not_asked_for_again(
    monkeypatch, translated, tmp_path, notes
):
    real = document_translation.BulkTranslator.translate

    def nothing(*arguments, **named):
        found = real(*arguments, **named)
        return [replace(each, hypotheses=(replace(each.hypotheses[0], text=""),)) for each in found]

    monkeypatch.setattr(document_translation.BulkTranslator, "translate", nothing)
    page = translated()

    assert column(page, SegmentColumn.STATE) == ["empty"] * 3
    assert ", 3 left empty" in page.card.outcome.text()
    assert "Go on" not in buttons(page)
    assert (tmp_path / "notes.de.txt").read_text() == notes.read_text()


# cancelled


@pytest.fixture
def stop_after(monkeypatch):
    """Lets the person cancel when so many parts are translated."""

    def stop(page, parts):
        monkeypatch.setattr(document_translation, "_FIRST_PART", 1)
        monkeypatch.setattr(document_translation, "_LARGEST_PART", 1)
        taken = DocumentState.take

        def take(state, *arguments, **named):
            taken(state, *arguments, **named)
            if state.translated == parts:
                page.flow._work._translating.cancel()

        monkeypatch.setattr(DocumentState, "take", take)

    return stop


def test_what_is_translated_stays_when_it_is_cancelled(ready, settled, notes, trained, stop_after):
    page = ready()
    page.take([notes])
    settled()
    stop_after(page, 2)
    press(page.card, "Translate")
    settled()

    assert column(page, SegmentColumn.TRANSLATION) == [*by_itself(trained, "tiny", LINES[:2]), ""]
    assert page.card.outcome.text() == "Stopped. 2 of 3 segments are translated."
    assert buttons(page) == ["Choose another…", "Save what there is…", "Go on"]
    assert not notes.with_name("notes.de.txt").exists()


def test_what_there_is_can_be_saved_and_gone_on_with(
    ready, settled, notes, trained, stop_after, chosen, tmp_path
):
    page = ready()
    page.take([notes])
    settled()
    stop_after(page, 2)
    press(page.card, "Translate")
    settled()
    chosen["save"] = str(tmp_path / "part.txt")
    press(page.card, "Save what there is…")
    settled()
    expected = by_itself(trained, "tiny", LINES)
    part = (tmp_path / "part.txt").read_text("utf-8")
    assert part == f"{expected[0]}\n\n  {expected[1]} \n{LINES[2]}\n"
    assert chosen["asked"] == [(str(notes.with_name("notes.de.txt")), "*.txt (*.txt)")]

    press(page.card, "Go on")
    settled()

    assert column(page, SegmentColumn.TRANSLATION) == expected
    assert (tmp_path / "part.txt").read_text("utf-8").endswith(f"{expected[2]}\n")


def test_escape_cancels(qtbot, ready, settled, notes):
    page = ready()
    page.take([notes])
    settled()
    page.card.translation_asked.emit()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.card.progress.text() == "Stopping…"
    settled()

    assert page.card.outcome.text().startswith("Stopped. ")


def test_another_document_waits_until_the_first_is_translated(studio, ready, settled, notes):
    page = ready()
    page.take([notes])
    settled()
    heard = said(studio)
    page.card.translation_asked.emit()
    page.take([notes])

    assert heard == ["Another document is being translated. Wait, or cancel it first."]
    settled()


# what goes wrong


def test_a_damaged_document_is_refused_with_a_reason(ready, settled, tmp_path):
    path = tmp_path / "broken.xlf"
    path.write_text(XLIFF[:300])
    page = ready()
    page.take([path])
    settled()

    assert "broken.xlf" in page.problem.text()
    assert page.problem.isVisible()
    assert page.place.isVisible()


def test_a_document_that_is_refused_leaves_the_one_before(translated, settled, tmp_path):
    page = translated()
    (tmp_path / "broken.xlf").write_text("<xliff")
    page.take([tmp_path / "broken.xlf"])
    settled()
    assert page.problem.isVisible()
    assert page.card.name.text() == "notes.txt"

    page.take([tmp_path / "notes.txt"])
    settled()
    assert not page.problem.isVisible()


def test_a_document_of_other_languages_is_refused(ready, settled, tmp_path):
    path = tmp_path / "french.xlf"
    path.write_text(XLIFF.replace('target-language="de"', 'target-language="fr"'))
    page = ready()
    page.take([path])
    settled()

    assert "french.xlf" in page.problem.text()


def test_a_source_that_is_gone_is_told(ready, settled, tmp_path):
    page = ready()
    page.take([tmp_path / "gone.txt"])
    settled()

    assert "gone.txt" in page.problem.text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_cannot_be_written_loses_nothing(translated, notes):
    notes.parent.chmod(0o500)
    try:
        page = translated()
    finally:
        notes.parent.chmod(0o700)
    assert "notes.de.txt" in page.card.outcome.text()


def test_a_full_disk_loses_nothing(monkeypatch, translated, settled, trained, chosen, tmp_path):
    write = document_work.write_document

    def refuse(*_):
        raise StorageError("{path} could not be written: No space left.", path="notes.de.txt")

    monkeypatch.setattr(document_work, "write_document", refuse)
    page = translated()
    assert "No space left" in page.card.outcome.text()
    assert buttons(page) == ["Choose another…", "Save elsewhere…"]
    expected = by_itself(trained, "tiny", LINES)
    assert column(page, SegmentColumn.TRANSLATION) == expected

    monkeypatch.setattr(document_work, "write_document", write)
    chosen["save"] = str(tmp_path / "elsewhere.txt")
    press(page.card, "Save elsewhere…")
    settled()

    assert (tmp_path / "elsewhere.txt").read_text("utf-8").splitlines()[0] == expected[0]
    assert "Saved as elsewhere.txt" in page.card.outcome.text()


def test_a_document_is_never_saved_over_itself(translated, settled, chosen, notes):
    before = notes.read_text()
    page = translated()
    chosen["save"] = str(notes)
    press(page.card, "Save again…")
    settled()

    assert notes.read_text() == before
    assert "notes.txt" in page.card.outcome.text()
    assert "Save elsewhere…" in buttons(page)


def test_a_model_that_cannot_be_loaded_is_told_and_can_be_tried_again(
    monkeypatch, ready, settled, notes, studio
):
    page = ready()
    page.take([notes])
    settled()
    load = studio.engine.load_run

    def fail(*_):
        raise StorageError("model.safetensors could not be read: {reason}.", reason="gone")

    monkeypatch.setattr(studio.engine, "load_run", fail)
    press(page.card, "Translate")
    settled()
    assert "model.safetensors could not be read" in page.card.outcome.text()
    assert "Go on" in buttons(page)

    monkeypatch.setattr(studio.engine, "load_run", load)
    press(page.card, "Go on")
    settled()
    assert set(column(page, SegmentColumn.STATE)) == {"translated"}


def test_a_fault_of_the_program_is_told_with_its_details(
    monkeypatch, ready, settled, notes, studio
):
    page = ready()
    page.take([notes])
    settled()
    heard = []
    studio.notifier.posted.connect(heard.append)

    def fail(*_):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(studio.engine, "load_run", fail)
    press(page.card, "Translate")
    settled()

    assert "ZeroDivisionError" in heard[0].details
    assert "0 of 3 segments are translated." in page.card.outcome.text()


# dropped


def mime(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(widget, *paths):
    """Drag files over a widget and let them go; what it took the drag as."""
    data, at = mime(*paths), QPointF(200, 200)
    entered = QDragEnterEvent(
        at.toPoint(), Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(widget, entered)
    dropped = QDropEvent(
        at, Qt.DropAction.MoveAction | Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(widget, dropped)
    return dropped.dropAction() if dropped.isAccepted() else None


def test_a_document_that_is_dropped_is_read_as_a_copy(ready, settled, notes):
    page = ready()
    assert drop(page, notes) is Qt.DropAction.CopyAction
    settled()

    assert column(page, SegmentColumn.SOURCE) == LINES


def test_what_is_dropped_here_is_translated_and_elsewhere_imported(studio, ready, notes):
    page = ready()

    assert page.promise([notes]).text == "Translate notes.txt, English → German"
    assert ImportFlow(studio).promise([notes]).text.startswith("Import 1 file")


@pytest.mark.parametrize("names", [("a.txt", "b.txt"), ("",)])
def test_several_files_or_a_folder_are_refused_with_a_reason(ready, tmp_path, names):
    page = ready()
    promise = page.promise([tmp_path / name for name in names])

    assert not promise.accepted
    assert promise.text == "One document at a time can be translated. Drop a single file."


def test_without_a_model_a_drop_is_refused(page, notes):
    promise = page.promise([notes])

    assert not promise.accepted
    assert promise.text == "There is no trained model that could translate a document."


# pasted


def test_several_lines_are_pasted_translated_copied_and_saved(
    ready, settled, trained, chosen, tmp_path
):
    page = ready()
    QGuiApplication.clipboard().setText(f"{LINES[0]}\n\n{LINES[1]}")
    press(page.place, "Paste text")
    settled()
    assert page.card.name.text() == "Pasted text"
    assert buttons(page) == ["Choose another…", "Translate"]
    press(page.card, "Translate")
    settled()
    expected = by_itself(trained, "tiny", LINES[:2])
    assert column(page, SegmentColumn.TRANSLATION) == expected
    assert buttons(page) == ["Choose another…", "Copy the translation", "Save…"]

    press(page.card, "Copy the translation")
    assert QGuiApplication.clipboard().text() == "\n\n".join(expected)

    chosen["save"] = str(tmp_path / "pasted.txt")
    press(page.card, "Save…")
    settled()
    assert (tmp_path / "pasted.txt").read_text("utf-8") == "\n\n".join(expected)
    assert chosen["asked"][0][0].endswith("translation.de.txt")


def test_a_document_that_was_copied_is_pasted_as_one(ready, settled, notes):
    page = ready()
    QGuiApplication.clipboard().setMimeData(mime(notes))
    page.paste()
    settled()

    assert page.card.name.text() == "notes.txt"


def test_nothing_to_paste_is_said(studio, ready):
    page = ready()
    QGuiApplication.clipboard().setText("  \n")
    heard = said(studio)
    page.paste()

    assert heard == ["There is no text on the clipboard."]


# around


def test_closing_the_project_keeps_the_document(studio, translated):
    page = translated()
    studio.close_project()

    assert page.card.isVisible()
    assert page.models.model is None


def test_rows_are_copied_as_a_table(translated, trained):
    page = translated()
    page.table.selectAll()
    page.table.copy_rows()

    expected = by_itself(trained, "tiny", LINES)
    assert QGuiApplication.clipboard().text().splitlines() == [
        f"{source}\t{target}" for source, target in zip(LINES, expected, strict=True)
    ]


def test_who_looks_at_another_page_is_told(studio, ready, settled, notes):
    page = ready()
    page.take([notes])
    settled()
    page.hide()
    heard, asked = [], []
    studio.notifier.posted.connect(heard.append)
    studio.page_requested.connect(asked.append)
    page.card.translation_asked.emit()
    settled()

    assert [posted.text for posted in heard] == [page.card.outcome.text()]
    heard[0].action()
    assert asked == [PageName.TRANSLATING]


def test_what_another_model_has_translated_is_not_mixed_in(studio, trained, notes, ready, settled):
    page = ready("tiny")
    page.take([notes])
    settled()
    state = page.state
    state.begin(TranslatedBy(trained.folder, "another", 1))
    state.take(0, Filled("by another"), is_cut=True)

    order = TranslationOrder(trained, trained.run("tiny"))
    translate_open_segments(studio.engine, state, order, TaskControl())

    assert [filled.text for filled in state.filled] == by_itself(trained, "tiny", LINES)
    assert {state.state(place) for place in range(3)} == {SegmentState.TRANSLATED}


def test_results_lie_beside_their_source(tmp_path):
    path = tmp_path / "My report.v2.sdlxliff"
    assert wanted_path(path, "de") == tmp_path / "My report.v2.de.sdlxliff"
    assert wanted_path(Path("README"), "zh") == Path("README.zh")


def test_numbers_of_results_count_on(tmp_path):
    place = ResultPlace(lambda *_: "")
    place.begin(tmp_path / "notes.txt", "de")
    for name in ("notes.de.txt", "notes.de-2.txt", "notes.de-3.txt"):
        assert place.settle() == place.path == tmp_path / name
        place.path.touch()
        place.begin_anew()
    assert place.path == tmp_path / "notes.de-4.txt"


XLIFF = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
 <file original="a.txt" source-language="en" target-language="de" datatype="plaintext">
  <body>
   <trans-unit id="1"><source>by a person</source><target state="translated">von einem \
Menschen</target></trans-unit>
   <trans-unit id="2"><source>the dog sees a bird today</source></trans-unit>
  </body>
 </file>
</xliff>
"""
