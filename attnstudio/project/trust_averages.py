"""How far the attention of a model can be trusted over many held-out sentences."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from attnstudio.axes import Analysis, Measure, Reading
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.interpretation.matrices import first_reading
from attnstudio.interpretation.methods import Method, cross_reading
from attnstudio.interpretation.trust import Trust, Verdict, findings_of, trust_of
from attnstudio.interpretation.words import word_groups
from attnstudio.project.measured_pairs import spread
from attnstudio.project.run_loading import LoadedRun


@dataclass(frozen=True, slots=True)
class TrustAverages:
    """Means over the words of all sentences.

    Attributes:
        reading: of the attention that is asked about.
        sentences: how many.
        words: of their targets, marks such as ``</s>`` apart.
        taus: of each method, Kendall's tau-b with erasure; NaN where no word has any.
        verdicts: for how many words the picture is worth what.
    """

    reading: Reading
    sentences: int
    words: int
    taus: Mapping[Method, float]
    verdicts: Mapping[Verdict, int]


def average_trust(
    loaded: LoadedRun,
    split: Split,
    sentences: int,
    *,
    progress: Callable[[int, float | None], None] = lambda _done, _total: None,
) -> TrustAverages | None:
    """Read pairs of a split with the translations beside them, and ask how far to trust each word.

    Args:
        loaded: the model and its corpus.
        split: whose pairs.
        sentences: how many of them, evenly taken.
        progress: told how many are done, of how many.

    Returns:
        None where the model does not look at a source, or the split is empty.
    """
    corpus, translator = loaded.corpus, loaded.translator
    chosen = spread(corpus.indices(split).tolist(), sentences)
    found: list[Trust] = []
    reading: Reading | None = None
    for done, index in enumerate(chosen):
        progress(done, len(chosen))
        pair = translator.read_forced(corpus.source(index), corpus.target(index))
        record = translator.analyse(pair, tuple(Analysis), word_groups, measures=tuple(Measure))
        assert record is not None  # nothing stops it
        reading = cross_reading(record, first_reading(record, loaded.reading))
        if reading is None or (trust := trust_of(record, reading)) is None:
            return None
        found.append(trust)
    return None if reading is None else _averages(found, reading)


def _averages(found: list[Trust], reading: Reading) -> TrustAverages:
    findings = [finding for trust in found for finding in findings_of(trust)]
    return TrustAverages(
        reading,
        len(found),
        len(findings),
        {row.method: _mean_tau(found, row.method) for row in found[0].rows},
        Counter(finding.verdict for finding in findings),
    )


def _mean_tau(found: list[Trust], method: Method) -> float:
    """Over the target words of all sentences, each counted alike."""
    taus = [
        tau
        for trust in found
        if (row := trust.row_of(method)) is not None
        for place, tau in enumerate(row.taus.tolist())
        if not trust.targets.is_special(place) and math.isfinite(tau)
    ]
    return float(np.mean(taus)) if taus else math.nan
