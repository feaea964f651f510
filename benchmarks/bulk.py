"""Translation in bulk by each engine, from a file of text to a file of text.

::

    python benchmarks/bulk.py --run PROJECT RUN --source FILE --reference FILE [--times 10]

Each engine is a program of its own, as a person starts it: ``attnstudio translate`` with
``--engine own`` and ``--engine ctranslate2``, and a bare script of SentencePiece and CTranslate2 on
the folder that ``attnstudio export --format ctranslate2`` writes, once with what it does by default
and once without a weight for lengths, which ends sooner. They take turns, `--repeats` times;
medians are compared, since machines are shared. Seconds are of the whole program, start and end
included, once by the clock and once of the processors, which a busy machine disturbs less; memory
is the most that the program and those it starts had together. A table goes to standard error, one
line of JSON to standard output.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from sacrebleu.metrics.bleu import BLEU

_POLL_S = 0.05
_BARE = """
import os, sys, ctranslate2, sentencepiece
folder, source, target, workers, beam, penalty = sys.argv[1:]
translator = ctranslate2.Translator(
    folder, inter_threads=int(workers), intra_threads=1, compute_type="float32"
)
shared = os.path.exists(f"{folder}/tokenizer.model")
names = ["tokenizer"] * 2 if shared else ["source", "target"]
cutters = [sentencepiece.SentencePieceProcessor(model_file=f"{folder}/{n}.model") for n in names]
with open(source, encoding="utf-8") as file:
    lines = file.read().split("\\n")[:-1]
pieces = [cut + ["</s>"] for cut in cutters[0].encode(lines, out_type=str)]
results = translator.translate_batch(
    pieces, beam_size=int(beam), length_penalty=float(penalty), max_batch_size=64
)
with open(target, "w", encoding="utf-8") as file:
    for result in results:
        file.write(cutters[1].decode(result.hypotheses[0]) + "\\n")
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of an engine."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def run(command: Sequence[str]) -> Ran:
    """Run a program to its end, and watch what memory it and its children have."""
    started_at, worked, peak = time.perf_counter(), _worked(), 0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            family = [watched, *watched.children(recursive=True)]
            peak = max(peak, sum(each.memory_info().rss for each in family))
        except psutil.Error:
            pass  # one of them ended meanwhile
        time.sleep(_POLL_S)
    seconds = time.perf_counter() - started_at
    assert process.stderr is not None
    if process.returncode:
        raise SystemExit(process.stderr.read().decode())
    return Ran(seconds, _worked() - worked, peak / 1e6)


def _worked() -> float:
    """Processor seconds of all programs that were waited for."""
    times = os.times()
    return times.children_user + times.children_system


def commands(
    wish: argparse.Namespace, source: Path, folder: Path, out: Path
) -> dict[str, list[str]]:
    """What each engine is started with; its translations go to a file of its name."""
    project, name = wish.run
    ours = [sys.executable, "-m", "attnstudio", "translate", project, str(source), "--run", name]
    ours += ["--beam", str(wish.beam)]
    bare = [wish.python, "-c", _BARE, str(folder), str(source)]
    shape = [str(wish.workers), str(wish.beam)]
    return {
        "own": [*ours, "--engine", "own", "-o", str(out / "own")],
        "ctranslate2": [*ours, "--engine", "ctranslate2", "-o", str(out / "ctranslate2")],
        "bare, by default": [*bare, str(out / "bare, by default"), *shape, "1"],
        "bare, no penalty": [*bare, str(out / "bare, no penalty"), *shape, "0"],
    }


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", nargs=2, metavar=("PROJECT", "RUN"), required=True)
    parser.add_argument("--source", type=Path, required=True, help="lines of text")
    parser.add_argument("--reference", type=Path, required=True, help="their translations")
    parser.add_argument("--times", type=int, default=10, help="the file so often")
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="of the bare one")
    parser.add_argument("--exported", type=Path, help="a folder of that format, of this run")
    parser.add_argument("--engines", nargs="+", metavar="NAME", help="some of them only")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="that has ctranslate2")
    wish = parser.parse_args()
    lines = wish.source.read_text(encoding="utf-8").split("\n")[:-1] * wish.times
    references = wish.reference.read_text(encoding="utf-8").split("\n")[:-1] * wish.times
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        source, folder, out = place / "source.txt", place / "exported", place / "out"
        source.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        out.mkdir()
        project, name = wish.run
        if wish.exported is None:
            run(
                [sys.executable, "-m", "attnstudio", "export", project, "--run", name,
                 "--format", "ctranslate2", "-o", str(folder)]
            )  # fmt: skip
        engines = commands(wish, source, wish.exported or folder, out)
        engines = {engine: engines[engine] for engine in wish.engines or engines}
        found: dict[str, list[Ran]] = {name: [] for name in engines}
        for _ in range(wish.repeats):
            for engine, command in engines.items():
                found[engine].append(run(command))
                print(f"{engine}: {found[engine][-1].seconds:.1f} s", file=sys.stderr)
        texts = {name: (out / name).read_text("utf-8").split("\n")[:-1] for name in engines}
    first = texts[next(iter(texts))]
    measured = {
        name: {
            "seconds": round(statistics.median(each.seconds for each in ran), 2),
            "cpu_seconds": round(statistics.median(each.cpu_seconds for each in ran), 2),
            "sentences_per_s": round(
                len(lines) / statistics.median(each.seconds for each in ran), 1
            ),
            "peak_mb": round(max(each.peak_mb for each in ran)),
            "bleu": round(BLEU().corpus_score(texts[name], [references]).score, 2),
            "same_as_first": round(
                sum(a == b for a, b in zip(texts[name], first, strict=True)) / len(lines), 4
            ),
        }
        for name, ran in found.items()
    }
    for name, row in measured.items():
        print(name.ljust(18), *(f"{key} {value}" for key, value in row.items()), file=sys.stderr)
    facts = {"lines": len(lines), "beam": wish.beam, "repeats": wish.repeats}
    print(json.dumps(facts | {"engines": measured}))


if __name__ == "__main__":
    main()
