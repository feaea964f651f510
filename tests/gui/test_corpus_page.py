"""The corpus page."""

import json
import threading

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableView,
    QToolButton,
    QWidget,
)

from attnstudio.corpus.import_report import ImportReport, Problem, Reason
from attnstudio.corpus.lengths import measure_lengths
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.statistics import Measure
from attnstudio.gui.corpus import corpus_reading
from attnstudio.gui.corpus.histogram import Histogram
from attnstudio.gui.corpus.import_list import ImportEntry, ImportList
from attnstudio.gui.corpus.length_dialog import LengthDialog
from attnstudio.gui.corpus.page import CorpusPage
from attnstudio.gui.corpus.pair_browser import PairBrowser
from attnstudio.gui.corpus.pair_table import HITS_ROLE, PairColumn
from attnstudio.gui.corpus.pair_view import PairView
from attnstudio.gui.corpus.word_bars import WordBars
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.widgets.split_bar import SplitBar
from attnstudio.project.importing import import_files
from attnstudio.project.project import Project
from attnstudio.project.project_file import ImportedFiles

SHARED = ("shared one", "geteilt eins")


@pytest.fixture
def triggered():
    return []


@pytest.fixture
def actions(triggered):
    registry = ActionRegistry()
    for name in ("file.open", "file.sample_en_de", "file.sample_en_zh"):
        registry.add(name, name, lambda name=name: triggered.append(name), menu=MenuName.FILE)
    return registry


@pytest.fixture
def page(qtbot, studio, actions):
    page = CorpusPage(studio, actions)
    qtbot.addWidget(page)
    page.resize(1080, 660)
    page.show()
    return page


@pytest.fixture
def imported(tmp_path):
    """A project of 40 pairs, two of which a validation file has as well."""

    def lines(pairs):
        return "".join(f"{source}\t{target}\n" for source, target in pairs)

    train = [SHARED, *((f"sentence {n}", f"Satz {n}") for n in range(39))]
    table, held_out = tmp_path / "train.tsv", tmp_path / "held out.tsv"
    table.write_text(lines(train) + "only a source\t\n", encoding="utf-8")
    held_out.write_text(lines([SHARED, ("sentence 5", "anders")]), encoding="utf-8")
    project = Project.create(tmp_path / "imported", "en", "de")
    import_files(project, [table])
    import_files(project, [held_out], split=Split.VALID)
    return project


@pytest.fixture
def opened(qtbot, page, studio, imported):
    """The page with that project, everything computed."""
    studio.open_project(imported.folder)
    settle(qtbot, studio)
    return page


def settle(qtbot, studio):
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def only(page, kind, name):
    [widget] = [thing for thing in page.findChildren(kind) if thing.accessibleName() == name]
    return widget


def button(page, text):
    [found] = [thing for thing in page.findChildren(QPushButton) if thing.text() == text]
    return found


def texts(page):
    return [label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page)]


def shown_sources(page):
    model = page.findChild(QTableView).model()
    return [model.data(model.index(row, 2)) for row in range(model.rowCount())]


def search(qtbot, page, studio, text):
    field = only(page, QLineEdit, "Search the sentences")
    field.setText(text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, studio)


def test_an_empty_page_invites_to_open_files_or_a_sample(page, triggered):
    button(page, "Open files…").click()
    button(page, "English – German").click()
    button(page, "English – Chinese").click()

    assert triggered == ["file.open", "file.sample_en_de", "file.sample_en_zh"]
    assert any(text.startswith("Drop two text files") for text in texts(page))


def test_a_project_without_pairs_says_so(page, studio, tmp_path):
    studio.open_project(Project.create(tmp_path / "new", "en", "de").folder)

    assert any(text.startswith("This project is empty.") for text in texts(page))


