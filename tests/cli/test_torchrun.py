"""One run, trained by several processes that ``torchrun`` starts, with and without company."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform == "win32", reason="torchrun needs a store that it lacks there"
    ),
]


def torchrun(*arguments, processes=2, restarts=0, **options):
    """Start ``torchrun`` as a program of its own, with arguments for ``attnstudio``."""
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
        *("--nproc-per-node", processes, "--max-restarts", restarts, "-m", "attnstudio", "--"),
        *arguments,
    ]
    return subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        start_new_session=True,
        **options,
    )


def events_in(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_goes_from_one_process_to_two_and_back(attnstudio, project):
    first = torchrun("train", project, "--resume", "first", "--max-steps", 42, "--json")
    out, err = first.communicate(timeout=120)
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
