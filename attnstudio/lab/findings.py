"""What a measurement means, in sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass

from attnstudio.lab.crossings import Crossing, Verdict, crossing, fitted_law
from attnstudio.lab.report import LabCurve, LabReport, LineEnd, Measure, Work

_WORK_WORDS = {Work.TRAINING: "a training step", Work.DECODING: "decoding"}
_DISTURBED_CORES = 0.25
_LITTLE = 0.005
_LARGEST_ERROR = 0.1  # of a law from which anything is concluded
_FEWEST_LENGTHS = 3  # of which anything is said


@dataclass(frozen=True, slots=True)
class PieceLengths:
    """How long the sentences of a corpus are, in pieces, both sides together.

    Attributes:
        low: a twentieth is shorter.
        high: a twentieth is longer.
        longest: of all.
    """

    low: int
    high: int
    longest: int


def usual_curve(report: LabReport, work: Work) -> LabCurve | None:
    """What the others are held against: the first that is measured; None where there is none."""
    return next(iter(report.of(work)), None)


def findings(
    report: LabReport, work: Work, measure: Measure, lengths: PieceLengths | None = None
) -> list[str]:
    """What can be said of the lines of one picture.

    Args:
        report: what was measured.
        work: whose lines are shown.
        measure: what is held against the length.
        lengths: of the person's own corpus, if there is one.
    """
    usual = usual_curve(report, work)
    if usual is None or len(usual.points) < _FEWEST_LENGTHS:
        return []
    others = [curve for curve in report.of(work) if curve is not usual]
    found = [(curve, crossing(curve, usual, measure)) for curve in others]
    said = [*_always_words(usual, found, measure)]
    said += [
        words for each, at in found if (words := _crossing_words(each, usual, at, measure, lengths))
    ]
    if others and not any(at.verdict in _GAINS for _, at in found):
        said = [_nothing_pays(usual, found, measure)]
    elif lengths is not None and any(at.verdict in _CROSSINGS for _, at in found):
        said = [_for_this_corpus(usual, found, measure, lengths), *said]
    return said + _share_words(usual, measure, lengths)


def end_words(report: LabReport, work: Work, most_s: float) -> list[str]:
    """Why some lines end before the longest length."""
    together: dict[str, list[str]] = {}
    for curve in (each for each in report.curves if each.work is work):
        if why := _end_reason(curve, most_s):
            last = f"at {curve.lengths[-1]:,} pieces" if curve.points else "before the first length"
            together.setdefault(f"{last}: {why}", []).append(curve.label)
    return [
        f"{_capitalised('; '.join(labels))} {'ends' if len(labels) == 1 else 'end'} {why}"
        for why, labels in together.items()
    ]


def _end_reason(curve: LabCurve, most_s: float) -> str:
    match curve.end:
        case LineEnd.TOO_SLOW:
            return f"the next length would take more than {most_s:g} s each time."
        case LineEnd.TOO_LARGE:
            return "the next length might take more than half of the free memory."
        case LineEnd.FAILED:
            return curve.reason
        case LineEnd.STOPPED if curve.points:
            return "it was stopped there."
    return ""


def disturbance_words(report: LabReport) -> str:
    """Whether other programs worked meanwhile; empty where the machine was quiet."""
    if report.others_cores < _DISTURBED_CORES or report.machine is None:
        return ""
    return (
        f"Other programs took {report.others_cores:.1f} of {report.machine.cores} cores "
        "meanwhile: the times are longer than on a quiet machine. The kinds took turns, so that "
        "comparing them still holds, but for small differences."
    )


_CROSSINGS = (Verdict.FROM, Verdict.UNTIL)
_GAINS = (Verdict.ALWAYS, *_CROSSINGS)


def _always_words(
    usual: LabCurve, found: list[tuple[LabCurve, Crossing]], measure: Measure
) -> list[str]:
    labels = [curve.label for curve, at in found if at.verdict is Verdict.ALWAYS]
    if not labels:
        return []
    takes = "takes" if len(labels) == 1 else "take"
    return [
        f"{_capitalised('; '.join(labels))} {takes} {_less(measure)} than {usual.label} at every "
        "length that was measured."
    ]


def _crossing_words(
    curve: LabCurve,
    usual: LabCurve,
    at: Crossing,
    measure: Measure,
    lengths: PieceLengths | None,
) -> str:
    less, name = _less(measure), _capitalised(curve.label)
    match at.verdict:
        case Verdict.FROM:
            sentence = f"{name} pays from about {rounded(at.length)} pieces"
            if lengths is None:
                return f"{sentence}: {less} than {usual.label} from there on."
            return f"{sentence}; your longest sentence has {lengths.longest:,}."
        case Verdict.UNTIL:
            return (
                f"{name} pays only up to about {rounded(at.length)} pieces: {less} than "
                f"{usual.label} there, and more beyond."
            )
    return ""


def _nothing_pays(usual: LabCurve, found: list[tuple[LabCurve, Crossing]], measure: Measure) -> str:
    longest = max(at.longest for _, at in found)
    least = "time" if measure is Measure.SECONDS else "memory"
    return (
        f"Nothing pays: up to {longest:,} pieces none of the others takes clearly less {least} "
        f"than {usual.label}."
    )


def _for_this_corpus(
    usual: LabCurve,
    found: list[tuple[LabCurve, Crossing]],
    measure: Measure,
    lengths: PieceLengths,
) -> str:
    """Whether any of it matters for sentences as long as the person's own."""
    paying = [curve.label for curve, at in found if _pays_for(at, lengths)]
    if paying:
        return f"For sentences like yours {_less(measure)} is taken by: {'; '.join(paying)}."
    return (
        f"For sentences like yours, up to {lengths.longest:,} pieces, nothing takes clearly "
        f"{_less(measure)} than {usual.label}."
    )


def _pays_for(at: Crossing, lengths: PieceLengths) -> bool:
    match at.verdict:
        case Verdict.ALWAYS:
            return True
        case Verdict.FROM:
            return at.length <= lengths.high
        case Verdict.UNTIL:
            return at.length >= lengths.high
    return False


def _share_words(usual: LabCurve, measure: Measure, lengths: PieceLengths | None) -> list[str]:
    """How much of the cost is the part that kinds of attention differ in."""
    law = fitted_law(usual, measure)
    if law is None or lengths is None or len(law.law.exponents) < 3 or law.error > _LARGEST_ERROR:
        return []
    share = law.square_share(lengths.longest)
    much = f"{share:.0%}" if share >= _LITTLE else "less than 1%"
    what = "memory" if measure is Measure.MEMORY else "time"
    return [
        f"Of the {what} that {_WORK_WORDS[usual.work]} takes with your longest sentence, "
        f"{lengths.longest:,} pieces, {much} grows with n² ({usual.label}, by its law)."
    ]


def _less(measure: Measure) -> str:
    return "less time" if measure is Measure.SECONDS else "less memory"


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def rounded(length: float) -> str:
    """Two figures: more would claim what nobody measured."""
    digits = 1 - math.floor(math.log10(max(length, 1.0)))
    return f"{round(length, digits):,.0f}"
