"""What one checkout computes for `equality.py`: through the command line, a file for each case.

Only what every version has is used: the commands, with ``--json``. Times are left out of the
answers, and so is what depends on them: whether a validation had the time to translate.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from equality_cases import Case

import attnstudio
from attnstudio.cli.app import run

_TRAINING = (
    "--threads=1", "--device=cpu", "--set=training.report_every=1",
    "--set=training.adapt_threads=false", "--set=training.validate_every=1000000",
    "--set=training.validation_pairs=40", "--set=training.decoded_pairs=0",
    "--set=training.watch_sentences=1", "--set=training.keep_checkpoints=1",
    "--set=training.checkpoint_minutes=1000",
)  # fmt: skip
_KEPT = {
    "step": ("step", "epoch", "loss", "learning_rate", "gradient_norm", "target_tokens"),
    "validation": ("step", "loss", "perplexity", "token_accuracy"),
    "watch": ("index", "source", "translation"),
    "notice": ("template", "values"),
    "finished": ("step", "reason", "best_step"),
}
_RECORDS = 2


def answer(*arguments: object) -> list[dict[str, Any]]:
    """What a command answers with ``--json``: one value a line."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = run([*map(str, arguments), "--json"])
    if code:
        raise RuntimeError(f"{arguments[0]} failed: {out.getvalue()}")
    return [json.loads(line) for line in out.getvalue().split("\n") if line]


def computed(case: Case, project: Path, sides: tuple[list[str], list[str]]) -> dict[str, Any]:
    """All that is compared of a case; its run is gone after that, as it may be large."""
    options = [f"--set={setting}" for setting in case.settings]
    options += ["--reverse"] if case.is_reversed else []
    events = answer(
        "train", project, "--run", "r", "--preset", case.preset, "--precision", case.precision,
        "--max-steps", case.updates, *_TRAINING, *options,
    )  # fmt: skip
    # the scores of a validation stood in the event itself once
    flat = [event | event.get("scores", {}) for event in events if event["event"] in _KEPT]
    found: dict[str, Any] = {
        "training": [
            {"event": event["event"]} | {key: event.get(key) for key in _KEPT[event["event"]]}
            for event in flat
        ]
    }
    sources, targets = (lines[: case.sentences] for lines in sides)
    files = [project.parent / name for name in ("source.txt", "target.txt")]
    for file, lines in zip(files, (sources, targets), strict=True):
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    found["translations"] = answer("translate", project, files[0], "--nbest", 2)
    with contextlib.suppress(RuntimeError):  # where there is no attention there are no links
        found["links"] = answer("align", project, *files)
    found["records"] = []
    for source, target in list(zip(sources, targets, strict=True))[:_RECORDS]:
        for forced in ((), ("--forced", target)):
            path = project.parent / "record.json"
            answer("attend", project, source, *forced, "-o", path)
            found["records"].append(json.loads(path.read_text("utf-8")))
    shutil.rmtree(project / "runs" / "r")
    return found


def _sides(checkout: Path, case: Case) -> tuple[list[str], list[str]]:
    """Test sentences of a sample and their translations, in the case's direction."""
    path = checkout / "resources" / "samples" / case.sample / "test.tsv.gz"
    rows = [
        line.split("\t")[:2] for line in gzip.decompress(path.read_bytes()).decode().split("\n")
    ]
    sources, targets = ([row[side] for row in rows if len(row) == 2] for side in (0, 1))
    return (targets, sources) if case.is_reversed else (sources, targets)


def main() -> None:
    """Compute the cases that a folder names with the code of a checkout, into that folder."""
    checkout, folder = map(Path, sys.argv[1:])
    if not Path(attnstudio.__file__).is_relative_to(checkout):
        sys.exit(f"{attnstudio.__file__} is not the code of {checkout}")
    for wish in json.loads((folder / "cases.json").read_text("utf-8")):
        case = Case(**wish)
        project = folder / case.sample / "project"
        if not project.exists():
            answer("new", project, "--sample", case.sample)
        found = computed(case, project, _sides(checkout, case))
        path = folder / f"{case.name}.json"
        path.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
        print(f"{folder.name}: {case.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
