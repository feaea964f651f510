"""Every benchmark in one go: training, decoding, importing, window, growth.

::

    python benchmarks/suite.py --out FOLDER                   on the English-German sample
    python benchmarks/suite.py --out FOLDER --data DIR        DIR holds train.en and train.de
    python benchmarks/suite.py --out FOLDER --quick           does it run at all? some minutes
    python benchmarks/suite.py --out NEW --before OLD/suite.json    a column more: what it was

Each benchmark is a process with short settings; for the last digit start it alone, with more
repeats. ``suite.json`` holds what they say and the machine, ``suite.md`` all figures as tables;
both are written after each benchmark. One that fails is named, the others go on.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from machine import machine_facts

from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import CorpusError


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a benchmark.

    Attributes:
        name: for the results.
        script: its file, with what it measures where it has a choice.
        usual: options that make it short.
        quick: options that make it very short; None leaves it out then.
        takes_data: whether it can measure texts of one's own.
    """

    name: str
    script: str
    usual: str
    quick: str | None
    takes_data: bool = True


JOBS = (
    Job(
        "training", "training.py", "--repeats 5",
        "--case transformer --case additive --repeats 1 --round-tokens 2048",
    ),
    Job("where an update's time goes", "step_profile.py", "", "--updates 2"),
    Job(
        "decoding", "decoding.py", "--minutes 1 --sentences 300 --repeats 3",
        "--minutes 0.2 --sentences 20 --singles 3 --repeats 1",
    ),
    Job("importing speed", "importing.py speed", "--pairs 200000 --repeats 3",
        "--pairs 5000 --repeats 1"),
    Job("importing memory", "importing.py memory", "--pairs 1000000 --megabytes 200", None),
    Job("window start", "window.py start", "--repeats 5", "--repeats 1", takes_data=False),
    Job("window lateness", "window.py lateness", "--seconds 30", None, takes_data=False),
    Job("window speed", "window.py speed", "--seconds 8 --repeats 9", None, takes_data=False),
    Job("window memory", "window.py memory", "--steps 500 1000", None, takes_data=False),
    Job("window open", "window.py open", "--pairs 200000 --events 20000", None, takes_data=False),
    Job("window feel", "window.py feel", "", "", takes_data=False),
    Job("growth", "growth.py", "--repeats 1", "--quick"),
)  # fmt: skip


def run_job(job: Job, options: str, places: Sequence[str]) -> dict[str, Any]:
    """What a benchmark says, and how it was asked; what it tells on the way is passed on.

    Args:
        job: which one.
        options: what is asked.
        places: options for where things lie, which no later run needs to repeat.
    """
    script, *what = job.script.split()
    command = f"{job.script} {options}".strip()
    print(f"\n== {command}", file=sys.stderr)
    started_at = time.monotonic()
    path = str(Path(__file__).with_name(script))
    arguments = [sys.executable, path, *what, *options.split(), *places]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=False)
    told = {"command": command, "minutes": round((time.monotonic() - started_at) / 60, 2)}
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        print(f"{job.name} ended with code {done.returncode}.", file=sys.stderr)
        return {**told, "exit_code": done.returncode}
    return {**told, "result": json.loads(lines[-1])}


def figures(result: Any, name: str = "") -> Iterator[tuple[str, float]]:  # noqa: ANN401 - JSON
    """Every number of nested JSON, with the way to it as its name."""
    match result:
        case bool() | str() | None:
            return
        case int() | float():
            yield name, result
        case Mapping():
            for key, value in result.items():
                yield from figures(value, f"{name}, {key}" if name else key)
        case _:
            for number, value in enumerate(result):
                yield from figures(value, f"{name} {number + 1}")


def markdown(suite: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """The machine and a table for each benchmark."""
    lines = ["# Benchmarks", ""]
    for title, made in (("now", suite), ("before", before)):
        if made is not None:
            facts = ", ".join(f"{key} {value}" for key, value in made["machine"].items())
            lines += [f"Machine {title}: {facts}. Texts: {made['texts']}.", ""]
    for name, told in suite["benchmarks"].items():
        lines += [f"## {name}", "", f"`{told['command']}`, {told['minutes']} minutes", ""]
        if "result" not in told:
            lines += [f"It failed with exit code {told['exit_code']}.", ""]
            continue
        earlier = (before or {"benchmarks": {}})["benchmarks"].get(name, {})
        if before is not None and earlier.get("command") not in (None, told["command"]):
            lines += [f"Before: `{earlier['command']}`", ""]
        lines += [*_rows(told["result"], earlier.get("result"), before is not None), ""]
    return "\n".join(lines)


def _rows(result: Any, earlier: Any, compare: bool) -> Iterator[str]:  # noqa: ANN401 - JSON
    heads = ("figure", "before", "now", "now / before") if compare else ("figure", "now")
    yield "| " + " | ".join(heads) + " |"
    yield "|---" + "|---:" * (len(heads) - 1) + "|"
    known = dict(figures(earlier))
    for name, value in figures(result):
        cells = [name, _written(value)]
        if compare:
            old = known.get(name)
            ratio = f"{value / old:.2f}" if old else ""
            cells = [name, "" if old is None else _written(old), _written(value), ratio]
        yield "| " + " | ".join(cells) + " |"


def _written(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.5g}"


def two_files(data: Path, folder: Path) -> Path:
    """A folder with the training files of another, as `training.py` and `decoding.py` want it.

    Raises:
        CorpusError: there are none.
    """
    items = [
        files.item
        for files in plan_import([data]).files
        if files.split is Split.TRAIN and isinstance(files.item, LineAlignedFiles)
    ]
    if not items:
        raise CorpusError(
            "There are no two line-aligned training files in {data}.",
            hint="Name them like train.en and train.de.",
            data=data,
        )
    for side in items[0].sides:
        shutil.copy(side.path, folder / side.path.name)
    return folder


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="a folder for the results")
    parser.add_argument("--data", type=Path, help="a folder with line-aligned files")
    parser.add_argument("--quick", action="store_true", help="very short settings")
    parser.add_argument("--before", type=Path, help="an earlier suite.json to compare with")
    names = [job.name for job in JOBS]
    parser.add_argument("--only", choices=names, action="append", help="default: all of them")
    wish = parser.parse_args(arguments)
    before = json.loads(wish.before.read_text(encoding="utf-8")) if wish.before else None
    wish.out.mkdir(parents=True, exist_ok=True)
    texts = str(wish.data or "the English-German sample")
    suite: dict[str, Any] = {"machine": machine_facts(), "texts": texts, "benchmarks": {}}
    with tempfile.TemporaryDirectory() as temporary:
        data = two_files(wish.data, Path(temporary)) if wish.data else None
        for job in JOBS:
            options = job.quick if wish.quick else job.usual
            if options is None or job.name not in (wish.only or names):
                continue
            places = ["--data", str(data)] if data and job.takes_data else []
            if job.name == "growth":
                places += ["--pictures", str(wish.out / "pictures")]
            suite["benchmarks"][job.name] = run_job(job, options, places)
            text = json.dumps(suite, ensure_ascii=False, indent=1) + "\n"
            (wish.out / "suite.json").write_text(text, encoding="utf-8")
            (wish.out / "suite.md").write_text(markdown(suite, before), encoding="utf-8")
    failed = [name for name, told in suite["benchmarks"].items() if "result" not in told]
    if failed:
        sys.exit(f"These failed: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
