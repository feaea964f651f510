"""An exported model that is dropped: asked about, then a run, or nothing at all."""

import json
import shutil

import pytest
from finding import press, text_in
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QMainWindow, QPushButton, QRadioButton

from attnstudio.gui.importing.import_flow import ImportFlow
from attnstudio.gui.studio.studio import PageName
from attnstudio.project import run_import
from attnstudio.project.exporting import export_run
from attnstudio.project.project import Project


@pytest.fixture
def pages(studio):
    shown = []
    studio.page_requested.connect(shown.append)
    return shown


@pytest.fixture
def said(studio):
    heard = []
    studio.notifier.posted.connect(heard.append)
    return heard


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    window.resize(800, 600)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def flow(studio, window, tmp_path):
    studio.settings.set_value("projects/folder", str(tmp_path / "projects"))
    flow = ImportFlow(studio)
    flow.attach(window)
    return flow


@pytest.fixture
def given(trained, tmp_path):
    export_run(trained, trained.run("tiny"), tmp_path / "given")
    return tmp_path / "given"


@pytest.fixture
def ask(qtbot, flow):
    """Drops a folder and gives the question that comes."""

    def drop(folder):
        flow.start([folder])
        qtbot.waitUntil(lambda: flow.models.question is not None, timeout=60_000)
        return flow.models.question

    return drop


def open_project(studio, folder, *languages):
    studio.open_project(Project.create(folder, *languages).folder)


def runs_of(project):
    return [run.name for run in project.runs()]


def test_nothing_is_imported_before_the_person_wants_it(studio, flow, given, ask, tmp_path):
    assert flow.promise([given]).text == "Import the model given"
    question = ask(given)

    assert question.isVisible()
    assert studio.project is None
    assert not (tmp_path / "projects").exists()


def test_the_question_says_what_it_is_and_where_it_would_go(given, ask):
    facts = json.loads((given / "config.json").read_text())
    facts["tests"] = [
        {
            "sentences": 1000,
            "bleu": 31.24,
            "bleu_signature": "b",
            "chrf": 50.0,
            "chrf_signature": "c",
        }
    ]
    (given / "config.json").write_text(json.dumps(facts))
    (given / "other").write_bytes(b"x" * 10_000_000)  # no file of an export
    words = text_in(ask(given))

    model = facts["config"]["model"]
    names = ("config.json", "model.safetensors", "tokenizer.model")
    size = sum((given / name).stat().st_size for name in names)
    for expected in (
        "tiny",
        "English → German",
        f"layers: {model['encoder_layers']} + {model['decoder_layers']}, heads: {model['heads']}",
        f"{facts['parameters']:,} parameters, {QLocale().formattedDataSize(size, 1)}",
        f"{facts['step']:,} updates, from {facts['training_pairs']:,} sentence pairs",
        "BLEU 31.2 on 1,000 sentences",
        f"Attention Studio {facts['program']}, {facts['exported_at'][:10]}",
        "Folder\n/",
        "/given-en-de",
    ):
        assert expected in words


def test_a_recurrent_model_is_called_so(trained, ask, tmp_path):
    export_run(trained, trained.run("bahdanau"), tmp_path / "given")

    assert "Recurrent, layers: " in text_in(ask(tmp_path / "given"))


@pytest.mark.parametrize("languages", [None, ("en", "de"), ("de", "en"), ("fi", "sv")])
def test_enter_makes_a_run_of_it(qtbot, studio, pages, said, given, ask, tmp_path, languages):
    if languages is not None:
        open_project(studio, tmp_path / "opened", *languages)
    question = ask(given)
    is_of_them = languages is not None and set(languages) == {"en", "de"}
    assert ("of other languages" in text_in(question)) == (languages == ("fi", "sv"))

    qtbot.keyClick(question, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(said) > 0, timeout=120_000)

    assert said[-1].text == "tiny translates from English to German."
    assert (studio.run.name, pages) == ("tiny", [PageName.INSPECTOR])
    assert studio.project.folder.name == ("opened" if is_of_them else "given-en-de")


def test_it_can_have_a_project_of_its_own(qtbot, studio, said, given, ask, tmp_path):
    open_project(studio, tmp_path / "opened", "en", "de")
    question = ask(given)
    here, new = question.findChildren(QRadioButton)
    assert (here.isChecked(), "opened" in here.text(), "given-en-de" in new.text()) == (True,) * 3
    new.click()
    press(question, "Import")
    qtbot.waitUntil(lambda: len(said) > 0, timeout=120_000)

    assert studio.project.folder.name == "given-en-de"
    assert runs_of(Project.open(tmp_path / "opened")) == []


@pytest.mark.parametrize("times", [1, 2])
def test_escape_imports_nothing(qtbot, studio, flow, given, ask, tmp_path, times):
    open_project(studio, tmp_path / "opened", "en", "de")
    for _ in range(times):
        question = ask(given)
        qtbot.keyClick(question, Qt.Key.Key_Escape)
        flow.models.question = None

    assert not question.isVisible()
    assert studio.tasks.running == []
    assert runs_of(studio.project) == []


def test_the_keyboard_begins_at_import(given, ask):
    question = ask(given)

    assert [b.text() for b in question.findChildren(QPushButton) if b.isDefault()] == ["&Import"]
    assert question.focusWidget().text() == "&Import"


def test_a_hostile_folder_is_refused_before_anything_is_asked(
    qtbot, studio, flow, said, given, tmp_path
):
    facts = json.loads((given / "config.json").read_text())
    (given / "config.json").write_text(json.dumps(facts | {"run": "../../evil"}))
    flow.start([given])
    qtbot.waitUntil(lambda: len(said) > 0, timeout=60_000)

    assert "cannot be imported" in said[-1].text
    assert flow.models.question is None
    assert studio.project is None
    assert not (tmp_path / "projects").exists()


def test_weights_that_are_none_leave_nothing(qtbot, studio, said, given, ask, tmp_path):
    (given / "model.safetensors").write_bytes(b"\0" * 100)
    press(ask(given), "Import")
    qtbot.waitUntil(lambda: len(said) > 0, timeout=60_000)

    assert "cannot be imported" in said[-1].text
    assert studio.project is None
    assert not (tmp_path / "projects" / "given-en-de").exists()


def test_a_folder_that_went_meanwhile_is_told(qtbot, studio, said, given, ask):
    question = ask(given)
    shutil.rmtree(given)
    press(question, "Import")
    qtbot.waitUntil(lambda: len(said) > 0, timeout=60_000)

    assert "is not an exported model" in said[-1].text
    assert studio.project is None


@pytest.mark.parametrize("is_new", [True, False])
def test_an_import_that_is_cancelled_leaves_nothing(
    qtbot, monkeypatch, studio, said, given, ask, tmp_path, is_new
):
    if not is_new:
        open_project(studio, tmp_path / "opened", "en", "de")
    question = ask(given)
    real = run_import.import_run

    def import_run(*arguments, **named):
        [task] = studio.tasks.running
        task.cancel()
        return real(*arguments, **named)

    monkeypatch.setattr(run_import, "import_run", import_run)
    press(question, "Import")
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert said == []
    assert not (studio.projects_folder / "given-en-de").exists()
    if not is_new:
        assert runs_of(studio.project) == []
