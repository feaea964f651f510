"""The ways to say which words of the source matter for a word of the target."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from attnstudio.axes import Record
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import Analysis, analysis_of, analysis_site


class Method(StrEnum):
    """One way: what a model looks at or takes, or what an analysis works out of it."""

    ATTENTION = "attention"
    NORM = "norm"
    ALTI = "alti"
    VALUE_ZEROING = "value_zeroing"
    GRADIENT = "gradient"
    INTEGRATED = "integrated"
    ERASURE = "erasure"  # the one that the others are held against


_MEASURES = {
    Method.ATTENTION: Measure.WEIGHTS,
    Method.NORM: Measure.NORMS,
    Method.ALTI: Measure.ALTI,
}


def measure_of(method: Method) -> Measure | None:
    """As what of an attention it is read; None of an analysis."""
    return _MEASURES.get(method)


def analysis_behind(method: Method) -> Analysis | None:
    """Which analysis works it out; None where it is read of an attention."""
    return None if method in _MEASURES else Analysis(method.value)


def reading_by(method: Method, shown: Reading) -> Reading:
    """How a method is read where an attention over a source is read so.

    The layer stays, where the method has any, and of weights and norms the head and its step. What
    a whole layer gives is what the next word is predicted from, so that contributions, as all
    analyses, are those of the step that predicts a word.

    Args:
        method: which way.
        shown: of the target over a source.
    """
    if (measure := measure_of(method)) is not None:
        reading = shown.by(measure)
        is_of_layer = method is Method.ALTI
        return replace(reading, method=ReadingMethod.NAIVE) if is_of_layer else reading
    site = analysis_site(Analysis(method.value), shown.site.keys)
    layer = shown.layer if method is Method.VALUE_ZEROING else None
    return Reading(layer=layer, site=site)


def method_of(reading: Reading) -> Method | None:
    """The method that a reading is of; None where a text looks at itself."""
    if (analysis := analysis_of(reading.site)) is not None:
        return Method(analysis.value)
    if not reading.site.is_cross:
        return None
    return next(each for each, measure in _MEASURES.items() if measure is reading.measure)


def cross_reading(record: Record, shown: Reading) -> Reading | None:
    """What is shown, if it is of the target over a source, else an average of that; None without.

    Args:
        record: what there is.
        shown: any reading of it.
    """
    if shown.site.is_cross and shown.site in record.matrices:
        return shown
    return None if record.cross is None else replace(Reading(), site=record.cross)


def methods_in(record: Record, shown: Reading) -> tuple[Method, ...]:
    """Those that a record holds numbers of, read as `reading_by` says."""
    return tuple(method for method in Method if _is_in(record, reading_by(method, shown)))


def _is_in(record: Record, reading: Reading) -> bool:
    return record.numbers_of(reading.site, reading.measure) is not None
