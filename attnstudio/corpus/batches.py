"""Pairs as the readers hand them on: many at a time, cleaned, with what was wrong beside them.

A corpus has millions of short lines, and Python is slow once a line. So a whole batch is looked at
with a few calls that run in C, and only the lines that they complain of are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import is_plain, mend_text
from attnstudio.corpus.text_source import is_text, readable

BATCH_PAIRS = 4_096
_LOOKED_AT_TOGETHER = 64


class Batch(NamedTuple):
    """Pairs that follow each other, and the problems among them.

    Attributes:
        sources: source sentences.
        targets: their translations.
        problems: records that were dropped or mended, in the order of the file.
        gold: the links of each pair; empty where no file gives any.
    """

    sources: Sequence[str]
    targets: Sequence[str]
    problems: Sequence[Problem] = ()
    gold: Sequence[GoldLinks | None] = ()

    def pairs(self) -> Iterator[SentencePair]:
        """The pairs, one after another."""
        gold = self.gold or (None,) * len(self.sources)
        return map(SentencePair, self.sources, self.targets, gold)


class RawPairs:
    """Collects pairs as a file has them, until there is a batch of them to clean.

    Args:
        source: the name of the file that holds the source side.
        target: the same of the target's; the source's if it is left out.
    """

    def __init__(self, source: str, target: str = "") -> None:
        self._names = (source, target or source)
        self._sources: list[str] = []
        self._targets: list[str] = []
        self._lines: list[int] = []
        self._problems: list[Problem] = []

    @property
    def is_full(self) -> bool:
        """Whether it is time to `take` them."""
        return len(self._sources) + len(self._problems) >= BATCH_PAIRS

    def add(self, line: int, source: str, target: str) -> None:
        """One more pair and the line or number at which it stands."""
        self._lines.append(line)
        self._sources.append(source)
        self._targets.append(target)

    def drop(self, problem: Problem) -> None:
        """One more record that is no pair."""
        self._problems.append(problem)

    def take(self) -> Batch:
        """All that was added, cleaned."""
        batch = clean_pairs(self._sources, self._targets, self._lines, *self._names)
        problems = sorted((*self._problems, *batch.problems), key=lambda p: p.line)
        self._sources, self._targets, self._lines, self._problems = [], [], [], []
        return batch._replace(problems=problems)


def clean_pairs(
    sources: Sequence[str],
    targets: Sequence[str],
    lines: Sequence[int],
    source_name: str,
    target_name: str,
) -> Batch:
    """Clean both sides; drop the pairs of which one is empty or no text.

    Args:
        sources: source sentences as the file has them.
        targets: as many target sentences.
        lines: the line or number of each pair.
        source_name: the file that holds the source side.
        target_name: the same of the target's.
    """
    sources = [line.strip(" \n") for line in sources]
    targets = [line.strip(" \n") for line in targets]
    kept: tuple[list[str], list[str]] = ([], [])
    problems: list[Problem] = []
    for start in range(0, len(sources), _LOOKED_AT_TOGETHER):
        part = slice(start, start + _LOOKED_AT_TOGETHER)
        some_sources, some_targets = sources[part], targets[part]
        if not (
            all(some_sources)
            and all(some_targets)
            and is_plain("".join(some_sources))
            and is_plain("".join(some_targets))
        ):
            some_sources, some_targets, found = _clean_one_by_one(
                some_sources, some_targets, lines[part], (source_name, target_name)
            )
            problems += found
        kept[0].extend(some_sources)
        kept[1].extend(some_targets)
    return Batch(*kept, problems)


def _clean_one_by_one(
    sources: Sequence[str], targets: Sequence[str], lines: Sequence[int], names: tuple[str, str]
) -> tuple[list[str], list[str], list[Problem]]:
    kept: tuple[list[str], list[str]] = ([], [])
    problems: list[Problem] = []
    for number, *sides in zip(lines, sources, targets, strict=True):
        found: list[Problem] = []
        for side, text in enumerate(sides):
            if text and is_plain(text):
                continue
            if not is_text(text):
                found = [Problem(names[side], number, Reason.UNDECODABLE, readable(text))]
                break
            sides[side], mendings = mend_text(text)
            if not sides[side]:
                other = mend_text(readable(sides[1 - side]))[0]
                found = [Problem(names[side], number, Reason.EMPTY, other)]
                break
            found += [Problem(names[side], number, Reason(m), sides[side]) for m in mendings]
        problems += found
        if all(problem.reason.is_mended for problem in found):
            kept[0].append(sides[0])
            kept[1].append(sides[1])
    return *kept, problems


def records_in(batches: Iterable[Batch]) -> Iterator[SentencePair | Problem]:
    """The pairs and then the problems of each batch, one after another."""
    for batch in batches:
        yield from batch.pairs()
        yield from batch.problems
