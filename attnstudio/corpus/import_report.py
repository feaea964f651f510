"""What an import kept and what it left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_LISTED_PROBLEMS = 1_000


class Reason(StrEnum):
    """Why a record was dropped."""

    EMPTY = "empty"  # a side without text
    UNDECODABLE = "undecodable"  # bytes that are not text
    COLUMNS = "columns"  # a table row without two columns
    LINKS = "links"  # gold links that are not links of this pair
    LANGUAGE = "language"  # a unit without one of the two languages


@dataclass(frozen=True, slots=True)
class Problem:
    """One record that was dropped.

    Attributes:
        file: name of the file as the person knows it.
        line: its line, or its number among the file's units, counted from 1.
        reason: why.
        text: what was read there, as far as it could be read; beside an empty side, the other.
    """

    file: str
    line: int
    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of one import.

    Attributes:
        pairs: pairs kept.
        dropped: how many records were dropped for which reason.
        problems: the first 1,000 of them.
        source: names of the files of the source side.
        target: names of the files of the target side.
        notices: sentences about what else happened.
    """

    pairs: int
    dropped: Mapping[Reason, int]
    problems: tuple[Problem, ...]
    source: tuple[str, ...]
    target: tuple[str, ...]
    notices: tuple[str, ...] = ()


class ProblemCounter:
    """Counts dropped records and keeps the first ones."""

    def __init__(self) -> None:
        self.counts: Counter[Reason] = Counter()
        self.first: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Count one dropped record."""
        self.counts[problem.reason] += 1
        if len(self.first) < _LISTED_PROBLEMS:
            self.first.append(problem)
