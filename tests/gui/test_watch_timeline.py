"""Watch sentences through time, also those that the person adds while it trains."""

import pytest
from finding import find, press, text_in, words_in
from PySide6.QtWidgets import QComboBox, QPushButton, QSlider, QTabWidget

from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.reasons import why_no_train_action
from attnstudio.gui.training.session_outlook import NextValidation
from attnstudio.gui.training.watch_dialog import WatchDialog
from attnstudio.gui.training.watch_timeline import WatchTimeline
from attnstudio.project.own_sentences import read_own_sentences, write_own_sentences
from attnstudio.reading import Reading
from attnstudio.training.events import FIRST_OWN, WatchTranslated

NOTHING_YET = "Sentences of the validation split appear here at the first validation."


def event(step, index, source):
    reference = "" if index >= FIRST_OWN else f"ref of {source}"
    name = f"{step:08d}-{index}.safetensors"
    return WatchTranslated(
        step=step,
        elapsed_s=0.0,
        index=index,
        source=source,
        reference=reference,
        translation=f"{source} at {step}",
        attention=name,
    )


def seen(timeline):
    """What is said of the moment: source, reference, translation and when it was."""
    when = [text for text in words_in(timeline) if text.startswith("step ")]
    said = [text for text in words_in(timeline) if text not in when]
    return [*said[:3], *(when or [""])]


def sentences(timeline):
    return find(timeline, QComboBox, "Watch sentence")


def slider(timeline):
    return find(timeline, QSlider, "Time of training")


def listed(timeline):
    return [sentences(timeline).itemText(row) for row in range(sentences(timeline).count())]


@pytest.fixture
def timeline(qtbot):
    timeline = WatchTimeline()
    qtbot.addWidget(timeline)
    timeline.show()
    return timeline


def choose(timeline, row):
    sentences(timeline).setCurrentIndex(row)
    sentences(timeline).activated.emit(row)


def test_without_sentences_it_says_what_is_to_come_and_one_can_be_added(qtbot, timeline):
    assert words_in(timeline) == [NOTHING_YET]
    assert not sentences(timeline).isVisible()
    assert not slider(timeline).isVisible()
    with qtbot.waitSignal(timeline.add_asked):
        press(timeline, "Add sentence…")

    timeline.show_own(["mine"])

    assert NOTHING_YET not in words_in(timeline)
    assert listed(timeline) == ["✎ mine"]
    assert not slider(timeline).isEnabled()
    assert not find(timeline, QPushButton, "Play").isEnabled()


def test_it_says_when_the_first_picture_comes_and_when_ones_own_is_translated(timeline):
    timeline.show_own([], NextValidation(200, 250))
    assert words_in(timeline) == [
        "The first picture comes with the first validation, at step 200: in about 4 min."
    ]

    timeline.show_own(["mine"], NextValidation(200, 125))
    own = "Your own sentence: it is translated at the next validation, at step 200: in about 2 min."
    assert seen(timeline)[1] == own

    timeline.show_own([])
    assert words_in(timeline) == [NOTHING_YET]


def test_a_sentence_of_ones_own_waits_and_then_says_from_when_it_was_watched(timeline):
    of_corpus = [event(8, 0, "a"), event(16, 0, "a")]
    timeline.show_events(of_corpus)
    timeline.show_own(["mine"])
    assert listed(timeline) == ["a", "✎ mine"]
    choose(timeline, 1)
    assert seen(timeline) == [
        "Source: mine",
        "Your own sentence: it is translated at the next validation of this run.",
        "(nothing yet)",
        "",
    ]

    timeline.show_events([*of_corpus, event(24, 0, "a"), event(24, FIRST_OWN, "mine")])
    timeline.show_own(["mine"])

    assert listed(timeline) == ["a", "✎ mine"]
    assert seen(timeline) == [
        "Source: mine",
        "Your own sentence, watched from step 24 on: of the time before there is nothing.",
        "mine at 24",
        "step 24",
    ]
    assert slider(timeline).maximum() == 0
    choose(timeline, 0)
    assert seen(timeline) == ["Source: a", "Reference: ref of a", "a at 24", "step 24"]
    assert slider(timeline).maximum() == 2


