"""A program of somebody who does not have this one, run in a process of its own."""

import json
import subprocess
import sys


def answers_of_stranger(code, job):
    """What it prints, a line of JSON each, where it reads what it has to do from its input."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        input=json.dumps(job),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(map(json.loads, done.stdout.splitlines()))