def test_the_pairs_and_languages_of_the_project_are_shown(opened):
    assert shown_sources(opened)[:2] == ["shared one", "sentence 0"]
    assert "English → German" in texts(opened)
    assert "42 pairs · 40 training · 2 validation · 0 test" in texts(opened)


def test_closing_the_project_empties_the_page(opened, studio):
    studio.close_project()

    assert shown_sources(opened) == []
    assert "No sentence pairs yet" in texts(opened)


def test_search_shows_the_hits_and_escape_shows_everything_again(qtbot, opened, studio):
    search(qtbot, opened, studio, "SATZ 1")
    assert shown_sources(opened) == [f"sentence {n}" for n in (1, *range(10, 20))]
    assert "11 of 42 pairs" in texts(opened)

    field = only(opened, QLineEdit, "Search the sentences")
    [clearing] = field.findChildren(QToolButton)
    qtbot.waitUntil(clearing.isVisible, timeout=10_000)

    qtbot.keyClick(field, Qt.Key.Key_Escape)
    settle(qtbot, studio)
    assert len(shown_sources(opened)) == 42
    assert "42 pairs" in texts(opened)
    qtbot.waitUntil(clearing.isHidden, timeout=10_000)  # it fades


def test_typing_searches_without_return(qtbot, opened, studio):
    field = only(opened, QLineEdit, "Search the sentences")
    qtbot.keyClicks(field, "satz 38")

    qtbot.waitUntil(lambda: shown_sources(opened) == ["sentence 38"], timeout=5_000)
    settle(qtbot, studio)


def test_a_faulty_expression_is_marked_where_it_stands(qtbot, opened, studio):
    posted = []
    studio.notifier.posted.connect(posted.append)
    only(opened, QWidget, "The text is a regular expression").setChecked(True)
    search(qtbot, opened, studio, "satz (")

    assert any(text.startswith("This is not a regular expression:") for text in texts(opened))
    assert only(opened, QLineEdit, "Search the sentences").property("invalid") is True
    assert posted == []
    search(qtbot, opened, studio, "satz [12]$")
    assert shown_sources(opened) == ["sentence 1", "sentence 2"]
    assert not any("regular expression:" in text for text in texts(opened))


def test_a_faulty_expression_leaves_nothing_that_looks_like_its_answer(qtbot, opened, studio):
    search(qtbot, opened, studio, "satz 1")
    table = opened.findChild(QTableView)
    marked = table.model().index(0, 3)
    assert marked.data(HITS_ROLE).hits == [(0, 6)]
    only(opened, QWidget, "The text is a regular expression").setChecked(True)
    settle(qtbot, studio)
    search(qtbot, opened, studio, "satz 1(")

    assert not table.isEnabled()
    assert marked.data(HITS_ROLE) is None
    assert "11 of 42 pairs" not in texts(opened)
    assert "Not searched; what stands below, in grey, is from before." in texts(opened)
    [error] = [text for text in texts(opened) if "regular expression:" in text]
    assert "the ( at character 7 has no )" in error

    search(qtbot, opened, studio, "satz 1")  # as it was asked before
    assert table.isEnabled()
    assert "11 of 42 pairs" in texts(opened)
    search(qtbot, opened, studio, "[")
    qtbot.keyClick(only(opened, QLineEdit, "Search the sentences"), Qt.Key.Key_Escape)
    settle(qtbot, studio)
    assert table.isEnabled()
    assert "42 pairs" in texts(opened)
    assert not any("regular expression:" in text for text in texts(opened))


def test_an_answer_that_comes_after_a_fault_is_not_shown(qtbot, opened, studio):
    only(opened, QWidget, "The text is a regular expression").setChecked(True)
    field = only(opened, QLineEdit, "Search the sentences")
    for text in ("satz 1", "satz 1("):
        field.setText(text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, studio)

    assert len(shown_sources(opened)) == 42
    assert "Not searched; what stands below, in grey, is from before." in texts(opened)


