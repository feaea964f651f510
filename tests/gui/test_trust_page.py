"""How far a picture can be trusted, in the inspector: what it says is what the model does."""

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.gui.inspector.page import InspectorPage
from attnstudio.gui.inspector.verdict_words import VerdictWords
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.interpretation.matrices import first_reading
from attnstudio.interpretation.methods import Method
from attnstudio.interpretation.trust import finding_of, findings_of, trust_of
from attnstudio.interpretation.trust_words import finding_words, summary_words
from attnstudio.interpretation.words import word_groups
from attnstudio.project.run_loading import load_run
from attnstudio.project.trust_report import faithfulness_of
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, ENCODER_SELF, Analysis, analysis_site
from attnstudio.tokenizer import Token

SENTENCE = "the dog sees a bird today"


@pytest.fixture
def studio(tmp_path):
    studio = Studio(Settings(tmp_path / "window.ini"))
    yield studio
    studio.close()


@pytest.fixture
def page(qtbot, studio, trained):
    page = InspectorPage(studio, ActionRegistry(studio))
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    studio.open_project(trained.folder)
    choose_run(qtbot, studio, trained, "tiny")
    return page


def choose_run(qtbot, studio, project, name):
    studio.select_run(project.run(name))
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def ask(qtbot, page, text=SENTENCE):
    before = page.answer
    page.question.show_pair(text, "heute sieht der Hund ein Vogel")
    page.asking.read_forced()
    qtbot.waitUntil(lambda: page.answer is not None and page.answer is not before, timeout=120_000)
    return page.answer.candidates[0]


def worked_out(qtbot, page):
    """The trust of what is shown, on its page."""
    page.panel.side.setCurrentWidget(page.trust)
    qtbot.waitUntil(page.trust.methods.isVisible, timeout=120_000)


def anew(project, candidate):
    """All of it computed again, without the window."""
    return trust_of(anew_record(project, candidate), Reading())


def anew_record(project, candidate):
    translator = load_run(project, project.run("tiny"), threads=1).translator
    return translator.analyse(candidate.pair, tuple(Analysis), word_groups, measures=tuple(Measure))


def test_nothing_is_worked_out_before_somebody_looks(qtbot, page, studio):
    candidate = ask(qtbot, page)
    assert not studio.tasks.running
    assert page.panel.shown.record is candidate.record

    worked_out(qtbot, page)
    assert analysis_site(Analysis.ERASURE) in page.panel.shown.sites


def test_the_sentence_and_the_rows_are_those_of_the_model(qtbot, page, trained):
    candidate = ask(qtbot, page)
    worked_out(qtbot, page)
    trust, shown = anew(trained, candidate), page.trust

    assert shown.sentence.text() == summary_words(findings_of(trust))
    page.panel.heatmap.choose(CellPlace(2, 0))  # a piece of the target, chosen in the map
    groups = word_groups(candidate.record.target)
    word = next(n for n, group in enumerate(groups) if 2 in group)
    finding = finding_of(trust, word)
    assert shown.sentence.text().replace("⁨", "").replace("⁩", "") == finding_words(
        finding, name="“{}”".format
    )
    view = shown.methods._view
    assert [view.rows.label(row).split()[0] for row in range(len(view.rows))] == [
        "Attention", "Norms", "Contributions", "Value", "Gradient", "Integrated", "Erasure",
    ]  # fmt: skip
    for row, method in enumerate(trust.rows):
        values = method.values[word]
        np.testing.assert_allclose(view.weights[row], values / abs(values).sum(), atol=1e-4)
        firsts = [np.argmax(values), np.argmax(trust.rows[-1].values[word])]
        if method.method is not Method.ERASURE:
            mark = "✓" if firsts[0] == firsts[1] else "–"
            assert view.rows.label(row).split()[-1] == mark
    assert view.rows.label(6) == "Erasure"
    assert "the same source word comes first" in shown.beside.text()
    assert "Kendall" not in shown.beside.text()

    page.panel.let_go()
    shown.refresh()
    assert shown.sentence.text() == summary_words(findings_of(trust))
    for row, method in enumerate(trust.rows[:-1]):
        tau = shown.methods._view.rows.label(row).split()[-1]
        assert "-" not in tau, "a minus is no hyphen"
        assert float(tau.replace("−", "-")) == pytest.approx(method.mean, abs=0.0051)
    assert "the mean of all words" in shown.beside.text()


