"""Disks that are full and folders that are gone: training waits, loses nothing, and goes on."""

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
import threading

import pytest
import torch
from event_logs import read_events
from safetensors.torch import load_file

from attnstudio.config_training import LimitsConfig
from attnstudio.errors import StorageError
from attnstudio.model import weights as weights_file
from attnstudio.project.holding import GiveUp, SaveElsewhere, TryAgain
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.recorder import EventRecorder, read_history
from attnstudio.project.run import Run
from attnstudio.project.run_creation import create_run
from attnstudio.training.events import CheckpointSaved, Failed, Finished, Held, Notice, Step
from attnstudio.training.stop import StopReason, StopToken

needs_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="a folder with open files cannot be moved there"
)


class Person:
    """Is asked what to do; ``answers`` are decisions, or what to do before trying again."""

    def __init__(self, *answers):
        self._answers = iter(answers)
        self.told = []

    def __call__(self, error, attempt):
        self.told.append((error, attempt))
        answer = next(self._answers)
        if not callable(answer):
            return answer
        answer()
        return TryAgain()


def train_to(project, run, person, events, *, at=None, max_steps=24):
    """Train; ``at`` maps a step to what happens right after it was reported."""

    def emit(event):
        events.append(event)
        if at is not None and isinstance(event, Step) and event.step in at:
            at[event.step]()

    limits = LimitsConfig(max_steps=max_steps)
    return train(project, run, emit=emit, stop=StopToken(), limits=limits, hold=person)


def losses(events):
    return [(event.step, event.loss) for event in events if isinstance(event, Step)]


def undisturbed(project, small_config):
    run, events = create_run(project, small_config(), preset="tiny", name="undisturbed"), []
    train_to(project, run, Person(), events)
    return run, losses(events)


def weights(run):
    return load_file(run.checkpoint_folder("last") / "model.safetensors")


def assert_equal_runs(run, other):
    expected, found = weights(other), weights(run)
    assert all(torch.equal(expected[name], found[name]) for name in expected)


class FullDisk:
    """No room for checkpoints while it is full; half of what is written stays where it can."""

    def __init__(self, monkeypatch):
        self.is_full = False
        save = weights_file.save_file

        def save_if_there_is_room(tensors, path, metadata=None):
            if self.is_full:
                path.write_bytes(b"half")
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            save(tensors, path, metadata)

        monkeypatch.setattr(weights_file, "save_file", save_if_there_is_room)

    def fill(self):
        self.is_full = True

    def make_room(self):
        self.is_full = False


def test_a_disk_that_is_full_is_waited_for_and_nothing_is_lost(project, small_config, monkeypatch):
    other, expected = undisturbed(project, small_config)
    run, events = create_run(project, small_config(), preset="tiny", name="r"), []
    disk = FullDisk(monkeypatch)
    leftovers = []

    def look():
        leftovers.extend(run.folder.glob("checkpoints/.*"))

    person = Person(look, TryAgain(), disk.make_room)
    reason = train_to(project, run, person, events, at={12: disk.fill})

    assert reason is StopReason.STEP_LIMIT
    assert leftovers == []
    assert [attempt for _, attempt in person.told] == [1, 2, 3]
    assert "No space left on device" in person.told[0][0].message
    assert "make room and try again" in person.told[0][0].hint.lower()
    [held] = [event for event in events if isinstance(event, Held)]
    assert held.saved_step == 8
    assert any("had to wait" in event.message for event in events if isinstance(event, Notice))
    assert losses(events) == expected
    assert_equal_runs(run, other)
    recorded = read_events(run.events_path)
    assert recorded == [event for event in events if not isinstance(event, Held)]


def test_giving_up_keeps_the_last_checkpoint_and_says_why(project, small_config, monkeypatch):
    run, events = create_run(project, small_config(), preset="tiny", name="r"), []
    disk = FullDisk(monkeypatch)

    with pytest.raises(StorageError, match="No space left"):
        train_to(project, run, Person(GiveUp()), events, at={12: disk.fill})

    assert (events[-1].cause, events[-1].go_on_from) == ("storage", 8)
    assert run.checkpoints().last == 8
    assert not any(isinstance(event, Finished) for event in events)
    disk.make_room()
    again = []
    assert train_to(project, run, Person(), again) is StopReason.STEP_LIMIT
    assert losses(again)[0][0] == 9


def test_without_anybody_to_ask_training_ends(project, small_config, monkeypatch):
    run = create_run(project, small_config(), preset="tiny", name="r")
    disk = FullDisk(monkeypatch)
    disk.fill()

    with pytest.raises(StorageError):
        train(project, run, emit=lambda _: None, stop=StopToken())