def test_another_corpus_with_a_faulty_expression_is_no_error_of_its_own(
    qtbot, opened, studio, project
):
    posted = []
    studio.notifier.posted.connect(posted.append)
    only(opened, QWidget, "The text is a regular expression").setChecked(True)
    search(qtbot, opened, studio, "(")
    studio.corpus_was_changed()
    settle(qtbot, studio)
    assert posted == []
    assert not opened.findChild(QTableView).isEnabled()

    studio.open_project(project.folder)
    settle(qtbot, studio)
    assert opened.findChild(QTableView).isEnabled()
    assert len(shown_sources(opened)) == 320


def test_a_search_that_was_cancelled_can_be_asked_again(qtbot, opened, studio):
    field = only(opened, QLineEdit, "Search the sentences")
    field.setText("satz 1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    only(opened, QPushButton, "Cancel the search").click()
    settle(qtbot, studio)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, studio)

    assert "11 of 42 pairs" in texts(opened)


@pytest.fixture
def lengthy(qtbot, page, studio, tmp_path):
    """The page with six pairs of different lengths."""
    project = Project.create(tmp_path / "lengthy", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for source, target in ((2, 2), (5, 1), (1, 4), (3, 3), (8, 9), (2, 6)):
            writer.add(SentencePair("a " * source + "x", "b " * (target - 1) + "y"), Split.TRAIN)
        project.set_corpus(writer.finish())
    studio.open_project(project.folder)
    settle(qtbot, studio)
    return page


def numbers(page):
    """The pairs that are shown, by their number in the corpus."""
    model = page.findChild(QTableView).model()
    return [model.data(model.index(row, 0)) for row in range(model.rowCount())]


def test_pairs_are_ordered_by_length_and_ratio_and_back(qtbot, lengthy, studio):
    order = only(lengthy, QComboBox, "Order of the pairs")
    table = lengthy.findChild(QTableView)
    assert [order.itemText(row) for row in range(order.count())] == [
        "In the order of the files", "Shortest English first", "Longest English first",
        "Shortest German first", "Longest German first", "Smallest ratio first",
        "Largest ratio first",
    ]  # fmt: skip
    assert table.isColumnHidden(PairColumn.LENGTHS)
    for words, expected in (
        ("Longest English first", "524163"),
        ("Shortest German first", "214365"),
        ("Largest ratio first", "365412"),
    ):
        order.setCurrentText(words)
        settle(qtbot, studio)
        assert "".join(numbers(lengthy)) == expected
        assert lengthy.findChild(PairBrowser).pair_number == int(expected[0]) - 1
        assert not table.isColumnHidden(PairColumn.LENGTHS)
        assert "6 pairs" in texts(lengthy)

    order.setCurrentText("In the order of the files")
    settle(qtbot, studio)
    assert "".join(numbers(lengthy)) == "123456"
    assert table.isColumnHidden(PairColumn.LENGTHS)


def test_lengths_are_chosen_in_a_dialog_and_dropped_with_their_chip(qtbot, lengthy, studio):
    button(lengthy, "Lengths…").click()
    [dialog] = lengthy.findChildren(LengthDialog)
    dialog.fields[Measure.SOURCE_LENGTH][0].setText("3")
    dialog.fields[Measure.SOURCE_LENGTH][1].setText("6")
    dialog.fields[Measure.LENGTH_RATIO][1].setText("2")
    button(dialog, "Show these pairs").click()
    settle(qtbot, studio)
    assert "".join(numbers(lengthy)) == "1246"  # the ends are inside
    assert "4 of 6 pairs" in texts(lengthy)

    button(lengthy, "Lengths…").click()
    dialog = lengthy.findChildren(LengthDialog)[-1]
    assert [field.text() for field in dialog.fields[Measure.SOURCE_LENGTH]] == ["3", "6"]
    dialog.reject()
    chip = button(lengthy, "English, words: 3 to 6 · Ratio, target to source: 2 or less  ✕")
    chip.click()
    settle(qtbot, studio)
    assert len(numbers(lengthy)) == 6
    assert not chip.isVisible()


def test_ends_that_are_no_range_are_told_and_nothing_is_asked(qtbot, lengthy, studio):
    button(lengthy, "Lengths…").click()
    [dialog] = lengthy.findChildren(LengthDialog)
    low, high = dialog.fields[Measure.LENGTH_RATIO]
    for texts_of_ends in (("2", "1"), ("x", ""), ("", "-1")):
        for field, text in zip((low, high), texts_of_ends, strict=True):
            field.setText(text)
        button(dialog, "Show these pairs").click()
        assert dialog.isVisible()
        assert dialog.problem.text().startswith("Each end is a number")
    low.setText("1,5")
    high.setText("")
    QLocale.setDefault(QLocale("de"))
    button(dialog, "Show these pairs").click()
    QLocale.setDefault(QLocale.c())
    settle(qtbot, studio)
    assert "".join(numbers(lengthy)) == "36"


def test_escape_clears_text_lengths_and_order_at_once(qtbot, lengthy, studio):
    only(lengthy, QComboBox, "Order of the pairs").setCurrentText("Largest ratio first")
    search(qtbot, lengthy, studio, "a a")
    assert "".join(numbers(lengthy)) == "65412"
    qtbot.keyClick(only(lengthy, QLineEdit, "Search the sentences"), Qt.Key.Key_Escape)
    settle(qtbot, studio)

    assert "".join(numbers(lengthy)) == "123456"


def test_an_order_is_worked_out_behind_the_window_and_the_lengths_are_kept(
    qtbot, lengthy, studio, monkeypatch
):
    measured = []

    def measure(corpus, **how):
        measured.append(threading.current_thread())
        return measure_lengths(corpus, **how)

    monkeypatch.setattr(corpus_reading, "measure_lengths", measure)
    order = only(lengthy, QComboBox, "Order of the pairs")
    for words in ("Largest ratio first", "Longest English first"):
        order.setCurrentText(words)
        settle(qtbot, studio)

    assert len(measured) == 1
    assert measured[0] is not threading.main_thread()
    studio.corpus_was_changed()  # perhaps another corpus
    settle(qtbot, studio)
    assert len(measured) == 2


def test_one_split_can_be_shown(qtbot, opened, studio):
    only(opened, QComboBox, "Split to show").setCurrentText("Only validation")
    settle(qtbot, studio)
    assert shown_sources(opened) == ["shared one", "sentence 5"]

    bar = opened.findChild(SplitBar)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.bar_rect(0).center().toPoint())
    settle(qtbot, studio)
    assert len(shown_sources(opened)) == 40


