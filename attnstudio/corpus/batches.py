"""Pairs as the readers hand them on: many at a time, cleaned, with what was wrong beside them.

A whole batch is looked at with a few calls that run in C, and only the lines that they complain of
are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.line_block import LineBlock, as_block, joined_blocks
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import is_plain, mend_text
from attnstudio.corpus.text_source import is_text, readable

BATCH_PAIRS = 4_096
_BATCH_CHARACTERS = 1 << 22
_LOOKED_AT_TOGETHER = 16
_SMALL_BLOCK = 64  # pairs
_FEW = 1 / 32  # of the lines


class Batch(NamedTuple):
    """Pairs that follow each other, and the problems among them.

    Attributes:
        sources: source sentences.
        targets: their translations.
        problems: records that were dropped or mended, in the order of the file.
        gold: the links of each pair; empty where no file gives any.
    """

    sources: Sequence[str] | LineBlock
    targets: Sequence[str] | LineBlock
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
        self._characters = 0

    @property
    def is_full(self) -> bool:
        """Whether it is time to `take` them."""
        records = len(self._sources) + len(self._problems)
        return records >= BATCH_PAIRS or self._characters > _BATCH_CHARACTERS

    def add(self, line: int, source: str, target: str) -> None:
        """One more pair and the line or number at which it stands."""
        self._lines.append(line)
        self._sources.append(source)
        self._targets.append(target)
        self._characters += len(source) + len(target)

    def drop(self, problem: Problem) -> None:
        """One more record that is no pair."""
        self._problems.append(problem)
        self._characters += len(problem.text)

    def take(self) -> Batch:
        """All that was added, cleaned."""
        batch = clean_pairs(self._sources, self._targets, self._lines, *self._names)
        problems = sorted((*self._problems, *batch.problems), key=lambda p: p.line)
        self._sources, self._targets, self._lines, self._problems = [], [], [], []
        self._characters = 0
        return batch._replace(problems=problems)


def clean_blocks(
    sources: LineBlock, targets: LineBlock, first_line: int, source_name: str, target_name: str
) -> Batch:
    """What `clean_pairs` does, of lines as they were read; clean ones go on as they are.

    Args:
        sources: source lines.
        targets: as many target lines.
        first_line: the line of the first pair.
        source_name: the file that holds the source side.
        target_name: the same of the target's.
    """
    parts = list(_clean_parts((sources, targets), first_line, (source_name, target_name)))
    if len(parts) == 1:
        return parts[0]
    return Batch(
        joined_blocks([as_block(part.sources) for part in parts]),
        joined_blocks([as_block(part.targets) for part in parts]),
        [problem for part in parts for problem in part.problems],
    )


def _clean_parts(
    sides: tuple[LineBlock, LineBlock], first_line: int, names: tuple[str, str]
) -> Iterator[Batch]:
    """Batches of neighbouring lines: large ones of clean lines, small ones of the others."""
    sources, targets = sides
    count = len(sources)
    of_sides = [side.doubtful() for side in sides]
    if max(map(len, of_sides)) > _FEW * count:
        yield from _clean_by_halves(sides, first_line, names)
        return
    doubtful = np.union1d(*of_sides).tolist()
    for start, end in pairwise((0, *(cut for line in doubtful for cut in (line, line + 1)), count)):
        if start == end:
            continue
        parts = sources.part(start, end), targets.part(start, end)
        if end - start > 1 and all(part.is_text() for part in parts):
            yield Batch(*parts)
        else:
            yield from _clean_by_halves(parts, first_line + start, names)


def _clean_by_halves(
    sides: tuple[LineBlock, LineBlock], first_line: int, names: tuple[str, str]
) -> Iterator[Batch]:
    """The same of a script of which bytes tell little: divided until what is not clean is found."""
    sources, targets = sides
    count = len(sources)
    if count <= _SMALL_BLOCK:
        lines = range(first_line, first_line + count)
        yield clean_pairs(sources.lines(), targets.lines(), lines, *names)
    elif sources.is_clean() and targets.is_clean():
        yield Batch(sources, targets)
    else:
        for start, end in ((0, count // 2), (count // 2, count)):
            parts = sources.part(start, end), targets.part(start, end)
            yield from _clean_by_halves(parts, first_line + start, names)


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
