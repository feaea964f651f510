"""How far the attention of a model can be trusted over many held-out sentences."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.attribution.faithfulness import Faithfulness
from attnstudio.attribution.work import Work
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.matrices import first_reading
from attnstudio.interpretation.methods import Method, cross_reading
from attnstudio.interpretation.trust import Trust, Verdict, findings_of, trust_of
from attnstudio.project.measured_pairs import spread
from attnstudio.project.run_loading import LoadedRun
from attnstudio.project.trust_report import TrustReport, faithfulness_of, report_trust
from attnstudio.reading import Reading


@dataclass(frozen=True, slots=True)
class MethodAverages:
    """What one method is worth, means over the targets of all sentences but ``</s>``.

    Attributes:
        tau: Kendall's tau-b with erasure over the source words; NaN where no word has any.
        shuffled: the same where the weights of the model are shuffled; NaN where not worked out.
        comprehensiveness: what the probability of a piece loses without the top fifth of the words.
        sufficiency: what it loses with nothing but them.
    """

    tau: float
    shuffled: float
    comprehensiveness: float
    sufficiency: float


@dataclass(frozen=True, slots=True)
class TrustAverages:
    """Means over the words of all sentences.

    Attributes:
        reading: of the attention that is asked about.
        sentences: how many.
        words: of their targets, marks such as ``</s>`` apart.
        methods: each that there is; erasure is the last.
        verdicts: for how many words the picture is worth what.
    """

    reading: Reading
    sentences: int
    words: int
    methods: Mapping[Method, MethodAverages]
    verdicts: Mapping[Verdict, int]


@dataclass(frozen=True, slots=True)
class _Sentence:
    trust: Trust
    forgotten: Trust | None
    left: Mapping[Method, Faithfulness]


def average_trust(
    loaded: LoadedRun,
    split: Split,
    sentences: int,
    *,
    progress: Callable[[int, float | None], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
    is_enough: Callable[[], bool] = lambda: False,
) -> TrustAverages | None:
    """Read pairs of a split with the translations beside them, and ask how far to trust each word.

    Args:
        loaded: the model and its corpus.
        split: whose pairs.
        sentences: how many of them, evenly taken.
        progress: told how many are done, of how many.
        should_stop: asked now and then; what was found is not wanted then.
        is_enough: asked after each sentence; those that are done are averaged then.

    Returns:
        None where the model does not look at a source, the split is empty, or when stopped.
    """
    corpus, translator = loaded.corpus, loaded.translator
    chosen = spread(corpus.indices(split).tolist(), sentences)
    found: list[_Sentence] = []
    reading: Reading | None = None
    for done, index in enumerate(chosen):
        progress(done, len(chosen))
        if found and is_enough():
            break
        pair = translator.read_forced(corpus.source(index), corpus.target(index))
        report = report_trust(translator, pair, Work(should_stop=should_stop))
        if report is None:
            return None
        reading = cross_reading(report.record, first_reading(report.record, loaded.reading))
        sentence = None if reading is None else _sentence(translator, pair, report, reading)
        if sentence is None:
            return None
        found.append(sentence)
    return None if reading is None else _averages(found, reading)


def _sentence(
    translator: Translator, pair: PairToRead, report: TrustReport, reading: Reading
) -> _Sentence | None:
    trust = report.trust(reading)
    if trust is None:
        return None
    left = {
        row.method: faithfulness_of(translator, pair, report.record, reading, row.method)
        for row in trust.rows
    }
    return _Sentence(trust, trust_of(report.forgotten, reading), left)


def _averages(found: list[_Sentence], reading: Reading) -> TrustAverages:
    findings = [finding for each in found for finding in findings_of(each.trust)]
    return TrustAverages(
        reading,
        len(found),
        len(findings),
        {row.method: _of_method(found, row.method) for row in found[0].trust.rows},
        Counter(finding.verdict for finding in findings),
    )


def _of_method(found: list[_Sentence], method: Method) -> MethodAverages:
    return MethodAverages(
        _mean_tau((each.trust for each in found), method),
        _mean_tau((each.forgotten for each in found if each.forgotten is not None), method),
        _mean([each.left[method].comprehensiveness[:-1] for each in found]),
        _mean([each.left[method].sufficiency[:-1] for each in found]),
    )


def _mean_tau(found: Iterable[Trust], method: Method) -> float:
    """Over the target words of all sentences, each counted alike."""
    taus = [
        tau
        for trust in found
        if (row := trust.row_of(method)) is not None
        for place, tau in enumerate(row.taus.tolist())
        if not trust.targets.is_special(place) and math.isfinite(tau)
    ]
    return float(np.mean(taus)) if taus else math.nan


def _mean(parts: list[NDArray[np.float64]]) -> float:
    whole = np.concatenate(parts)
    return float(whole.mean()) if whole.size else math.nan
