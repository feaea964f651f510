"""Signals, kills and readers that go away: each leaves a run that goes on."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

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


def lines_before(program, text):
    """Wait until a program has said this on its standard error."""
    while text not in (line := program.stderr.readline().decode()):
        assert line, "it ended"


@pytest.mark.parametrize("wait_s", [0.0, 0.3, 1.0])
def test_ctrl_c_while_a_command_is_loaded_is_130_in_one_line(start, trained, wait_s):
    program = start("translate", trained, env={**os.environ, "PYTHONVERBOSE": "1"})
    lines_before(program, "import 'attnstudio.cli.interruption'")
    lines_before(program, "import 'typer")  # by then it listens
    time.sleep(wait_s)

    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=30)

    assert program.returncode == 130
    said = errors.decode()  # Python may be in the middle of a line about an import
    assert said.count("Error: Stopped.") == 1
    assert "Traceback" not in said


def test_a_second_ctrl_c_ends_at_once(start, project, tiny):
    options = ("--set", "training.validate_every=1", "--set", "training.validation_pairs=1000")
    program = start("train", project, *tiny, *options, "--run", "r", "--json")
    wait_for(program, "step", step=2)

    program.send_signal(signal.SIGINT)
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=30)

    assert program.returncode == 130
    assert "Traceback" not in errors.decode()


def test_closing_the_terminal_keeps_a_checkpoint(start, project, tiny, attnstudio):
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup runs tests deaf to it
    program = start("train", project, *tiny, "--run", "r", "--json")
    signal.signal(signal.SIGHUP, before)
    wait_for(program, "step", step=20)

    program.send_signal(signal.SIGHUP)

    assert program.wait(timeout=60) == 130
    assert state_of(attnstudio, project, "r")["checkpoints"]


def test_a_signal_after_the_work_is_done_changes_nothing(trained):
    code = (
        "import atexit, os, signal, sys; from attnstudio.__main__ import main; "
        "atexit.register(os.kill, os.getpid(), signal.SIGINT); "
        "sys.argv = ['attnstudio', 'info', sys.argv[1]]; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(trained)], capture_output=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
