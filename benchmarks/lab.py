"""What each kind of attention costs, against the length of sentences: the Lab's own figures.

::

    python benchmarks/lab.py                               the usual kinds, sized as preset small
    python benchmarks/lab.py --preset tiny --kinds transformer --kinds transformer.normaliser=linear
    python benchmarks/lab.py --corpus PROJECT --pictures FOLDER

The measuring, the laws, the sentences and the pictures are those of ``attnstudio lab`` and of the
page *Lab* (`attnstudio.lab`); nothing is kept with the machine here. Tables and sentences go to
standard error, one line of JSON to standard output.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from machine import machine_facts

from attnstudio.lab.findings import PieceLengths, disturbance_words, end_words, findings
from attnstudio.lab.kinds import chosen_kinds, offered_kinds, usual_choice
from attnstudio.lab.measuring import LENGTHS, LabProgress, LabRequest, measure_kinds
from attnstudio.lab.picture import draw_report
from attnstudio.lab.report import LabReport, Measure, Work
from attnstudio.lab.schedule import MOST_S
from attnstudio.lab.table import table_lines
from attnstudio.presets import DEFAULT_PRESET, find_preset
from attnstudio.project.piece_lengths import measure_piece_lengths
from attnstudio.project.project import Project


def _lines(report: LabReport, lengths: PieceLengths | None, most_s: float) -> Iterator[str]:
    for work in Work:
        for measure in Measure:
            yield from table_lines(report, work, measure)
            yield from (*findings(report, work, measure, lengths), "")
        yield from end_words(report, work, most_s)
    yield disturbance_words(report)


def _write_pictures(folder: Path, report: LabReport, lengths: PieceLengths | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for work in Work:
        for measure in Measure:
            path = folder / f"lab-{work}-{measure}.svg"
            path.write_text(draw_report(report, work, measure, lengths), encoding="utf-8")


def _tell(progress: LabProgress) -> None:
    left = "" if progress.left_s is None else f", {progress.left_s:.0f} s left"
    words = f"{progress.work} with {progress.length:,} pieces: {progress.label}{left}"
    print(f"\r{words:<100}", end="", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default=DEFAULT_PRESET)
    parser.add_argument("--kinds", action="append", default=[], help="names, as the Lab has them")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--most-seconds", type=float, default=MOST_S, help="of one point")
    parser.add_argument("--corpus", type=Path, help="a project, to see where its sentences lie")
    parser.add_argument("--pictures", type=Path, help="a folder for pictures (SVG)")
    wish = parser.parse_args(arguments)
    offered = offered_kinds(wish.preset)
    kinds = chosen_kinds(offered, wish.kinds) if wish.kinds else usual_choice(offered)
    request = LabRequest(
        wish.preset, kinds, tuple(sorted(set(wish.lengths))), most_s=wish.most_seconds
    )
    lengths = None
    if wish.corpus:
        tokenizer = find_preset(wish.preset).config.tokenizer
        lengths = measure_piece_lengths(Project.open(wish.corpus), tokenizer)
    report = measure_kinds(request, _tell)
    if wish.pictures:
        _write_pictures(wish.pictures, report, lengths)
    print("\n" + "\n".join(_lines(report, lengths, wish.most_seconds)), file=sys.stderr)
    print(json.dumps({"machine": machine_facts(), "report": report.to_mapping()}))


if __name__ == "__main__":
    main()
