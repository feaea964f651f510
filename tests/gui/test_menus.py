"""The menu bar: what people expect in it, and why something in it rests."""

import pytest
from finding import find, press, text_in
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QListWidget, QMenu, QPushButton

from attnstudio.gui.home.new_project import NewProjects
from attnstudio.gui.shell.app import Program
from attnstudio.gui.shell.command_palette import CommandPalette
from attnstudio.gui.shell.page_table import page_table
from attnstudio.gui.shell.settings_dialog import SettingsDialog
from attnstudio.gui.studio.studio import PageName
from attnstudio.project.project import Project


@pytest.fixture
def program(qtbot, qapp, settings):
    program = Program(qapp, settings)
    program.window.show()
    program.build_pages()
    qtbot.waitExposed(program.window)
    yield program
    program.close()


def menu_of(program, title):
    [action] = [a for a in program.window.menuBar().actions() if a.text() == title]
    return action.menu()


def opened(menu):
    menu.aboutToShow.emit()
    return {action.text().replace("&", ""): action for action in menu.actions() if action.text()}


def test_the_file_menu_has_what_people_look_for_in_it(program):
    texts = list(opened(menu_of(program, "&File")))

    assert texts[:4] == ["New project…", "Open files…", "Open a project…", "Open recent"]
    assert "Settings…" in texts
    assert texts[-1] == "Quit"
    roles = {name: program.actions[name].menuRole() for name in ("file.settings", "file.quit")}
    assert roles["file.settings"] is QAction.MenuRole.PreferencesRole
    assert roles["file.quit"] is QAction.MenuRole.QuitRole
    assert program.actions["view.setup"].menuRole() is QAction.MenuRole.NoRole


@pytest.mark.parametrize("title", ["&File", "&Edit", "&View", "&Help"])
def test_no_two_entries_of_a_menu_have_one_key(program, title):
    for menu in (menu_of(program, title), program.actions["file.recent"].menu()):
        opened(menu)
        keys = [
            entry.text()[entry.text().index("&") + 1].lower()
            for entry in menu.actions()
            if "&" in entry.text()
        ]
        assert len(keys) == len(set(keys))


def test_what_acts_on_nothing_rests_and_says_why(program):
    always = {
        "file.new", "file.open", "file.open_project", "file.recent", "file.settings", "file.quit",
        "file.sample_en_de", "file.sample_en_zh", "edit.paste", "view.commands", "view.still",
        "view.system", "view.light", "view.dark", "help.shortcuts", "help.log", "help.about",
        *(f"view.{page.name}" for page in page_table()),
    }  # fmt: skip
    for menu_action in program.window.menuBar().actions():
        menu_action.menu().aboutToShow.emit()
        assert menu_action.menu().toolTipsVisible()

    for action in program.actions:
        assert action.isEnabled() == (action.objectName() in always), action.objectName()
        if not action.isEnabled():
            reason = action.statusTip()
            assert reason.endswith("."), action.objectName()
            assert action.toolTip().endswith(f"\n{reason}")


def test_a_reason_follows_what_is_open_and_goes_when_it_can_be_done(program, project, tmp_path):
    corpus, inspect = menu_of(program, "&Corpus"), menu_of(program, "&Inspect")
    train = menu_of(program, "&Train")
    assert opened(corpus)["Compare the splits"].statusTip() == "No project is open."

    empty = Project.create(tmp_path / "empty", "en", "de")
    program.studio.open_project(empty.folder)
    assert "no sentence pairs" in opened(corpus)["Compare the splits"].statusTip()
    assert "no sentence pairs" in opened(train)["Copy as command line"].statusTip()

    program.studio.open_project(project.folder)
    assert opened(inspect)["Translate"].statusTip() == "There is no trained model yet."
    assert opened(train)["Pause"].statusTip() == "No training is under way."
    find = opened(corpus)["Find pairs…"]
    assert find.isEnabled()
    assert find.statusTip() == "Search the sentences of the corpus"
    assert "\n" not in find.toolTip()


