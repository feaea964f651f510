"""What a cleaning drops, as people look at it: a count and a random sample for each rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from attnstudio.config import CleaningConfig
from attnstudio.corpus.cleaning import Rule, Unclean, rules_of
from attnstudio.corpus.parallel_corpus import ParallelCorpus


@dataclass(frozen=True, slots=True)
class DroppedPair:
    """One pair that is dropped.

    Attributes:
        index: its place in the corpus that was looked at, counted from 0.
        source: the source sentence.
        target: the target sentence.
    """

    index: int
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule drops.

    Attributes:
        rule: which one.
        count: how many pairs; other rules may drop some of them as well.
        examples: some of them, drawn at random.
    """

    rule: Rule
    count: int
    examples: tuple[DroppedPair, ...]


@dataclass(frozen=True, slots=True)
class CleaningReport:
    """What a cleaning drops.

    Attributes:
        config: what was asked for.
        unclean: every pair that is dropped.
        findings: one for every rule that is switched on.
    """

    config: CleaningConfig
    unclean: Unclean
    findings: tuple[Finding, ...]

    @property
    def train(self) -> int:
        """Training pairs before."""
        return self.unclean.train

    @property
    def dropped(self) -> int:
        """How many of them all rules together drop."""
        return self.unclean.dropped

    def to_json(self) -> dict[str, Any]:
        """The report as plain values; pairs are counted from 1."""
        return {
            "config": self.config.model_dump(mode="json"),
            "train": self.train,
            "dropped": self.dropped,
            "rules": {
                finding.rule.value: {
                    "count": finding.count,
                    "examples": [
                        {"pair": pair.index + 1, "source": pair.source, "target": pair.target}
                        for pair in finding.examples
                    ],
                }
                for finding in self.findings
            },
        }


def report_cleaning(
    corpus: ParallelCorpus, config: CleaningConfig, unclean: Unclean, *, examples: int, seed: int
) -> CleaningReport:
    """Count and sample what was found in a corpus.

    Args:
        corpus: what was looked at.
        config: what was asked for.
        unclean: what was found.
        examples: how many pairs are shown for each rule.
        seed: of the samples.
    """
    findings = [
        Finding(
            rule,
            unclean.count(rule),
            tuple(
                DroppedPair(index, corpus.source(index), corpus.target(index))
                for index in unclean.sample(rule, examples, seed).tolist()
            ),
        )
        for rule in rules_of(config)
    ]
    return CleaningReport(config, unclean, tuple(findings))