def test_the_find_action_takes_the_person_to_the_search(opened, studio, actions):
    asked = []
    studio.page_requested.connect(asked.append)
    opened.activateWindow()
    actions["corpus.find"].trigger()

    assert asked == [PageName.CORPUS]
    assert opened.focusWidget() is only(opened, QLineEdit, "Search the sentences")
    assert actions["corpus.find"].shortcut().toString() == "Ctrl+F"


def test_the_chosen_pair_is_shown_copied_and_inspected(qtbot, opened, studio):
    asked, pages = [], []
    studio.pair_requested.connect(asked.append)
    studio.page_requested.connect(pages.append)
    table = opened.findChild(QTableView)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)

    view = opened.findChild(PairView)
    assert "Pair 2 · training" in texts(opened)
    assert view.plain_text().splitlines() == ["English", "sentence 0", "German", "Satz 0"]
    button(opened, "Copy pair").click()
    assert QGuiApplication.clipboard().text() == "sentence 0\tSatz 0"
    button(opened, "Look at it in the &inspector").click()
    assert asked == [SentencePair("sentence 0", "Satz 0")]
    assert pages == [PageName.INSPECTOR]


def test_the_chosen_pair_stays_chosen_when_it_is_among_the_hits(qtbot, opened, studio):
    browser = opened.findChild(PairBrowser)
    browser.show_pair(16)
    search(qtbot, opened, studio, "satz 1")

    assert browser.pair_number == 16
    browser.show_pair(3)  # hidden by the filter, which is cleared
    assert browser.pair_number == 3
    assert len(shown_sources(opened)) == 42


