"""The import dialog: keys, doubts about the sides, and reasons why nothing can be imported."""

import pytest
from finding import find, press, text_in
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPushButton, QTableView

from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.import_report import Counted, ImportReport, Problem, Reason
from attnstudio.gui.corpus.import_list import ImportEntry, ImportList
from attnstudio.gui.importing.import_doubt import ImportDoubt
from attnstudio.gui.importing.import_panel import ImportPanel
from attnstudio.gui.importing.import_words import report_lines
from attnstudio.gui.look.wording import problem_place
from attnstudio.gui.shell.text_dialog import TextDialog
from attnstudio.gui.training.difference_table import DifferenceTable
from attnstudio.gui.widgets.drop_overlay import DropPromise, DropTarget
from attnstudio.gui.widgets.language_box import LanguageBox

ENGLISH = "this is not the house\nhe is in the garden with the cat\nwe are on the way\n"
GERMAN = "das ist nicht das Haus\ner ist mit der Katze im Garten\nwir sind auf dem Weg\n"


@pytest.fixture
def open_panel(qtbot, tmp_path):
    """The dialog for some files, by name, as new project or in an open one."""

    def open_panel(*, languages=("en", "de"), new=True, **texts):
        paths = []
        for name, text in texts.items():
            path = tmp_path / name.replace("_", ".")
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        plan = plan_import(paths, languages)
        panel = ImportPanel(plan, tmp_path / "project" if new else None)
        panel.wishes = []
        panel.wished.connect(panel.wishes.append)
        qtbot.addWidget(panel)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return open_panel


def import_button(panel):
    return find(panel, QPushButton, "Import")


def doubt(panel):
    """What is asked about the sides; empty where nothing is."""
    return find(panel, ImportDoubt).words


def sources(panel):
    return [files.item.sides[0].name for files in panel.wish.items]


def test_tab_goes_to_the_source_language_first(qtbot, open_panel):
    panel = open_panel(talk_en=ENGLISH, talk_de=GERMAN)
    qtbot.keyClick(panel, Qt.Key.Key_Tab)

    assert panel.focusWidget().accessibleName() == "Source language"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (LanguageBox, "Source language"),
        (QLineEdit, "Folder of the new project"),
        (QPushButton, "Swap source and target"),
        (QPushButton, "Cancel"),
        (QTableView, "The first pairs"),
    ],
)
def test_enter_imports_wherever_the_focus_is_and_never_swaps(qtbot, open_panel, kind, name):
    panel = open_panel(a_en=ENGLISH, a_de=GERMAN)
    widget = find(panel, kind, name)
    widget.setFocus()

    qtbot.keyClick(widget, Qt.Key.Key_Return)

    assert len(panel.wishes) == 1
    assert panel.wishes[0].languages == ("en", "de")
    assert sources(panel) == ["a.en"]


def test_escape_closes(qtbot, open_panel):
    panel = open_panel(a_en=ENGLISH, a_de=GERMAN)

    qtbot.keyClick(find(panel, LanguageBox, "Source language"), Qt.Key.Key_Escape)

    assert not panel.isVisible()
    assert panel.wishes == []


def test_only_one_button_is_the_default_and_none_becomes_it(open_panel):
    panel = open_panel(a_en=ENGLISH, a_de=GERMAN)
    buttons = panel.findChildren(QPushButton)

    assert [button for button in buttons if button.isDefault()] == [import_button(panel)]
    assert not any(button.autoDefault() for button in buttons)


def test_other_dialogs_take_no_button_by_themselves(qtbot):
    for dialog in (TextDialog("Title", "text"), DifferenceTable(["a"], [])):
        qtbot.addWidget(dialog)
        buttons = dialog.findChildren(QPushButton)
        assert [b.text() for b in buttons if b.isDefault() or b.autoDefault()] in ([], ["Close"])


def test_sides_that_look_swapped_are_asked_about_before_anything_is_imported(qtbot, open_panel):
    panel = open_panel(left_txt=GERMAN, right_txt=ENGLISH)

    assert "left.txt is taken as English and right.txt as German" in doubt(panel)
    assert not import_button(panel).isEnabled()
    qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert panel.wishes == []

    press(panel, "Swap the sides")
    assert doubt(panel) == ""
    assert panel.wish.languages == ("en", "de")
    assert [item.item.sides[0].name for item in panel.wish.items] == ["right.txt"]
    assert import_button(panel).isEnabled()