def test_each_row_explains_the_same_word_where_the_picture_is_shifted(qtbot, page, trained):
    candidate = ask(qtbot, page)
    worked_out(qtbot, page)
    page.panel.shown.read_as(Reading(1, 0, ReadingMethod.SHIFTED))
    page.panel.heatmap.choose(CellPlace(2, 0))
    word = next(n for n, group in enumerate(word_groups(candidate.record.target)) if 2 in group)

    naive = trust_of(anew_record(trained, candidate), Reading(1, 0))
    picture = page.panel.shown.view.weights[word_groups(candidate.record.target)[word]]
    words = [w for w in word_groups(candidate.record.source)
             if not candidate.record.source.is_special(w[0])]  # fmt: skip
    seen = np.array([picture[:, one].sum(axis=1).mean() for one in words])
    rows = page.trust.methods._view.weights
    np.testing.assert_allclose(rows[0], seen / seen.sum(), atol=1e-4)
    for row in range(2, 7):  # what no head has stays with the step that wrote the word
        values = naive.rows[row].values[word]
        np.testing.assert_allclose(rows[row], values / abs(values).sum(), atol=1e-4)
    assert "of the step after a word" in page.trust.beside.text()


def test_each_word_is_a_link_under_its_verdict(qtbot, page, trained):
    candidate = ask(qtbot, page)
    worked_out(qtbot, page)
    trust, shown = anew(trained, candidate), page.trust
    places = [place for place in range(len(trust.targets)) if not trust.targets.is_special(place)]
    links = re.findall(r'<a href="(\d+)">([^<]*)</a>', shown.words.text())

    assert sorted(int(place) for place, _ in links) == places
    assert all(trust.targets.label(int(place)) == label.strip("“”") for place, label in links)
    groups = word_groups(candidate.record.target)
    for place in places:
        page.panel.let_go()
        page.panel.shown.join_words(place % 2 == 0)
        shown.words.linkActivated.emit(str(place))
        row = place if place % 2 == 0 else groups[place][0]
        assert page.panel.strips.choice == ChosenToken(Side.TARGET, row)
        assert page.panel.heatmap.marked == (row, None)
        assert f"“{trust.targets.label(place)}”" in shown.sentence.text()
        assert not shown.words.isVisible()
    page.panel.let_go()
    page.panel.shown.choose_site(ENCODER_SELF)  # its rows are no words of the translation
    assert shown.words.isVisible()
    shown.words.linkActivated.emit("1")
    assert page.panel.shown.reading.site == CROSS
    assert f"“{trust.targets.label(1)}”" in shown.sentence.text()


def test_markup_of_a_text_is_no_markup(qtbot, trained, page):
    trust = anew(trained, ask(qtbot, page))
    token = Token("<b>&", 0, 4)
    words = VerdictWords()
    qtbot.addWidget(words)
    places = trust.targets.tokens
    words.show_trust(replace(trust, targets=replace(trust.targets, tokens=(token, *places[1:]))))
    assert "&lt;b&gt;&amp;" in words.text()


def test_a_bar_says_how_far_it_is(qtbot, page, studio):
    ask(qtbot, page)
    assert not page.trust.progress.isVisible()
    page.panel.side.setCurrentWidget(page.trust)
    [task] = studio.tasks.running
    assert page.trust.progress.isVisible()
    assert page.trust.progress.value() == 0
    task.progressed.emit(TaskProgress(0.5, 1.0, "", 1.0, 1.0))
    assert page.trust.progress.value() == page.trust.progress.maximum() // 2
    page.panel.side.setCurrentIndex(0)
    page.panel.side.setCurrentWidget(page.trust)
    assert page.trust.progress.value() > 0, "who looks again sees how far it is"
    begun = {}
    studio.tasks.begun.connect(
        lambda another: begun.setdefault(another.title, page.trust.progress.value())
    )
    ask(qtbot, page, "my dog sees the man")
    assert begun[task.title] == 0, "of another sentence nothing is done yet"
    qtbot.waitUntil(page.trust.methods.isVisible, timeout=120_000)
    assert not page.trust.progress.isVisible()


def test_numbers_below_0_have_a_minus_sign(qtbot, page):
    ask(qtbot, page)
    worked_out(qtbot, page)
    page.panel.heatmap.choose(CellPlace(2, 0))
    methods = page.trust.methods
    row, column = np.argwhere(methods._view.weights < -0.0001)[0]
    methods.choose(CellPlace(int(row), int(column)))
    number = methods.accessibleDescription().split()[-1]
    assert number == f"−{abs(methods._view.weights[row, column]):.4f}"


