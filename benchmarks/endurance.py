"""What the program withstands: kills, failing disks, spoilt files, signals, company, long work.

::

    python benchmarks/endurance.py                       a quarter of an hour, all parts in turn
    python benchmarks/endurance.py --minutes 120 --part soak
    python benchmarks/endurance.py --part kills=2000 --part mutations=10000 --jobs 2
    python benchmarks/endurance.py --part faults --seed 1 --case 17      one case again
    python benchmarks/endurance.py --package DIR         another checkout of the program

The parts:

``kills``          ends commands with -9 before every change of a file, in the middle of writes and
                   at random times: the project must open, and the command once more must end with
                   the result it would have had, to the last digit
``faults``         lets every file operation fail with every error it may meet
``full-disk``      does the work on a disk with so many bytes left (needs root, for a tmpfs)
``mutations``      spoils each file of a project in every way and runs all commands on it
``signals``        Ctrl-C and SIGTERM from the first moment of a program to its last
``two-processes``  two commands at once on one project
``starts``         starts the window with the mouse moving over it
``cycles``         starts, pauses, resumes and stops trainings in one window
``soak``           trains, translates and inspects at once, for as long as is asked for

Every case is told by part, seed and number. Faults come from a small library in C that is put
before the C library, where there is a compiler; elsewhere from an audit hook of Python, which sees
no writes. It needs ``os.fork``, so no Windows. Progress goes to standard error, a table to
standard output, everything to ``--json``. The exit code is 1 if anything is to be said against
the program.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import time
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE))

from endurance.saboteur import has_shim, preload  # noqa: E402 - found beside this file
from endurance.table import table  # noqa: E402

PARTS = (
    "kills", "faults", "full-disk", "mutations", "signals", "two-processes", "starts", "cycles",
    "soak",
)  # fmt: skip
_MINUTES = 15.0
_MANY = 1_000_000
_TERMINATED = 143


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, help="for all parts together; 15 by default")
    parser.add_argument("--seed", type=int, default=1, help="where all chance starts")
    parser.add_argument(
        "--part",
        type=_part,
        action="append",
        metavar="NAME[=CASES]",
        help="repeatable; all of them",
    )
    parser.add_argument("--cases", type=int, help="of each part; without it the time decides")
    parser.add_argument("--case", type=int, help="only this one")
    parser.add_argument(
        "--command", action="append", metavar="NAME", help="only this one, as tables name it"
    )
    parser.add_argument("--jobs", type=int, default=1, help="cases side by side")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where everything goes")
    parser.add_argument("--package", type=Path, metavar="DIR", help="another checkout to test")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where cases happen")
    return parser.parse_args()


def _part(words: str) -> tuple[str, int | None]:
    """A part by its name, and how many cases of it."""
    name, _, cases = words.partition("=")
    if name not in PARTS:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(PARTS)}")
    return name, int(cases) if cases else None


def main() -> int:
    """Try what the command line asks for.

    Returns:
        The exit code.
    """
    wish = _arguments()
    if not hasattr(os, "fork"):
        print("This needs os.fork, which this system does not have.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))  # and clear up
    from endurance.places import workshop  # the case folder comes before all else

    with workshop(wish.folder) as folder:
        preload(folder)  # starts this program again; the folder is that of the second start
        package = (wish.package or _HERE.parent).resolve()
        sys.path.insert(0, str(package))
        os.environ["PYTHONPATH"] = str(package)
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        found = _try_all(wish, folder)
    report = {"machine": _machine(package), "seed": wish.seed, "parts": found}
    if wish.json is not None:
        wish.json.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    print(table(report))
    return 1 if any(part["failed"] for part in found.values()) else 0


def _try_all(wish: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from endurance.parts import prepare, run_part  # loads the program that is tested
    from endurance.running import Workload

    parts = dict(wish.part or [(name, None) for name in PARTS])
    is_counted = wish.case is not None or all(cases or wish.cases for cases in parts.values())
    minutes = wish.minutes or (None if is_counted else _MINUTES)
    templates = prepare(folder)
    begun_at = time.monotonic()
    found = {}
    for index, (name, cases) in enumerate(parts.items()):
        until = None
        if minutes is not None:  # what a part leaves over is for those that follow
            left_s = begun_at + 60 * minutes - time.monotonic()
            until = time.monotonic() + left_s / (len(parts) - index)
        one = wish.case is not None
        asked = Workload(
            seed=wish.seed,
            cases=1 if one else cases or wish.cases or _MANY,
            until=None if one else until,
            jobs=1 if one else wish.jobs,
            first=wish.case if one else 0,
            folder=folder,
            commands=wish.command or (),
        )
        print(f"{name} …", file=sys.stderr, flush=True)
        result = run_part(name, templates, asked).to_mapping()
        found[name] = result
        if one:
            print(json.dumps(result["failures"], indent=1, ensure_ascii=False), file=sys.stderr)
    return found


def _machine(package: Path) -> dict[str, Any]:
    return {
        "package": str(package),
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "sees_writes": has_shim(),
    }


if __name__ == "__main__":
    sys.exit(main())
