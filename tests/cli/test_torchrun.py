"""One run, trained by several processes that ``torchrun`` starts, with and without company."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import psutil
import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform == "win32", reason="torchrun needs a store that it lacks there"
    ),
]


@contextmanager
def torchrun(*arguments, processes=2, restarts=0):
    """``torchrun`` as a program of its own, with arguments for ``attnstudio``; none outlives it."""
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
        *("--nproc-per-node", processes, "--max-restarts", restarts, "-m", "attnstudio", "--"),
        *arguments,
    ]
    program = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    try:
        yield program
    finally:
        for process in (*workers(program), program) if program.poll() is None else ():
            process.kill()
        program.wait()
        program.stdout.close()
        program.stderr.close()


def workers(program):
    """Those that it has started, by their ranks."""
    children = psutil.Process(program.pid).children()
    return sorted(children, key=lambda child: child.environ().get("RANK", ""))


def wait_for(program, kind, *, step):
    """Read its events until one is of a kind and a step."""
    for line in program.stdout:
        event = json.loads(line)
        if event["event"] == kind and event["step"] >= step:
            return event
    raise AssertionError(program.stderr.read().decode())


def events_in(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_goes_from_one_process_to_two_and_back(attnstudio, project):
    with torchrun("train", project, "--resume", "first", "--max-steps", 42, "--json") as first:
        out, err = first.communicate(timeout=240)
    assert first.returncode == 0, err.decode()
    events = events_in(out)
    alone = attnstudio("train", project, "--resume", "first", "--max-steps", "44", "--json")

    assert (events[0]["event"], events[0]["resumed_from"]) == ("started", 30)
    told = [event["message"] for event in events if event["event"] == "notice"]
    assert told[0] == "2 processes train together: each takes its part of every batch."
    assert told[1].startswith("So far 1 trained together, and from here on 2 do: sums are rounded")
    assert [event["step"] for event in events if event["event"] == "validation"] == [40, 42]
    assert (events[-1]["event"], events[-1]["step"]) == ("finished", 42)
    assert alone.code == 0
    assert alone.events[0]["resumed_from"] == 42
    told = [event["message"] for event in alone.events if event["event"] == "notice"]
    assert any(text.startswith("So far 2 trained together, and from here on 1 do") for text in told)
    assert alone.events[-1]["step"] == 44


@pytest.mark.parametrize(("rank", "sharding"), [(0, "none"), (1, "none"), (1, "full")])
def test_a_killed_process_is_started_again_and_the_run_goes_on(
    attnstudio, project, tiny, rank, sharding
):
    settings = (*tiny, "--set", f"training.sharding={sharding}")
    line = ("train", project, *settings, "--run", "r", "--max-steps", 24, "--json")
    with torchrun(*line, restarts=1) as program:
        saved = wait_for(program, "checkpoint", step=10)
        workers(program)[rank].kill()
        out, err = program.communicate(timeout=240)
    assert program.returncode == 0, err.decode()
    lines = [event for event in events_in(out) if "event" in event]
    [started] = [event for event in lines if event["event"] == "started"]
    assert started["resumed_from"] >= saved["step"]
    [told] = [event["message"] for event in lines if "train together:" in event.get("message", "")]
    assert ("share of the model" in told) == (sharding == "full")
    assert lines[-1]["event"] == "finished"
    assert lines[-1]["step"] == 24
    runs = {run["name"]: run for run in attnstudio("info", project, "--json").json["runs"]}
    assert (runs["r"]["state"], runs["r"]["checkpoints"][-1]) == ("stopped", 24)
    assert runs.keys() == {"first", "r"}
    assert attnstudio("train", project, "--resume", "r", "--max-steps", "25").code == 0


def test_a_signal_stops_all_with_a_checkpoint_and_nothing_is_started_again(
    attnstudio, project, tiny
):
    with torchrun("train", project, *tiny, "--run", "r", "--json", restarts=1) as program:
        wait_for(program, "step", step=1)
        workers(program)[1].send_signal(signal.SIGTERM)
        out, err = program.communicate(timeout=240)
    assert program.returncode == 0, err.decode()
    assert err.decode() == f"Stopped. Go on with: attnstudio train {project} --resume r\n"
    end = events_in(out)[-1]
    assert (end["event"], end["reason"]) == ("finished", "requested")
    runs = {run["name"]: run for run in attnstudio("info", project, "--json").json["runs"]}
    assert runs["r"]["checkpoints"][-1] == end["step"]
