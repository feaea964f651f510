"""A run that is given away from the list of runs, and one that came."""

import json
import time

import pytest
from finding import find, press, text_in
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QRadioButton, QWidget

from attnstudio.export import ct2_process, onnx_folder
from attnstudio.export.opening import open_export
from attnstudio.gui.look.theme import colours_of
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.training.export_dialog import ExportDialog
from attnstudio.gui.training.export_words import small
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.run_exporting import RunExporting
from attnstudio.gui.training.run_list import RunList
from attnstudio.project import exporting
from attnstudio.project.exporting import export_run
from attnstudio.project.run_import import import_run


@pytest.fixture
def here(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.fixture
def ask(qtbot, studio, trained, here):
    """Asks for the export of a run and gives the dialog, once it is known what can be written."""
    studio.open_project(trained.folder)
    runs, page = RunList(), QWidget()
    qtbot.addWidget(runs)
    qtbot.addWidget(page)
    place = [here]
    RunExporting(studio, runs, page, ask_folder=lambda *_: place[0])

    def ask(name, *, folder=here):
        place[0] = folder
        runs.export_asked.emit(name)
        dialog = page.findChildren(ExportDialog)[-1]
        qtbot.waitUntil(lambda: studio.tasks.running == [], timeout=60_000)
        return dialog

    return ask


def wait_for(qtbot, dialog, words):
    qtbot.waitUntil(lambda: words in text_in(dialog), timeout=120_000)


def test_a_run_is_exported_where_the_person_says(qtbot, ask, here):
    for _ in range(2):  # the second has a name of its own
        dialog = ask("bahdanau")
        press(dialog, "Export into…")
        wait_for(qtbot, dialog, "Written to")

    assert sorted(path.name for path in here.iterdir()) == ["bahdanau", "bahdanau 2"]
    assert open_export(here / "bahdanau 2").facts.run == "bahdanau"
    assert "a place for your licence" in text_in(dialog)
    press(dialog, "Copy")
    assert QGuiApplication.clipboard().text().startswith(str(here / "bahdanau 2"))


def test_nothing_is_written_where_no_folder_is_chosen(studio, ask, here):
    dialog = ask("tiny", folder=None)

    press(dialog, "Export into…")

    assert studio.tasks.running == []
    assert list(here.iterdir()) == []
    assert find(dialog, QRadioButton, "ONNX").isVisible()


def test_graphs_are_compared_and_the_figures_can_be_copied(qtbot, ask, here):
    pytest.importorskip("onnx", reason="onnx is an extra: pip install 'attnstudio[onnx]'")
    pytest.importorskip("onnxruntime", reason="onnxruntime is an extra of the same name")
    dialog = ask("tiny")
    find(dialog, QRadioButton, "ONNX").click()

    press(dialog, "Export into…")
    wait_for(qtbot, dialog, "Written to")
    press(dialog, "Copy")

    measured = json.loads((here / "tiny onnx" / "parity.json").read_text("utf-8"))
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == str(here / "tiny onnx")
    for title, figure in (
        ("Largest difference of a score of the vocabulary", "logits"),
        ("… of a weight of the attention on the source", "cross_attention"),
        ("… of the source on itself", "encoder_attention"),
        ("… of the translation on itself", "self_attention"),
    ):
        assert f"{title}: {small(measured[figure])}" in lines
        assert title in text_in(dialog)
        assert small(measured[figure]) in text_in(dialog)


def test_rounded_weights_are_compared_sentence_by_sentence(qtbot, ask, here):
    pytest.importorskip("ctranslate2", reason="an extra: pip install 'attnstudio[ct2]'")
    dialog = ask("tiny")
    precision = find(dialog, QComboBox, "Precision of the weights")
    assert not precision.isEnabled()
    find(dialog, QRadioButton, "CTranslate2").click()
    precision.setCurrentIndex(precision.findData("int8"))

    press(dialog, "Export into…")
    wait_for(qtbot, dialog, "Written to")

    measured = json.loads((here / "tiny ctranslate2 int8" / "parity.json").read_text("utf-8"))
    said = text_in(dialog)
    assert f"{100 * measured['same_greedy']:.1f} %" in said
    assert f"{100 * measured['same_beam']:.1f} %" in said
    assert f"{measured['its_bleu']:.2f}, here {measured['bleu']:.2f}" in said
    assert f"int8, {measured['compute_type']}" in said


@pytest.mark.parametrize("words", ["Cancel", ""], ids=["button", "closing"])
def test_cancelling_leaves_nothing(qtbot, studio, ask, here, monkeypatch, words):
    def never_done(*_, progress, **__):
        while True:
            progress(0.5)  # ends it once it is cancelled
            time.sleep(0.01)

    monkeypatch.setattr(exporting, "export_run", never_done)
    dialog = ask("tiny")
    press(dialog, "Export into…")
    wait_for(qtbot, dialog, "Writing")
    assert [task.title for task in studio.tasks.running] == ["Exporting tiny"]

    if words:
        press(dialog, words)
    else:
        dialog.close()
    qtbot.waitUntil(lambda: studio.tasks.running == [], timeout=60_000)

    assert list(here.iterdir()) == []


def test_what_is_missing_is_named_with_its_command(ask, monkeypatch):
    monkeypatch.setattr(onnx_folder, "is_installed", lambda: False)
    monkeypatch.setattr(ct2_process, "is_installed", lambda: False)

    dialog = ask("tiny")

    for name, extra in (("ONNX", "onnx"), ("CTranslate2", "ct2")):
        button = find(dialog, QRadioButton, name)
        assert not button.isEnabled()
        assert f"pip install 'attnstudio[{extra}]'" in button.accessibleDescription()
        assert button.accessibleDescription() in text_in(dialog)
    assert find(dialog, QRadioButton, "PyTorch weights").isChecked()


def test_a_model_that_the_other_engine_does_not_compute_rests(ask, monkeypatch):
    monkeypatch.setattr(ct2_process, "is_installed", lambda: True)

    dialog = ask("bahdanau")

    assert not find(dialog, QRadioButton, "CTranslate2").isEnabled()
    assert "as it was trained: kind = recurrent" in text_in(dialog)


def test_what_goes_wrong_is_said_where_one_can_choose_again(qtbot, ask, here):
    dialog = ask("tiny", folder=here / "not" / "a" / "place")
    (here / "not").write_text("a file", encoding="utf-8")

    press(dialog, "Export into…")
    wait_for(qtbot, dialog, "could not be written")

    assert find(dialog, QRadioButton, "ONNX").isVisible()


@pytest.mark.parametrize(
    ("value", "words"), [(1.23e-5, "0.000012"), (0.31, "0.31"), (0.0, "0.0"), (2.0, "2.0")]
)
def test_small_differences_have_two_digits_that_count(value, words):
    assert small(value) == words


def test_words_are_whole_in_both_colours(qtbot, colours):
    dialog = ExportDialog("übersetzt 翻译 ترجمة")
    qtbot.addWidget(dialog)
    dialog.show_choices("There is something at that place already. Choose a new name.")
    dialog.show()

    assert colours_of(dialog.palette()) == colours
    for label in [*dialog.choices.findChildren(QWidget), *dialog.findChildren(QWidget)]:
        if label.isVisible() and label.hasHeightForWidth():
            assert label.height() >= label.heightForWidth(label.width())


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
    assert "Export for other programs…" in [action.text() for action in menu.actions()]
    menu.deleteLater()
