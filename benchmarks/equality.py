"""Whether two versions of the program compute the same, to the last digit.

::

    python benchmarks/equality.py BEFORE AFTER                  two checkouts: 10 minutes or so
    python benchmarks/equality.py BEFORE AFTER --extent quick   half a minute
    python benchmarks/equality.py BEFORE AFTER --extent full    for a large machine: hours on others
    python benchmarks/equality.py BEFORE AFTER --case tiny      the cases whose names begin so

Each checkout trains every preset in fp32 and bf16 on both sample corpora, on one thread of the
processor, and a small model of each kind of recurrent attention; then it translates, links and
attends to a few test sentences with them. Both go through the command line (`equality_worker.py`,
in a process of its own with the checkout's code), so that they may differ in all else.

Presets are trained for 60 updates in fp32 with smaller batches than usual, but for 10 in bf16,
which many processors are slow at (the tiny one for 60), and the base Transformer, a quarter as
wide, for 20 and 6; ``--extent full`` trains all for 60 as they are. All that a command answers has
to be equal, but for times and for values that AFTER says besides. A table of what differs goes to
standard error, one line of JSON to standard output; the exit code is 1 if anything does.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from equality_cases import Case, Extent, cases

_WORKER = Path(__file__).with_name("equality_worker.py")
_ASPECTS = ("training", "translations", "links", "records")
_SHOWN = 3  # differences of an aspect


def start(checkout: Path, chosen: Sequence[Case], folder: Path) -> subprocess.Popen[bytes]:
    """A process that writes into a folder what a checkout computes, a file for each case."""
    folder.mkdir()
    (folder / "cases.json").write_text(json.dumps([asdict(case) for case in chosen]), "utf-8")
    return subprocess.Popen(
        [sys.executable, str(_WORKER), str(checkout.resolve()), str(folder)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(checkout.resolve())},
    )


def differences(before: Any, after: Any, place: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    """Where values differ, in words; what only the second holds is no difference."""
    match before, after:
        case dict(), dict():
            for key, value in before.items():
                if key in after:
                    yield from differences(value, after[key], f"{place}/{key}")
                else:
                    yield f"{place}/{key} is missing"
        case list(), list() if len(before) == len(after):
            for index, values in enumerate(zip(before, after, strict=True)):
                yield from differences(*values, f"{place}/{index}")
        case list(), list():
            yield f"{place} has {len(after)} values instead of {len(before)}"
        case _ if before != after or type(before) is not type(after):
            yield f"{place}: {after!r} instead of {before!r}"


def compared(case: Case, folders: Sequence[Path]) -> Mapping[str, list[str]]:
    """What differs in a case, by what was compared; also what one of them did not get to."""
    answers = []
    for folder in folders:
        path = folder / f"{case.name}.json"
        if not path.is_file():
            return {"training": [f"{folder.name} has no answer"]}
        answers.append(json.loads(path.read_text("utf-8")))
    before, after = answers
    return {aspect: list(differences(before.get(aspect), after.get(aspect))) for aspect in _ASPECTS}


def table(found: Mapping[str, Mapping[str, list[str]]]) -> str:
    """A line for each case, and below it the first differences of each aspect."""
    widest = max(len(name) for name in found)
    lines = [" | ".join([f"{'case':{widest}}", *(f"{aspect:12}" for aspect in _ASPECTS)])]
    for name, by_aspect in found.items():
        marks = [
            f"{len(places):,} differ" if (places := by_aspect.get(aspect, [])) else "equal"
            for aspect in _ASPECTS
        ]
        lines.append(" | ".join([f"{name:{widest}}", *(f"{mark:12}" for mark in marks)]))
        for aspect, places in by_aspect.items():
            lines += [f"    {aspect}{place}" for place in places[:_SHOWN]]
    return "\n".join(lines)


def main() -> int:
    """Compare two checkouts; 1 where they differ."""
    parser = argparse.ArgumentParser(description="Whether two versions compute the same.")
    parser.add_argument("before", type=Path, help="a checkout")
    parser.add_argument("after", type=Path, help="another one")
    parser.add_argument("--extent", choices=list(map(str, Extent)), default="usual")
    parser.add_argument("--case", default="", help="only the cases whose names begin so")
    wish = parser.parse_args()
    chosen = [case for case in cases(Extent(wish.extent)) if case.name.startswith(wish.case)]
    if not chosen:
        parser.error(f"no case begins with {wish.case}")
    with tempfile.TemporaryDirectory() as temporary:
        folders = [Path(temporary) / "before", Path(temporary) / "after"]
        workers = [
            start(checkout, chosen, folder)
            for checkout, folder in zip((wish.before, wish.after), folders, strict=True)
        ]
        for worker in workers:
            worker.wait()
        found = {case.name: compared(case, folders) for case in chosen}
    print(table(found), file=sys.stderr)
    differing = [name for name, by_aspect in found.items() if any(by_aspect.values())]
    print(json.dumps({"cases": len(found), "differing": differing}))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
