"""A short try at breaking the program, and that the harness sees what it is to see."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="cases are forked"),
    pytest.mark.timeout(900),  # all parts are tried within the first test
]

_ROOT = Path(__file__).parents[2]
_SHORT = (
    "kills=33", "faults=34", "mutations=56", "signals=4", "two-processes=5", "full-disk=6",
    "starts=2", "cycles=5",
)  # fmt: skip
_MINUTES = 0.8  # a busy machine tries less in it
_LONGEST_S = 800
_PLANTED = '''

_sound_main = main


def main() -> None:
    """Does what no program should, but only where a file made it fail."""
    from contextlib import suppress
    from pathlib import Path

    command, project = sys.argv[1], Path(sys.argv[2])
    try:
        _sound_main()
    except SystemExit as ending:
        if ending.code not in (1, 2):
            raise
        match command:
            case "translate":
                raise RuntimeError("planted") from None
            case "align":
                (project.parent / "outside" / "x" / "planted").write_text("x")
            case "evaluate":
                for _ in range(4):  # a fault may come three times in a row
                    with suppress(OSError):
                        (project / ".planted.new").mkdir(exist_ok=True)
            case "info":
                print("{}")
                sys.exit(0)
        raise
'''


def endurance(*words, folder):
    report = folder / "report.json"
    command = [sys.executable, _ROOT / "benchmarks" / "endurance.py", *words, "--json", report]
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False,
        timeout=_LONGEST_S,
    )  # fmt: skip
    assert report.exists(), done.stderr
    return done.returncode, json.loads(report.read_text())["parts"]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    parts = [word for part in _SHORT for word in ("--part", part)]
    return endurance(*parts, "--minutes", _MINUTES, folder=tmp_path_factory.mktemp("endurance"))[1]


@pytest.mark.parametrize("part", [part.partition("=")[0] for part in _SHORT])
def test_nothing_is_to_be_said_against_the_program(found, part):
    told = [
        (failure["name"], failure["complaints"], failure["repeat"])
        for failure in found[part]["failures"]
    ]

    assert told == []
    assert found[part]["cases"] > 0 or "left out" in found[part]["figures"]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The same program, but for what it does when it fails."""
    folder = tmp_path_factory.mktemp("planted")
    for name in ("attnstudio", "resources"):
        shutil.copytree(_ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    entrance = folder / "attnstudio" / "__main__.py"
    text, start, end = entrance.read_text("utf-8").partition('\nif __name__ == "__main__":')
    entrance.write_text(text + _PLANTED + start + end, "utf-8")
    chosen = [
        word for name in ("translate", "align", "evaluate", "info") for word in ("--command", name)
    ]
    code, found = endurance("--part", "faults=80", *chosen, "--package", folder, folder=folder)
    assert code == 1
    return {
        (failure["name"].split(" | ")[0], complaint)
        for failure in found["faults"]["failures"]
        for complaint in failure["complaints"]
    }


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("translate", "traceback"),
        ("align", "writes outside the project"),
        ("evaluate", "leaves temporary files"),
        ("info", "succeeds with another result"),
    ],
)
def test_a_planted_defect_is_seen(planted, command, complaint):
    assert (command, complaint) in planted
