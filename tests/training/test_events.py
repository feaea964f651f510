import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.project.recorder import EventRecorder, read_events
from attnstudio.training.events import (
    CheckpointSaved,
    Failed,
    Finished,
    Notice,
    Started,
    Step,
    Validation,
    WatchTranslated,
    from_json,
    to_json,
)


def watch_file(step):
    return f"{step:08}-0.safetensors"


STEP = st.integers(0, 10**9)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(codec="utf-8"))
OPTIONAL = st.none() | NUMBER
EVENTS = st.one_of(
    st.builds(Started, STEP, NUMBER, st.none() | STEP, TEXT, STEP, STEP, STEP, STEP, TEXT),
    st.builds(Step, STEP, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, STEP),
    st.builds(
        Validation, STEP, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, OPTIONAL, OPTIONAL, OPTIONAL,
        st.none() | TEXT, NUMBER, st.booleans(),
    ),
    st.builds(WatchTranslated, STEP, NUMBER, STEP, TEXT, TEXT, TEXT, st.builds(watch_file, STEP)),
    st.builds(CheckpointSaved, STEP, NUMBER),
    st.builds(Notice, STEP, NUMBER, st.just("{n} pairs of {who}"),
              st.fixed_dictionaries({"n": STEP, "who": TEXT})),
    st.builds(Finished, STEP, NUMBER, TEXT, STEP),
    st.builds(Failed, STEP, NUMBER, TEXT, TEXT),
)  # fmt: skip


@given(EVENTS)
def test_every_event_survives_its_line_of_json(event):
    line = to_json(event)

    assert from_json(line) == event
    assert "\n" not in line


def test_a_log_from_before_there_was_a_choice_of_precision_is_read():
    line = json.dumps(
        json.loads(to_json(Started(0, 0.0, None, "cpu", 1, 10, 20, 3))) | {"precision": None}
    ).replace(', "precision": null', "")

    assert from_json(line) == Started(0, 0.0, None, "cpu", 1, 10, 20, 3, "fp32")


def test_an_infinite_loss_is_null_in_json_and_not_a_number_after_it():
    step = Step(3, 1.0, 0.5, math.inf, 1e-3, math.nan, 100.0, 40)
    content = json.loads(to_json(step))

    assert (content["loss"], content["gradient_norm"]) == (None, None)
    assert math.isnan(from_json(to_json(step)).loss)


def test_every_line_names_its_event_step_and_time():
    content = json.loads(to_json(CheckpointSaved(7, 2.5)))

    assert content == {"event": "checkpoint", "step": 7, "elapsed_s": 2.5}


def test_a_notice_about_threads_tells_their_number_and_others_none():
    assert Notice(1, 1.0, "{threads} of {most}", {"threads": 1, "most": 2}).threads == 1
    assert Notice(1, 1.0, "{n:,} pairs are left out.", {"n": 3}).threads is None


@pytest.mark.parametrize("line", ["", "{", "[]", '{"event": "holiday"}', '{"event": "step"}'])
def test_a_line_that_is_no_event_is_refused(line):
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one too
        from_json(line)


def test_a_torn_last_line_is_ignored_and_later_events_are_whole(tmp_path):
    path = tmp_path / "events.jsonl"
    first, second = CheckpointSaved(1, 1.0), CheckpointSaved(2, 2.0)
    with EventRecorder(path) as recorder:
        recorder.record(first)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"event": "checkp')
    with EventRecorder(path) as recorder:
        recorder.record(second)

    assert list(read_events(path)) == [first, second]


def test_a_run_that_said_nothing_has_no_events(tmp_path):
    assert list(read_events(tmp_path / "events.jsonl")) == []


ODD_LINES = [
    "", "3", "[]", "{}", "null", "[" * 100_000, '{"event":' * 50_000, '{"event": ["step"]}',
    '{"event": {"a": 1}}', '{"event": "finished", "step": "1", "elapsed_s": 1, "reason": "", '
    '"best_step": 1}', '{"event": "finished", "step": -1, "elapsed_s": 1, "reason": "", '
    '"best_step": 1}', '{"event": "checkpoint", "step": 1e400, "elapsed_s": 1}',
    '{"event": "checkpoint", "step": 9223372036854775808, "elapsed_s": 1}',
    '{"event": "checkpoint", "step": true, "elapsed_s": 1}', '{"event": "checkpoint", "step": 1}',
    '{"event": "failed", "step": 1, "elapsed_s": 1, "message": "\\ud800", "hint": ""}',
    '{"event": "watch", "step": 1, "elapsed_s": 1, "index": 0, "source": "", "reference": "", '
    '"translation": "", "attention": "../../../home/x/diary"}',
]  # fmt: skip
ODD_NOTICES = [
    ("{n:>1000000000}", {"n": 1}), ("{n.__class__}", {"n": 1}), ("{}", {}), ("{0}", {"n": 1}),
    ("{m}", {"n": 1}), ("{n:d}", {"n": "x"}), ("{", {}), ("{n!r:>99}", {"n": 1}),
    ("{n:{m}}", {"n": 1, "m": 99}), ("{n:c}", {"n": 2**62}),
]  # fmt: skip


@pytest.mark.parametrize("line", ODD_LINES, ids=range(len(ODD_LINES)))
def test_a_line_that_no_event_was_written_as_is_an_error_of_values(line):
    with pytest.raises(ValueError):  # noqa: PT011 - the words are not for people
        from_json(line)


@pytest.mark.parametrize(("template", "values"), ODD_NOTICES)
def test_a_notice_that_cannot_be_said_is_no_notice(template, values):
    line = {"event": "notice", "step": 1, "elapsed_s": 1, "template": template, "values": values}
    with pytest.raises(ValueError, match="not a sentence"):
        from_json(json.dumps(line))


def test_a_failure_of_an_older_log_has_no_cause():
    line = '{"event": "failed", "step": 1, "elapsed_s": 1, "message": "m", "hint": "h"}'
    assert from_json(line) == Failed(1, 1, "m", "h", "")