def test_statistics_are_pictures_whose_bars_choose_pairs(qtbot, opened, studio):
    lengths = only(opened, Histogram, "Lengths of the sentences")
    assert [series.name for series in lengths.data.series] == ["English (words)", "German (words)"]
    assert lengths.data.table("\t").splitlines()[:3] == [
        "length\tEnglish (words)\tGerman (words)", "1\t0\t1", "2+\t42\t41",
    ]  # fmt: skip
    lengths.setFocus()
    qtbot.keyClick(lengths, Qt.Key.Key_Right)
    assert lengths.accessibleDescription() == "Length 1: 0 (English (words)), 1 (German (words))"
    qtbot.keyClick(lengths, Qt.Key.Key_Return)
    [menu] = lengths.findChildren(QMenu)
    menu.actions()[1].trigger()
    menu.close()
    settle(qtbot, studio)
    assert shown_sources(opened) == ["sentence 5"]
    assert button(opened, "German (words): length 1  ✕").isVisible()


def test_a_frequent_word_chosen_is_searched(qtbot, opened, studio):
    words = only(opened, WordBars, "Frequent words of the target side")
    assert words.data.labels[0] == "satz"

    qtbot.mouseClick(words, Qt.MouseButton.LeftButton, pos=words.bar_rect(0).center().toPoint())
    settle(qtbot, studio)
    assert len(shown_sources(opened)) == 39


def test_the_pair_of_the_longest_sentence_is_one_click_away(qtbot, page, studio, project):
    studio.open_project(project.folder)
    settle(qtbot, studio)
    [link] = [
        label
        for label in page.findChildren(QLabel)
        if label.accessibleName().startswith("Longest sentence, German")
    ]
    page.findChild(PairBrowser).show_pair(9)
    link.linkActivated.emit("pair")

    assert page.findChild(PairBrowser).pair_number == 0  # all are as long: the first


def test_splits_that_share_sentences_are_mended_in_a_click_and_undone(qtbot, opened, studio):
    posted = []
    studio.notifier.posted.connect(posted.append)
    before = studio.project.file.corpus
    assert any("2 validation and 0 test pairs share a sentence" in text for text in texts(opened))

    button(opened, "Remove the 2 training pairs").click()
    settle(qtbot, studio)
    assert studio.project.corpus().counts()[Split.TRAIN] == 38
    assert "40 pairs · 38 training · 2 validation · 0 test" in texts(opened)
    assert any(text.startswith("✓ No sentence") for text in texts(opened))
    [told] = posted
    assert told.text == "2 training pairs were removed."
    assert told.action_text == "Undo"

    told.action()
    settle(qtbot, studio)
    assert Project.open(studio.project.folder).file.corpus == before
    assert len(shown_sources(opened)) == 42


def test_missing_splits_are_cut_when_asked_for(qtbot, opened, studio):
    assert any(text.startswith("There are no test pairs yet. The first") for text in texts(opened))

    button(opened, "Cut them now").click()
    settle(qtbot, studio)
    assert studio.project.corpus().counts()[Split.TEST] == 2
    assert not any("no test pairs yet" in text for text in texts(opened))


