"""The whole program: the line from a file to a clicked word, by keyboard and in one window."""

import gc
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from finding import find, text_in, words_in
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QStyle,
    QWidget,
)

from attnstudio.config_text import merge_config
from attnstudio.gui.inspector.page import InspectorPage
from attnstudio.gui.inspector.question_box import SentenceEdit
from attnstudio.gui.look.theme import DARK, LIGHT, Scheme, colours_of
from attnstudio.gui.shell.app import Program, _on_screen, _parse
from attnstudio.gui.shell.log_dialog import LogDialog
from attnstudio.gui.shell.page_table import page_table
from attnstudio.gui.studio.studio import PageName, RunDraft
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.interpretation.view import view_of
from attnstudio.log_files import take_crashes
from attnstudio.presets import find_preset

TINY = {
    "model": {"model_size": 16, "heads": 2, "feedforward_size": 32},
    "tokenizer": {"vocabulary_size": 320},
    "training": {
        "threads": 1, "batch_tokens": 200, "validate_every": 5, "decoded_pairs": 2,
        "watch_sentences": 1,
    },
    "guidance": {"weight": 0.0},
    "limits": {"max_steps": 10},
}  # fmt: skip


@pytest.fixture
def program(qtbot, qapp, settings):
    program = Program(qapp, settings)
    program.window.show()
    program.build_pages()
    qtbot.waitExposed(program.window)
    yield program
    program.close()


def trained(qtbot, program, project):
    program.studio.open_project(project.folder)
    config = merge_config(find_preset("tiny").config, TINY)
    program.studio.setup_requested.emit(RunDraft("tiny", config))
    program.actions["train.start"].trigger()
    qtbot.waitUntil(lambda: program.studio.session.run is not None, timeout=120_000)
    qtbot.waitUntil(
        lambda: (
            program.studio.session.state is SessionState.IDLE
            and program.studio.session.history.ending is not None
        ),
        timeout=120_000,
    )


def test_from_a_corpus_to_a_clicked_word_by_keyboard(qtbot, program, project):
    window, studio = program.window, program.studio
    studio.open_project(project.folder)
    config = merge_config(find_preset("tiny").config, TINY)
    studio.setup_requested.emit(RunDraft("tiny", config))

    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.page is PageName.SETUP
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.page is PageName.TRAINING, timeout=120_000)
    qtbot.waitUntil(lambda: studio.session.history.ending is not None, timeout=120_000)
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)
    qtbot.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    assert window.page is PageName.INSPECTOR
    page = find(window, InspectorPage)
    page.question.focus_source()
    edit = QApplication.focusWidget() or find(page, SentenceEdit, "Sentence to translate")
    qtbot.keyClicks(edit, "the dog sees a bird today")
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.answer is not None, timeout=120_000)
    strips = page.panel.strips
    qtbot.keyClick(strips, Qt.Key.Key_Right)

    record = page.answer.candidates[0].record
    expected = view_of(record, page.panel.shown.reading).weights[0]
    shown = [strips.weight_of(ChosenToken(Side.SOURCE, place)) for place in range(len(expected))]
    assert shown == list(expected)
    assert strips.accessibleDescription()
    qtbot.keyClick(strips, Qt.Key.Key_Escape)
    assert strips.weight_of(ChosenToken(Side.SOURCE, 0)) is None


def test_every_widget_that_takes_the_focus_has_a_name(qtbot, program, project):
    trained(qtbot, program, project)
    nameless = []
    for page in page_table():
        program.studio.go_to(page.name)
        qtbot.wait(50)
        for widget in program.window.findChildren(QWidget):
            if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or not widget.isVisible():
                continue
            says = widget.accessibleName() or (
                widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
            )
            inside = widget.parentWidget()
            is_part = isinstance(inside, QAbstractScrollArea | QComboBox) or (
                isinstance(widget, QLineEdit) and inside is not None and inside.accessibleName()
            )
            if not says and not is_part and not isinstance(inside, QAbstractItemView):
                nameless.append(f"{page.name}: {type(widget).__name__} {widget.objectName()}")
    assert nameless == [], nameless


def test_a_switch_of_colours_reaches_every_page_at_once(program):
    for scheme, colours in ((Scheme.DARK, DARK), (Scheme.LIGHT, LIGHT)):
        program.actions[f"view.{scheme.value}"].trigger()

        assert program.studio.settings.scheme is scheme
        widgets = program.window.findChildren(QWidget)
        assert {colours_of(widget.palette()) for widget in widgets} == {colours}
        assert program.actions[f"view.{scheme.value}"].isChecked()


