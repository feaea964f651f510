"""``attend --method``: what each source word does, and how far the attention can be trusted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from attnstudio.attribution.faithfulness import Faithfulness
from attnstudio.axes import Record
from attnstudio.errors import UsageError
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.matrices import matrix_of
from attnstudio.interpretation.methods import (
    Method,
    analysis_behind,
    cross_reading,
    measure_of,
    reading_by,
)
from attnstudio.interpretation.trust import Trust, Verdict, finding_of, findings_of
from attnstudio.interpretation.trust_words import counted_words, finding_words, summary_words
from attnstudio.project.trust_averages import MethodAverages, TrustAverages
from attnstudio.project.trust_report import faithfulness_of, report_trust
from attnstudio.reading import Reading


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a pair that was read.

    Attributes:
        record: with all that was worked out.
        reading: of it.
        facts: what is said beside it, such as how far it can be trusted, for JSON.
        lines: the same for people.
    """

    record: Record
    reading: Reading
    facts: Mapping[str, object] = field(default_factory=dict)
    lines: tuple[str, ...] = ()


def refuse_with_change(method: Method | None, *, is_changed: bool) -> None:
    """Refuse an analysis of a changed attention.

    Raises:
        UsageError: both are asked for.
    """
    if is_changed and method is not None and analysis_behind(method) is not None:
        raise UsageError(
            "{method} is worked out of the model as it is, not with a change.",
            hint="Leave the change away, or take attention, norm or alti as the method.",
            method=capitalised_name(method),
        )


def with_trust(
    translator: Translator, pair: PairToRead, record: Record, shown: Reading, method: Method
) -> Shown:
    """Read a pair by a method, and say how far its attention can be trusted.

    Args:
        translator: the model.
        pair: that was read.
        record: what was looked at.
        shown: how it would be read otherwise.
        method: that is asked for.

    Raises:
        UsageError: a text over itself is asked for, of which there is no analysis.
        AlignmentError: the model has no attention, or not this measure.
    """
    if record.matrices and not shown.site.is_cross:
        return _over_itself(record, shown, method)
    base = cross_reading(record, shown) or Reading()
    if (measure := measure_of(method)) is not None:
        matrix_of(record, base.by(measure))  # refuses before anything takes long
    report = report_trust(translator, pair)
    assert report is not None  # nothing stops it
    whole = Shown(report.record, reading_by(method, base))
    matrix_of(whole.record, whole.reading)  # of a model that does not look, say
    trust = report.trust(base)
    if trust is None:
        return whole
    left = faithfulness_of(translator, pair, report.record, base, method)
    forgotten = report.forgotten_taus(base)
    return Shown(
        whole.record,
        whole.reading,
        _facts(trust, forgotten, method, left, base),
        (*_sentences(trust), *_agreement(trust, forgotten)),
    )


def average_facts(trust: TrustAverages) -> dict[str, object]:
    """What holds of many sentences, for JSON."""
    return {
        "attention": trust.reading.to_mapping(),
        "sentences": trust.sentences,
        "words": trust.words,
        "tau": _each(trust, lambda each: each.tau),
        "tau_shuffled": _each(trust, lambda each: each.shuffled),
        "comprehensiveness": _each(trust, lambda each: each.comprehensiveness),
        "sufficiency": _each(trust, lambda each: each.sufficiency),
        "verdicts": {verdict.value: trust.verdicts.get(verdict, 0) for verdict in Verdict},
    }


def average_lines(trust: TrustAverages) -> list[str]:
    """The same for people."""
    others = {m: each for m, each in trust.methods.items() if m is not Method.ERASURE}
    return [
        f"Trust in {trust.reading}, {trust.sentences:,} sentences:",
        counted_words(trust.verdicts, trust.words),
        f"Kendall's tau with erasure: {_listed({m: each.tau for m, each in others.items()})}",
        "The same model with shuffled weights, which has learnt nothing: "
        f"{_listed({m: each.shuffled for m, each in others.items()})}",
        "Lost without the top fifth of the words (comprehensiveness): "
        f"{_listed({m: each.comprehensiveness for m, each in trust.methods.items()})}",
        "Lost with them alone (sufficiency): "
        f"{_listed({m: each.sufficiency for m, each in trust.methods.items()})}",
    ]


def _each(
    trust: TrustAverages, figure: Callable[[MethodAverages], float]
) -> dict[str, float | None]:
    return {method.value: _finite(figure(each)) for method, each in trust.methods.items()}


def capitalised_name(method: Method) -> str:
    """``Value zeroing``: a method at the beginning of a line."""
    return _name(method).capitalize()


def _over_itself(record: Record, shown: Reading, method: Method) -> Shown:
    measure = measure_of(method)
    if measure is None:
        raise UsageError(
            "{method} is of the target over the source, not of a text over itself.",
            hint="Choose the site cross.",
            command_hint="Leave --site away.",
            method=capitalised_name(method),
        )
    matrix_of(record, shown.by(measure))
    return Shown(record, shown.by(measure))


def _facts(
    trust: Trust,
    forgotten: Mapping[Method, float],
    method: Method,
    left: Faithfulness,
    base: Reading,
) -> dict[str, object]:
    targets = range(len(trust.targets))
    return {
        "trust": {
            "attention": base.to_mapping(),
            "source_words": [trust.sources.label(place) for place in range(len(trust.sources))],
            "targets": [_target_facts(trust, target) for target in targets],
            "summary": summary_words(findings_of(trust)),
            "tau": {row.method.value: _finite(row.mean) for row in trust.rows},
            "tau_shuffled": {each.value: _finite(tau) for each, tau in forgotten.items()},
            "method": method.value,
            "comprehensiveness": left.comprehensiveness.tolist(),
            "sufficiency": left.sufficiency.tolist(),
        }
    }


def _target_facts(trust: Trust, target: int) -> dict[str, object]:
    is_mark = trust.targets.is_special(target)
    finding = finding_of(trust, target)
    return {
        "word": trust.targets.label(target),
        "probability": float(trust.probabilities[target]),
        "without": trust.erased[target].tolist(),
        "on_marks": float(trust.on_marks[target]),
        "on_punctuation": float(trust.on_signs[target]),
        "methods": {row.method.value: row.values[target].tolist() for row in trust.rows},
        "tau": {row.method.value: _finite(row.taus[target]) for row in trust.rows},
        "verdict": None if is_mark else finding.verdict.value,
        "sentence": None if is_mark else finding_words(finding, name=_quoted),
    }


def _sentences(trust: Trust) -> list[str]:
    findings = findings_of(trust)
    return [*(finding_words(each, name=_quoted) for each in findings), summary_words(findings)]


def _agreement(trust: Trust, forgotten: Mapping[Method, float]) -> list[str]:
    means: dict[Method, float] = {row.method: row.mean for row in trust.rows}
    del means[Method.ERASURE]  # with itself
    return [
        f"Kendall's tau with erasure: {_listed(means)}",
        f"The same model with shuffled weights, which has learnt nothing: {_listed(forgotten)}",
    ]


def _listed(taus: Mapping[Method, float]) -> str:
    known = {method: tau for method, tau in taus.items() if math.isfinite(tau)}
    return ", ".join(f"{_name(method)} {tau:.2f}" for method, tau in known.items())


def _finite(tau: float) -> float | None:
    """What a ranking that tells nothing apart agrees with is not known, which JSON calls null."""
    return float(tau) if math.isfinite(tau) else None


def _name(method: Method) -> str:
    return method.value.replace("_", " ")


def _quoted(word: str) -> str:
    return f"“{word}”"
