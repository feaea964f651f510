"""The sentences of the page of word links: corrected, confirmed, undone, kept and exported."""

import pytest
from finding import find, words_in
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTableView, QTabWidget

from attnstudio.corpus.alignment import Alignment, Link
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.sentence_delegate import SentenceDelegate
from attnstudio.gui.links import link_work
from attnstudio.gui.links.page import LinksPage
from attnstudio.gui.links.sentence_queue import QueueColumn, QueueOrder
from attnstudio.gui.links.sentences_view import SentencesView
from attnstudio.gui.links.word_examples import WordExamples
from attnstudio.gui.links.word_list_view import WordListView
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.project.corrections import read_corrections
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.ownership import WriteProtected
from attnstudio.project.project import Project

WAIT_MS = 60_000


@pytest.fixture
def project(tmp_path):
    """A project of some short pairs with their links."""
    nouns = {"dog": "Hund", "cat": "Katze", "cow": "Kuh"}
    verbs = {"eats": "frisst", "runs": "rennt"}
    project = Project.create(tmp_path / "small", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for noun, verb in ((noun, verb) for noun in nouns for verb in verbs):
            pair = SentencePair(f"the {noun} {verb}", f"{nouns[noun]} {verbs[verb]}")
            writer.add(pair, Split.TRAIN)
        project.set_corpus(writer.finish())
    find_corpus_links(project, project.corpus())
    return project


@pytest.fixture
def view(qtbot, studio, project, tmp_path):
    """The sentences of the open project, in the order of the corpus."""
    actions = ActionRegistry()
    page = LinksPage(
        studio,
        actions,
        choose_path=lambda *_: str(tmp_path / "out.gold"),
        choose_gold=lambda *_: [tmp_path / "in.gold"],
    )
    qtbot.addWidget(page)
    page.resize(1100, 680)
    page.show()
    studio.open_project(project.folder)
    view = find(page, SentencesView)
    qtbot.waitUntil(lambda: view.pair is not None, timeout=WAIT_MS)
    find(page, QTabWidget).setCurrentWidget(view)
    view.order.setCurrentIndex(view.order.findData(QueueOrder.CORPUS))
    view.page, view.actions = page, actions  # for as long as the view is
    return view


def queue(view):
    return find(view, QTableView)


def states(view):
    model = view.queue
    return [model.data(model.index(row, 2)) for row in range(model.rowCount())]


def click(qtbot, view, source, target):
    place = view.editor.grid.cell_rect(Link(source, target)).center()
    qtbot.mouseClick(view.editor.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)


def finish(qtbot, view):
    table = queue(view)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def corrected(project):
    corrections = read_corrections(Project.open(project.folder)).values()
    return {
        each.texts.source: each.links.alignment for each in corrections if not each.is_withdrawn
    }


def test_an_edit_is_written_at_once(qtbot, view, project):
    before = view.pair.links
    assert corrected(project) == {}

    click(qtbot, view, 0, 1)

    assert corrected(project) == {"the dog eats": Alignment(before.sure | {Link(0, 1)})}
    assert states(view) == ["changed", "", "", "", "", ""]
    assert "1 of 6 sentences corrected" in " ".join(words_in(view))
    tips = [label.toolTip() for label in view.findChildren(QLabel)]
    assert any("1 of 6 sentences corrected" in tip and "held out" in tip for tip in tips)
    assert any("the – frisst: sure link" in tip for tip in tips)


def test_the_order_of_the_sentences_is_seen_by_their_doubts(qtbot, view):
    view.order.setCurrentIndex(view.order.findData(QueueOrder.LEAST_CERTAIN))
    model = view.queue

    def doubts():
        return [model.data(model.index(row, QueueColumn.DOUBT)) for row in range(6)]

    before = doubts()
    assert sorted(map(float, before), reverse=True) == list(map(float, before))
    assert float(before[0]) > 0

    finish(qtbot, view)

    assert doubts() == ["", *before[1:]]  # a person has looked


def test_it_is_said_whether_the_corrected_sentences_are_the_least_certain(qtbot, view):
    order = view.order
    order.setCurrentIndex(order.findData(QueueOrder.LEAST_CERTAIN))
    first, last = view.queue.pair(0), view.queue.pair(5)
    view.choose(first)
    finish(qtbot, view)
    assert "1 of 6 sentences corrected, the least certain ones · " in " ".join(words_in(view))

    view.choose(last)
    finish(qtbot, view)

    assert "2 of 6 sentences corrected · " in " ".join(words_in(view))


def test_finishing_confirms_and_goes_on_to_what_is_not_corrected(qtbot, view, project):
    before = view.pair.links

    finish(qtbot, view)
    finish(qtbot, view)

    assert view.pair.texts.source == "the cat eats"
    assert corrected(project)["the dog eats"] == before
    assert states(view) == ["checked", "checked", "", "", "", ""]


def test_links_that_end_as_they_were_are_only_checked(qtbot, view):
    for _ in range(3):
        click(qtbot, view, 0, 1)

    assert states(view)[0] == "checked"


def test_who_has_not_kept_corrections_is_told_that_none_is_lost(qtbot, view):
    click(qtbot, view, 0, 1)

    assert "on the disk at once" in view.keep.toolTip()


@pytest.mark.parametrize("column", QueueColumn)
def test_headers_stand_above_their_cells(view, column):
    role = Qt.ItemDataRole.TextAlignmentRole
    model = view.queue
    wanted = model.headerData(column, Qt.Orientation.Horizontal, role)

    assert wanted == model.data(model.index(0, column), role)
    is_right = column in (QueueColumn.NUMBER, QueueColumn.DOUBT)
    assert bool(wanted & Qt.AlignmentFlag.AlignRight) == is_right
    assert isinstance(queue(view).itemDelegate(), SentenceDelegate)  # as far from the edge


def test_most_of_the_height_is_for_the_grid(qtbot, view):
    view.page.resize(1040, 640)  # what a window of 1280 by 720 leaves

    qtbot.waitUntil(lambda: view.page.height() == 640)
    cells = view.editor.grid.viewport().height() - view.editor.grid.cell_rect(Link(0, 0)).top()
    assert cells >= 7 * view.editor.grid.cell_rect(Link(0, 0)).height()


def search(qtbot, view, text):
    view.search.clear()
    qtbot.keyClicks(view.search, text)
    qtbot.keyClick(view.search, Qt.Key.Key_Return)


def test_a_number_or_a_text_leads_to_its_pair(qtbot, view, studio):
    search(qtbot, view, "4")
    assert view.pair.index == 3

    for wanted in (5, 1, 3):
        search(qtbot, view, "RENNT")
        qtbot.waitUntil(lambda n=wanted: view.pair.index == n, timeout=WAIT_MS)
    told = []
    studio.notifier.posted.connect(told.append)
    search(qtbot, view, "99")
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)

    assert (told[0].text, view.pair.index) == ("No sentence has “99”.", 3)


