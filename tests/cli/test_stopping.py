"""Signals, kills and readers that go away: each leaves a run that goes on."""

import contextlib
import json
import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")


def wait_for(program, event, *, step=0):
    """Read a program's events until one is of this kind, from this step on."""
    for line in program.stdout:
        content = json.loads(line)
        if content["event"] == event and content["step"] >= step:
            return content
    raise AssertionError(program.stderr.read().decode())


def state_of(attnstudio, folder, run):
    runs = attnstudio("info", folder, "--json").json["runs"]
    return next(facts for facts in runs if facts["name"] == run)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_with_a_checkpoint_and_the_run_goes_on(
    attnstudio, start, project, tiny, number
):
    program = start("train", project, *tiny, "--run", "r", "--json")
    wait_for(program, "step", step=20)
    assert state_of(attnstudio, project, "r")["state"] == "running"

    program.send_signal(number)
    out, err = program.communicate(timeout=60)

    assert program.returncode == 130
    assert err.decode() == f"Stopped. Go on with: attnstudio train {project} --resume r\n"
    finished = json.loads(out.splitlines()[-1])
    assert (finished["event"], finished["reason"]) == ("finished", "requested")
    facts = state_of(attnstudio, project, "r")
    assert facts["state"] == "stopped"
    assert facts["checkpoints"][-1] == finished["step"]
    again = attnstudio(
        "train", project, "--resume", "r", "--max-steps", finished["step"] + 2, "--json"
    )
    assert again.code == 0
    assert again.events[0]["resumed_from"] == finished["step"]


def test_a_killed_run_goes_on_from_its_last_checkpoint(attnstudio, start, project, tiny):
    program = start("train", project, *tiny, "--run", "r", "--json")
    wait_for(program, "checkpoint", step=20)
    wait_for(program, "step")

    program.kill()
    program.wait()

    facts = state_of(attnstudio, project, "r")
    assert facts["state"] == "interrupted"
    last = facts["checkpoints"][-1]
    again = attnstudio("train", project, "--resume", "r", "--max-steps", last + 2, "--json")
    assert again.code == 0
    assert (again.events[0]["resumed_from"], again.events[-1]["step"]) == (last, last + 2)
    assert state_of(attnstudio, project, "r")["state"] == "stopped"


def test_a_run_in_training_cannot_be_resumed_beside_it(attnstudio, start, project, tiny):
    program = start("train", project, *tiny, "--run", "r", "--json")
    wait_for(program, "step")

    reply = attnstudio("train", project, "--resume", "r", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == "Run r is being trained by another program."


def test_a_reader_that_goes_away_stops_training_with_a_checkpoint(attnstudio, start, project, tiny):
    program = start("train", project, *tiny, "--run", "r", "--json")
    wait_for(program, "step")

    program.stdout.close()

    assert program.wait(timeout=60) == 130
    assert state_of(attnstudio, project, "r")["state"] == "stopped"
    assert "Traceback" not in program.stderr.read().decode()


def test_ctrl_c_in_another_command_is_130_too(start, trained, tmp_path):
    os.mkfifo(tmp_path / "slow.txt")
    program = start("translate", trained, tmp_path / "slow.txt", "--json")
    with (tmp_path / "slow.txt").open("w"):  # opens when the program reads, which then waits
        # A signal between the opening and the reading is seen only when the reading is disturbed.
        for _ in range(10):
            program.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(timeout=5)
                break

        assert program.returncode == 130

    assert json.loads(program.stdout.read()) == {"error": {"message": "Stopped.", "hint": ""}}
