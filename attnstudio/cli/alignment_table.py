"""How an alignment report is said: a line, a table, and JSON."""

from __future__ import annotations

from collections.abc import Iterable

from attnstudio.evaluation.alignment_report import AlignmentReport, GroupScore
from attnstudio.evaluation.bootstrap import Interval

_PARTS = {"words": "words", "punctuation": "signs"}
_TIMES = {"never": "is never seen", "1": "is seen once", "more": "is seen more often"}


def interval_words(interval: Interval) -> str:
    """Where a rate lies with 95 %."""
    return f"[{interval.low:.4f}, {interval.high:.4f}]"


def in_words(group: GroupScore) -> str:
    """The three rates with their intervals."""
    return ", ".join(
        f"{name} {rate:.4f} {interval_words(where)}" for name, rate, where in _rates(group)
    )


def table_lines(report: AlignmentReport) -> list[str]:
    """A line for all links and for each group, with the intervals of 95 %."""
    rows = [["", "links", "AER", "precision", "recall"], _row("all links", report.whole)]
    rows += [_row(f"of {_PARTS[part.group]}", part) for part in report.parts]
    for side, groups in (("source", report.by_source), ("target", report.by_target)):
        rows += [_row(f"{side} word {_seen(group.group)}", group) for group in groups]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place == 1 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def report_facts(report: AlignmentReport) -> dict[str, object]:
    """The report for JSON; intervals are those of 95 %."""
    return _group_facts(report.whole) | {
        "pairs": report.pairs,
        "parts": _by_group(report.parts),
        "by_source_frequency": _by_group(report.by_source),
        "by_target_frequency": _by_group(report.by_target),
    }


def _seen(times: str) -> str:
    return _TIMES.get(times, f"is seen {times} times")


def _row(label: str, group: GroupScore) -> list[str]:
    cells = [f"{rate:.3f} [{at.low:.3f}, {at.high:.3f}]" for _, rate, at in _rates(group)]
    return [label, f"{group.score.links:,}", *cells]


def _rates(group: GroupScore) -> list[tuple[str, float, Interval]]:
    score = group.score
    return [
        ("AER", score.aer, group.aer),
        ("precision", score.precision, group.precision),
        ("recall", score.recall, group.recall),
    ]


def _by_group(groups: Iterable[GroupScore]) -> dict[str, object]:
    return {group.group: _group_facts(group) for group in groups}


def _group_facts(group: GroupScore) -> dict[str, object]:
    score, rates = group.score, _rates(group)
    return {
        **{name.lower(): rate for name, rate, _ in rates},
        "intervals": {name.lower(): [at.low, at.high] for name, _, at in rates},
        "links": score.links,
        "gold_links": score.possible,
        "sure_gold_links": score.sure,
    }