def test_waiting_is_no_time_of_training(project, small_config, monkeypatch):
    run, events = create_run(project, small_config(), preset="tiny", name="r"), []
    disk = FullDisk(monkeypatch)
    seconds = [0.0]

    def clock():
        seconds[0] += 0.001
        return seconds[0]

    def an_hour_later():
        seconds[0] += 3600.0
        disk.make_room()

    def emit(event):
        events.append(event)
        if isinstance(event, Step) and event.step == 12:
            disk.fill()

    train(
        project, run, emit=emit, stop=StopToken(), hold=Person(an_hour_later), clock=clock,
        limits=LimitsConfig(max_steps=24, max_minutes=30.0),
    )  # fmt: skip

    assert events[-1].reason == StopReason.STEP_LIMIT
    assert events[-1].elapsed_s < 60.0


@needs_posix
def test_a_folder_that_was_renamed_is_noticed_and_waited_for(project, small_config):
    other, expected = undisturbed(project, small_config)
    run, events = create_run(project, small_config(), preset="tiny", name="r"), []
    away = project.folder / "away"

    def look_and_put_back():
        assert not run.folder.exists()
        away.rename(run.folder)

    person = Person(TryAgain(), look_and_put_back)
    reason = train_to(project, run, person, events, at={12: lambda: run.folder.rename(away)})

    assert reason is StopReason.STEP_LIMIT
    assert "was moved or removed" in person.told[0][0].message
    assert losses(events) == expected
    assert_equal_runs(run, other)
    recorded = read_events(run.events_path)
    assert recorded == [event for event in events if not isinstance(event, Held)]


@needs_posix
def test_another_folder_of_the_same_name_is_never_written_into(project, small_config):
    run, events = create_run(project, small_config(), preset="tiny", name="r"), []
    away = project.folder / "away"

    def swap():
        run.folder.rename(away)
        run.folder.mkdir()

    with pytest.raises(StorageError, match="was moved or removed"):
        train_to(project, run, Person(GiveUp()), events, at={12: swap})

    assert list(run.folder.iterdir()) == []


@needs_posix
def test_a_folder_that_was_put_back_from_a_copy_is_taken(project, small_config, tmp_path):
    run, events = create_run(project, small_config(), preset="tiny", name="r"), []
    copy = tmp_path / "copy"

    def remove():
        shutil.copytree(run.folder, copy)
        shutil.rmtree(run.folder)

    person = Person(lambda: shutil.copytree(copy, run.folder))
    reason = train_to(project, run, person, events, at={12: remove})

    assert reason is StopReason.STEP_LIMIT
    steps = [event.step for event in read_events(run.events_path) if isinstance(event, Step)]
    assert steps == list(range(1, 25))


@needs_posix
def test_training_goes_on_where_its_project_was_moved_to(project, small_config, tmp_path):
    run, events = create_run(project, small_config(), preset="tiny", name="r"), []
    moved = tmp_path / "moved project"

    person = Person(SaveElsewhere(moved))
    reason = train_to(project, run, person, events, at={12: lambda: project.folder.rename(moved)})

    assert reason is StopReason.STEP_LIMIT
    there = Project.open(moved).run("r")
    assert there.checkpoints().last == 24
    recorded = read_events(there.events_path)
    assert [event.step for event in recorded if isinstance(event, Step)] == list(range(1, 25))
    assert any(str(moved) in event.message for event in events if isinstance(event, Notice))
    assert not project.folder.exists()


@needs_posix
def test_a_run_whose_project_is_gone_is_saved_whole_elsewhere(project, small_config, tmp_path):
    run, events = create_run(project, small_config(), preset="tiny", name="r"), []
    definition = run.definition()
    backup, safe = tmp_path / "backup", tmp_path / "safe"
    shutil.copytree(project.folder, backup)
    safe.mkdir()

    person = Person(SaveElsewhere(safe))
    reason = train_to(project, run, person, events, at={12: lambda: shutil.rmtree(project.folder)})

    assert reason is StopReason.STEP_LIMIT
    assert not project.folder.exists()
    saved = Run(safe / "r")
    assert saved.definition() == definition
    steps = [event.step for event in read_events(saved.events_path) if isinstance(event, Step)]
    assert steps == list(range(1, 25))
    assert min(e.step for e in events if isinstance(e, CheckpointSaved) and e.step > 8) == 13
    shutil.rmtree(backup / "runs" / "r")
    shutil.copytree(saved.folder, backup / "runs" / "r")
    again, put_back = [], Project.open(backup)
    train_to(put_back, put_back.run("r"), Person(), again, max_steps=26)
    assert losses(again)[0][0] == 25


