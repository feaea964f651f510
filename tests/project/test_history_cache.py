"""A long log is read once; what is kept of it is never trusted for another log."""

import math
import os
import shutil
from dataclasses import replace

import pytest
from event_logs import read_events
from events import SCORES, make_started, make_validation
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.project.history_cache import read
from attnstudio.project.recorder import read_history, read_outline
from attnstudio.training.event_json import to_json
from attnstudio.training.events import (
    CheckpointSaved,
    Failed,
    Finished,
    Notice,
    Step,
    WatchTranslated,
)
from attnstudio.training.history import History

STEPS = 6_000  # enough for a log of more than a megabyte


def step(number, loss=None):
    loss = 1 / 3 / number if loss is None else loss
    return Step(
        step=number,
        elapsed_s=0.1 * number,
        epoch=number / 7,
        loss=loss,
        learning_rate=1e-05,
        gradient_norm=math.nan,
        tokens_per_second=1234.5,
        target_tokens=50 * number,
    )


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "events.jsonl"
    events = [make_started()]
    for number in range(1, STEPS):
        loss = math.inf if number % 1_000 == 7 else None
        events.append(step(number, loss))
        if number % 500 == 0:
            events += [
                make_validation(
                    step=number,
                    elapsed_s=1.0,
                    epoch=0.1,
                    scores=SCORES | {"bleu": 1.5, "chrf": 30.0},
                ),
                WatchTranslated(
                    step=number,
                    elapsed_s=1.0,
                    index=0,
                    source="a\u2028b",
                    reference="c",
                    translation="d",
                    attention=f"{number:08}-0.safetensors",
                ),
                CheckpointSaved(step=number, elapsed_s=1.0),
            ]
    events += [
        make_started(step=STEPS, elapsed_s=1.0, resumed_from=5_500, threads=2),
        step(5_501, -2.5e-08),
        Notice(step=5_501, elapsed_s=1.0, template="{n} is much", values={"n": 3}),
        Finished(step=5_501, elapsed_s=1.0, reason="step limit", best_step=5_500),
    ]
    path.write_text("".join(to_json(event) + "\n" for event in events), encoding="utf-8")
    return path


def plain(log):
    history = History()
    for event in read_events(log):
        history.add(event)
    return history


def same(one, other):
    """Compared as text, as NaN is not equal to itself."""
    texts = {repr(replace(history, steps=list(history.steps))) for history in (one, other)}
    return len(texts) == 1


def test_a_log_read_in_blocks_adds_up_to_the_same_as_line_by_line(log):
    assert len(plain(log).steps) == 5_501
    assert same(read_history(log), plain(log))


@pytest.mark.parametrize("spoilt", ['{"event": "step", "step": 3, "el', "", "nonsense"])
def test_torn_lines_are_passed_over(log, spoilt):
    log.write_text(spoilt + "\n" + log.read_text(encoding="utf-8") + spoilt, encoding="utf-8")

    assert same(read_history(log), plain(log))


@pytest.mark.skipif(os.name == "nt", reason="Windows would write the hole on the disk")
@pytest.mark.parametrize("reader", [read, read_history, read_outline])
def test_a_log_that_claims_a_terabyte_is_read_as_far_as_it_is_one(log, reader):
    expected = reader(log)
    os.truncate(log, 2**40)

    assert same(reader(log), expected)
    assert not (log.parent / "history.cache").exists() or reader is read


EVENTS = st.one_of(
    st.builds(lambda number: f"step {number}", st.integers(1, 30)),
    st.builds(lambda number: f"resumed {number}", st.integers(0, 30)),
    st.sampled_from(["validation", "checkpoint", "notice", "finished", "failed", "spoilt", "new"]),
)


def lines(words):
    """A log in which steps ascend within a segment, as a trainer writes them."""
    step_now = 0
    for word in words:
        kind, _, number = word.partition(" ")
        match kind:
            case "step":
                step_now += int(number)
                yield to_json(step(step_now, math.nan if step_now % 5 == 0 else None))
            case "resumed":
                start, step_now = step_now, min(step_now, int(number))
                yield to_json(make_started(step=start, resumed_from=step_now or None))
            case "validation":
                yield to_json(make_validation(step=step_now, elapsed_s=1.0, epoch=0.1))
            case "checkpoint":
                yield to_json(CheckpointSaved(step=step_now, elapsed_s=1.0))
            case "notice":
                yield to_json(
                    Notice(step=step_now, elapsed_s=1.0, template="{n} is much", values={"n": 3})
                )
            case "finished":
                yield to_json(
                    Finished(step=step_now, elapsed_s=1.0, reason="step limit", best_step=step_now)
                )
            case "failed":
                yield to_json(
                    Failed(step=step_now, elapsed_s=1.0, template="No.", hint_template="Try again.")
                )
            case "spoilt":
                yield to_json(step(step_now + 1))[:50]
            case "new":
                yield '{"event": "of a newer program", "step": 3}'


@given(words=st.lists(EVENTS, max_size=40), block=st.integers(1, 400), cut=st.integers(0, 120))
def test_any_log_read_in_blocks_or_in_outline_is_what_it_is_line_by_line(
    tmp_path_factory, words, block, cut
):
    log = tmp_path_factory.mktemp("log") / "events.jsonl"
    text = "".join(f"{line}\n" for line in lines(words))
    log.write_text(text[: max(0, len(text) - cut)], encoding="utf-8")
    whole = plain(log)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("attnstudio.project.recorder._BLOCK_BYTES", block)
        assert same(read_history(log), whole)
    outline = read_outline(log)
    known = {repr(step) for step in whole.steps}
    assert {repr(step) for step in outline.steps} <= known
    assert same(replace(outline, steps=whole.steps), whole)


