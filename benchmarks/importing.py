"""What an import costs and withstands: speed, memory, real files, spoilt files.

::

    python benchmarks/importing.py speed      against a bare loop over lines and a bare iterparse
    python benchmarks/importing.py memory     peak memory, time and cancelling of large imports
    python benchmarks/importing.py files DIR  each file under a folder and what comes of it
    python benchmarks/importing.py fuzz DIR   spoilt copies of the files under a folder

Each prints a table and then one line of JSON. Ratios are measured in one run, A and B alternate and
medians are compared, since machines are shared. Texts are made from the English-German sample, or
from two line-aligned files in ``--data``.
"""

from __future__ import annotations

import argparse
import bz2
import faulthandler
import gzip
import itertools
import json
import lzma
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import iterparse
from xml.sax.saxutils import escape

from attnstudio.corpus.gathering import files_in
from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.import_report import ImportReport
from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.samples.store import read_sample
from attnstudio.corpus.text_source import open_lines
from attnstudio.errors import AttentionStudioError, CorpusError
from attnstudio.project.importing import PlannedItem, import_files, import_items
from attnstudio.project.project import Project
from attnstudio.resources import resource_path

_LANGUAGES = ("en", "de")
_CANCELLED_AFTER_S = 3.0
_SLOW_S = 5.0
_HANGS_S = 60.0
_CHUNK_PAIRS = 10_000
_TMX_START = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4"><header creationtool="benchmark" '
    'creationtoolversion="1" segtype="sentence" o-tmf="none" adminlang="en" srclang="en" '
    'datatype="plaintext"/>\n<body>\n'
)
_TMX_END = "</body></tmx>\n"
_MARKUP = (b"<tu>", b"</seg>", b"<!DOCTYPE x [", b"<![CDATA[", b"&#0;", b"]]>", b'"', b"\t", b"{[")
_SPOILT = (b"\x00", b"\n", b"\r", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80", b"\xed\xa0\x80")

Pairs = Sequence[tuple[str, str]]


def measure_speed(pairs: int, repeats: int, data: Path | None, folder: Path) -> dict[str, Any]:
    """Seconds of an import and of a bare loop over the same files, in turns."""
    known = known_pairs(data)
    texts = _write_texts(known, pairs, folder)
    memory = _write_tmx(itertools.islice(itertools.cycle(known), pairs), folder / "big.tmx")
    return {
        "pairs": pairs,
        "repeats": repeats,
        "text": _compared(lambda: _read_bare(texts), texts, repeats),
        "tmx": _compared(lambda: _parse_bare(memory), [memory], repeats),
    }


def _compared(bare: Callable[[], None], paths: Sequence[Path], repeats: int) -> dict[str, Any]:
    times: dict[str, list[float]] = {"bare": [], "import": []}
    for _ in range(repeats):
        started_at = time.perf_counter()
        bare()
        times["bare"].append(time.perf_counter() - started_at)
        with tempfile.TemporaryDirectory() as folder:
            project = Project.create(Path(folder) / "project", *_LANGUAGES)
            started_at = time.perf_counter()
            import_files(project, paths)
            times["import"].append(time.perf_counter() - started_at)
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {
        "megabytes": round(sum(path.stat().st_size for path in paths) / 1e6, 1),
        "bare_s": round(medians["bare"], 3),
        "import_s": round(medians["import"], 3),
        "speed_ratio": round(medians["bare"] / medians["import"], 3),
    }


def _read_bare(paths: Sequence[Path]) -> None:
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                unicodedata.normalize("NFC", line)


def _parse_bare(path: Path) -> None:
    for _, element in iterparse(path):
        element.clear()


def measure_memory(pairs: int, megabytes: int, data: Path | None, folder: Path) -> dict[str, Any]:
    """Peak memory of importing large files, each in a process of its own; then cancelled."""
    known = known_pairs(data)
    result = {}
    for name, write in (
        ("tmx", lambda: [_write_tmx(itertools.cycle(known), folder / "big.tmx", megabytes)]),
        ("text", lambda: _write_texts(known, pairs, folder)),
    ):
        paths = write()
        result[name] = {
            "megabytes": round(sum(path.stat().st_size for path in paths) / 1e6),
            **_alone("import-alone", paths),
            **_alone("cancel-alone", paths),
        }
        for path in paths:
            path.unlink()
    return result


def _alone(command: str, paths: Sequence[Path]) -> dict[str, Any]:
    arguments = [sys.executable, __file__, command, *map(str, paths)]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def import_alone(paths: Sequence[Path], folder: Path) -> dict[str, Any]:
    """Import files; the memory is that of this process."""
    project = Project.create(folder / "project", *_LANGUAGES)
    before_mb, started_at = peak_mb(), time.monotonic()
    report = import_files(project, paths)
    return {
        "pairs": report.pairs,
        "seconds": round(time.monotonic() - started_at, 1),
        "peak_mb": peak_mb(),
        "before_mb": before_mb,
    }


def cancel_alone(paths: Sequence[Path], folder: Path) -> dict[str, Any]:
    """Cancel an import after some seconds; how long it goes on, and what it leaves behind."""
    project = Project.create(folder / "project", *_LANGUAGES)
    before = _tree(project.folder)
    items = [PlannedItem(item, split) for item, split in _planned(paths)]
    cancelled_at: list[float] = []

    def cancel() -> None:
        cancelled_at.append(time.monotonic())

    timer = threading.Timer(_CANCELLED_AFTER_S, cancel)
    timer.start()
    report = import_items(project, items, should_stop=lambda: bool(cancelled_at))
    timer.join()
    return {
        "cancelled": report is None,
        "cancel_s": round(time.monotonic() - cancelled_at[0], 3),
        "left_behind": sorted(_tree(project.folder) - before),
    }


def _planned(paths: Sequence[Path]) -> Iterator[tuple[Any, Any]]:
    return ((planned.item, planned.split) for planned in plan_import(paths, _LANGUAGES).files)


def _tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def peak_mb() -> float:
    """The most memory that this process ever had, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # what `resource` says there counts the parent's memory too
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
        return round(kilobytes / 1024, 1)
    import psutil  # here, as Linux needs none

    memory = psutil.Process().memory_info()
    return round(getattr(memory, "peak_wset", memory.rss) / 2**20, 1)


def measure_files(folder: Path) -> dict[str, Any]:
    """What comes of each file under a folder, imported by itself."""
    results = {}
    for path in files_in(folder):
        try:
            results[str(path.relative_to(folder))] = _described(*_imported(path))
        except AttentionStudioError as error:
            results[str(path.relative_to(folder))] = str(error)
    return results


def _imported(path: Path) -> tuple[ImportReport, tuple[str, str]]:
    plan = plan_import([path])
    languages = plan.languages if all(plan.languages) else _LANGUAGES
    items = [PlannedItem(planned.item, planned.split) for planned in plan.files]
    with tempfile.TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "project", *languages)
        report = import_items(project, items, left_out=plan.left_out)
    assert report is not None  # nobody asks it to stop
    return report, languages


def _described(report: ImportReport, languages: tuple[str, str]) -> str:
    counts = [
        f"{'dropped' if counted is report.dropped else 'mended'} {n} ({reason.value})"
        for counted in (report.dropped, report.mended)
        for reason, n in counted.items()
    ]
    return ", ".join((f"{'-'.join(languages)}: {report.pairs} pairs", *counts))


def fuzz(folder: Path, seconds: float, seed: int, kept: Path | None) -> dict[str, Any]:
    """Read spoilt copies of files: they end in pairs or in an error of ours, and soon."""
    files = [path for path in files_in(folder) if path.stat().st_size]
    contents = {path: path.read_bytes() for path in files}
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    failures = []
    slowest_s, ends_at = 0.0, time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as place:
        while time.monotonic() < ends_at:
            original = chance.choice(files)
            content, packing = repacked(mutated(contents[original], contents, chance), chance)
            path = Path(place, original.name + packing)
            path.write_bytes(content)
            faulthandler.dump_traceback_later(_HANGS_S, exit=True)
            started_at = time.monotonic()
            outcome, details = outcome_of(path)
            elapsed_s = time.monotonic() - started_at
            faulthandler.cancel_dump_traceback_later()
            slowest_s = max(slowest_s, elapsed_s)
            outcome = outcome if elapsed_s < _SLOW_S else "slow"
            outcomes[outcome] += 1
            if outcome in ("slow", "failed"):
                failures.append(f"{path.name}: {elapsed_s:.1f} s {details}")
                if kept is not None:
                    kept.mkdir(parents=True, exist_ok=True)
                    (kept / f"{outcomes.total()}-{path.name}").write_bytes(content)
            path.unlink()
    return {
        "seed": seed,
        "inputs": outcomes.total(),
        **outcomes,
        "slowest_s": round(slowest_s, 2),
        "failures": failures,
    }


def mutated(content: bytes, others: Mapping[Path, bytes], chance: random.Random) -> bytes:
    """A file with one to four things done to it that happen to files, or that people do to them."""
    for _ in range(chance.randint(1, 4)):
        start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
        match chance.randrange(6):
            case 0:  # bits are flipped
                spoilt = bytearray(content)
                for _ in range(chance.randint(1, 20) if content else 0):
                    spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
                content = bytes(spoilt)
            case 1:
                content = content[:end]
            case 2:  # a part is missing
                content = content[:start] + content[end:]
            case 3:
                content = content[:end] + content[start : start + 10_000] + content[end:]
            case 4:  # a part of another file
                other = chance.choice(list(others.values()))
                place = chance.randrange(len(other))
                content = content[:start] + other[place : place + 5_000] + content[start:]
            case _:
                inserted = chance.choice((*_MARKUP, *_SPOILT)) * chance.choice((1, 2, 1_000))
                content = content[:start] + inserted + content[start:]
    return content


def repacked(content: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Now and then the same packed, and the packed file spoilt; with what is added to its name."""
    packings = ((gzip.compress, ".gz"), (bz2.compress, ".bz2"), (lzma.compress, ".xz"))
    if chance.random() > 0.2 or len(content) > 1 << 20:
        return content, ""
    pack, ending = chance.choice(packings)
    packed = pack(content)
    spoilt = chance.random() < 0.5
    return mutated(packed, {Path(): packed}, chance) if spoilt else packed, ending


def outcome_of(path: Path) -> tuple[str, str]:
    """What comes of a file that is planned and read: its kind, and what is to be said of it."""
    try:
        plan = plan_import([path])
        languages = plan.languages if all(plan.languages) else _LANGUAGES
        batches = [batch for planned in plan.files for batch in planned.item.batches(languages)]
    except AttentionStudioError as error:
        return "refused", str(error)
    except Exception:  # noqa: BLE001 - whatever it is, it is to be found out
        return "failed", traceback.format_exc()
    pairs = sum(len(batch.sources) for batch in batches)
    return ("pairs" if pairs else "no pairs"), f"{pairs} pairs"


def known_pairs(data: Path | None) -> Pairs:
    """The sample's pairs, or those of the line-aligned files in a folder: of the training ones."""
    if data is None:
        sample = read_sample("-".join(_LANGUAGES), resource_path("samples"))
        return [(pair.source, pair.target) for pair in sample.train]
    planned = plan_import([data]).files
    for files in sorted(planned, key=lambda files: files.split is not Split.TRAIN):
        if isinstance(files.item, LineAlignedFiles):
            with open_lines(files.item.source) as sources, open_lines(files.item.target) as targets:
                return list(zip(sources, targets, strict=True))
    raise CorpusError("There are no two texts in {data}.", hint="Name another folder.", data=data)


def _write_texts(known: Pairs, pairs: int, folder: Path) -> list[Path]:
    """Two line-aligned files of so many pairs."""
    paths = [folder / f"big.{language}" for language in _LANGUAGES]
    for side, path in enumerate(paths):
        lines = [f"{pair[side]}\n" for pair in known]
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for _ in range(pairs // len(lines)):
                file.writelines(lines)
            file.writelines(lines[: pairs % len(lines)])
    return paths


def _write_tmx(pairs: Iterator[tuple[str, str]], path: Path, megabytes: int | None = None) -> Path:
    """A translation memory of those pairs, or of as many as make it so large."""
    first, second = _LANGUAGES
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_TMX_START)
        while chunk := list(itertools.islice(pairs, _CHUNK_PAIRS)):
            for source, target in chunk:
                file.write(
                    f'<tu>\n<tuv xml:lang="{first}"><seg>{escape(source)}</seg></tuv>\n'
                    f'<tuv xml:lang="{second}"><seg>{escape(target)}</seg></tuv>\n</tu>\n'
                )
            if megabytes is not None and file.tell() >= megabytes * 1_000_000:
                break
        file.write(_TMX_END)
    return path


def _print_table(result: Mapping[str, Any]) -> None:
    width = max(map(len, result), default=0)
    for name, value in result.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {of_key}" for key, of_key in value.items())
        print(f"{name:{width}}  {value}")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="what", required=True)
    speed = commands.add_parser("speed")
    memory = commands.add_parser("memory")
    for command, pairs in ((speed, 500_000), (memory, 10_000_000)):
        command.add_argument("--pairs", type=int, default=pairs, help="in the line-aligned texts")
        command.add_argument("--data", type=Path, help="a folder with two line-aligned files")
        command.add_argument("--folder", type=Path, help="where to write; else a temporary one")
    speed.add_argument("--repeats", type=int, default=5)
    memory.add_argument("--megabytes", type=int, default=1_000, help="of the translation memory")
    files = commands.add_parser("files")
    spoilt = commands.add_parser("fuzz")
    for command in (files, spoilt):
        command.add_argument("files", type=Path, metavar="DIR")
    spoilt.add_argument("--seconds", type=float, default=60.0)
    spoilt.add_argument("--seed", type=int, default=1)
    spoilt.add_argument("--keep", type=Path, help="where to put copies of what went wrong")
    for name in ("import-alone", "cancel-alone"):
        commands.add_parser(name).add_argument("paths", type=Path, nargs="+")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = getattr(wish, "folder", None) or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        match wish.what:
            case "speed":
                result = measure_speed(wish.pairs, wish.repeats, wish.data, folder)
            case "memory":
                result = measure_memory(wish.pairs, wish.megabytes, wish.data, folder)
            case "files":
                result = measure_files(wish.files)
            case "fuzz":
                result = fuzz(wish.files, wish.seconds, wish.seed, wish.keep)
            case "import-alone":
                result = import_alone(wish.paths, folder)
            case _:
                result = cancel_alone(wish.paths, folder)
    _print_table(result)
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