@needs_posix
def test_a_folder_elsewhere_that_cannot_be_written_is_asked_about_again(
    project, small_config, tmp_path
):
    run, events = create_run(project, small_config(), preset="tiny", name="r"), []
    safe = tmp_path / "safe"
    safe.mkdir()

    person = Person(SaveElsewhere(tmp_path / "no such folder"), SaveElsewhere(safe))
    reason = train_to(project, run, person, events, at={12: lambda: shutil.rmtree(project.folder)})

    assert reason is StopReason.STEP_LIMIT
    assert Run(safe / "r").checkpoints().last == 24


def test_a_recorder_writes_what_waited_in_order_and_never_a_part(tmp_path, monkeypatch):
    path = tmp_path / "events.jsonl"
    events = [CheckpointSaved(step=step, elapsed_s=float(step)) for step in range(1, 6)]
    write, room = os.write, [10_000]

    def write_while_there_is_room(descriptor, content):
        part = content[: room[0]]
        if not part:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= len(part)
        return write(descriptor, part)

    with EventRecorder(path) as recorder:
        recorder.record(events[0])
        size = path.stat().st_size
        room[0] = size + 20
        monkeypatch.setattr(os, "write", write_while_there_is_room)
        for event in events[1:4]:
            with contextlib.suppress(OSError):
                recorder.record(event)
        assert path.read_bytes().endswith(b"\n")
        assert read_events(path) == events[:2]
        room[0] = 10_000
        recorder.record(events[4])

    assert read_events(path) == events
    assert len(path.read_bytes().splitlines()) == 5


def test_a_part_of_a_line_that_cannot_be_cut_off_again_costs_no_event(tmp_path, monkeypatch):
    path = tmp_path / "events.jsonl"
    events = [CheckpointSaved(step=step, elapsed_s=float(step)) for step in range(1, 4)]
    write, is_failing = os.write, []

    def write_half(descriptor, content):
        if is_failing and is_failing.pop() == "at once":
            raise OSError(errno.EIO, "Input/output error")
        if is_failing:
            return write(descriptor, content[: len(content) // 2])
        return write(descriptor, content)

    def refuse(*_):
        raise OSError(errno.EIO, "Input/output error")

    with EventRecorder(path) as recorder:
        recorder.record(events[0])
        is_failing[:] = ["at once", "half"]
        monkeypatch.setattr(os, "write", write_half)
        monkeypatch.setattr(os, "truncate", refuse)
        with contextlib.suppress(OSError):
            recorder.record(events[1])
        recorder.record(events[2])

    assert len(path.read_bytes().splitlines()) == 4  # one of them a part
    assert read_history(path).checkpoints == [1, 2, 3]


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount a small disk"
)
def test_a_real_small_disk_that_fills_up_is_waited_for(project, small_config, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], check=False,
        capture_output=True,
    )  # fmt: skip
    if mounted.returncode != 0:
        pytest.skip("root of a container may not mount")
    try:
        shutil.copytree(project.folder, disk / "project")
        small = Project.open(disk / "project")
        run, events = create_run(small, small_config(), preset="tiny", name="r"), []
        filler = disk / "filler"

        def fill():
            with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(4096))

        person = Person(TryAgain(), filler.unlink)
        reason = train_to(small, run, person, events, at={12: fill})

        assert reason is StopReason.STEP_LIMIT
        assert "No space left" in person.told[0][0].message
        recorded = read_events(run.events_path)
        assert recorded == [event for event in events if not isinstance(event, Held)]
        assert all(json.loads(line) for line in run.events_path.read_bytes().splitlines())
        assert run.checkpoints().last == 24
    finally:
        # lazily: what was trained with may hold files of the disk for a moment longer
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_thread_that_waits_is_released_by_a_decision(project, small_config, monkeypatch):
    run = create_run(project, small_config(), preset="tiny", name="r")
    disk = FullDisk(monkeypatch)
    disk.fill()
    asked, decided, failed = threading.Event(), threading.Event(), []

    def wait(_error, _attempt):
        asked.set()
        decided.wait(timeout=60)
        return GiveUp()

    def work():
        try:
            train(project, run, emit=lambda _: None, stop=StopToken(), hold=wait)
        except StorageError as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert asked.wait(timeout=120)
    decided.set()
    thread.join(timeout=60)

    assert not thread.is_alive()
    assert len(failed) == 1
    assert isinstance(run.history().ending, Failed)
