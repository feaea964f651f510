"""What every way to align two files reads, and how it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attnstudio.cli.alignment_table import in_words, report_facts, table_lines
from attnstudio.cli.lines import (
    joined,
    read_lines,
    refuse_different_lengths,
    refuse_missing,
    refuse_unwritable,
    write_output,
)
from attnstudio.cli.output import Output
from attnstudio.corpus.alignment import Alignment
from attnstudio.corpus.gold_file import GoldFile
from attnstudio.corpus.gold_reader import GoldNotation
from attnstudio.evaluation.alignment_report import report_alignments
from attnstudio.evaluation.word_frequency import WordFrequencies


@dataclass(frozen=True, slots=True)
class GivenPairs:
    """What the files hold.

    Attributes:
        sources: the words of each source sentence.
        targets: those of its translation.
        golds: their gold links; None where no file gives any.
    """

    sources: list[list[str]]
    targets: list[list[str]]
    golds: list[Alignment] | None


@dataclass(frozen=True, slots=True)
class AlignedFiles:
    """The files of ``attnstudio align``.

    Attributes:
        source: sentences in words between spaces, one a line.
        target: their translations.
        gold: gold links to measure against.
        notation: how these are written.
        to: where the links go; None for stdout.
        details: whether the errors of words, signs, frequent and rare words are said apart.
    """

    source: Path
    target: Path
    gold: Path | None
    notation: GoldNotation
    to: Path | None
    details: bool

    def read(self) -> GivenPairs:
        """Read all of them, and see that the links can be written.

        Raises:
            InputError: a file is not there, they do not belong together, or gold links are none.
            StorageError: the links could not be written.
        """
        refuse_missing(self.gold)
        refuse_unwritable(self.to)
        source_lines, target_lines = read_lines(self.source), read_lines(self.target)
        refuse_different_lengths(self.source, source_lines, self.target, target_lines)
        sources, targets = (
            [line.split() for line in lines] for lines in (source_lines, target_lines)
        )
        golds = None
        if self.gold is not None:
            gold = GoldFile(self.gold.name, iter(read_lines(self.gold)), self.notation)
            sizes = [(len(one), len(other)) for one, other in zip(sources, targets, strict=True)]
            golds = gold.alignments(sizes, self.source.name)
        return GivenPairs(sources, targets, golds)

    def answer(
        self,
        output: Output,
        given: GivenPairs,
        alignments: Sequence[Alignment],
        facts: Mapping[str, object],
        method: str,
        frequencies: Callable[[], WordFrequencies],
    ) -> None:
        """Write the links and say how good they are.

        Args:
            output: where it is said.
            given: what was read.
            alignments: of its pairs.
            facts: what else the answer in JSON says.
            method: how the links were found, in words.
            frequencies: counts the words in what was learnt from; asked where gold links are given.
        """
        lines = [alignment.to_pharaoh() for alignment in alignments]
        if self.to is not None:
            write_output(self.to, joined(lines))
        content: dict[str, object] = {"alignments": lines, **facts}
        if given.golds is not None:
            report = report_alignments(
                alignments, given.golds, given.sources, given.targets, frequencies()
            )
            content |= report_facts(report)
            output.say(f"{in_words(report.whole)} ({method})")
            for line in table_lines(report) if self.details else ():
                output.say(line)
        output.result(content, [] if self.to is not None else lines)