def test_edits_are_undone_where_they_were_made(qtbot, view, project, studio):
    before = view.pair.links
    click(qtbot, view, 0, 1)
    click(qtbot, view, 0, 1)
    queue(view).setCurrentIndex(view.queue.index(3, 1))

    studio.changes.undo()
    assert (view.pair.index, view.editor.links) == (0, Alignment(before.sure | {Link(0, 1)}))
    studio.changes.undo()
    assert (view.editor.links, corrected(project)) == (before, {})
    assert states(view)[0] == ""
    studio.changes.redo()
    studio.changes.redo()

    assert corrected(project) == {"the dog eats": Alignment(before.sure, {Link(0, 1)})}


def test_only_corrected_pairs_are_shown_when_they_are_wanted(qtbot, view):
    queue(view).setCurrentIndex(view.queue.index(2, 1))
    finish(qtbot, view)

    view.order.setCurrentIndex(view.order.findData(QueueOrder.CORRECTED))

    assert [view.queue.pair(row) for row in range(view.queue.rowCount())] == [2]


def test_what_is_not_corrected_yet_is_shown_first(qtbot, view):
    finish(qtbot, view)

    view.order.setCurrentIndex(view.order.findData(QueueOrder.LEAST_CERTAIN))
    view.order.setCurrentIndex(view.order.findData(QueueOrder.CORPUS))

    assert view.pair.index == 1


def test_kept_corrections_are_in_the_corpus_and_can_be_undone(qtbot, view, project, studio):
    assert not view.keep.isEnabled()
    click(qtbot, view, 0, 1)
    links = view.editor.links
    before = project.file.corpus

    view.keep.click()
    qtbot.waitUntil(lambda: Project.open(project.folder).file.corpus != before, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not view.keep.isEnabled(), timeout=WAIT_MS)
    assert Project.open(project.folder).corpus().gold(0).alignment == links
    qtbot.waitUntil(lambda: states(view) == ["kept", "", "", "", "", ""], timeout=WAIT_MS)

    qtbot.waitUntil(lambda: not studio.changes.is_busy, timeout=WAIT_MS)
    studio.changes.undo()
    qtbot.waitUntil(lambda: Project.open(project.folder).file.corpus == before, timeout=WAIT_MS)
    qtbot.waitUntil(view.keep.isEnabled, timeout=WAIT_MS)
    assert corrected(project) == {"the dog eats": links}


def entries(view):
    model = find(view.page, WordListView).model
    return [model.entry(row) for row in range(model.rowCount())]


def words_of_list(view):
    return {(entry.source, entry.target) for entry in entries(view)}


def look_at_words(view):
    find(view.page, QTabWidget).setCurrentWidget(find(view.page, WordListView))


def look_at_sentences(view):
    find(view.page, QTabWidget).setCurrentWidget(view)