def test_the_window_opens_with_what_was_open_last(qapp, settings, project):
    first = Program(qapp, settings)
    first.studio.open_project(project.folder)
    first.window.resize(1000, 640)
    first.window.close()
    first.close()

    second = Program(qapp, settings)
    second.open([])

    assert second.studio.project.folder == project.folder
    assert second.window.height() == 640
    second.close()


def test_the_page_that_was_shown_last_comes_back_with_its_project(qapp, settings, project):
    first = Program(qapp, settings)
    first.studio.open_project(project.folder)
    first.studio.go_to(PageName.SETUP)
    first.window.close()
    first.close()

    second = Program(qapp, settings)
    assert second.window.page is PageName.HOME
    second.open([])

    assert second.window.page is PageName.SETUP
    second.close()


def test_a_person_who_has_gone_to_a_page_is_not_called_away_from_it(qapp, settings, project):
    settings.last_project = project.folder
    settings.set_value("window/page", PageName.SETUP.value)
    program = Program(qapp, settings)
    program.studio.go_to(PageName.CORPUS)

    program.open([])

    assert program.studio.project is not None
    assert program.window.page is PageName.CORPUS
    program.close()


@pytest.mark.parametrize("page", ["setup", "of another version"])
def test_without_a_project_the_first_page_is_shown(qapp, settings, tmp_path, page):
    settings.last_project = tmp_path / "gone"
    settings.set_value("window/page", page)
    program = Program(qapp, settings)

    program.open([])

    assert program.window.page is PageName.HOME
    program.close()


def test_the_last_project_is_named_while_it_is_not_open_yet(qapp, settings, project):
    settings.last_project = project.folder
    program = Program(qapp, settings)

    program.say_what_opens([])
    before = words_in(program.window)
    program.open([])
    after = words_in(program.window)

    assert {project.folder.name, "Being opened…"} <= set(before)
    assert "No project" not in before
    assert {project.folder.name, "English – German"} <= set(after)
    assert "Being opened…" not in after
    program.close()


def test_a_last_project_that_cannot_be_opened_is_not_named_any_longer(qapp, settings, project):
    settings.last_project = project.folder
    program = Program(qapp, settings)
    program.say_what_opens([])
    (project.folder / "project.toml").write_text("damaged", "utf-8")
    for copy in project.folder.glob("project.toml.*"):
        copy.unlink()

    program.open([])

    assert "No project" in words_in(program.window)
    program.close()


@pytest.mark.parametrize("paths", [[], [Path("a.en")]])
def test_no_project_is_named_where_none_will_be_opened(qapp, settings, project, tmp_path, paths):
    settings.last_project = project.folder if paths else tmp_path / "gone"
    program = Program(qapp, settings)

    program.say_what_opens(paths)

    assert "No project" in words_in(program.window)
    program.close()


def test_a_window_that_was_off_the_screen_comes_back(qapp):
    area = qapp.primaryScreen().availableGeometry()
    lost = area.translated(10_000, -10_000)

    assert area.contains(_on_screen(lost, 0))


def test_the_title_bar_of_a_window_as_large_as_the_screen_can_be_reached(qapp, settings):
    program = Program(qapp, settings)
    title = program.window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    area = qapp.primaryScreen().availableGeometry()

    assert title > 0
    assert program.window.geometry().top() >= area.top() + title
    assert _on_screen(area, title) == area.adjusted(0, title, 0, 0)
    program.close()


def test_a_second_start_brings_its_files(program, project):
    program.come_forward([project.folder])

    assert program.studio.project.folder == project.folder


def test_menus_keys_and_the_palette_know_every_action(program):
    in_menus = {
        action
        for menu in program.window.menuBar().actions()
        for action in menu.menu().actions()
        if not action.isSeparator()
    }
    assert {action.objectName() for action in program.actions} == {
        action.objectName() for action in in_menus
    }
    keys = [a.shortcut().toString() for a in program.actions if not a.shortcut().isEmpty()]
    assert len(keys) == len(set(keys))


def test_the_engine_is_loaded_behind_the_window(qtbot, program):
    program.warm_up()
    bar = program.window.statusBar()
    qtbot.waitUntil(lambda: "Processor" in text_in(bar) or "CUDA" in text_in(bar), timeout=120_000)