def test_a_person_may_keep_sides_that_look_swapped(open_panel):
    panel = open_panel(left_txt=GERMAN, right_txt=ENGLISH)

    press(panel, "They are right")

    assert doubt(panel) == ""
    assert import_button(panel).isEnabled()
    press(panel, "Swap source and target")  # what was said then is said of other sides
    press(panel, "Swap source and target")
    assert doubt(panel)


def test_files_whose_names_say_other_languages_than_their_texts_are_asked_about(open_panel):
    panel = open_panel(a_en=GERMAN, a_de=ENGLISH)

    assert doubt(panel)


def test_the_sides_are_looked_at_again_when_a_person_names_the_languages(open_panel):
    panel = open_panel(languages=None, left_txt="xq zz\n" + GERMAN, right_txt="ww qq\n" + ENGLISH)
    assert panel.wish.languages == ("de", "en")

    find(panel, LanguageBox, "Source language").setEditText("en")
    find(panel, LanguageBox, "Target language").setEditText("de")

    assert doubt(panel)


def test_only_the_files_that_look_swapped_are_turned(open_panel):
    panel = open_panel(a_en=ENGLISH, a_de=GERMAN, b_x=GERMAN, c_x=ENGLISH)

    press(panel, "Swap the sides")

    assert [item.item.sides[0].name for item in panel.wish.items] == ["a.en", "c.x"]


def test_columns_that_are_a_guess_are_asked_about(open_panel):
    rows = "context;target\n" + "menu.open;Öffnen\nmenu.close;Schließen\nmenu.new;Neu\n"
    panel = open_panel(x_csv=rows)

    assert "which columns of x.csv are the two sides" in doubt(panel)
    assert not import_button(panel).isEnabled()
    press(panel, "These columns are right")
    assert import_button(panel).isEnabled()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "No pair was found in x.csv."),
        ("only one column\nand nothing else\n", "x.csv, line 1: too few columns."),
        ("en;de\n;\n", "No pair was found in x.csv."),
    ],
)
def test_a_table_without_pairs_cannot_be_imported_and_it_is_said_why(open_panel, content, reason):
    panel = open_panel(x_csv=content)

    assert not import_button(panel).isEnabled()
    assert reason in text_in(panel)


def test_a_report_names_what_its_numbers_count():
    problems = (Problem("x.tmx", 3, Reason.LANGUAGE, "one", Counted.UNIT),)
    report = ImportReport(
        100, {Reason.LANGUAGE: 2}, problems, ("x.tmx",), ("x.tmx",),
        splits={"train": 90, "valid": 10},
    )  # fmt: skip

    assert list(report_lines(report)) == [
        "100 pairs were imported: 90 for training, 10 for validation.",
        "2 units left out: one of the languages was missing.",
        "x.tmx, unit 3: one",
    ]
    assert "    x.tmx, unit 3: one" in list(report.to_lines())


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_words(qtbot, reason):
    report = ImportReport(1, {}, (), ("a",), ("b",))
    shown = ImportReport(
        1,
        {} if reason.is_mended else {reason: 1},
        (),
        report.source,
        report.target,
        mended={reason: 1} if reason.is_mended else {},
    )
    entries = ImportList()
    qtbot.addWidget(entries)

    assert len(list(report_lines(shown))) == 2
    entries.show_entries([ImportEntry((), shown)])
    assert entries.plain_text().strip().startswith("1 ")


@pytest.mark.parametrize("counted", list(Counted))
def test_every_place_has_its_words(counted):
    assert "7" in problem_place(Problem("x", 7, Reason.EMPTY, "", counted))


@pytest.mark.parametrize("kind", [QDragEnterEvent, QDragMoveEvent, QDropEvent])
def test_files_are_taken_as_a_copy_even_when_a_move_is_proposed(qtbot, tmp_path, kind):
    window = QMainWindow()
    qtbot.addWidget(window)
    target = DropTarget(window, lambda _: DropPromise("Import", accepted=True))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "x.tsv"))])
    both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    for event_kind in dict.fromkeys((QDragEnterEvent, kind)):
        place = QPointF(5, 5) if event_kind is QDropEvent else QPoint(5, 5)
        event = event_kind(
            place, both, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        event.setDropAction(Qt.DropAction.MoveAction)
        QApplication.sendEvent(window, event)

    assert event.dropAction() is Qt.DropAction.CopyAction
    assert event.isAccepted()
    assert target.overlay is not None
