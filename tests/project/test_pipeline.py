"""Training through the whole line: it learns, stops, goes on exactly, and fails in words."""

import itertools
import json
import math
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tomlkit
import torch
from safetensors.torch import load_file, save_file

from attnstudio.config_training import LimitsConfig, Precision, Schedule
from attnstudio.errors import ProjectError, TrainingError
from attnstudio.model.weights import named_weights
from attnstudio.project.checkpoint import load_snapshot
from attnstudio.project.pipeline import train
from attnstudio.project.run import RunState
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.project.watch import load_watch_record
from attnstudio.sites import CROSS
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
from attnstudio.training.schedule import RateSchedule
from attnstudio.training.stop import StopReason, StopToken


def run_to(project, run, events, **limits):
    return train(project, run, emit=events.append, stop=StopToken(), limits=LimitsConfig(**limits))


def stopped_at(project, run, events, step, **options):
    """Train until the event of a step asks for a stop, as a person would at any moment."""
    stop = StopToken()

    def emit(event):
        events.append(event)
        if isinstance(event, Step) and event.step == step:
            stop.request()

    limits = LimitsConfig(max_steps=1000)
    return train(project, run, emit=emit, stop=stop, limits=limits, **options)


def losses(events):
    return {event.step: event.loss for event in events if isinstance(event, Step)}


def last_weights(run):
    return load_file(run.checkpoint_folder("last") / "model.safetensors")