def test_a_search_for_garbage_does_not_walk_through_what_was_loaded(program):
    gc.unfreeze()
    program.studio.engine.warm_up()
    try:
        assert len(gc.get_objects()) < gc.get_freeze_count() / 100
    finally:
        gc.unfreeze()


def test_a_crash_of_an_earlier_start_is_told_with_its_log(qtbot, program, tmp_path, monkeypatch):
    monkeypatch.setenv("ATTNSTUDIO_LOG_FOLDER", str(tmp_path))
    log = tmp_path / "window-20260101-000000-4000000.log"
    log.with_suffix(".crash").write_text("Fatal Python error: Segmentation fault\n", "utf-8")
    told = []
    program.studio.notifier.posted.connect(told.append)

    program.tell_crashes(take_crashes())
    program.tell_crashes(take_crashes())

    [notification] = told
    assert "crashed last time" in notification.text
    notification.action()
    dialog = program.window.findChild(LogDialog)
    qtbot.addWidget(dialog)
    assert "Segmentation fault" in dialog.findChild(QPlainTextEdit).toPlainText()


def test_the_options_are_understood():
    wish = _parse(["--safe-mode", "a.en", "b.de"])

    assert wish.safe_mode
    assert [path.name for path in wish.paths] == ["a.en", "b.de"]


def test_to_show_the_window_loads_nothing_that_takes_long(tmp_path):
    code = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from attnstudio.gui.shell.app import Program
from attnstudio.gui.studio.settings import Settings
application = QApplication([])
program = Program(application, Settings(Path(sys.argv[1])))
program.window.show()
application.processEvents()
print({"torch", "numpy", "pydantic", "pyqtgraph"} & set(sys.modules))
program.close()
"""
    command = [sys.executable, "-c", code, str(tmp_path / "window.ini")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.stdout == "set()\n", done.stderr


@pytest.mark.slow
def test_what_knows_qt_is_loaded_and_made_on_the_main_thread_only(tmp_path, project):
    """From the start over a sample, a training and every page to an answer of the inspector."""
    program = Path(__file__).with_name("whole_program.py")
    command = [sys.executable, str(program), str(tmp_path), str(project.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen == {"refused": [], "made_elsewhere": [], "told": seen["told"]}
    assert not any("Traceback" in told for told in seen["told"])


def test_a_worker_loads_all_that_takes_long_and_does_not_know_qt():
    code = """
import sys
import attnstudio.gui.shell.app
from attnstudio.gui.shell.loading import load_core, load_pages
from attnstudio.gui.shell.page_table import page_table
load_core()
large = {"numpy", "pydantic", "tomlkit", "sentencepiece", "psutil", "wakepy"}
print(sorted(large - set(sys.modules)))
print([name for name in sys.modules if name == "pyqtgraph" or name.endswith(".page")])
before = large & set(sys.modules)
print(list(load_pages(page_table()))[-1], sorted((large & set(sys.modules)) - before))
import attnstudio.gui.shell.dialogs
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout.splitlines() == [
        "[]", "[]", "attnstudio.gui.shell.dialogs []"
    ], done.stderr  # fmt: skip


def test_the_pages_are_built_behind_the_window_and_then_the_last_project_opens(
    qtbot, qapp, settings, project
):
    settings.last_project = project.folder
    program = Program(qapp, settings)
    program.window.show()
    assert "train.start" not in program.actions

    program.begin(partial(program.open, []))
    assert program.studio.project is None
    qtbot.waitUntil(lambda: program.studio.project is not None, timeout=120_000)

    assert "train.start" in program.actions
    assert not program.window.build_next_page()
    program.close()


def test_a_page_that_is_not_built_yet_comes_with_its_key(qtbot, qapp, settings, project):
    program = Program(qapp, settings)
    program.window.show()
    qtbot.waitUntil(program.window.isActiveWindow)
    program.studio.open_project(project.folder)

    qtbot.keyClick(program.window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)

    assert program.window.page is PageName.TRAINING
    program.close()


def test_qt_calls_leak_no_reference_to_none(qapp):
    """PySide6 6.12.0 on Python 3.11 lost one at each call, and the process died of it."""
    del qapp
    thing = QWidget()
    before = sys.getrefcount(None)
    for _ in range(500):
        thing.setObjectName("x")

    assert abs(sys.getrefcount(None) - before) < 100
