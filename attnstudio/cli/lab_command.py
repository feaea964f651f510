"""``attnstudio lab``: what each kind of attention costs on this machine."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from attnstudio.cli.interruption import leave_at_once
from attnstudio.cli.lines import refuse_unwritable, write_output
from attnstudio.cli.output import Output
from attnstudio.errors import UsageError
from attnstudio.lab.crossings import fitted_law
from attnstudio.lab.findings import PieceLengths, disturbance_words, end_words, findings
from attnstudio.lab.keeping import keep_report
from attnstudio.lab.kinds import LabKind, chosen_kinds, offered_kinds, usual_choice
from attnstudio.lab.measuring import LENGTHS, LabProgress, LabRequest, measure_kinds
from attnstudio.lab.picture import draw_report
from attnstudio.lab.report import LabReport, Measure, Work
from attnstudio.lab.table import table_lines
from attnstudio.presets import DEFAULT_PRESET, find_preset
from attnstudio.project.piece_lengths import measure_piece_lengths
from attnstudio.project.project import Project
from attnstudio.training.stop import StopReason, StopToken

_SAID_EVERY_S = 2.0
_ENDS = (".svg",)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabFlags:
    """What ``attnstudio lab`` is asked for.

    Attributes:
        kinds: their names; empty for those that are worth comparing.
        lengths: pieces of each sentence; empty for the usual ones.
        preset: whose sizes the models have; None for the default.
        to: where pictures go; None for nowhere.
    """

    kinds: tuple[str, ...]
    lengths: tuple[int, ...]
    preset: str | None
    to: Path | None

    def request(self) -> LabRequest:
        """What is measured.

        Raises:
            UsageError: a kind, the preset or the picture cannot be.
        """
        preset = self.preset or DEFAULT_PRESET
        offered = offered_kinds(preset)
        kinds = chosen_kinds(offered, self.kinds) if self.kinds else usual_choice(offered)
        if self.to is not None and self.to.suffix.lower() not in _ENDS:
            raise UsageError(
                "{path} is no picture that can be written.",
                hint="Give its name the ending .svg.",
                path=self.to.name,
            )
        refuse_unwritable(self.to)
        return LabRequest(preset, kinds, tuple(sorted(set(self.lengths))) or LENGTHS)


def lab(output: Output, folder: Path | None, flags: LabFlags) -> StopReason | None:
    """``attnstudio lab``."""
    request = flags.request()
    lengths = None if folder is None else _lengths_of(folder, request.preset)
    names = ", ".join(kind.label for kind in request.kinds)
    output.say(f"Measuring with the sizes of preset {request.preset}: {names}.")
    stop = StopToken()
    with _stopping_on_signals(stop):
        report = measure_kinds(request, _Teller(output), lambda: stop.requested)
    if report.is_whole:
        keep_report(report)
    if flags.to is not None:
        _write_pictures(flags.to, report, lengths)
    output.result(_facts(report, lengths, request.kinds), _lines(report, request, lengths))
    return StopReason.REQUESTED if stop.requested else None


def _lengths_of(folder: Path, preset: str) -> PieceLengths | None:
    return measure_piece_lengths(Project.open(folder), find_preset(preset).config.tokenizer)


class _Teller:
    """Says now and then how far it is."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._said = time.monotonic()

    def __call__(self, progress: LabProgress) -> None:
        now = time.monotonic()
        if now - self._said < _SAID_EVERY_S:
            return
        self._said = now
        left = "" if progress.left_s is None else f", {progress.left_s:.0f} s left"
        self._output.say(
            f"{progress.work.value} with {progress.length:,} pieces: {progress.label}{left}"
        )


def _facts(
    report: LabReport, lengths: PieceLengths | None, kinds: tuple[LabKind, ...]
) -> dict[str, object]:
    """All of it, for JSON; what is said is of training and of decoding, time and memory."""
    corpus = None
    if lengths is not None:
        corpus = {"p5": lengths.low, "p95": lengths.high, "longest": lengths.longest}
    laws = [
        {
            "kind": curve.kind,
            "work": curve.work.value,
            "measure": measure.value,
            "law": law.law.formula,
            "factors": law.factors,
            "from_length": law.first,
        }
        for curve in report.curves
        for measure in Measure
        if (law := fitted_law(curve, measure)) is not None
    ]
    said = {
        f"{work.value}_{measure.value}": findings(report, work, measure, lengths)
        for work in Work
        for measure in Measure
    }
    return {
        **report.to_mapping(),
        "kinds": [kind.name for kind in kinds],
        "is_whole": report.is_whole,
        "corpus": corpus,
        "laws": laws,
        "findings": said,
    }


def _lines(report: LabReport, request: LabRequest, lengths: PieceLengths | None) -> list[str]:
    lines = []
    if not report.is_whole:
        lines.append("Stopped: this was measured until then, and is not kept.")
    for work in Work:
        for measure in Measure:
            table = table_lines(report, work, measure)
            if table:
                lines += [*table, *findings(report, work, measure, lengths), ""]
        lines += end_words(report, work, request.most_s)
    if words := disturbance_words(report):
        lines.append(words)
    return lines


def _write_pictures(path: Path, report: LabReport, lengths: PieceLengths | None) -> None:
    """The time of training under the name that was given, the others beside it."""
    for work in Work:
        for measure in Measure:
            if not report.of(work):
                continue
            is_first = work is Work.TRAINING and measure is Measure.SECONDS
            ending = "" if is_first else f"-{work.value}-{measure.value}"
            place = path.with_name(f"{path.stem}{ending}{path.suffix}")
            write_output(place, draw_report(report, work, measure, lengths))


@contextmanager
def _stopping_on_signals(stop: StopToken) -> Iterator[None]:
    """The first Ctrl-C asks for what was measured so far, the second ends at once."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:  # started in the background of a shell
        yield
        return

    def ask(_: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, leave_at_once)
        stop.request()

    signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