def test_a_row_is_shown_as_the_heat_map_and_leads_back(qtbot, page):
    ask(qtbot, page)
    worked_out(qtbot, page)
    page.panel.shown.read_as(Reading(1, 0))
    methods = page.trust.methods

    methods.choose(CellPlace(6, 0))
    assert page.panel.shown.reading == Reading(site=analysis_site(Analysis.ERASURE))
    assert methods.marked == (6, None)
    numbers = page.panel.shown.record.matrices[analysis_site(Analysis.ERASURE)].weights[0, 0]
    np.testing.assert_allclose(page.panel.heatmap._view.weights, numbers)
    qtbot.keyClick(methods, Qt.Key.Key_Up)
    assert page.panel.shown.reading.site == analysis_site(Analysis.INTEGRATED)
    methods.choose(CellPlace(0, 0))
    assert page.panel.shown.reading == Reading(1, 0), "the head that was looked at before"
    page.panel.options.shifted.click()
    methods.choose(CellPlace(2, 0))
    assert page.panel.shown.reading == Reading(1, measure=Measure.ALTI)
    methods.choose(CellPlace(0, 0))
    assert page.panel.shown.reading == Reading(1, 0, ReadingMethod.SHIFTED)
    assert page.panel.shown.reading.site == CROSS


def test_another_head_is_another_picture_to_trust(qtbot, page, trained):
    candidate = ask(qtbot, page)
    worked_out(qtbot, page)
    page.panel.shown.read_as(Reading(1, 1))

    wanted = trust_of(anew_record(trained, candidate), Reading(1, 1))
    assert page.trust.sentence.text() == summary_words(findings_of(wanted))
    label = page.trust.methods._view.rows.label(0)
    tau = float(label.split()[-1].replace("−", "-"))
    assert tau == pytest.approx(wanted.rows[0].mean, abs=0.0051)


def test_what_was_worked_out_is_kept_for_the_sentence(qtbot, page, studio):
    ask(qtbot, page)
    worked_out(qtbot, page)
    begun = []
    studio.tasks.begun.connect(lambda task: begun.append(task.title))

    ask(qtbot, page, "my dog sees the man")
    qtbot.waitUntil(page.trust.methods.isVisible, timeout=120_000)
    ask(qtbot, page)
    assert page.trust.methods.isVisible()
    assert begun.count("Working out what each word does") == 1


def test_who_stopped_it_can_let_it_begin_again(qtbot, page, studio):
    ask(qtbot, page)
    page.panel.side.setCurrentWidget(page.trust)
    [task] = studio.tasks.running
    assert not page.trust.ask.isVisible()
    task.cancel()
    qtbot.waitUntil(page.trust.ask.isVisible, timeout=120_000)
    assert not page.trust.methods.isVisible()

    page.trust.ask.click()
    qtbot.waitUntil(page.trust.methods.isVisible, timeout=120_000)


def test_a_model_without_attention_has_no_picture_to_trust(qtbot, page, studio, trained):
    choose_run(qtbot, studio, trained, "none")
    ask(qtbot, page)
    page.panel.side.setCurrentWidget(page.trust)
    qtbot.waitUntil(
        lambda: page.trust.sentence.text().startswith("This model does not look"), timeout=120_000
    )
    assert not page.trust.methods.isVisible()


def test_the_page_is_told_to_who_cannot_see_it(qtbot, page):
    assert page.trust.sentence.text().startswith("Translate a sentence")
    ask(qtbot, page)
    worked_out(qtbot, page)
    methods = page.trust.methods

    assert methods.accessibleName() == "What each method says of each source word"
    methods.choose(CellPlace(0, 1))
    label = methods._view.rows.label(0)
    assert methods.accessibleDescription().startswith(f"dog for {label}: ")
    assert "with shuffled weights" in page.trust.beside.text().lower()


def averaged(qtbot, page, sentences=3):
    page.panel.side.setCurrentWidget(page.trust)
    box = page.trust.averages
    box.sentences.setValue(sentences)
    box.ask.click()
    qtbot.waitUntil(box.table.isVisible, timeout=120_000)
    return box


def table_of(box):
    table = box.table
    columns = range(table.columnCount())
    rows = range(table.rowCount())
    return {table.item(row, 0).text(): [table.item(row, c).text() for c in columns[1:]]
            for row in rows}  # fmt: skip