def test_a_search_that_is_not_waited_for_leaves_the_table_as_it_was(qtbot, opened, studio):
    field = only(opened, QLineEdit, "Search the sentences")
    field.setText("satz 1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    only(opened, QPushButton, "Cancel the search").click()
    settle(qtbot, studio)

    assert len(shown_sources(opened)) == 42
    assert any(text.startswith("Search cancelled") for text in texts(opened))


def test_statistics_can_be_cancelled_and_asked_for_again(qtbot, page, studio, imported):
    studio.open_project(imported.folder)
    only(page, QPushButton, "Cancel the statistics").click()
    settle(qtbot, studio)
    assert "The statistics have not been computed." in texts(page)

    button(page, "Compute them").click()
    settle(qtbot, studio)
    assert "Type-token ratio" in texts(page)


def test_another_project_ends_what_the_page_still_does(qtbot, page, studio, imported, project):
    studio.open_project(imported.folder)
    studio.open_project(project.folder)
    settle(qtbot, studio)

    assert "320 pairs · 256 training · 32 validation · 32 test" in texts(page)
    words = only(page, WordBars, "Frequent words of the source side").data.labels
    assert "sentence" not in words


def test_the_other_direction_goes_to_the_setup(opened, studio):
    drafts, pages = [], []
    studio.setup_requested.connect(drafts.append)
    studio.page_requested.connect(pages.append)
    button(opened, "Train the other direction").click()
    button(opened, "Set up training").click()

    assert [draft.reverse for draft in drafts] == [True]
    assert pages == [PageName.SETUP, PageName.SETUP]
    assert button(opened, "Train the other direction").toolTip() == "German → English"


def test_imports_tell_what_was_dropped(opened):
    words = opened.findChild(ImportList).plain_text()

    assert words.index("held out.tsv") < words.index("train.tsv")  # the newest first
    assert "40 pairs for training, 1 dropped" in words
    assert "2 pairs for validation, nothing dropped" in words
    assert "1 with an empty side" in words
    assert "train.tsv, line 41: only a source" in words


def test_a_kept_report_names_reasons_and_places(qtbot):
    imported = ImportedFiles(
        files=("a.tsv",), sha256="0123456789abcdef", split=Split.TRAIN, pairs=3, dropped=2
    )
    problems = (
        Problem("a.tsv", 7, Reason.EMPTY, "<only> a source"),
        Problem("a.tsv", 9, Reason.COLUMNS, "one column"),
    )
    dropped = {Reason.EMPTY: 1, Reason.COLUMNS: 1}
    report = ImportReport(3, dropped, problems, ("a.tsv",), ("a.tsv",), ("Mind this.",))
    imports = ImportList()
    qtbot.addWidget(imports)
    imports.show_entries([ImportEntry((imported,), report)])

    words = imports.plain_text()
    for expected in (
        "Mind this.", "1 with an empty side", "1 table rows without two columns",
        "a.tsv, line 7: <only> a source", "a.tsv, line 9: one column", "content 0123456789ab",
    ):  # fmt: skip
        assert expected in words
    imports.copy_json()
    [content] = json.loads(QGuiApplication.clipboard().text())
    assert content["report"]["problems"][0]["line"] == 7
    assert content["report"]["dropped"] == {"empty": 1, "columns": 1}


def test_a_bar_is_found_where_it_is_drawn(qtbot, opened):
    words = only(opened, WordBars, "Frequent words of the target side")
    lengths = only(opened, Histogram, "Lengths of the sentences")
    qtbot.waitUntil(lambda: words.height() >= words.sizeHint().height())  # it is laid out
    for picture in (words, lengths):
        for bar in range(len(picture.data.labels)):
            place = picture.bar_rect(bar).center()
            assert picture.bar_rect(bar).contains(QPointF(place))
            assert picture.rect().contains(QPoint(int(place.x()), int(place.y())))


def test_everything_that_takes_the_focus_has_a_name(opened):
    unnamed = [
        widget
        for widget in opened.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisibleTo(opened)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]

    assert unnamed == []


def test_the_page_fits_into_a_small_window(opened):
    assert opened.minimumSizeHint().width() <= 1080
    assert opened.minimumSizeHint().height() <= 620
