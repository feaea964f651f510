import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.project.recorder import EventRecorder, read_history, read_outline
from attnstudio.training.event_json import as_template, from_json, to_json
from attnstudio.training.events import (
    CheckpointSaved,
    Failed,
    Finished,
    Notice,
    Started,
    Step,
    Validation,
    WatchTranslated,
)
from attnstudio.training.history import History


def watch_file(step):
    return f"{step:08}-0.safetensors"


STEP = st.integers(0, 10**9)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(codec="utf-8"))
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
        scores=st.dictionaries(st.from_regex("[a-z][a-z0-9_]{0,39}", fullmatch=True), NUMBER),
        reading=st.none() | st.fixed_dictionaries({"layer": st.none() | STEP, "method": TEXT}),
        gradient_norms=st.dictionaries(st.sampled_from(["encoder.0", "decoder.11"]), NUMBER),
        head_numbers=st.dictionaries(
            st.sampled_from(["cross.zeros", "encoder_self.span"]),
            st.just(())
            | st.tuples(st.tuples(NUMBER, NUMBER))
            | st.tuples(*[st.tuples(NUMBER)] * 3),
        ),
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
    st.builds(
        Failed,
        step=STEP,
        elapsed_s=NUMBER,
        template=st.builds(as_template, TEXT),
        hint_template=st.just("{n} of {who}"),
        values=st.fixed_dictionaries({"n": STEP, "who": TEXT}),
    ),
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

    assert read_history(path).checkpoints == read_outline(path).checkpoints == [1, 2]


@pytest.mark.parametrize("read", [read_history, read_outline])
def test_a_run_that_said_nothing_has_no_history(read, tmp_path):
    assert read(tmp_path / "events.jsonl") == History()


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
@pytest.mark.parametrize(
    "rest",
    [
        {"event": "notice"},
        {"event": "failed"},
        {"event": "failed", "template": "No.", "hint_template": None},
        {"event": "held", "saved_step": 1},
    ],
    ids=["notice", "failed", "hint", "held"],
)
def test_what_cannot_be_said_is_no_event(template, values, rest):
    line = {"step": 1, "elapsed_s": 1, "template": template, "values": values, **rest}
    if "hint_template" in rest:
        line["hint_template"] = template
    with pytest.raises(ValueError, match="not a sentence"):
        from_json(json.dumps(line))


ODD_SCORES = [
    {"Loss": 1}, {"a b": 1}, {"": 1}, {"a" * 41: 1}, {f"n{n}": 1 for n in range(65)}, {"loss": "1"},
    {"loss": True}, {"loss": {}}, {"loss": 10**400}, [1], None,
]  # fmt: skip


@pytest.mark.parametrize("scores", ODD_SCORES, ids=range(len(ODD_SCORES)))
def test_what_nobody_measures_are_no_scores(scores):
    line = {
        "event": "validation", "step": 1, "elapsed_s": 1, "epoch": 1, "scores": scores,
        "seconds": 1, "is_best": True,
    }  # fmt: skip
    with pytest.raises(ValueError, match="scores"):
        from_json(json.dumps(line))


def test_the_ends_of_where_scores_lie_come_in_pairs():
    line = json.dumps({
        "event": "validation", "step": 1, "elapsed_s": 1, "epoch": 1, "scores": {"loss": 1},
        "lowest": {"aer": 0.1}, "highest": {}, "seconds": 1, "is_best": True,
    })  # fmt: skip

    with pytest.raises(ValueError, match="not scores"):
        from_json(line)
    assert from_json(line.replace('"highest": {}', '"highest": {"aer": 0.2}')).highest == {
        "aer": 0.2
    }


OLD_VALIDATION = (
    '{"event": "validation", "step": 7, "elapsed_s": 1.5, "epoch": 0.5, "loss": null, '
    '"perplexity": null, "token_accuracy": 0.25, "bleu": 9.5, "chrf": 30.0, "aer": %s, '
    '"reading": %s, "seconds": 2.0, "is_best": true}'
)


@pytest.mark.parametrize(
    ("words", "reading"),
    [
        ("layer 1, head 3, naive", {"layer": 1, "head": 3, "method": "naive"}),
        ("all layers, all heads, shifted", {"layer": None, "head": None, "method": "shifted"}),
        ("by heart", None),
    ],
)
def test_a_validation_of_an_older_log_is_read_as_named_scores(words, reading):
    found = from_json(OLD_VALIDATION % (0.25, json.dumps(words)))

    assert list(found.scores) == ["loss", "perplexity", "token_accuracy", "bleu", "chrf", "aer"]
    assert math.isnan(found.loss)
    assert list(found.scores.values())[2:] == [0.25, 9.5, 30.0, 0.25]
    assert found.reading == reading


def test_what_an_older_log_says_was_not_measured_is_no_score():
    found = from_json(OLD_VALIDATION % ("null", "null"))

    assert "aer" not in found.scores
    assert found.reading is None
    assert math.isnan(found.scores["loss"])  # it was measured, and was no number


def test_an_older_validation_without_its_loss_is_refused():
    with pytest.raises(ValueError, match="loss is missing"):
        from_json((OLD_VALIDATION % (1, "null")).replace('"loss"', '"lost"'))


def test_a_failure_of_an_older_log_has_no_cause():
    line = '{"event": "failed", "step": 1, "elapsed_s": 1, "message": "m", "hint": "h"}'
    assert from_json(line) == Failed(step=1, elapsed_s=1, template="m", hint_template="h", cause="")


def test_a_failure_of_an_older_log_says_what_it_said():
    line = {"event": "failed", "step": 1, "elapsed_s": 1, "message": "{loss} of {n!r}", "hint": "}"}
    found = from_json(json.dumps(line))

    assert (found.message, found.hint) == ("{loss} of {n!r}", "}")


def test_words_stand_beside_a_failure_for_who_reads_the_line_alone():
    failed = Failed(
        step=1, elapsed_s=1, template="{n:,} lost", hint_template="Find {n}.", values={"n": 1_000}
    )
    content = json.loads(to_json(failed))

    assert (content["message"], content["hint"]) == ("1,000 lost", "Find 1000.")
