"""What an import kept, what it mended and what it left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

LISTED_PROBLEMS = 100  # of each kind
_LISTED_CHARACTERS = 1_000  # of the text of each


class Reason(StrEnum):
    """What is wrong with a record: the first kinds drop it, the mended ones do not."""

    EMPTY = "empty"  # a side without text
    UNDECODABLE = "undecodable"  # bytes that are not text
    COLUMNS = "columns"  # a table row without two columns
    MALFORMED = "malformed"  # a record that is not written as its format says
    LINKS = "links"  # gold links that are not links of this pair
    LANGUAGE = "language"  # a unit without one of the two languages
    FUZZY = "fuzzy"  # a translation that its file calls unconfirmed
    UNTRANSLATED = "untranslated"  # a unit that its file calls new, with its source as the target
    UNPAIRED = "unpaired"  # a subtitle or key that the other file has not
    CONTROLS = "controls"  # control characters were removed
    ZERO_WIDTH = "zero-width"  # characters without width were removed
    NO_BREAK = "no-break"  # no-break spaces became spaces

    @property
    def is_mended(self) -> bool:
        """Whether the pair was kept all the same."""
        return self in (Reason.CONTROLS, Reason.ZERO_WIDTH, Reason.NO_BREAK)


class Counted(StrEnum):
    """What the numbers of records count in a file."""

    LINE = "line"
    ROW = "row"  # of a sheet or a Parquet file
    RECORD = "record"  # of JSON
    UNIT = "unit"  # of a translation file
    ENTRY = "entry"  # of a file with keys


@dataclass(frozen=True, slots=True)
class Problem:
    """One record that was dropped or mended.

    Attributes:
        file: name of the file as the person knows it.
        line: its line, or its number among what is counted, from 1.
        reason: why.
        text: what was read there, as far as it could be read; beside an empty side, the other.
        counted: what ``line`` counts.
    """

    file: str
    line: int
    reason: Reason
    text: str
    counted: Counted = Counted.LINE

    @property
    def place(self) -> str:
        """File and number: ``x.en:3``, but ``x.tmx, unit 3``."""
        if self.counted is Counted.LINE:
            return f"{self.file}:{self.line}"
        return f"{self.file}, {self.counted.value} {self.line}:"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of one import.

    Attributes:
        pairs: pairs kept.
        dropped: how many records were dropped for which reason.
        problems: the first 100 of each kind, those that were mended among them.
        source: names of the files of the source side.
        target: names of the files of the target side.
        notices: sentences about what else happened.
        mended: how many sentences were kept after which repair.
        splits: how many pairs were kept for each split.
    """

    pairs: int
    dropped: Mapping[Reason, int]
    problems: tuple[Problem, ...]
    source: tuple[str, ...]
    target: tuple[str, ...]
    notices: tuple[str, ...] = ()
    mended: Mapping[Reason, int] = field(default_factory=dict)
    splits: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The report as plain values."""
        content = asdict(self)
        content["dropped"] = {reason.value: n for reason, n in self.dropped.items()}
        content["mended"] = {reason.value: n for reason, n in self.mended.items()}
        content["problems"] = [
            {
                "file": p.file,
                "line": p.line,
                "reason": p.reason.value,
                "text": p.text,
                "counted": p.counted.value,
            }
            for p in self.problems
        ]
        return content

    def to_lines(self, places: int = LISTED_PROBLEMS, characters: int = 200) -> Iterator[str]:
        """The report as text.

        Args:
            places: how many places of each kind of problem are named.
            characters: how much of what was read there is shown.
        """
        yield from self.notices
        if self.pairs:
            yield f"  source: {', '.join(self.source)}"
            yield f"  target: {', '.join(self.target)}"
        for verb, counts in (("dropped", self.dropped), ("mended", self.mended)):
            for reason, count in counts.items():
                yield f"  {verb} {count:,}: {reason.value}"
                found = [problem for problem in self.problems if problem.reason == reason]
                for problem in found[:places]:
                    yield f"    {problem.place} {problem.text[:characters]}"


class ProblemCounter:
    """Counts dropped and mended records and keeps the first ones of each kind."""

    def __init__(self) -> None:
        self._counts: Counter[Reason] = Counter()
        self.first: list[Problem] = []

    def add(self, problems: Iterable[Problem]) -> None:
        """Count some records."""
        for problem in problems:
            self._counts[problem.reason] += 1
            if self._counts[problem.reason] <= LISTED_PROBLEMS:
                self.first.append(replace(problem, text=problem.text[:_LISTED_CHARACTERS]))

    def add_unlisted(self, reason: Reason, count: int) -> None:
        """Count records of which no place is kept."""
        if count:
            self._counts[reason] += count

    @property
    def dropped(self) -> dict[Reason, int]:
        """How many records were dropped, by reason."""
        return {reason: n for reason, n in self._counts.items() if not reason.is_mended}

    @property
    def mended(self) -> dict[Reason, int]:
        """How many sentences were mended, by reason."""
        return {reason: n for reason, n in self._counts.items() if reason.is_mended}
