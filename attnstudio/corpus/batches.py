"""Pairs as the readers hand them on: many at a time, cleaned, with what was wrong beside them.

A whole batch is looked at with a few calls that run in C, and only the lines that they complain of
are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.import_report import LISTED_PROBLEMS, Counted, Problem, Reason
from attnstudio.corpus.line_block import LineBlock
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import is_plain, mend_text
from attnstudio.corpus.text_source import is_text, readable

BATCH_PAIRS = 4_096
_BATCH_CHARACTERS = 1 << 22
_LOOKED_AT_TOGETHER = 16


class PairBatch(NamedTuple):
    """Pairs that follow each other, and the problems among them.

    Attributes:
        sources: source sentences.
        targets: their translations.
        problems: records that were dropped or mended, in the order of the file.
        gold: the links of each pair; empty where no file gives any.
        unlisted: how many more sentences had their no-break spaces mended than there are problems.
    """

    sources: Sequence[str] | LineBlock
    targets: Sequence[str] | LineBlock
    problems: Sequence[Problem] = ()
    gold: Sequence[GoldLinks | None] = ()
    unlisted: int = 0

    def pairs(self) -> Iterator[SentencePair]:
        """The pairs, one after another."""
        gold = self.gold or (None,) * len(self.sources)
        return map(SentencePair, self.sources, self.targets, gold)


class RawPairs:
    """Collects pairs as a file has them, until there is a batch of them to clean.

    Args:
        source: the name of the file that holds the source side.
        target: the same of the target's; the source's if it is left out.
        counted: what the numbers of the pairs count.
    """

    def __init__(self, source: str, target: str = "", counted: Counted = Counted.LINE) -> None:
        self._names = (source, target or source)
        self._counted = counted
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

    def take(self) -> PairBatch:
        """All that was added, cleaned."""
        batch = clean_pairs(self._sources, self._targets, self._lines, *self._names)
        problems = sorted((*self._problems, *batch.problems), key=lambda p: p.line)
        if self._counted is not Counted.LINE:
            problems = [replace(problem, counted=self._counted) for problem in problems]
        self._sources, self._targets, self._lines, self._problems = [], [], [], []
        self._characters = 0
        return batch._replace(problems=problems)


def clean_blocks(
    sources: LineBlock, targets: LineBlock, first_line: int, source_name: str, target_name: str
) -> PairBatch:
    """What `clean_pairs` does, of lines as they were read; clean ones go on as they are.

    Args:
        sources: source lines.
        targets: as many target lines.
        first_line: the line of the first pair.
        source_name: the file that holds the source side.
        target_name: the same of the target's.
    """
    names = (source_name, target_name)
    sides = (sources, targets)
    spaced = [side.spaced() for side in sides]  # French has them in every tenth sentence
    places = np.union1d(*(block.doubtful() for block, _ in spaced)).tolist()
    looked_at = set(places)
    problems: list[Problem] = []
    unlisted = 0
    for name, (block, mended) in zip(names, spaced, strict=True):
        others = [place for place in mended if place not in looked_at] if looked_at else mended
        listed = others[:LISTED_PROBLEMS]  # a million of them would take longer than their text
        unlisted += len(others) - len(listed)
        problems += [
            Problem(name, first_line + place, Reason.NO_BREAK, text)
            for place, text in zip(listed, block.at(listed), strict=True)
        ]
    if places:
        some = [[line.strip(" ") for line in side.at(places)] for side in sides]
        lines = [first_line + place for place in places]
        cleaned, found = _clean_one_by_one(some[0], some[1], lines, names)
        problems += found
        spaced = [
            (block.replaced(places, [pair and pair[side] for pair in cleaned]), [])
            for side, (block, _) in enumerate(spaced)
        ]
    problems.sort(key=lambda problem: problem.line)
    return PairBatch(spaced[0][0], spaced[1][0], problems, unlisted=unlisted)


def clean_pairs(
    sources: Sequence[str],
    targets: Sequence[str],
    lines: Sequence[int],
    source_name: str,
    target_name: str,
) -> PairBatch:
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
            cleaned, found = _clean_one_by_one(
                some_sources, some_targets, lines[part], (source_name, target_name)
            )
            problems += found
            some_sources = [pair[0] for pair in cleaned if pair]
            some_targets = [pair[1] for pair in cleaned if pair]
        kept[0].extend(some_sources)
        kept[1].extend(some_targets)
    return PairBatch(*kept, problems)


def _clean_one_by_one(
    sources: Sequence[str], targets: Sequence[str], lines: Sequence[int], names: tuple[str, str]
) -> tuple[list[tuple[str, str] | None], list[Problem]]:
    """Each pair, None where it is dropped, and what was wrong."""
    cleaned: list[tuple[str, str] | None] = []
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
        is_kept = all(problem.reason.is_mended for problem in found)
        cleaned.append((sides[0], sides[1]) if is_kept else None)
    return cleaned, problems