def test_an_outline_tells_the_last_step(log):
    assert read_outline(log).step == plain(log).step == 5_501
    assert repr(read_outline(log).steps[-1]) == repr(plain(log).steps[-1])

    with log.open("a", encoding="utf-8") as file:
        file.write(to_json(step(5_502)) + "\n" + to_json(step(5_503))[:60])

    assert read_outline(log).step == 5_502


def test_an_outline_forgets_a_step_that_was_voided(tmp_path):
    log = tmp_path / "events.jsonl"
    events = [
        make_started(),
        step(4),
        CheckpointSaved(step=4, elapsed_s=1.0),
    ]
    events += [
        step(5),
        make_started(step=5, elapsed_s=1.0, resumed_from=4),
    ]
    log.write_text("".join(to_json(event) + "\n" for event in events), encoding="utf-8")

    assert list(read_outline(log).steps) == []
    assert read_outline(log).step == plain(log).step == 4


def test_what_is_kept_serves_a_copy_of_the_log(log, tmp_path, monkeypatch):
    first = read(log)
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in (log, log.with_name("history.cache")):
        shutil.copyfile(path, copy / path.name)
    os.utime(copy / log.name, ns=(0, 0))
    monkeypatch.delattr("attnstudio.project.history_cache.read_history")

    assert same(read(copy / log.name), first)


def test_what_is_kept_does_not_serve_another_log_of_the_same_size(log):
    read(log)
    content = log.read_text(encoding="utf-8")
    log.write_text(content.replace("step limit", "time limit"), encoding="utf-8")
    os.utime(log, ns=(0, 0))

    assert read(log).ending.reason == "time limit"


def test_what_is_kept_adds_up_to_the_same(log):
    first = read(log)
    assert log.with_name("history.cache").exists()
    content = bytes(log.stat().st_size)
    changed = log.stat()
    log.write_bytes(content)  # so that only what was kept can say it
    os.utime(log, ns=(changed.st_atime_ns, changed.st_mtime_ns))

    assert same(read(log), first)
    assert read(log).ending.reason == "step limit"


def test_a_log_that_has_grown_or_changed_is_read_again(log):
    read(log)
    with log.open("a", encoding="utf-8") as file:
        file.write(to_json(step(5_502)) + "\n")
    assert read(log).step == 5_502

    os.utime(log, ns=(0, 0))
    assert same(read(log), plain(log))


@pytest.mark.parametrize("kept", [100, 1_000, 200_000])
def test_what_was_torn_is_not_trusted(log, kept):
    read(log)
    cache = log.with_name("history.cache")
    cache.write_bytes(cache.read_bytes()[:kept])

    assert same(read(log), plain(log))


def test_a_short_log_is_not_kept(tmp_path):
    log = tmp_path / "events.jsonl"
    log.write_text(to_json(step(1)) + "\n", encoding="utf-8")

    assert read(log).step == 1
    assert not log.with_name("history.cache").exists()


def test_of_a_log_that_grows_only_what_is_new_is_read(log, monkeypatch):
    read(log)
    cache = log.with_name("history.cache")
    kept = cache.read_bytes()
    starts = []

    def watched(path, **parts):
        starts.append(parts["start"])
        return read_history(path, **parts)

    monkeypatch.setattr("attnstudio.project.history_cache.read_history", watched)
    before = log.stat().st_size
    with log.open("a", encoding="utf-8") as file:
        file.write(to_json(make_started(step=5_501, elapsed_s=1.0, resumed_from=5_400)) + "\n")
        file.write(to_json(step(5_401)) + "\n" + to_json(step(5_402))[:60])

    assert same(read(log), plain(log))
    assert read(log).step == 5_401
    with log.open("a", encoding="utf-8") as file:
        file.write(to_json(step(5_402))[60:] + "\n")
    assert same(read(log), plain(log))
    assert read(log).step == 5_402
    assert set(starts) == {before}
    assert cache.read_bytes() == kept  # so little more is read as fast as it is kept


def test_what_a_log_has_grown_by_is_kept_once_it_is_much(log):
    read(log)
    cache = log.with_name("history.cache")
    kept = cache.read_bytes()
    more = "".join(to_json(step(number)) + "\n" for number in range(5_502, 5_502 + STEPS))
    with log.open("a", encoding="utf-8") as file:
        file.write(more + to_json(step(20_000))[:-1])  # a line that is being written

    assert same(read(log), plain(log))
    assert cache.read_bytes() == kept

    with log.open("a", encoding="utf-8") as file:
        file.write("}\n")
    assert same(read(log), plain(log))
    assert cache.read_bytes() != kept
    assert same(read(log), plain(log))


def test_what_another_program_writes_meanwhile_is_not_counted_twice(log, monkeypatch):
    content = log.read_bytes()
    least = content.index(b"\n", 1 << 20) + 1

    def growing(path, **parts):
        log.write_bytes(content)
        return read_history(path, **parts)

    log.write_bytes(content[:least])
    monkeypatch.setattr("attnstudio.project.history_cache.read_history", growing)
    read(log)

    assert same(read(log), plain(log))