def test_the_word_list_has_corrections_when_it_is_looked_at(qtbot, view, studio, monkeypatch):
    counted = []
    make = link_work.make_word_list
    monkeypatch.setattr(
        link_work, "make_word_list", lambda *a, **k: counted.append(a) or make(*a, **k)
    )
    look_at_words(view)
    qtbot.waitUntil(lambda: ("dog", "Hund") in words_of_list(view), timeout=WAIT_MS)
    assert ("the dog", "Hund") not in words_of_list(view)
    look_at_sentences(view)
    counted.clear()
    for link in view.editor.links.possible:
        click(qtbot, view, *link)  # now it is possible
        click(qtbot, view, *link)  # now it is none
    click(qtbot, view, 0, 0)
    click(qtbot, view, 1, 0)
    assert counted == []

    look_at_words(view)

    qtbot.waitUntil(lambda: ("the dog", "Hund") in words_of_list(view), timeout=WAIT_MS)
    assert len(counted) == 1
    example = find(view.page, WordExamples)
    example.show_entry(next(e for e in entries(view) if e.source == "the dog"))
    assert "2 links" in example.picture.picture.accessibleDescription()
    look_at_sentences(view)
    while studio.undo_stack.canUndo():
        studio.changes.undo()
    look_at_words(view)
    qtbot.waitUntil(lambda: ("the dog", "Hund") not in words_of_list(view), timeout=WAIT_MS)


def links_told(view):
    """How many the page says that there are."""
    facts = next(words for words in words_in(view.page) if "mean score" in words)
    return int(facts.split(" links")[0].split(" · ")[-1])


def test_the_page_counts_links_as_they_are_corrected(qtbot, view, studio, project):
    before = links_told(view)

    click(qtbot, view, 0, 1)

    qtbot.waitUntil(lambda: links_told(view) == before + 1, timeout=WAIT_MS)
    studio.close_project()
    studio.open_project(project.folder)
    qtbot.waitUntil(lambda: view.isVisible() and links_told(view) == before + 1, timeout=WAIT_MS)
    qtbot.waitUntil(view.keep.isEnabled, timeout=WAIT_MS)
    view.keep.click()
    qtbot.waitUntil(lambda: "kept" in states(view), timeout=WAIT_MS)
    assert links_told(view) == before + 1


def test_the_word_list_has_imported_gold(qtbot, view, tmp_path):
    look_at_words(view)
    qtbot.waitUntil(lambda: ("dog", "Hund") in words_of_list(view), timeout=WAIT_MS)

    import_gold(view, tmp_path, "0-0 1-0", *[""] * 5)

    qtbot.waitUntil(lambda: ("the dog", "Hund") in words_of_list(view), timeout=WAIT_MS)


def test_corrections_are_there_at_the_next_start(qtbot, view, project, studio):
    click(qtbot, view, 0, 1)
    links = view.editor.links
    studio.close_project()
    studio.open_project(project.folder)

    qtbot.waitUntil(lambda: "changed" in states(view), timeout=WAIT_MS)
    view.choose(0)

    assert view.editor.links == links


def test_gold_links_are_exported_with_their_words(qtbot, view, tmp_path):
    finish(qtbot, view)

    view.export.click()

    qtbot.waitUntil((tmp_path / "out.gold").exists, timeout=WAIT_MS)
    assert (tmp_path / "out.en").read_text("utf-8") == "the dog eats\n"
    assert (tmp_path / "out.de").read_text("utf-8") == "Hund frisst\n"


def import_gold(view, tmp_path, *lines):
    (tmp_path / "in.gold").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    view.bring.click()


def test_gold_links_of_a_file_are_given_to_the_pairs_and_can_be_undone(
    qtbot, view, project, studio, tmp_path
):
    before = project.file.corpus

    import_gold(view, tmp_path, "1-0 2p1", *[""] * 4, "2-1")

    qtbot.waitUntil(lambda: Project.open(project.folder).file.corpus != before, timeout=WAIT_MS)
    corpus = Project.open(project.folder).corpus()
    assert [corpus.gold(pair) is not None for pair in range(6)] == [True, *[False] * 4, True]
    wanted = Alignment.from_pharaoh("1-0 2p1")
    qtbot.waitUntil(lambda: view.editor.links == wanted, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not studio.changes.is_busy, timeout=WAIT_MS)
    studio.changes.undo()
    qtbot.waitUntil(lambda: Project.open(project.folder).file.corpus == before, timeout=WAIT_MS)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["0-0 7-1", *[""] * 5], "in.gold, line 1: Link 7-1 leaves the pair"),
        (["0-0"], "in.gold has 1 lines, the corpus has 6."),
        (["1 1 1 S", "nonsense"], "in.gold, line 2: 'nonsense' is not a link."),
    ],
)
def test_links_of_other_pairs_are_refused(qtbot, view, studio, tmp_path, lines, problem):
    told = []
    studio.notifier.posted.connect(told.append)

    import_gold(view, tmp_path, *lines)

    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert told[0].text.startswith(problem)


def test_a_project_that_cannot_be_changed_is_not_corrected(view, studio):
    studio.access.state = WriteProtected("a reason")
    studio.access.changed.emit()

    assert not view.editor.isEnabled()
    assert view.editor.toolTip() == studio.access.reason
