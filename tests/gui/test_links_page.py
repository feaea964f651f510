"""The page of word links: from a corpus to its word list, and what may stand in the way."""

import threading

import numpy as np
import pytest
from begun_links import stop_after
from events import make_started
from finding import find, press, words_in
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QProgressBar, QPushButton, QTableView, QTabWidget

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.gold_links import LinkPictureBox
from attnstudio.gui.links import link_work
from attnstudio.gui.links.align_bar import AlignBar
from attnstudio.gui.links.align_offer import between
from attnstudio.gui.links.link_work import LinkWork
from attnstudio.gui.links.page import LinksPage
from attnstudio.gui.links.sentences_view import SentencesView
from attnstudio.gui.links.word_list_view import WordListView
from attnstudio.gui.links.word_table import WordColumn
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName
from attnstudio.presets import find_preset
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.link_export import LinkFormat
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.ownership import WriteProtected
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.project.standing_links import StandingLinks
from attnstudio.project.word_list import WordEntry, WordList
from attnstudio.training.events import FindingLinks
from attnstudio.training.stop import StopReason

WAIT_MS = 120_000


@pytest.fixture
def small(tmp_path):
    """A project of 20 short pairs, which align in a moment."""
    nouns = {"dog": "Hund", "cat": "Katze", "cow": "Kuh", "horse": "Pferd", "bird": "Vogel"}
    verbs = {"eats": "frisst", "runs": "rennt", "sleeps": "schläft", "sings": "singt"}
    project = Project.create(tmp_path / "small", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for noun, verb in ((noun, verb) for noun in nouns for verb in verbs):
            pair = SentencePair(f"the {noun} {verb}!", f"{nouns[noun]} {verbs[verb]}!")
            writer.add(pair, Split.TRAIN)
        project.set_corpus(writer.finish())
    return project


@pytest.fixture
def actions():
    return ActionRegistry()


@pytest.fixture
def page(qtbot, studio, actions, tmp_path):
    asked, titles = [], []

    def choose(_parent, title, name, _kinds):
        asked.append(name)
        titles.append(title)
        return str(tmp_path / name)

    page = LinksPage(studio, actions, choose_path=choose)
    page.asked, page.titles = asked, titles
    qtbot.addWidget(page)
    page.resize(900, 640)
    page.show()
    return page


@pytest.fixture
def aligned(qtbot, studio, small, page):
    """The page with the links of the small corpus."""
    find_corpus_links(small, small.corpus())
    studio.open_project(small.folder)
    qtbot.waitUntil(lambda: table(page).isVisible(), timeout=WAIT_MS)
    return page


def table(page):
    return find(page, QTableView, "Words that translate each other")


def cell(page, row, column):
    model = table(page).model()
    return model.data(model.index(row, column)).strip("\u2068\u2069")


def said(page):
    return " ".join(words_in(page))


def button(page, text):
    return next(b for b in page.findChildren(QPushButton) if b.text() == text and b.isVisible())


def has_button(page, text):
    """Whether there is a button with this text to be pressed."""
    buttons = page.findChildren(QPushButton)
    return any(b.text() == text and b.isVisible() and b.isEnabled() for b in buttons)


def add_pair(project):
    with project.changing(), project.corpus_writer() as writer:
        writer.add_corpus(project.corpus())
        writer.add(SentencePair("more", "mehr"), Split.TRAIN)
        project.set_corpus(writer.finish())


def test_without_pairs_it_leads_to_the_corpus(page, studio):
    asked = []
    studio.page_requested.connect(asked.append)

    assert "No sentence pairs yet" in said(page)
    press(page, "Go to the corpus")

    assert asked == [PageName.CORPUS]


def test_from_the_button_to_the_word_list(qtbot, page, studio, small, actions):
    studio.open_project(small.folder)
    qtbot.waitUntil(lambda: has_button(page, "Align this corpus"), timeout=WAIT_MS)
    assert "20 sentence pairs" in said(page)
    assert "no trained model is needed. It takes " in said(page)
    assert actions["links.align"].isEnabled()
    assert not actions["links.export_tmx"].isEnabled()

    press(page, "Align this corpus")

    assert find(page, QProgressBar, "Progress of the alignment").isVisible()
    assert not actions["links.align"].isEnabled()
    qtbot.waitUntil(lambda: table(page).isVisible(), timeout=WAIT_MS)
    assert CorpusLinks.open(small, small.file.corpus) is not None
    assert "20 pairs · " in said(page)
    pairs = {
        (cell(page, row, 0), cell(page, row, 1)) for row in range(table(page).model().rowCount())
    }
    assert {("dog", "Hund"), ("sings", "singt")} <= pairs
    assert actions["links.export_tmx"].isEnabled()
    assert not actions["links.align"].isEnabled()


def test_it_is_cancelled_and_can_be_begun_again(qtbot, page, studio, small, monkeypatch):
    began = threading.Event()

    def find_slowly(*_, progress, should_stop, **__):
        progress(5, 20)
        began.set()
        while not should_stop():
            threading.Event().wait(0.005)

    monkeypatch.setattr(link_work, "find_corpus_links", find_slowly)
    studio.open_project(small.folder)
    qtbot.waitUntil(lambda: has_button(page, "Align this corpus"), timeout=WAIT_MS)
    press(page, "Align this corpus")
    qtbot.waitUntil(lambda: "Aligning: 5 of 20 pairs" in said(page), timeout=WAIT_MS)
    assert began.is_set()

    press(page, "Cancel")

    qtbot.waitUntil(lambda: has_button(page, "Align this corpus"), timeout=WAIT_MS)
    assert "20 sentence pairs" in said(page)


def test_links_that_a_training_has_found_are_shown(qtbot, page, studio, small, monkeypatch):
    def train(project, _run, *, emit, stop, **_):
        find_corpus_links(project, project.corpus())
        emit(FindingLinks(step=0, elapsed_s=1.0, share=1.0, left_s=0.0))
        emit(make_started())
        while not stop.requested:
            threading.Event().wait(0.005)
        return StopReason.REQUESTED

    monkeypatch.setattr("attnstudio.project.pipeline.train", train)
    studio.open_project(small.folder)
    qtbot.waitUntil(lambda: has_button(page, "Align this corpus"), timeout=WAIT_MS)

    studio.session.start(small, create_run(small, find_preset("tiny").config, preset="tiny"))

    qtbot.waitUntil(lambda: table(page).isVisible(), timeout=WAIT_MS)
    studio.session.stop()
    qtbot.waitUntil(lambda: not studio.session.is_active, timeout=WAIT_MS)


def test_it_goes_on_where_it_was_stopped(qtbot, page, studio, small, monkeypatch):
    stop_after(3, small)
    release = threading.Event()

    def find_later(*args, **how):
        release.wait(60)
        return find_corpus_links(*args, **how)

    monkeypatch.setattr(link_work, "find_corpus_links", find_later)
    studio.open_project(small.folder)
    qtbot.waitUntil(lambda: has_button(page, "Align this corpus"), timeout=WAIT_MS)
    words = "It goes on where it was stopped, at 40 %, and takes "
    assert words in said(page)

    press(page, "Align this corpus")

    assert find(page, QProgressBar, "Progress of the alignment").value() == 400
    release.set()
    qtbot.waitUntil(lambda: table(page).isVisible(), timeout=WAIT_MS)


def test_after_a_stop_it_says_how_far_it_is(qtbot, page, studio, small, monkeypatch):
    def stop_behind_it(project, *_, should_stop, **__):
        stop_after(1, project)
        while not should_stop():
            threading.Event().wait(0.005)

    monkeypatch.setattr(link_work, "find_corpus_links", stop_behind_it)
    studio.open_project(small.folder)
    qtbot.waitUntil(lambda: has_button(page, "Align this corpus"), timeout=WAIT_MS)
    press(page, "Align this corpus")
    qtbot.waitUntil(lambda: has_button(page, "Cancel"), timeout=WAIT_MS)

    press(page, "Cancel")

    qtbot.waitUntil(lambda: "where it was stopped, at 15 %" in said(page), timeout=WAIT_MS)
    assert has_button(page, "Align this corpus")


def test_another_project_does_not_wait_for_the_alignment_of_the_former(
    qtbot, page, studio, small, project, monkeypatch
):
    ended = threading.Event()

    def find_slowly(*_, should_stop, **__):
        while not should_stop():
            threading.Event().wait(0.005)
        ended.set()

    monkeypatch.setattr(link_work, "find_corpus_links", find_slowly)
    studio.open_project(small.folder)
    qtbot.waitUntil(lambda: has_button(page, "Align this corpus"), timeout=WAIT_MS)
    press(page, "Align this corpus")
    told = []
    studio.notifier.posted.connect(told.append)

    studio.open_project(project.folder)

    assert [each.text for each in told] == ["The alignment of the other project was stopped."]
    assert "Nothing was lost" in told[0].hint
    qtbot.waitUntil(lambda: ended.is_set() and "320 sentence pairs" in said(page), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: has_button(page, "Align this corpus"), timeout=WAIT_MS)


def test_links_of_an_earlier_version_say_so_and_are_made_anew(qtbot, aligned, studio):
    assert "earlier version" not in said(aligned)

    add_pair(studio.project)
    studio.corpus_was_changed()

    qtbot.waitUntil(lambda: "earlier version of the corpus" in said(aligned), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: table(aligned).isVisible(), timeout=WAIT_MS)
    assert "20 pairs · " in said(aligned)
    press(aligned, "Align it again")
    qtbot.waitUntil(lambda: "21 pairs · " in said(aligned), timeout=WAIT_MS)
    assert "earlier version" not in said(aligned)


def test_the_offer_above_links_takes_one_line(qtbot):
    bar = AlignBar()
    qtbot.addWidget(bar)
    bar.offer("These links belong to an earlier version.", "Align it again")
    bar.resize(900, 1)
    bar.show()

    assert bar.sizeHint().height() < 2 * button(bar, "Align it again").sizeHint().height()


def test_words_are_counted_only_for_who_looks(qtbot, page, studio, small, actions, monkeypatch):
    listed = []
    make = link_work.make_word_list
    monkeypatch.setattr(
        link_work, "make_word_list", lambda *a, **k: listed.append(a) or make(*a, **k)
    )
    find_corpus_links(small, small.corpus())
    page.hide()
    studio.open_project(small.folder)
    qtbot.waitUntil(actions["links.export_words"].isEnabled, timeout=WAIT_MS)
    assert listed == []

    page.show()

    qtbot.waitUntil(lambda: table(page).isVisible(), timeout=WAIT_MS)
    assert len(listed) == 1


def test_a_version_with_the_same_texts_leaves_the_list_as_it_is(
    qtbot, aligned, studio, monkeypatch
):
    monkeypatch.setattr(link_work, "make_word_list", None)
    project, read = studio.project, []
    aligned.findChild(LinkWork).state_read.connect(read.append)
    with project.changing(), project.corpus_writer() as writer:
        codes = np.ones(20, np.uint8)
        writer.add_corpus(project.corpus(), codes)
        project.set_corpus(writer.finish())

    studio.corpus_was_changed()

    assert table(aligned).isVisible()
    qtbot.waitUntil(lambda: read != [], timeout=WAIT_MS)
    assert read[0].is_current
    assert table(aligned).isVisible()
    assert "earlier version" not in said(aligned)
    model = table(aligned).model()
    assert model.rowCount() > 5


def test_damaged_links_are_told_and_can_be_made_anew(qtbot, page, studio, small):
    find_corpus_links(small, small.corpus())
    (small.links / small.file.corpus / "scores").unlink()

    studio.open_project(small.folder)

    qtbot.waitUntil(lambda: "are damaged" in said(page), timeout=WAIT_MS)
    press(page, "Align this corpus")
    qtbot.waitUntil(lambda: table(page).isVisible(), timeout=WAIT_MS)


def test_a_corpus_that_cannot_be_read_says_why(qtbot, page, studio, small):
    (small.corpus().folder / "en.offsets").unlink()

    studio.open_project(small.folder)

    qtbot.waitUntil(lambda: "is missing or damaged" in said(page), timeout=WAIT_MS)
    assert "Copy the whole project again" in said(page)


def test_a_corpus_that_changes_meanwhile_leaves_the_alignment_alone(
    qtbot, page, studio, small, monkeypatch
):
    goes_on = threading.Event()

    def find_when_told(project, corpus, **_):
        goes_on.wait(60)
        return find_corpus_links(project, corpus)

    monkeypatch.setattr(link_work, "find_corpus_links", find_when_told)
    studio.open_project(small.folder)
    qtbot.waitUntil(lambda: has_button(page, "Align this corpus"), timeout=WAIT_MS)
    press(page, "Align this corpus")
    qtbot.waitUntil(lambda: studio.tasks.running != [], timeout=WAIT_MS)
    add_pair(studio.project)
    studio.corpus_was_changed()
    qtbot.waitUntil(lambda: not any(task.quiet for task in studio.tasks.running), timeout=WAIT_MS)
    assert find(page, QProgressBar, "Progress of the alignment").isVisible()

    goes_on.set()

    qtbot.waitUntil(lambda: table(page).isVisible(), timeout=WAIT_MS)


def test_a_project_that_cannot_be_written_says_why(qtbot, page, studio, small, actions):
    studio.open_project(small.folder)
    qtbot.waitUntil(lambda: has_button(page, "Align this corpus"), timeout=WAIT_MS)

    studio.access.state = WriteProtected("it is on a CD")
    studio.access.changed.emit()

    assert "This project is write-protected" in said(page)
    assert not button(page, "Align this corpus").isEnabled()
    assert not actions["links.align"].isEnabled()


def test_the_list_is_searched_sorted_and_copied(qtbot, aligned):
    view = find(aligned, WordListView)
    search = view.search
    total = table(aligned).model().rowCount()
    qtbot.keyClicks(search, "HUN")

    assert table(aligned).model().rowCount() == 1
    assert (cell(aligned, 0, 0), cell(aligned, 0, 1)) == ("dog", "Hund")
    assert f"1 of {total} entries" in said(aligned)
    view.copy()
    assert QGuiApplication.clipboard().text() == "dog\tHund"

    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert table(aligned).model().rowCount() == total

    table(aligned).sortByColumn(WordColumn.TARGET, Qt.SortOrder.AscendingOrder)
    targets = [cell(aligned, row, 1).casefold() for row in range(total)]
    assert targets == sorted(targets)
    table(aligned).sortByColumn(WordColumn.COUNT, Qt.SortOrder.DescendingOrder)
    counts = [int(cell(aligned, row, 2)) for row in range(total)]
    assert counts == sorted(counts, reverse=True)

    qtbot.keyClicks(search, "xyz")
    assert table(aligned).model().rowCount() == 0
    assert "No words chosen" in said(aligned)
    assert "Nothing found" in said(aligned)


def test_an_entry_shows_its_sentences_with_their_links(aligned):
    model = table(aligned).model()
    row = next(r for r in range(model.rowCount()) if cell(aligned, r, 0) == "dog")
    table(aligned).selectRow(row)

    entry = model.entry(row)
    buttons = [b.text() for b in aligned.findChildren(QPushButton) if b.text().startswith("Pair ")]
    assert buttons == [f"Pair {number + 1}" for number in entry.examples]
    assert len(buttons) == 3
    for number in entry.examples:
        press(aligned, f"Pair {number + 1}")
    picture = find(aligned, LinkPictureBox).picture
    assert "links" in picture.accessibleDescription()
    assert picture.accessibleName() == "Linked words"


def test_a_wrong_word_leads_to_its_sentence(qtbot, aligned):
    model = table(aligned).model()
    row = next(r for r in range(model.rowCount()) if cell(aligned, r, 0) == "dog")
    table(aligned).selectRow(row)
    number = model.entry(row).examples[1]
    press(aligned, f"Pair {number + 1}")

    press(aligned, "Correct this sentence")

    sentences = find(aligned, SentencesView)
    assert sentences.isVisible()
    qtbot.waitUntil(lambda: sentences.pair is not None, timeout=WAIT_MS)
    assert sentences.pair.index == number


def test_a_pair_that_is_asked_for_early_is_shown_once_there_are_pairs(qtbot, page, studio, small):
    sentences = find(page, SentencesView)
    sentences.choose(7)
    find_corpus_links(small, small.corpus())

    studio.open_project(small.folder)

    qtbot.waitUntil(lambda: sentences.pair is not None, timeout=WAIT_MS)
    assert sentences.pair.index == 7


def test_without_a_word_there_is_no_sentence_to_correct(qtbot, aligned):
    assert has_button(aligned, "Correct this sentence")

    qtbot.keyClicks(find(aligned, WordListView).search, "xyz")

    assert not has_button(aligned, "Correct this sentence")


def test_the_key_to_find_stays_on_the_page_that_is_seen(aligned, actions):
    find_pairs = actions.add("corpus.find", "Find", lambda: None, shortcut="Ctrl+F")

    aligned.hide()
    aligned.show()
    assert (actions["links.find"].shortcut().toString(), find_pairs.shortcut().toString()) == (
        "Ctrl+F",
        "",
    )
    aligned.hide()
    assert (actions["links.find"].shortcut().toString(), find_pairs.shortcut().toString()) == (
        "",
        "Ctrl+F",
    )


def test_finding_searches_the_tab_that_is_shown(qtbot, aligned, actions):
    aligned.activateWindow()
    tabs = find(aligned, QTabWidget)
    for view in (find(aligned, WordListView), find(aligned, SentencesView)):
        tabs.setCurrentWidget(view)
        actions["links.find"].trigger()

        assert tabs.currentWidget() is view
        qtbot.waitUntil(view.search.hasFocus, timeout=WAIT_MS)


def a_list(*entries):
    return WordList(tuple(WordEntry(*entry, 0.36, 1.0, 0.9, (0,)) for entry in entries))


def test_words_are_found_without_the_marks_of_their_letters(qtbot, aligned):
    qtbot.keyClicks(find(aligned, WordListView).search, "SCHLAFT")

    assert cell(aligned, 0, 1) == "schläft"


def test_words_that_are_linked_once_are_hidden_in_a_long_list(aligned, studio):
    view, corpus = find(aligned, WordListView), studio.project.corpus()
    links = StandingLinks.read(
        studio.project, corpus, CorpusLinks.open(studio.project, corpus.hash)
    )
    often, once = ("dog", "Hund", 3), [(f"w{n}", f"v{n}", 1) for n in range(300)]
    assert view.least.value() == 1
    view.say_counting()

    view.show_list(a_list(often, *once), corpus, links)

    assert (view.least.text(), view.model.rowCount()) == ("at least 2 links", 1)
    view.search.setText("w299")
    assert "Nothing found that often; 1 with fewer links" in said(aligned)
    view.least.setValue(1)
    assert view.model.rowCount() == 1
    view.search.clear()
    assert view.model.rowCount() == 301
    view.show_list(a_list(often, *once), corpus, links)  # counted again
    assert view.least.text() == "at least 1 link"


def test_what_a_share_is_of_is_told_in_words(aligned):
    view = find(aligned, WordListView)
    view.model.show_list(a_list(("a", "Ein", 3)), ("en", "de"))

    tips = [
        view.model.data(view.model.index(0, column), Qt.ItemDataRole.ToolTipRole)
        for column in (WordColumn.SHARE, WordColumn.TARGET_SHARE, WordColumn.COUNT)
    ]

    assert [tip.translate({0x2068: None, 0x2069: None}) for tip in tips] == [
        "36 % of the links of “a” go to “Ein”",
        "100 % of the links of “Ein” go to “a”",
        "",
    ]


@pytest.mark.parametrize("form", LinkFormat)
def test_links_are_exported(qtbot, aligned, actions, tmp_path, form):
    actions[f"links.export_{form.value}"].trigger()

    path = tmp_path / f"small{form.ending}"
    qtbot.waitUntil(path.exists, timeout=WAIT_MS)
    assert aligned.asked == [path.name]
    assert "Hund" in path.read_text("utf-8") or form in (LinkFormat.PHARAOH, LinkFormat.NAACL)


def test_who_exports_the_word_list_is_told_that_all_of_it_is_written(aligned, actions):
    total = find(aligned, WordListView).model.total
    actions["links.export_words"].trigger()
    find(aligned, WordListView).search.setText("dog")
    actions["links.export_tmx"].trigger()
    actions["links.export_words"].trigger()

    assert aligned.titles == [
        "Export word links",
        "Export word links",
        f"Export all {total} entries of the word list, not only those shown",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ((2, 50), "less than a minute"),
        ((20, 61), "up to 1 min"),
        ((20, 170), "up to 3 min"),
        ((110, 130), "about 2 min"),
        ((130, 290), "2 to 5 min"),
        ((3000, 7200), "50 min to 2 h 0 min"),
    ],
)
def test_a_time_is_told_no_more_exactly_than_it_is_known(seconds, words):
    assert between(seconds) == words
