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
    st.builds(
        Started,
        step=STEP,
        elapsed_s=NUMBER,
        resumed_from=st.none() | STEP,
        device=TEXT,
        threads=STEP,
        parameters=STEP,
        train_pairs=STEP,
        batches=STEP,
        precision=TEXT,
    ),
    st.builds(
        Step,
        step=STEP,
        elapsed_s=NUMBER,
        epoch=NUMBER,
        loss=NUMBER,
        learning_rate=NUMBER,
        gradient_norm=NUMBER,
        tokens_per_second=NUMBER,
        target_tokens=STEP,
    ),
    st.builds(
        Validation,
        step=STEP,
        elapsed_s=NUMBER,
        epoch=NUMBER,
        loss=NUMBER,
        perplexity=NUMBER,
        token_accuracy=NUMBER,
        bleu=OPTIONAL,
        chrf=OPTIONAL,
        aer=OPTIONAL,
        reading=st.none() | TEXT,
        seconds=NUMBER,
        is_best=st.booleans(),
    ),
    st.builds(
        WatchTranslated,
        step=STEP,
        elapsed_s=NUMBER,
        index=STEP,
        source=TEXT,
        reference=TEXT,
        translation=TEXT,
        attention=st.builds(watch_file, STEP),
    ),
    st.builds(CheckpointSaved, step=STEP, elapsed_s=NUMBER),
    st.builds(
        Notice,
        step=STEP,
        elapsed_s=NUMBER,
        template=st.just("{n} pairs of {who}"),
        values=st.fixed_dictionaries({"n": STEP, "who": TEXT}),
    ),
    st.builds(Finished, step=STEP, elapsed_s=NUMBER, reason=TEXT, best_step=STEP),
    st.builds(Failed, step=STEP, elapsed_s=NUMBER, message=TEXT, hint=TEXT),
)


@given(EVENTS)
def test_every_event_survives_its_line_of_json(event):
    line = to_json(event)

    assert from_json(line) == event
    assert "\n" not in line


@pytest.mark.parametrize("kind", [CheckpointSaved, Finished, Notice, Step])
def test_events_are_made_by_the_names_of_their_fields_alone(kind):
    with pytest.raises(TypeError, match="positional"):
        kind(1, 2.0)


def test_a_log_from_before_there_was_a_choice_of_precision_is_read():
    line = json.dumps(
        json.loads(
            to_json(
                Started(
                    step=0,
                    elapsed_s=0.0,
                    resumed_from=None,
                    device="cpu",
                    threads=1,
                    parameters=10,
                    train_pairs=20,
                    batches=3,
                )
            )
        )
        | {"precision": None}
    ).replace(', "precision": null', "")

    assert from_json(line) == Started(
        step=0,
        elapsed_s=0.0,
        resumed_from=None,
        device="cpu",
        threads=1,
        parameters=10,
        train_pairs=20,
        batches=3,
        precision="fp32",
    )


def test_an_infinite_loss_is_null_in_json_and_not_a_number_after_it():
    step = Step(
        step=3,
        elapsed_s=1.0,
        epoch=0.5,
        loss=math.inf,
        learning_rate=1e-3,
        gradient_norm=math.nan,
        tokens_per_second=100.0,
        target_tokens=40,
    )
    content = json.loads(to_json(step))

    assert (content["loss"], content["gradient_norm"]) == (None, None)
    assert math.isnan(from_json(to_json(step)).loss)


def test_every_line_names_its_event_step_and_time():
    content = json.loads(to_json(CheckpointSaved(step=7, elapsed_s=2.5)))

    assert content == {"event": "checkpoint", "step": 7, "elapsed_s": 2.5}


def test_a_notice_about_threads_tells_their_number_and_others_none():
    assert (
        Notice(
            step=1, elapsed_s=1.0, template="{threads} of {most}", values={"threads": 1, "most": 2}
        ).threads
        == 1
    )
    assert (
        Notice(step=1, elapsed_s=1.0, template="{n:,} pairs are left out.", values={"n": 3}).threads
        is None
    )


@pytest.mark.parametrize("line", ["", "{", "[]", '{"event": "holiday"}', '{"event": "step"}'])
def test_a_line_that_is_no_event_is_refused(line):
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one too
        from_json(line)


def test_a_torn_last_line_is_ignored_and_later_events_are_whole(tmp_path):
    path = tmp_path / "events.jsonl"
    first, second = CheckpointSaved(step=1, elapsed_s=1.0), CheckpointSaved(step=2, elapsed_s=2.0)
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
    "",
    "3",
    "[]",
    "{}",
    "null",
    "[" * 100_000,
    '{"event":' * 50_000,
    '{"event": ["step"]}',
    '{"event": {"a": 1}}',
    '{"event": "finished", "step": "1", "elapsed_s": 1, "reason": "", "best_step": 1}',
    '{"event": "finished", "step": -1, "elapsed_s": 1, "reason": "", "best_step": 1}',
    '{"event": "checkpoint", "step": 1e400, "elapsed_s": 1}',
    '{"event": "checkpoint", "step": 9223372036854775808, "elapsed_s": 1}',
    '{"event": "checkpoint", "step": true, "elapsed_s": 1}',
    '{"event": "checkpoint", "step": 1}',
    '{"event": "failed", "step": 1, "elapsed_s": 1, "message": "\\ud800", "hint": ""}',
    '{"event": "watch", "step": 1, "elapsed_s": 1, "index": 0, "source": "", "reference": "", '
    '"translation": "", "attention": "../../../home/x/diary"}',
]
ODD_NOTICES = [
    ("{n:>1000000000}", {"n": 1}),
    ("{n.__class__}", {"n": 1}),
    ("{}", {}),
    ("{0}", {"n": 1}),
    ("{m}", {"n": 1}),
    ("{n:d}", {"n": "x"}),
    ("{", {}),
    ("{n!r:>99}", {"n": 1}),
    ("{n:{m}}", {"n": 1, "m": 99}),
    ("{n:c}", {"n": 2**62}),
]


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
    assert from_json(line) == Failed(step=1, elapsed_s=1, message="m", hint="h", cause="")
