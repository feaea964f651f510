"""The import dialog: keys, doubts about the sides, and reasons why nothing can be imported."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton

from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.import_report import Counted, ImportReport, Problem, Reason
from attnstudio.gui.corpus.import_list import ImportList
from attnstudio.gui.importing.drop_overlay import DropPromise, DropTarget
from attnstudio.gui.importing.import_panel import ImportPanel
from attnstudio.gui.importing.import_words import report_lines
from attnstudio.gui.look.wording import problem_place
from attnstudio.gui.shell.text_dialog import TextDialog
from attnstudio.gui.training.difference_table import DifferenceTable

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


def sources(panel):
    return [files.item.sides[0].name for files in panel.wish.items]


@pytest.mark.parametrize("focus", ["_source_language", "_folder", "_swap", "_close", "_table"])
def test_enter_imports_wherever_the_focus_is_and_never_swaps(qtbot, open_panel, focus):
    panel = open_panel(a_en=ENGLISH, a_de=GERMAN)
    widget = getattr(panel, focus)
    widget.setFocus()

    qtbot.keyClick(widget, Qt.Key.Key_Return)

    assert len(panel.wishes) == 1
    assert panel.wishes[0].languages == ("en", "de")
    assert sources(panel) == ["a.en"]


def test_escape_closes(qtbot, open_panel):
    panel = open_panel(a_en=ENGLISH, a_de=GERMAN)

    qtbot.keyClick(panel._source_language, Qt.Key.Key_Escape)

    assert not panel.isVisible()
    assert panel.wishes == []


def test_only_one_button_is_the_default_and_none_becomes_it(open_panel):
    panel = open_panel(a_en=ENGLISH, a_de=GERMAN)
    buttons = panel.findChildren(QPushButton)

    assert [button for button in buttons if button.isDefault()] == [panel._import]
    assert not any(button.autoDefault() for button in buttons)


def test_other_dialogs_take_no_button_by_themselves(qtbot):
    for dialog in (TextDialog("Title", "text"), DifferenceTable(["a"], [])):
        qtbot.addWidget(dialog)
        buttons = dialog.findChildren(QPushButton)
        assert [b.text() for b in buttons if b.isDefault() or b.autoDefault()] in ([], ["Close"])


def test_sides_that_look_swapped_are_asked_about_before_anything_is_imported(qtbot, open_panel):
    panel = open_panel(left_txt=GERMAN, right_txt=ENGLISH)

    assert "left.txt is taken as English and right.txt as German" in panel._doubt.words
    assert not panel._import.isEnabled()
    qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert panel.wishes == []

    panel._doubt._swap.click()
    assert panel._doubt.words == ""
    assert panel.wish.languages == ("en", "de")
    assert [item.item.sides[0].name for item in panel.wish.items] == ["right.txt"]
    assert panel._import.isEnabled()


def test_a_person_may_keep_sides_that_look_swapped(open_panel):
    panel = open_panel(left_txt=GERMAN, right_txt=ENGLISH)

    panel._doubt._keep.click()

    assert panel._doubt.words == ""
    assert panel._import.isEnabled()
    panel._swap.click()  # what was said then is said of other sides
    panel._swap.click()
    assert panel._doubt.words


def test_files_whose_names_say_other_languages_than_their_texts_are_asked_about(open_panel):
    panel = open_panel(a_en=GERMAN, a_de=ENGLISH)

    assert panel._doubt.words


def test_the_sides_are_looked_at_again_when_a_person_names_the_languages(open_panel):
    panel = open_panel(languages=None, left_txt="xq zz\n" + GERMAN, right_txt="ww qq\n" + ENGLISH)
    assert panel.wish.languages == ("de", "en")

    panel._source_language.setEditText("en")
    panel._target_language.setEditText("de")

    assert panel._doubt.words


def test_only_the_files_that_look_swapped_are_turned(open_panel):
    panel = open_panel(a_en=ENGLISH, a_de=GERMAN, b_x=GERMAN, c_x=ENGLISH)

    panel._doubt._swap.click()

    assert [item.item.sides[0].name for item in panel.wish.items] == ["a.en", "c.x"]


def test_columns_that_are_a_guess_are_asked_about(open_panel):
    rows = "context;target\n" + "menu.open;Öffnen\nmenu.close;Schließen\nmenu.new;Neu\n"
    panel = open_panel(x_csv=rows)

    assert "which columns of x.csv are the two sides" in panel._doubt.words
    assert not panel._import.isEnabled()
    panel._doubt._keep.click()
    assert panel._import.isEnabled()


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

    assert not panel._import.isEnabled()
    assert reason in panel._said.text()


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
    assert "1" in entries._reason(reason, 1)


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