def test_recent_projects_are_listed_and_those_that_are_gone_can_be_removed(
    program, project, tmp_path
):
    settings, recent = program.studio.settings, program.actions["file.recent"].menu()
    assert list(opened(recent)) == ["No project was opened yet"]
    settings.add_recent(tmp_path / "gone & lost")
    program.studio.open_project(project.folder)
    program.studio.close_project()

    entries = opened(recent)
    assert list(entries) == [
        "1 project", "gone  lost (not there any more)", "Remove what is not there any more",
        "Clear the list",
    ]  # fmt: skip
    assert not entries["gone  lost (not there any more)"].isEnabled()
    entries["1 project"].trigger()
    assert program.studio.project.folder == project.folder

    opened(recent)["Remove what is not there any more"].trigger()
    assert settings.recent_projects == [project.folder]
    opened(recent)["Clear the list"].trigger()
    assert settings.recent_projects == []


def test_two_recent_projects_of_one_name_are_told_apart(program, tmp_path):
    for parent in ("a", "b"):
        folder = tmp_path / parent / "thesis"
        Project.create(folder, "en", "de")
        program.studio.settings.add_recent(folder)

    texts = list(opened(program.actions["file.recent"].menu()))

    assert texts[:2] == [f"1 thesis – {tmp_path / 'b'}", f"2 thesis – {tmp_path / 'a'}"]


def test_the_palette_leaves_out_what_only_holds_others(qtbot, program):
    palette = CommandPalette(program.actions)
    qtbot.addWidget(palette)

    listed = find(palette, QListWidget)
    offered = [listed.item(row).data(Qt.ItemDataRole.UserRole) for row in range(listed.count())]
    assert program.actions["file.recent"] not in offered
    assert program.actions["file.new"] in offered


def test_a_new_project_is_made_from_two_names_of_languages(qtbot, program, tmp_path):
    program.studio.settings.set_value("projects/folder", str(tmp_path / "projects"))
    qtbot.keyClick(program.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = program.dialogs().new_projects.dialog
    assert dialog.isVisible()
    assert not find(dialog, QPushButton, "Make the project").isEnabled()

    dialog.source.setEditText("Deutsch")
    dialog.target.setEditText("Klingon")
    assert "“Klingon” is not known here and is taken as you wrote it." in text_in(dialog)
    assert find(dialog, QPushButton, "Make the project").isEnabled()
    dialog.target.setEditText("german")
    assert "different languages" in text_in(dialog)
    dialog.target.setEditText("中文")
    assert str(tmp_path / "projects" / "de-zh") in text_in(dialog)
    press(dialog, "Make the project")

    assert not dialog.isVisible()
    file = program.studio.project.file
    assert (file.source_language, file.target_language) == ("de", "zh")
    assert program.studio.project.folder == tmp_path / "projects" / "de-zh"
    assert program.window.page is PageName.CORPUS


@pytest.mark.parametrize(
    ("name", "said"), [("a/b", "no signs such as /"), ("taken", "something called taken already")]
)
def test_a_name_that_cannot_be_is_told_before_anything_is_made(qtbot, studio, tmp_path, name, said):
    (tmp_path / "taken").mkdir()
    studio.settings.set_value("projects/folder", str(tmp_path))
    projects = NewProjects(studio)
    window = QMenu()
    qtbot.addWidget(window)
    projects.ask(window)
    projects.dialog.source.setEditText("en")
    projects.dialog.target.setEditText("de")

    projects.dialog.name.setText(name)

    assert said in text_in(projects.dialog)
    assert not find(projects.dialog, QPushButton, "Make the project").isEnabled()
    projects.dialog.name.setText("")
    assert projects.dialog.name.placeholderText() == "en-de"
    assert find(projects.dialog, QPushButton, "Make the project").isEnabled()
    projects.dialog.close()


def test_settings_count_at_once_and_are_remembered(qtbot, program, tmp_path):
    settings = program.studio.settings
    dialog = SettingsDialog(
        settings, program.actions, tmp_path, ask_folder=lambda *_: tmp_path / "elsewhere"
    )
    qtbot.addWidget(dialog)

    dialog.colours.setCurrentIndex(2)
    dialog.colours.activated.emit(2)
    dialog.still.click()
    dialog.awake.click()
    press(dialog, "Choose where new projects go")

    assert settings.scheme == "dark"
    assert program.actions["view.dark"].isChecked()
    assert settings.still is True
    assert program.actions["view.still"].isChecked()
    assert settings.value("training/keep_awake", True) is False
    assert program.studio.projects_folder == tmp_path / "elsewhere"
