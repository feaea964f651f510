"""How far the attention of a model can be trusted for one pair, all in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from attnstudio.attribution.faithfulness import Faithfulness
from attnstudio.attribution.work import Work
from attnstudio.axes import Matrix, Record
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.methods import Method, cross_reading, reading_by
from attnstudio.interpretation.trust import Trust, over_words, source_words, trust_of
from attnstudio.interpretation.words import word_groups
from attnstudio.reading import Measure, Reading
from attnstudio.sites import Analysis, Site, analysis_of

_SEED = 1
_OF_FORGOTTEN = frozenset({Analysis.ERASURE, Analysis.VALUE_ZEROING})  # what takes no time


@dataclass(frozen=True, slots=True)
class TrustReport:
    """The answer.

    Attributes:
        record: with all analyses in it.
        forgotten: the same of a model with shuffled weights, of which attention has learned
            nothing; without gradients, which follow any function there is, also that one.
    """

    record: Record
    forgotten: Record

    def analyses(self) -> Mapping[Site, Matrix]:
        """The matrices that were worked out."""
        found = self.record.matrices
        return {site: found[site] for site in self.record.sites if analysis_of(site)}

    def trust(self, shown: Reading) -> Trust | None:
        """All methods beside erasure; None where the model does not look at a source."""
        return trust_of(self.record, shown)

    def forgotten_taus(self, shown: Reading) -> Mapping[Method, float]:
        """The mean tau of each method but erasure where the weights are shuffled."""
        trust = trust_of(self.forgotten, shown)
        rows = () if trust is None else trust.rows
        return {row.method: row.mean for row in rows if row.method is not Method.ERASURE}


def report_trust(
    translator: Translator, pair: PairToRead, work: Work | None = None
) -> TrustReport | None:
    """All analyses of a pair, with the model and with one that has forgotten everything.

    Returns:
        None when stopped.
    """
    work, measures = work or Work(), tuple(Measure)
    every = tuple(Analysis)
    record = translator.analyse(pair, every, word_groups, measures=measures, work=work)
    if record is None:
        return None
    twin = translator.shuffled(_SEED)
    quiet = Work(should_stop=work.should_stop)
    forgotten = twin.analyse(pair, _OF_FORGOTTEN, word_groups, measures=measures, work=quiet)
    return None if forgotten is None else TrustReport(record, forgotten)


def faithfulness_of(
    translator: Translator, pair: PairToRead, record: Record, shown: Reading, method: Method
) -> Faithfulness:
    """What is left of each target piece without the words that a method puts first.

    Args:
        translator: the model.
        pair: that was read.
        record: of it, with the method in it.
        shown: how the method is read: see `reading_by`.
        method: whose ranking.
    """
    reading = reading_by(method, cross_reading(record, shown) or shown)
    rankings = over_words(record, reading, source_words(record.source))
    return translator.faithfulness(pair, record, word_groups, rankings.tolist())
