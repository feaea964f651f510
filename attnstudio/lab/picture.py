"""The lines of a measurement with their laws and the lengths of a corpus, as a picture."""

from __future__ import annotations

from attnstudio.lab.crossings import fitted_law
from attnstudio.lab.findings import PieceLengths
from attnstudio.lab.plots import Axis, Band, Line, Picture, Point, draw
from attnstudio.lab.report import LabCurve, LabReport, Measure, Work

_CURVE_POINTS = 40
_TITLES = {
    Work.TRAINING: "What a training step costs",
    Work.DECODING: "What writing a translation costs",
}
_AXES = {Measure.SECONDS: "milliseconds", Measure.MEMORY: "MB, the model's weights aside"}
_LEAST = 1e-3  # what a logarithmic axis can hold


def picture_of(
    report: LabReport, work: Work, measure: Measure, lengths: PieceLengths | None = None
) -> Picture:
    """The picture of a work.

    Args:
        report: what was measured.
        work: whose lines.
        measure: what is held against the length.
        lengths: of the person's own corpus, if there is one.
    """
    lines: list[Line] = []
    for number, curve in enumerate(report.of(work)):
        points = zip(curve.lengths, curve.costs(measure), strict=True)
        placed = [Point(length, max(cost, _LEAST)) for length, cost in points]
        lines.append(Line(curve.label, placed, number))
        if law := law_points(curve, measure, report.lengths[-1]):
            lines.append(Line(f"its law, {curve.growth}", law, number, is_law=True))
    machine = report.machine
    note = f"Models as preset {report.preset}, one pair of sentences"
    if machine is not None:
        note += f"; {machine.processor}, {machine.threads_in_words}, {machine.precision} training"
    return Picture(
        f"{_TITLES[work]}: {'time' if measure is Measure.SECONDS else 'memory'}",
        note,
        Axis("pieces of each sentence", is_log=True, ticks=tuple(map(float, report.lengths))),
        Axis(_AXES[measure], is_log=True),
        lines,
        None if lengths is None else band_of(lengths),
    )


def draw_report(
    report: LabReport, work: Work, measure: Measure, lengths: PieceLengths | None = None
) -> str:
    """The same as the text of an SVG file."""
    return draw(picture_of(report, work, measure, lengths))


def law_points(curve: LabCurve, measure: Measure, longest: int) -> list[Point]:
    """The law of a kind from where it was fitted to the longest length of the picture."""
    law = fitted_law(curve, measure)
    if law is None:
        return []
    shares = (number / (_CURVE_POINTS - 1) for number in range(_CURVE_POINTS))
    sizes = [law.first * (max(longest, law.first) / law.first) ** share for share in shares]
    return [Point(size, max(law.cost(size), _LEAST)) for size in sizes]


def band_of(lengths: PieceLengths) -> Band:
    """Where the sentences of a corpus lie."""
    name = (
        f"Shaded: most of your sentences, {lengths.low:,} to {lengths.high:,} pieces; dotted: the "
        f"longest, {lengths.longest:,}."
    )
    return Band(lengths.low, lengths.high, lengths.longest, name)