def test_a_sentence_that_was_watched_from_the_first_on_only_has_no_reference(timeline):
    timeline.show_events([event(8, 0, "a"), event(8, FIRST_OWN, "mine")])
    choose(timeline, 1)

    assert seen(timeline)[1] == "Your own sentence, without a reference."


def test_two_sentences_that_had_one_number_are_two(timeline):
    timeline.show_events([event(8, FIRST_OWN, "first"), event(16, FIRST_OWN, "second")])

    assert listed(timeline) == ["✎ first", "✎ second"]
    for row, shown in enumerate((["first at 8", "step 8"], ["second at 16", "step 16"])):
        choose(timeline, row)
        assert seen(timeline)[2:] == shown
        assert slider(timeline).maximum() == 0


def test_another_run_shows_nothing_that_the_first_waits_for(timeline):
    timeline.show_events([event(8, 0, "a")])
    timeline.show_own(["mine"])
    timeline.show_events([event(8, 0, "b")])
    timeline.show_own([])

    assert listed(timeline) == ["b"]
    assert seen(timeline)[0] == "Source: b"


def test_it_follows_what_comes_until_the_person_looks_back(timeline):
    events = [event(step, 0, "a") for step in (8, 16, 24, 32)]
    timeline.show_events(events[:2])
    assert timeline.moment == events[1]
    slider(timeline).setSliderPosition(0)
    slider(timeline).sliderMoved.emit(0)
    timeline.show_events(events[:3])
    assert timeline.moment == events[0]
    slider(timeline).setSliderPosition(2)
    slider(timeline).sliderMoved.emit(2)
    timeline.show_events(events)
    assert timeline.moment == events[3]


@pytest.fixture
def actions():
    return ActionRegistry()


@pytest.fixture
def page(qtbot, studio, actions, project):
    studio.open_project(project.folder)
    page = TrainingPage(studio, actions)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    return page


def test_while_it_trains_the_page_says_when_the_first_picture_comes(
    qtbot, page, studio, project, small_run
):
    timeline = find(page, WatchTimeline)
    run = small_run(training={"validate_every": 100_000})
    studio.session.start(project, run)
    studio.select_run(run)
    page.findChild(QTabWidget).setCurrentWidget(timeline)

    coming = "The first picture comes with the first validation, at step 100,000"
    qtbot.waitUntil(lambda: coming in text_in(timeline), timeout=120_000)
    studio.session.stop()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)

    qtbot.waitUntil(lambda: words_in(timeline) == [NOTHING_YET], timeout=120_000)


def test_the_attention_of_a_moment_that_was_left_is_not_shown(qtbot, page, studio, small_run):
    run = small_run()
    studio.select_run(run)
    settled(qtbot, studio)
    events = [event(8, 0, "a"), event(16, 0, "a")]
    timeline = find(page, WatchTimeline)
    timeline.show_events(events)
    settled(qtbot, studio)
    shown = []
    timeline.show_record = lambda record, reading: shown.append((record, reading))

    timeline.record_wanted.emit(events[0])  # what is read of it comes late
    settled(qtbot, studio)
    assert shown == []
    timeline.record_wanted.emit(events[1])
    settled(qtbot, studio)

    assert shown == [(None, Reading())]


def settled(qtbot, studio):
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def add(page, text, *, in_new_runs=False):
    press(page, "Add sentence…")
    dialog = page.findChildren(WatchDialog)[-1]
    dialog.sentence.setText(text)
    dialog.in_new_runs.setChecked(in_new_runs)
    press(dialog, "OK")
    return dialog


