"""A training on a terminal whose disk refuses it: said once, tried again, given up by Ctrl-C."""

import json
import signal
import sys
import time

import pytest

from attnstudio.cli.waiting import Waiting
from attnstudio.errors import StorageError
from attnstudio.project.holding import GiveUp, TryAgain
from attnstudio.training.events import Held
from attnstudio.training.stop import StopToken

FULL = StorageError("The disk is full.")
HELD = Held(step=7, elapsed_s=1.0, template="The disk is full.", hint_template="", saved_step=None)
posix = pytest.mark.skipif(
    sys.platform == "win32", reason="a folder with open files cannot be moved there"
)


def test_it_tries_again_after_some_seconds():
    slept = []

    assert Waiting(StopToken(), slept.append)(FULL, 1) == TryAgain()
    assert sum(slept) == pytest.approx(5.0)


def test_a_stop_while_it_waits_gives_up():
    stop, slept = StopToken(), []

    def sleep(seconds):
        slept.append(seconds)
        stop.request()

    assert Waiting(stop, sleep)(FULL, 1) == GiveUp()
    assert len(slept) == 1


def test_a_stop_from_before_waits_for_its_checkpoint():
    stop = StopToken()
    stop.request()
    waiting = Waiting(stop, lambda _: None)
    waiting.hear(HELD)

    assert waiting(FULL, 1) == TryAgain()
    assert waiting(FULL, 2) == TryAgain()


def test_a_stop_as_soon_as_it_is_told_gives_up():
    stop = StopToken()
    waiting = Waiting(stop, lambda _: None)
    waiting.hear(HELD)
    stop.request()  # before it is asked what to do

    assert waiting(FULL, 1) == GiveUp()


def events_until(program, kind):
    """What a program says until an event of this kind, that one included."""
    events = []
    for line in program.stdout:
        events.append(json.loads(line))
        if events[-1].get("event") == kind:
            return events
    raise AssertionError(program.stderr.read().decode())


@posix
def test_a_run_that_is_moved_away_and_back_goes_on(start, project, tiny):
    program = start(
        "train", project, *tiny, "--set", "training.report_every=1", "--run", "r", "--json"
    )
    events_until(program, "checkpoint")
    (project / "runs" / "r").rename(project / "away")

    held = events_until(program, "held")[-1]
    assert "was moved or removed" in held["message"]
    assert held["saved_step"] == 10
    (project / "away").rename(project / "runs" / "r")
    notice = events_until(program, "notice")[-1]
    assert notice["message"].startswith("Training goes on after it had to wait for")
    events_until(program, "checkpoint")
    program.send_signal(signal.SIGINT)

    assert events_until(program, "finished")[-1]["reason"] == "requested"
    assert program.wait(timeout=60) == 130
    log = (project / "runs" / "r" / "events.jsonl").read_text(encoding="utf-8")
    steps = [content["step"] for content in map(json.loads, log.splitlines())
             if content["event"] == "step"]  # fmt: skip
    assert steps == list(range(1, steps[-1] + 1))


@posix
def test_ctrl_c_while_it_waits_gives_up_with_the_reason(start, project, tiny):
    program = start("train", project, *tiny, "--run", "r", "--json")
    events_until(program, "checkpoint")
    (project / "runs" / "r").rename(project / "away")
    events_until(program, "held")

    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=60)

    assert program.returncode == 1
    last = json.loads(out.splitlines()[-1])
    assert "was moved or removed" in last["error"]["message"]
    assert "Traceback" not in err.decode()
    assert not (project / "runs" / "r").exists()


@posix
def test_a_person_reads_once_what_is_wrong_and_that_it_waits(start, project, tiny):
    with (project / "said.txt").open("wb") as said:
        program = start("train", project, *tiny, "--run", "r", stderr=said)
        log = project / "runs" / "r" / "events.jsonl"
        wait_until(lambda: log.exists() and b'"checkpoint"' in log.read_bytes())
        (project / "runs" / "r").rename(project / "away")
        text = project / "said.txt"
        wait_until(lambda: b"Training waits and tries again" in text.read_bytes())
        time.sleep(6)  # it has tried once more

        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=60) == 1

    words = text.read_text(encoding="utf-8")
    assert words.count("Training waits and tries again; Ctrl-C gives up") == 1
    assert "Error: " in words
    assert "Put it back and try again" in words


def wait_until(is_so, *, timeout_s=120.0):
    ends_at = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.1)
