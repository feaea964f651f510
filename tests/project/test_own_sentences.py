"""Sentences of the person's own are watched from when they are added, and never in the way."""

import pytest

from attnstudio.errors import InputError
from attnstudio.project.copying import copy_project
from attnstudio.project.own_sentences import (
    LONGEST_SENTENCE,
    MOST_SENTENCES,
    read_own_sentences,
    with_sentence,
    write_own_sentences,
)
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.project.watch import load_watch_record
from attnstudio.training.events import FIRST_OWN, Validation, WatchTranslated
from attnstudio.training.stop import StopToken


def watched(events, text):
    return [e for e in events if isinstance(e, WatchTranslated) and e.source == text]


def test_sentences_are_read_as_they_were_written_by_language(tmp_path):
    assert read_own_sentences(tmp_path, "en") is None
    write_own_sentences(tmp_path, "en", ["One.", 'two "quoted" \\'])
    write_own_sentences(tmp_path, "he", ["שלום"])
    write_own_sentences(tmp_path, "en", ["One."])

    assert read_own_sentences(tmp_path, "en") == ("One.",)
    assert read_own_sentences(tmp_path, "he") == ("שלום",)
    assert read_own_sentences(tmp_path, "zh") == ()


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (b"\xff", None),
        (b"en = [", None),
        (b"en = " + b"[" * 100_000, None),
        (b"# " + b"x" * 2**26, None),
        (b"en = 'One.'", ()),
        (b"en = [1, ['x'], '', ' ', 'One.', 'One.']", ("One.",)),
        (b'en = ["a\\u0000\\tb\\u202e\\nc"]', ("a b c",)),
        (b"'../en' = ['x']", ()),
    ],
)
def test_what_a_file_cannot_say_is_not_watched(tmp_path, content, sentences):
    (tmp_path / "watch.toml").write_bytes(content)

    assert read_own_sentences(tmp_path, "en") == sentences


def test_a_file_gives_no_more_than_may_be_watched(tmp_path):
    texts = [f"{n} {'x' * 2 * LONGEST_SENTENCE}" for n in range(3 * MOST_SENTENCES)]
    (tmp_path / "watch.toml").write_text(f"en = {texts}")

    found = read_own_sentences(tmp_path, "en")

    assert len(found) == MOST_SENTENCES
    assert max(map(len, found)) == LONGEST_SENTENCE


@pytest.mark.parametrize(
    ("before", "text", "words"),
    [
        ((), " \n\x00", "no sentence"),
        ((), "x" * (LONGEST_SENTENCE + 1), "has 501 characters; 500 can be watched"),
        (("One.",), " One.\n", "watched already"),
        (tuple(map(str, range(MOST_SENTENCES))), "One.", "16 sentences of your own"),
    ],
)
def test_a_sentence_that_cannot_be_watched_is_refused_in_words(before, text, words):
    with pytest.raises(InputError, match=words):
        with_sentence(before, text)


def test_a_sentence_is_watched_from_the_next_validation_on_and_after_a_resumption(project, new_run):
    run = new_run(project, limits={"max_steps": 24})
    events = []

    def emit(event):
        events.append(event)
        if isinstance(event, Validation) and event.step == 8:
            write_own_sentences(run.folder, "en", ["the dog sees a cat"])

    train(project, run, emit=emit, stop=StopToken())
    own = watched(events, "the dog sees a cat")
    of_corpus = [e for e in events if isinstance(e, WatchTranslated) and e.index < FIRST_OWN]
    assert [event.step for event in of_corpus] == [8, 16, 24]
    assert [event.step for event in own] == [16, 24]
    assert {event.reference for event in own} == {""}
    assert {event.index for event in own} == {FIRST_OWN}
    record = load_watch_record(run.watch_folder / own[-1].attention)
    assert record.source.text == "the dog sees a cat"

    later = []
    limits = run.definition().config.limits.model_copy(update={"max_steps": 32})
    train(project, run, emit=later.append, stop=StopToken(), limits=limits)

    assert [event.step for event in watched(later, "the dog sees a cat")] == [32]
    assert [event.step for event in watched(run.history().watched, own[0].source)][-1] == 32


def test_what_is_watched_changes_nothing_of_what_is_learned(project, new_run):
    losses = []
    for name, own in (("plain", []), ("watched", ["the dog", "\u200b", "😀" * 200])):
        run = new_run(project, name, limits={"max_steps": 16})
        write_own_sentences(run.folder, "en", own)
        train(project, run, emit=lambda _: None, stop=StopToken())
        history = run.history()
        losses.append((list(history.steps.column("loss")), history.watched[0].translation))
        assert len({event.source for event in history.watched}) == 1 + len(own)

    assert losses[0] == losses[1]


def test_where_the_file_is_gone_the_same_sentences_are_watched_on(project, new_run):
    run = new_run(project, limits={"max_steps": 24})
    write_own_sentences(run.folder, "en", ["the dog"])
    events = []

    def emit(event):
        events.append(event)
        if isinstance(event, WatchTranslated) and event.step == 8:
            (run.folder / "watch.toml").unlink(missing_ok=True)
        if isinstance(event, WatchTranslated) and event.step == 16:
            write_own_sentences(run.folder, "en", [])

    train(project, run, emit=emit, stop=StopToken())

    assert [event.step for event in watched(events, "the dog")] == [8, 16]


def test_new_runs_begin_with_the_sentences_of_the_project_in_their_language(project, small_config):
    write_own_sentences(project.folder, "en", ["the dog"])
    write_own_sentences(project.folder, "de", ["der Hund"])

    there = create_run(project, small_config(), preset="tiny", name="there")
    back = create_run(project, small_config(), preset="tiny", name="back", reverse=True)

    assert read_own_sentences(there.folder, "en") == ("the dog",)
    assert read_own_sentences(back.folder, "de") == ("der Hund",)
    assert read_own_sentences(back.folder, "en") == ()


def test_a_copy_of_a_project_has_its_sentences(project, tmp_path):
    write_own_sentences(project.folder, "en", ["the dog"])

    copy = copy_project(project.folder, tmp_path / "copy")

    assert Project.open(copy).folder == copy
    assert read_own_sentences(copy, "en") == ("the dog",)
