"""The result of a comparison: one row a kind, each held against the first.

What is said of a difference follows one of two rules, and nothing is said where neither applies:

- Both kinds were trained with two or more seeds that are the same: of BLEU, chrF, loss and AER the
  95 % interval of the mean difference over these seeds (`attnstudio.evaluation.seed_spread`). The
  difference is beyond the spread of the seeds where the interval leaves out zero.
- With one seed: of BLEU alone the 95 % interval over draws of the test sentences, the paired
  bootstrap (`attnstudio.evaluation.paired_bootstrap`). Where it leaves out zero, the two models
  translate this test set differently well by more than the choice of its sentences; another seed
  may still say otherwise.

Of twenty kinds that are all alike, one lies beyond such an interval by chance: 95 % is meant for
each by itself. Losses are compared where the kinds cut text into the same pieces. Speed and memory
are shown without a rule: they depend on what else the machine does.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from attnstudio.evaluation.paired_bootstrap import paired_interval
from attnstudio.evaluation.seed_spread import seed_interval
from attnstudio.project.comparison_queue import Entry, entries_of
from attnstudio.project.kind_comparison import ComparedKind, Comparison
from attnstudio.project.outcome import Outcome, read_outcome
from attnstudio.project.project import Project
from attnstudio.project.run import Run


class Figure(StrEnum):
    """A column; the value is the name of its field in `Outcome`."""

    BLEU = "bleu"
    CHRF = "chrf"
    LOSS = "loss"
    AER = "aer"
    ZEROS = "zeros"
    TOKENS_PER_SECOND = "tokens_per_second"
    MEMORY = "memory_bytes"
    SECONDS = "seconds"


class Rule(StrEnum):
    """By what a difference is judged."""

    SEEDS = "seeds"  # the spread over two seeds or more
    SENTENCES = "sentences"  # the choice of the test sentences, with one seed


_JUDGED_BY_SEEDS = (Figure.BLEU, Figure.CHRF, Figure.LOSS, Figure.AER)


@dataclass(frozen=True, slots=True)
class Average:
    """A figure of one kind over its seeds.

    Attributes:
        mean: over those that are finished.
        low: the least of them.
        high: the greatest of them.
        seeds: how many they are.
    """

    mean: float
    low: float
    high: float
    seeds: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of one kind less that of the first.

    Attributes:
        mean: over the seeds that both have finished.
        seeds: how many they are.
        rule: by which it is judged; None where nothing can be said.
        low: lower end of the 95 % interval of the rule; None without one.
        high: its upper end.
    """

    mean: float
    seeds: int
    rule: Rule | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_beyond(self) -> bool | None:
        """Whether it is beyond what its rule calls noise; None where nothing can be said."""
        if self.low is None or self.high is None:
            return None
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind.

    Attributes:
        kind: which.
        entries: its runs, one a seed in the comparison's order, as they stand.
        outcomes: what came of each; None where it is not finished.
        averages: by figure; those that no seed has are left out.
        differences: to the first kind, by figure; empty for the first itself.
    """

    kind: ComparedKind
    entries: tuple[Entry, ...]
    outcomes: tuple[Outcome | None, ...]
    averages: Mapping[Figure, Average] = field(default_factory=dict)
    differences: Mapping[Figure, Difference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """The result as it stands.

    Attributes:
        comparison: what is compared.
        rows: one a kind; the first is what the others are held against.
        figures: the columns that any kind has; of zeros where any kind has some.
    """

    comparison: Comparison
    rows: tuple[KindRow, ...]
    figures: tuple[Figure, ...]


def read_table(project: Project, comparison: Comparison) -> ComparisonTable:
    """The table as it stands, read from the folders of the runs; nothing is measured.

    It takes a tenth of a second for each difference that is judged by test sentences.

    Raises:
        StorageError: the folders cannot be read.
    """
    entries = entries_of(project, comparison)
    rows = [_row(project, entries, kind) for kind in comparison.kinds]
    first = rows[0]
    whole = [first, *(_against(comparison, row, first) for row in rows[1:])]
    figures = tuple(figure for figure in Figure if _is_worth_a_column(figure, whole))
    return ComparisonTable(comparison, tuple(whole), figures)


def _is_worth_a_column(figure: Figure, rows: Sequence[KindRow]) -> bool:
    found = [row.averages[figure].high for row in rows if figure in row.averages]
    return any(found) if figure is Figure.ZEROS else bool(found)


def _row(project: Project, entries: Sequence[Entry], kind: ComparedKind) -> KindRow:
    own = tuple(entry for entry in entries if entry.kind.label == kind.label)
    outcomes = tuple(_outcome(project, entry) for entry in own)
    averages = {}
    for figure in Figure:
        found = [v for outcome in outcomes if (v := value_of(outcome, figure)) is not None]
        if found:
            mean = statistics.fmean(found)
            averages[figure] = Average(mean, min(found), max(found), len(found))
    return KindRow(kind, own, outcomes, averages)


def _outcome(project: Project, entry: Entry) -> Outcome | None:
    """Of a run that is the comparison's own; also of one that is trained further just now."""
    if entry.problem:
        return None
    return read_outcome(Run(project.runs_folder / entry.run))


def value_of(outcome: Outcome | None, figure: Figure) -> float | None:
    """A figure of one run; None where it has none."""
    found = None if outcome is None else getattr(outcome, figure.value)
    return None if found is None else float(found)


def _against(comparison: Comparison, row: KindRow, first: KindRow) -> KindRow:
    differences = {}
    for figure in Figure:
        if figure is Figure.LOSS and not _same_pieces(comparison, row.kind, first.kind):
            continue
        found = _difference(figure, row.outcomes, first.outcomes)
        if found is not None:
            differences[figure] = found
    return KindRow(row.kind, row.entries, row.outcomes, row.averages, differences)


def _difference(
    figure: Figure, own: Sequence[Outcome | None], first: Sequence[Outcome | None]
) -> Difference | None:
    """Over the seeds that both have, on the same test pairs."""
    both = [
        (one, other)
        for one, other in zip(own, first, strict=True)
        if one is not None and other is not None and one.pairs == other.pairs
        if value_of(one, figure) is not None and value_of(other, figure) is not None
    ]
    if not both:
        return None
    each = [getattr(one, figure.value) - getattr(other, figure.value) for one, other in both]
    mean, seeds = statistics.fmean(each), len(each)
    if seeds > 1 and figure in _JUDGED_BY_SEEDS:
        interval = seed_interval(each)
        return Difference(mean, seeds, Rule.SEEDS, interval.low, interval.high)
    one, other = (np.array(outcome.bleu_counts, dtype=np.int64) for outcome in both[0])
    if seeds == 1 and figure is Figure.BLEU and len(one) == len(other) > 0:
        interval = paired_interval(one, other)
        return Difference(mean, seeds, Rule.SENTENCES, interval.low, interval.high)
    return Difference(mean, seeds)


def _same_pieces(comparison: Comparison, one: ComparedKind, other: ComparedKind) -> bool:
    seed = comparison.seeds[0]
    configs = (comparison.config_of(kind, seed).tokenizer for kind in (one, other))
    return len({config.model_dump_json() for config in configs}) == 1
