"""One table of pages: all that leads to a page comes from its entry."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget

from attnstudio.gui.shell.app import Program
from attnstudio.gui.shell.command_palette import CommandPalette
from attnstudio.gui.shell.loading import load_pages
from attnstudio.gui.shell.page_table import Page, PageMenu, page_table
from attnstudio.gui.shell.shortcut_sheet import ShortcutSheet
from attnstudio.gui.shell.sidebar import Sidebar
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.widgets.widget_key import WidgetKey
from attnstudio.resources import resource_path


def make_scores(studio, actions, parent):
    page = QLabel(f"{studio.project}", parent)
    count = actions.add(
        "scores.count", "&Count again", page.clear, menu="scores", shortcut="Ctrl+J"
    )
    count.setEnabled(False)
    return page


SCORES = Page(
    "scores",
    "Evaluation",
    "inspector",
    "Ctrl+0",
    lambda: make_scores,
    parts=("attnstudio.gui.look.theme",),
    menu=PageMenu("scores", "&Scores", lambda name, _: f"Nothing to {name.partition('.')[2]}."),
    keys_heading="Scores of sentences",
    widget_keys=lambda: [WidgetKey("score_list", "Go to the worst sentence", "End")],
)


@pytest.fixture
def program(qtbot, qapp, settings):
    program = Program(qapp, settings, (*page_table(), SCORES))
    program.window.show()
    program.build_pages()
    qtbot.waitExposed(program.window)
    yield program
    program.close()


def test_a_page_of_the_table_is_in_the_sidebar(qtbot, program):
    sidebar = program.window.findChild(Sidebar)
    titles = [*(page.title for page in page_table()), "Evaluation"]
    assert [sidebar.item(row).text() for row in range(sidebar.count())] == titles
    assert not sidebar.item(sidebar.count() - 1).icon().isNull()

    qtbot.keyClick(sidebar, Qt.Key.Key_End)

    assert program.window.page == "scores"


def test_a_page_of_the_table_has_its_menu_and_a_way_to_it_in_another(program):
    menus = {action.text(): action.menu() for action in program.window.menuBar().actions()}

    assert list(menus)[-2:] == ["&Scores", "&Help"]
    assert [action.text() for action in menus["&Scores"].actions()] == ["&Count again"]
    assert "Go to: Evaluation" in [action.text() for action in menus["&View"].actions()]


def test_what_rests_in_the_menu_of_a_page_says_what_the_page_gives_as_its_reason(program, project):
    menus = {action.text(): action.menu() for action in program.window.menuBar().actions()}
    count = program.actions["scores.count"]

    menus["&Scores"].aboutToShow.emit()
    assert count.statusTip() == "No project is open."

    program.studio.open_project(project.folder)
    menus["&Scores"].aboutToShow.emit()
    assert count.statusTip() == "Nothing to count."


def test_all_pages_of_the_table_are_loaded_piece_by_piece_behind_the_window():
    pieces = list(load_pages([*page_table(), SCORES]))

    assert pieces[-3:] == ["attnstudio.gui.look.theme", __name__, "attnstudio.gui.shell.dialogs"]
    for page in page_table():
        assert f"attnstudio.gui.{page.name}.page" in pieces
        assert {*page.parts} <= {*pieces}


def test_a_page_of_the_table_has_a_shortcut(program):
    action = program.actions["view.scores"]
    assert action.shortcut() == QKeySequence("Ctrl+0")

    action.trigger()

    assert program.window.page == "scores"


def test_a_page_of_the_table_is_in_the_palette(qtbot, program):
    palette = CommandPalette(program.actions, program.window)
    qtbot.addWidget(palette)
    palette.open()

    qtbot.keyClicks(palette.findChild(QLineEdit), "evaluation")

    found = palette.findChild(QListWidget)
    assert [found.item(row).text() for row in range(found.count())] == [
        "Go to: Evaluation    Ctrl+0"
    ]


def test_the_keys_of_a_page_of_the_table_are_on_the_sheet(qtbot, program):
    program.actions["help.shortcuts"].trigger()
    sheet = program.window.findChild(ShortcutSheet)
    qtbot.addWidget(sheet)

    qtbot.keyClicks(sheet.search, "scores")

    heading = sheet.tree.topLevelItem(0)
    lines = [heading.child(row).text(0) for row in range(heading.childCount())]
    assert heading.text(0) == "Scores of sentences"
    assert lines == ["Count again", "Go to the worst sentence"]


def test_the_last_page_is_kept_by_its_name(program, settings, project):
    settings.last_project = project.folder
    program.studio.go_to("scores")
    assert settings.value("window/page", "") == "scores"

    program.studio.go_to(PageName.HOME)
    settings.set_value("window/page", "scores")
    program.open([])

    assert program.window.page == "scores"


def test_every_page_has_a_name_a_key_and_a_drawing_of_its_own():
    pages = page_table()

    names = [page.name for page in pages]
    assert len(set(names)) == len(names)
    assert set(PageName) <= set(names)  # others lead nowhere else; they need not lead to each
    assert (
        len({page.shortcut for page in pages}) == len({page.title for page in pages}) == len(pages)
    )
    for page in pages:
        assert resource_path("icons", "pages", f"{page.icon}.svg").exists()