KINDS = {
    "transformer": ("tiny", {}),
    "recurrent": ("bahdanau", {}),
    "sampled subwords": ("tiny", {"tokenizer": {"sampling": True}}),
    "accumulation": ("tiny", {"training": {"accumulation": 3}}),
    "transformer in bf16": ("tiny", {"training": {"precision": "bf16"}}),
    "recurrent in bf16": ("bahdanau", {"training": {"precision": "bf16"}}),
    "attention dropout": ("tiny", {"model": {"attention_dropout": 0.2}}),
    "averaged weights": ("tiny", {"training": {"average_decay": 0.9}}),
    "guided attention": ("tiny", {"guidance": {"weight": 1.0}}),
    "source masking": ("tiny", {"training": {"source_masking": 0.3}}),
    "rising dropout": ("tiny", {"training": {"dropout_epochs": 3.0}}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_interrupted_run_equals_an_uninterrupted_one_bit_for_bit(project, small_config, kind):
    preset, changes = KINDS[kind]
    config = small_config(preset, **changes)
    whole, parts = [], []
    through = create_run(project, config, preset=preset, name="through")
    run_to(project, through, whole, max_steps=23)
    interrupted = create_run(project, config, preset=preset, name="interrupted")
    assert stopped_at(project, interrupted, parts, 5) is StopReason.REQUESTED
    assert stopped_at(project, interrupted, parts, 8) is StopReason.REQUESTED
    run_to(project, interrupted, parts, max_steps=16)
    run_to(project, interrupted, parts, max_steps=23)

    assert losses(parts) == losses(whole)
    expected, found = last_weights(through), last_weights(interrupted)
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    validations = [
        {
            e.step: (e.scores["loss"], e.scores["token_accuracy"])
            for e in events
            if isinstance(e, Validation)
        }
        for events in (whole, parts)
    ]
    assert validations[0].items() <= validations[1].items()


def test_the_precision_is_chosen_once_and_kept_with_the_run(project, small_config):
    config = small_config(training={"precision": "auto"})
    run = create_run(project, config, preset="tiny")
    chosen = run.definition().config.training.precision
    events = []
    run_to(project, run, events, max_steps=1)

    assert chosen in (Precision.FP32, Precision.BF16)
    assert [e.precision for e in events if isinstance(e, Started)] == [chosen.value]
    assert run.definition().config.training.precision is chosen


def test_a_run_from_before_there_was_a_choice_goes_on_in_fp32(project, small_config):
    run = create_run(project, small_config(), preset="tiny")
    run_to(project, run, [], max_steps=2)
    path = run.folder / "config.toml"
    old = tomllib.loads(path.read_text(encoding="utf-8"))
    for side, facts in (("source", old.pop("sources")["source"]), ("target", old.pop("target"))):
        old |= {f"{side}_{fact}": value for fact, value in facts.items()}
    del old["task"], old["direction"], old["config"]["training"]["precision"]
    path.write_text(tomlkit.dumps(old | {"format": 1}), encoding="utf-8")

    assert run.definition().config.training.precision is Precision.FP32
    assert run_to(project, run, [], max_steps=4) is StopReason.STEP_LIMIT


def test_averaged_weights_are_validated_kept_and_translate(project, small_config):
    events = []
    config = small_config(training={"average_decay": 0.9})
    run = create_run(project, config, preset="tiny")
    run_to(project, run, events, max_steps=16)

    folder = run.checkpoint_folder("last")
    averaged, trained = (load_file(folder / f"{name}.safetensors") for name in ("model", "trained"))
    assert averaged.keys() == trained.keys()
    assert any(not torch.equal(averaged[name], trained[name]) for name in averaged)
    shown = named_weights(load_run(project, run, checkpoint="last").translator._model.plain)
    weight = next(w for name, w in shown.items() if name.endswith("target_embedding.weight"))
    assert torch.equal(weight, averaged["target_embedding.weight"])
    assert not torch.equal(weight, trained["target_embedding.weight"])


def test_a_time_budget_is_planned_once_and_kept(project, small_config):
    events = []
    ticks = itertools.count()  # a machine on which every look at the clock takes 20 ms

    def clock():
        return 0.02 * next(ticks)

    config = small_config(training={"budget_minutes": 0.1, "validate_every": 1000})
    run = create_run(project, config, preset="tiny")
    assert run.definition().config.limits.max_minutes == 0.1

    assert stopped_at(project, run, events, 5, clock=clock) is StopReason.REQUESTED

    planned = run.definition().config.training
    assert planned.schedule is Schedule.LINEAR
    assert planned.horizon_steps > 20
    told = [event for event in events if isinstance(event, Notice)]
    assert [event.values["n"] for event in told if "n" in event.values] == [planned.horizon_steps]
    reason = train(project, run, emit=events.append, stop=StopToken(), clock=clock)
    assert run.definition().config.training == planned
    assert reason in (StopReason.SCHEDULE_END, StopReason.TIME_LIMIT)
    last = [event for event in events if isinstance(event, Step)][-1]
    state = load_snapshot(run.checkpoint_folder("last")).state
    assert last.learning_rate == pytest.approx(RateSchedule.of(planned, state).rate(last.step))


def test_a_run_goes_on_with_its_own_threads_after_it_made_do_with_fewer(project, small_config):
    config = small_config(training={"threads": 2})
    run = create_run(project, config, preset="tiny")
    events = []
    try:
        run_to(project, run, events, max_steps=1)
        torch.set_num_threads(1)
        run_to(project, run, events, max_steps=2)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)

    assert [event.threads for event in events if isinstance(event, Started)] == [2, 2]


def test_a_checkpoint_from_before_horizons_moved_is_read(project, small_config):
    run = create_run(project, small_config(), preset="tiny")
    run_to(project, run, [], max_steps=2)
    path = run.checkpoint_folder("last") / "state.json"
    state = json.loads(path.read_text(encoding="utf-8"))
    del state["horizon_steps"], state["peak_rate"]
    path.write_text(json.dumps(state), encoding="utf-8")
    (path.parent / "manifest.json").unlink()  # it had none

    assert run_to(project, run, [], max_steps=4) is StopReason.STEP_LIMIT


def test_a_plan_that_is_through_is_not_gone_beyond(project, small_config):
    training = {"budget_minutes": 10, "schedule": "linear", "horizon_steps": 12}
    run = create_run(project, small_config(training=training), preset="tiny")
    events = []

    assert run_to(project, run, events) is StopReason.SCHEDULE_END
    assert run_to(project, run, events, max_steps=100) is StopReason.SCHEDULE_END

    assert max(losses(events)) == 12
    assert run.state(run.history()) is RunState.FINISHED


def test_planning_can_be_stopped(project, small_config):
    run = create_run(project, small_config(training={"budget_minutes": 5}), preset="tiny")
    stop = StopToken()
    stop.request()

    assert train(project, run, emit=lambda _: None, stop=stop) is StopReason.REQUESTED
    assert run.definition().config.training.horizon_steps == 0


def test_a_run_killed_after_its_checkpoint_goes_on_from_it(project, small_config):
    whole, parts = [], []
    run_to(
        project, create_run(project, small_config(), preset="tiny", name="a"), whole, max_steps=20
    )
    run = create_run(project, small_config(), preset="tiny", name="b")

    class Killed(BaseException):
        pass

    def emit(event):
        parts.append(event)
        if isinstance(event, Step) and event.step == 13:
            raise Killed

    with pytest.raises(Killed):
        train(project, run, emit=emit, stop=StopToken())
    assert run.state(run.history()) is RunState.INTERRUPTED
    run_to(project, run, parts, max_steps=20)

    assert losses(parts) == losses(whole)
    assert [e.resumed_from for e in parts if isinstance(e, Started)] == [None, 8]
    assert [step.step for step in run.history().steps] == list(range(1, 21))


def test_a_run_killed_before_its_first_checkpoint_begins_again_alike(project, small_config):
    first, second = [], []
    run = create_run(project, small_config(), preset="tiny")

    class Killed(BaseException):
        pass

    def emit(event):
        first.append(event)
        if isinstance(event, Step) and event.step == 3:
            raise Killed

    with pytest.raises(Killed):
        train(project, run, emit=emit, stop=StopToken())
    run_to(project, run, second, max_steps=6)

    assert losses(first).items() <= losses(second).items()


def test_equal_seeds_give_equal_losses_and_others_do_not(project, small_config):
    logs = [[], [], []]
    for log, seed in zip(logs, (1, 1, 2), strict=True):
        config = small_config(training={"seed": seed})
        run_to(project, create_run(project, config, preset="tiny"), log, max_steps=4)

    assert losses(logs[0]) == losses(logs[1])
    assert losses(logs[0]) != losses(logs[2])


def test_a_log_has_the_order_that_its_readers_rely_on(project, small_config):
    events = []
    run_to(project, create_run(project, small_config(), preset="tiny"), events, max_steps=9)
    kinds = [type(event) for event in events]

    assert kinds[0] is Started
    assert kinds[-1] is Finished
    validation = kinds.index(Validation)
    assert kinds[validation + 1 : validation + 3] == [WatchTranslated, CheckpointSaved]
    assert [e.elapsed_s for e in events] == sorted(e.elapsed_s for e in events)


def test_losses_are_said_at_the_first_every_tenth_and_the_last_step(project, small_config):
    events = []
    config = small_config(training={"report_every": 10})
    run_to(project, create_run(project, config, preset="tiny"), events, max_steps=23)

    assert list(losses(events)) == [1, 10, 20, 23]


def test_a_long_log_opens_at_once_when_its_run_has_ended(project, small_config, monkeypatch):
    monkeypatch.setattr("attnstudio.project.history_cache._LEAST_BYTES", 1)
    run = create_run(project, small_config(), preset="tiny", name="a")
    run_to(project, run, [], max_steps=3)

    assert (run.folder / "history.cache").stat().st_mtime >= run.events_path.stat().st_mtime
    assert run.history().step == 3


def test_training_learns(project, small_config):
    events = []
    config = small_config(training={"learning_rate": 5e-3})
    run_to(project, create_run(project, config, preset="tiny"), events, max_epochs=6)
    loss = list(losses(events).values())

    assert loss[-1] < 0.5 * loss[0]
    assert math.log(320) == pytest.approx(loss[0], rel=0.2)


def test_time_passes_over_all_segments(project, small_config):
    events = []
    run = create_run(project, small_config(), preset="tiny")
    run_to(project, run, events, max_steps=3)
    run_to(project, run, events, max_steps=5)

    assert [e.elapsed_s for e in events] == sorted(e.elapsed_s for e in events)
    assert run_to(project, run, events, max_minutes=1e-6) is StopReason.TIME_LIMIT


def test_limits_end_training_with_their_reason(project, small_config):
    run = create_run(project, small_config(), preset="tiny")

    assert run_to(project, run, [], max_steps=2) is StopReason.STEP_LIMIT
    assert run_to(project, run, [], max_epochs=0.5) is StopReason.EPOCH_LIMIT
    assert run.state(run.history()) is RunState.STOPPED


def test_a_loss_that_is_no_number_ends_the_run_in_words(project, small_config):
    run = create_run(project, small_config(), preset="tiny")
    run_to(project, run, [], max_steps=1)
    path = run.checkpoint_folder("last") / "model.safetensors"
    save_file({name: t.fill_(1e30) for name, t in load_file(path).items()}, path)
    (path.parent / "manifest.json").unlink()  # what was sealed is no longer there
    events = []
    with pytest.raises(TrainingError, match="The loss is no longer a number after step 1"):
        run_to(project, run, events, max_steps=5)

    assert isinstance(events[-1], Failed)
    assert "lower learning rate" in events[-1].hint
    assert run.state(run.history()) is RunState.FAILED
    assert run.checkpoints().last == 1


def test_best_and_last_point_at_checkpoints_that_are_kept(project, small_config):
    events = []
    config = small_config(training={"keep_checkpoints": 1, "validate_every": 2})
    run = create_run(project, config, preset="tiny")
    run_to(project, run, events, max_steps=9)
    index = run.checkpoints()
    best = [e.step for e in events if isinstance(e, Validation) and e.is_best][-1]

    assert (index.best, index.last) == (best, 9)
    on_disk = {int(path.name) for path in (run.folder / "checkpoints").iterdir()}
    assert on_disk == set(index.steps) == {best, 9}


def test_a_reopened_model_translates_as_the_trained_one_validated(project, small_config):
    events = []
    config = small_config(training={"learning_rate": 5e-3})
    run = create_run(project, config, preset="tiny")
    run_to(project, run, events, max_steps=40)
    watched = [e for e in events if isinstance(e, WatchTranslated)][-1]
    record = load_watch_record(run.watch_folder / watched.attention)
    translator = load_run(project, run, checkpoint=watched.step, threads=1).translator
    read = translator.records([translator.read_forced(watched.source, watched.translation)])[0]

    assert record.source.text == watched.source
    assert record.target.text == watched.translation
    assert record.matrices[CROSS].weights.dtype == np.float16
    if len(read.target.tokens) == len(record.target.tokens):  # the same segmentation
        np.testing.assert_allclose(
            record.matrices[CROSS].weights, read.matrices[CROSS].weights, atol=2e-3
        )


@pytest.mark.parametrize("kind", ["tiny", "bahdanau"])
def test_opening_a_model_draws_no_random_number_of_a_training_beside_it(
    project, small_config, kind
):
    run = create_run(project, small_config(kind, limits={"max_steps": 2}), preset=kind)
    train(project, run, emit=lambda _: None, stop=StopToken())
    before = torch.get_rng_state()

    loaded = load_run(project, run, threads=1)

    assert torch.equal(before, torch.get_rng_state())
    assert loaded.translator.translate(["the dog sees a bird today"])


def test_the_other_direction_trains_in_the_same_project(project, small_config):
    run = create_run(project, small_config(), preset="tiny", reverse=True)
    run_to(project, run, [], max_steps=2)
    loaded = load_run(project, run, threads=1)

    assert (loaded.definition.source.language, loaded.corpus.source_language) == ("de", "en")[
        :1
    ] * 2
    assert loaded.corpus.source(0).startswith("heute")


def test_separate_vocabularies_are_trained_for_each_side(project, small_config):
    config = small_config(tokenizer={"shared": False, "vocabulary_size": 300})
    run = create_run(project, config, preset="tiny")
    run_to(project, run, [], max_steps=2)
    definition = run.definition()

    assert definition.source.tokenizer != definition.target.tokenizer
    assert load_run(project, run, threads=1).translator.translate(["the dog"])


def test_who_asks_for_the_state_of_a_run_does_not_keep_it_from_training(project, small_config):
    run = create_run(project, small_config(), preset="tiny")
    history, asked = run.history(), []
    done = threading.Event()

    def ask():
        while not done.is_set():
            asked.append(run.state(history))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(200):
            with run.locked():
                pass
    finally:
        done.set()
        asking.join()
    assert asked


def test_a_run_being_trained_is_locked(project, small_config):
    run = create_run(project, small_config(), preset="tiny")
    with run.locked():
        assert run.state(run.history()) is RunState.RUNNING
        with pytest.raises(ProjectError, match="is being trained by another program"):
            run_to(project, run, [], max_steps=1)


def test_two_runs_that_begin_together_do_not_spoil_each_others_preparation(project, small_config):
    runs = [create_run(project, small_config(), preset="tiny") for _ in range(2)]
    with ThreadPoolExecutor() as threads:
        reasons = threads.map(lambda run: run_to(project, run, [], max_steps=1), runs)

        assert list(reasons) == [StopReason.STEP_LIMIT] * 2


def test_a_run_that_waits_for_anothers_preparation_can_be_stopped(project, small_config):
    run = create_run(project, small_config(), preset="tiny")
    stop = StopToken()
    with ThreadPoolExecutor() as threads, project.preparing(lambda: False):
        waiting = threads.submit(train, project, run, emit=lambda _: None, stop=stop)
        stop.request()

        assert waiting.result(timeout=30) is StopReason.REQUESTED


def test_checkpoints_hold_no_pickle(project, small_config):
    run = create_run(project, small_config(), preset="tiny")
    run_to(project, run, [], max_steps=1)
    names = {path.name for path in run.checkpoint_folder("last").iterdir()}

    assert names == {
        "model.safetensors",
        "optimiser.safetensors",
        "random.safetensors",
        "state.json",
        "manifest.json",
    }
    state = json.loads((run.checkpoint_folder("last") / "state.json").read_text())
    assert state["step"] == 1


def test_a_damaged_checkpoint_is_refused_in_words(project, small_config):
    run = create_run(project, small_config(), preset="tiny")
    run_to(project, run, [], max_steps=1)
    (run.checkpoint_folder("last") / "model.safetensors").write_bytes(b"not tensors")

    with pytest.raises(ProjectError, match=r"The checkpoint in .* is damaged"):
        load_run(project, run)


def test_a_stop_before_the_first_step_leaves_a_run_that_can_begin(project, small_config):
    run = create_run(project, small_config(), preset="tiny")
    stop = StopToken()
    stop.request()

    assert train(project, run, emit=lambda _: None, stop=stop) is StopReason.REQUESTED
    assert run_to(project, run, [], max_steps=1) is StopReason.STEP_LIMIT