def test_a_sentence_is_added_while_it_trains_and_stays_when_it_goes_on(
    qtbot, page, studio, project, small_run
):
    timeline = find(page, WatchTimeline)
    run = small_run(training={"validate_every": 4})
    studio.session.start(project, run)
    studio.select_run(run)
    studio.runs_were_changed()
    page.findChild(QTabWidget).setCurrentWidget(timeline)
    qtbot.waitUntil(lambda: bool(studio.session.history.watched), timeout=120_000)

    add(page, "the dog  sees a cat")
    qtbot.waitUntil(lambda: "✎ the dog sees a cat" in listed(timeline), timeout=120_000)

    def own():
        return [e for e in studio.session.history.watched if e.index >= FIRST_OWN]

    qtbot.waitUntil(lambda: len(own()) >= 2, timeout=120_000)
    choose(timeline, listed(timeline).index("✎ the dog sees a cat"))
    qtbot.waitUntil(lambda: timeline.moment is not None, timeout=120_000)
    begun = own()[0].step
    assert f"watched from step {begun} on" in text_in(timeline)
    studio.session.stop()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)
    stopped_at = studio.session.history.step
    press(page, "Go on for")
    qtbot.waitUntil(lambda: own()[-1].step > stopped_at, timeout=120_000)
    studio.session.stop()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)
    settled(qtbot, studio)

    assert begun > run.history().watched[0].step
    assert {event.source for event in own()} == {"the dog sees a cat"}


def test_before_the_first_run_a_sentence_is_kept_for_new_runs(
    qtbot, page, studio, actions, project, small_run
):
    assert actions["train.watch"].isEnabled()
    actions["train.watch"].trigger()
    dialog = page.findChild(WatchDialog)
    languages = [dialog.language.itemText(row) for row in range(dialog.language.count())]
    assert languages == ["In English", "In German"]
    assert not dialog.in_new_runs.isVisible()
    dialog.sentence.setText("the dog")
    press(dialog, "OK")
    settled(qtbot, studio)

    assert read_own_sentences(project.folder, "en") == ("the dog",)
    run = small_run()
    studio.select_run(run)
    qtbot.waitUntil(lambda: listed(find(page, WatchTimeline)) == ["✎ the dog"])


def test_a_sentence_for_both_is_taken_back_from_both(qtbot, page, studio, project, small_run):
    run = small_run()
    studio.select_run(run)
    settled(qtbot, studio)
    add(page, "the dog", in_new_runs=True)
    settled(qtbot, studio)
    places = (run.folder, project.folder)
    assert [read_own_sentences(place, "en") for place in places] == [("the dog",)] * 2

    studio.undo_stack.undo()
    settled(qtbot, studio)
    assert [read_own_sentences(place, "en") for place in places] == [()] * 2
    assert listed(find(page, WatchTimeline)) == []
    studio.undo_stack.redo()
    settled(qtbot, studio)

    assert listed(find(page, WatchTimeline)) == ["✎ the dog"]


def test_what_cannot_be_watched_is_said_where_it_was_written(qtbot, page, studio, small_run):
    run = small_run()
    write_own_sentences(run.folder, "en", ["the dog"])
    studio.select_run(run)
    settled(qtbot, studio)

    dialog = add(page, "the dog")
    assert dialog.isVisible()
    assert dialog.problem.text() == "This sentence is watched already."
    dialog.sentence.setText("a cat")
    press(dialog, "OK")
    settled(qtbot, studio)

    assert read_own_sentences(run.folder, "en") == ("the dog", "a cat")


def test_a_read_only_project_takes_no_sentence(
    qtbot, page, studio, actions, small_run, monkeypatch
):
    run = small_run()
    studio.select_run(run)
    settled(qtbot, studio)
    reason = "This project is write-protected, so nothing can be changed here."
    monkeypatch.setattr(type(studio.access), "reason", property(lambda _: reason))
    studio.access.changed.emit()

    adding = find(page, QPushButton, "Add sentence…")
    assert not adding.isEnabled()
    assert adding.toolTip() == reason
    assert not actions["train.watch"].isEnabled()
    assert why_no_train_action("train.watch", studio) == reason
    said = []
    studio.notifier.posted.connect(said.append)
    find(page, WatchTimeline).add_asked.emit()
    dialog = page.findChild(WatchDialog)
    dialog.sentence.setText("a cat")
    press(dialog, "OK")
    assert [notice.text for notice in said] == [reason]
    assert read_own_sentences(run.folder, "en") is None
