"""A training that was killed is told from one that runs, ended or never began."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest
from filelock import lock_descriptor, unlock_descriptor

from attnstudio.cli.app import run as attnstudio
from attnstudio.config_training import LimitsConfig
from attnstudio.errors import AttentionStudioError
from attnstudio.project.interrupted import find_interrupted, interruption_of
from attnstudio.project.marker import Marker, is_marked, marked, read_marker
from attnstudio.project.pipeline import train
from attnstudio.project.program import WorkPlace, this_program
from attnstudio.project.run import RunState
from attnstudio.project.run_creation import create_run
from attnstudio.training.events import Step
from attnstudio.training.stop import StopReason, StopToken

ENDLESS = {"max_steps": 100_000}


@pytest.fixture
def run(project, small_config):
    config = small_config(limits=ENDLESS, training={"checkpoint_minutes": 0.0001})
    return create_run(project, config, preset="tiny")


@pytest.fixture
def begin(project, run):
    """Starts a training in a program of its own, which is killed at the end."""
    children = []

    def begin(*options):
        arguments = ("train", str(project.folder), "--resume", run.name, "--json", *options)
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "attnstudio", *arguments],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        children.append(child)
        return child

    yield begin
    for child in children:
        child.kill()
        child.wait()
        child.stderr.close()


def test_a_look_at_a_run_brings_no_folder_back(project, run):
    history = run.history()
    shutil.move(run.folder, project.folder / "elsewhere")

    assert run.state(history) is RunState.NEW
    assert not run.folder.exists()


def test_two_who_ask_at_once_do_not_take_each_other_for_a_training(run):
    dead = this_program(WorkPlace.COMMAND_LINE).model_copy(update={"created_at": 0.0})
    marker = Marker(program=dead, since=time.time(), limits=LimitsConfig(**ENDLESS))
    (run.folder / "running.json").write_text(marker.model_dump_json())
    other = os.open(run.folder / "run.lock", os.O_RDWR | os.O_CREAT)
    assert lock_descriptor(other, blocking=False)
    letting_go = threading.Timer(0.01, unlock_descriptor, [other])
    letting_go.start()

    assert run.state(run.history()) is RunState.INTERRUPTED

    letting_go.join()
    os.close(other)


def wait_until(happened, seconds=120):
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.005)


def kill(child):
    child.send_signal(signal.SIGKILL)
    child.wait()


def test_a_training_that_was_killed_says_where_it_goes_on(project, run, begin):
    child = begin("--max-steps", "5000")
    wait_until(lambda: run.outline().step > 8 and run.checkpoints().last is not None)
    assert run.state(run.outline()) is RunState.RUNNING
    assert find_interrupted(project.folder) == []
    kill(child)

    [found] = find_interrupted(project.folder)
    assert (found.project, found.run) == (project.folder, run.name)
    assert found.step == run.outline().step
    assert found.resumes_from == run.checkpoints().last
    assert found.repeated == found.step - found.resumes_from
    assert found.limits == LimitsConfig(max_steps=5000)
    assert 0 <= time.time() - found.heard_at < 60
    assert found.since <= found.heard_at
    assert run.state(run.outline()) is RunState.INTERRUPTED


def test_a_training_that_was_killed_while_it_prepared_is_interrupted_too(project, run, begin):
    child = begin()
    wait_until(lambda: is_marked(run.folder))
    kill(child)
    assert run.outline().started is None

    [found] = find_interrupted(project.folder)
    assert (found.step, found.resumes_from, found.repeated) == (0, None, 0)
    assert found.limits == LimitsConfig(**ENDLESS)
    assert run.state(run.outline()) is RunState.INTERRUPTED


def test_an_orderly_end_leaves_no_marker(project, run):
    stop = StopToken()
    seen = []

    def emit(event):
        seen.append(read_marker(run.folder))
        if isinstance(event, Step) and event.step == 2:
            stop.request()

    reason = train(project, run, emit=emit, stop=stop, place=WorkPlace.WINDOW)

    assert reason is StopReason.REQUESTED
    assert {marker.program for marker in seen} == {this_program(WorkPlace.WINDOW)}
    assert not is_marked(run.folder)
    assert run.state(run.outline()) is RunState.STOPPED
    assert find_interrupted(project.folder) == []


def test_a_training_that_is_stopped_while_it_prepares_leaves_no_marker(project, run):
    stop = StopToken()
    stop.request()

    train(project, run, emit=lambda _: None, stop=stop)

    assert not is_marked(run.folder)
    assert run.state(run.outline()) is RunState.NEW


def test_a_training_that_fails_leaves_no_marker(project, run):
    manifest = project.corpora / project.file.corpus / "manifest.json"
    manifest.write_text("{}")

    with pytest.raises(AttentionStudioError):
        train(project, run, emit=lambda _: None, stop=StopToken())

    assert not is_marked(run.folder)
    assert run.state(run.outline()) is RunState.FAILED


@pytest.mark.slow
def test_what_is_killed_again_counts_from_its_last_checkpoint(project, run, begin):
    child = begin()
    wait_until(lambda: run.checkpoints().last is not None)
    kill(child)
    first = find_interrupted(project.folder)[0]
    child = begin()
    wait_until(lambda: run.outline().step > first.step + 1)
    kill(child)

    [again] = find_interrupted(project.folder)
    assert again.since > first.since
    assert again.resumes_from >= first.resumes_from


@pytest.mark.parametrize("content", ["", "{", "[" * 10_000, '{"since": "NaN"}', "x" * 20_000])
def test_a_damaged_marker_still_says_that_the_run_was_interrupted(project, run, content):
    (run.folder / "running.json").write_text(content)

    assert read_marker(run.folder) is None
    [found] = find_interrupted(project.folder)
    assert found.limits is None
    assert found.since == pytest.approx(time.time(), abs=60)


def write_marker(run, **changes):
    program = this_program(WorkPlace.COMMAND_LINE).model_copy(update=changes)
    marker = Marker(program=program, since=time.time())
    (run.folder / "running.json").write_text(marker.model_dump_json())


def test_a_training_on_another_machine_is_left_alone_until_it_is_long_silent(project, run):
    write_marker(run, host="elsewhere")
    assert find_interrupted(project.folder) == []

    long_ago = time.time() - 600
    os.utime(run.folder / "running.json", (long_ago, long_ago))

    assert [found.run for found in find_interrupted(project.folder)] == [run.name]


def test_a_damaged_run_does_not_hide_another(project, run, small_config):
    other = create_run(project, small_config(), preset="tiny", name="other")
    for one in (run, other):
        write_marker(one)
    (other.folder / "events.jsonl").unlink(missing_ok=True)
    (other.folder / "events.jsonl").mkdir()

    assert [found.run for found in find_interrupted(project.folder)] == [run.name]


def test_a_folder_that_is_no_project_has_nothing_interrupted(tmp_path):
    assert find_interrupted(tmp_path) == []
    assert find_interrupted(tmp_path / "gone") == []


def test_a_second_ctrl_c_leaves_the_marker(project, run):
    with pytest.raises(KeyboardInterrupt), marked(run.folder, None, WorkPlace.COMMAND_LINE):
        raise KeyboardInterrupt

    assert interruption_of(project, run) is not None


def test_info_says_what_was_interrupted(project, run, capsys):
    write_marker(run)

    assert attnstudio(["info", str(project.folder), "--json"]) == 0
    [facts] = json.loads(capsys.readouterr().out)["runs"]
    assert facts["state"] == "interrupted"
    assert facts["interrupted"] == {"resumes_from": None, "repeated": 0}
    assert attnstudio(["info", str(project.folder)]) == 0
    said = capsys.readouterr().out
    assert f"--resume {run.name} goes on from the beginning\n" in said