def test_the_average_is_that_of_each_sentence_worked_out_anew(qtbot, page, trained):
    """Each number from single sentences, without what averages them in the program."""
    ask(qtbot, page)
    box = averaged(qtbot, page)
    loaded = load_run(trained, trained.run("tiny"), threads=1)
    translator, corpus = loaded.translator, loaded.corpus
    indices = corpus.indices(Split.VALID).tolist()
    chosen = [indices[0], indices[(len(indices) - 1) // 2], indices[-1]]
    shown = first_reading(translator.records([
        translator.read_forced(corpus.source(chosen[0]), corpus.target(chosen[0]))
    ])[0], loaded.reading)  # fmt: skip
    numbers = {method: ([], [], [], []) for method in Method}
    for index in chosen:
        pair = translator.read_forced(corpus.source(index), corpus.target(index))
        record = translator.analyse(pair, tuple(Analysis), word_groups, measures=tuple(Measure))
        twin = translator.shuffled(1).analyse(
            pair, (Analysis.ERASURE, Analysis.VALUE_ZEROING), word_groups, measures=tuple(Measure)
        )
        for place, one in enumerate((record, twin)):
            trust = trust_of(one, shown)
            for row in trust.rows:
                kept = [not trust.targets.is_special(word) for word in range(len(row.taus))]
                numbers[row.method][place].extend(row.taus[kept])
        for method in Method:
            left = faithfulness_of(translator, pair, record, shown, method)
            numbers[method][2].extend(left.comprehensiveness[:-1])
            numbers[method][3].extend(left.sufficiency[:-1])
    told = table_of(box)
    assert len(told) == len(Method)
    for (name, cells), method in zip(told.items(), Method, strict=True):
        for cell, values in zip(cells, numbers[method], strict=True):
            known = np.array(values)[np.isfinite(values)]
            if method is Method.ERASURE and values in numbers[method][:2]:
                assert cell == "–", "it agrees with itself"
            elif known.size:
                wanted = float(np.mean(known))
                assert float(cell.replace("−", "-")) == pytest.approx(wanted, abs=0.0051), name
            else:
                assert cell == "–"
    assert box.said.text().startswith("3 sentences of the validation set, attention of ")


def test_the_average_is_kept_until_another_checkpoint_is_asked(qtbot, page, studio, trained):
    ask(qtbot, page)
    box = averaged(qtbot, page)
    told = table_of(box)
    ask(qtbot, page, "my dog sees the man")
    assert box.table.isVisible()
    assert table_of(box) == told
    box.copy.click()
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0] == ["Method", "τ", "Shuffled", "Without", "Alone"]
    assert {name: cells for name, *cells in lines[1:]} == told

    choose_run(qtbot, studio, trained, "none")
    ask(qtbot, page)
    page.panel.side.setCurrentWidget(page.trust)
    assert not box.table.isVisible(), "it is of another model"
    box.ask.click()
    qtbot.waitUntil(lambda: box.said.text().startswith("There is no average"), timeout=120_000)
    assert not box.table.isVisible()


def test_an_average_tells_how_far_it_is_and_is_of_what_is_done_when_it_is_stopped(
    qtbot, page, studio
):
    ask(qtbot, page)
    worked_out(qtbot, page)
    box = page.trust.averages
    box.sentences.setValue(1000)
    box.ask.click()
    [task] = studio.tasks.running
    assert (box.ask.isVisible(), box.stop.isVisible()) == (False, True)
    task.progressed.emit(TaskProgress(8.0, 32.0, "", 10.0, 30.0))
    assert box.said.text() == "8 of 32 sentences, less than a minute left"
    assert box.bar.value() == box.bar.maximum() // 4
    box.stop.click()
    assert box.said.text() == "The average is shown once this sentence is done."
    assert not box.stop.isEnabled()
    task.progressed.emit(TaskProgress(9.0, 32.0, "", 10.0, 30.0))
    assert "once this sentence" in box.said.text()
    qtbot.waitUntil(box.table.isVisible, timeout=120_000)
    done = int(box.said.text().split()[0])
    assert 1 <= done < 20  # of about 40 that are held out
    assert not box.bar.isVisible()
    box.ask.click()
    assert box.stop.isEnabled()
    [task] = studio.tasks.running
    task.cancel()
    qtbot.waitUntil(box.ask.isVisible, timeout=120_000)
