"""Two text files whose lines are partners, and optionally a third with their gold links."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from attnstudio.corpus.batches import BATCH_PAIRS, PairBatch, clean_blocks
from attnstudio.corpus.gold_file import GoldFile
from attnstudio.corpus.gold_reader import PLAIN, GoldNotation, GoldReader
from attnstudio.corpus.import_report import Counted, Problem, Reason
from attnstudio.corpus.line_block import NO_LINES, LineBlock
from attnstudio.corpus.mismatch import first_suspicious_line
from attnstudio.corpus.naacl_links import GoldLine
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.sgm_segments import is_sgm, segment_batches
from attnstudio.corpus.text_source import (
    TextSource,
    ignore_bytes,
    is_text,
    open_line_blocks,
    open_lines,
    readable,
)
from attnstudio.corpus.tokenised_text import join_tokens
from attnstudio.errors import AlignmentError, CorpusError

_MOST_COMPARED = 2_000_000  # lines; more would need more memory than an import may


class LineAlignedFiles(NamedTuple):
    """Which text is which side.

    Attributes:
        source: one side.
        target: the other side.
        links: gold links between the tokens of both.
        gold: how the links are written.
    """

    source: TextSource
    target: TextSource
    links: TextSource | None = None
    gold: GoldNotation = PLAIN

    @property
    def texts(self) -> tuple[TextSource, ...]:
        """All that is read."""
        return (*self.sides, self.links) if self.links else self.sides

    @property
    def sides(self) -> tuple[TextSource, TextSource]:
        """Where source and target are read."""
        return self.source, self.target

    def swapped(self) -> LineAlignedFiles:
        """The same texts with their sides exchanged."""
        return self._replace(source=self.target, target=self.source)

    def batches(
        self, languages: tuple[str, str], count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[PairBatch]:
        """See `read_line_aligned`."""
        return read_line_aligned(self, languages, count_bytes)


def read_line_aligned(
    files: LineAlignedFiles,
    languages: tuple[str, str],
    count_bytes: Callable[[int], None] = ignore_bytes,
) -> Iterator[PairBatch]:
    """The pairs of two line-aligned files, and the problems among them.

    Where there are gold links, the files hold tokens between spaces, as the links count them. The
    pairs then hold the text as the language is written, and the links know where the tokens lie.

    Args:
        files: which text is which side.
        languages: codes of source and target.
        count_bytes: see `open_lines`.

    Raises:
        CorpusError: a file cannot be read, or the numbers of lines differ; the second one comes
            after the last common line, so keep nothing before the end is reached.
        AlignmentError: a line is no link; or the number of links differs, or they seem to count
            words from 1 or to be reversed, found out at the same place.
    """
    names = [text.name for text in files.sides]
    with ExitStack() as opened:
        sides = [
            _Waiting(opened.enter_context(_open_blocks(text, count_bytes))) for text in files.sides
        ]
        gold = _open_gold(files, opened, count_bytes)
        while common := min(BATCH_PAIRS, *(len(side) for side in sides)):
            first = sides[0].taken + 1
            sources, targets = (side.take(common) for side in sides)
            if gold is not None:
                yield _linked(files, gold, languages, first, (sources, targets))
            else:
                batch = clean_blocks(sources, targets, first, names[0], names[1])
                yield _by_unit(batch) if is_sgm(files.source) else batch
        counts = [side.taken + side.count_rest() for side in sides]
        if counts[0] != counts[1]:
            raise _no_partners(files, counts[0], counts[1])
        if gold is not None:
            gold.refuse_other_count(files.source.name)
            assert files.links is not None
            gold.reader.refuse_misread(files.links.name)


def _open_gold(
    files: LineAlignedFiles, opened: ExitStack, count_bytes: Callable[[int], None]
) -> GoldFile | None:
    if files.links is None:
        return None
    lines = opened.enter_context(open_lines(files.links, count_bytes))
    return GoldFile(files.links.name, lines, files.gold)


def _by_unit(batch: PairBatch) -> PairBatch:
    """The same problems, whose numbers are those of segments."""
    return batch._replace(problems=[replace(p, counted=Counted.UNIT) for p in batch.problems])


class _Waiting:
    """The lines of a text that wait for their partners."""

    def __init__(self, blocks: Iterator[LineBlock]) -> None:
        self._blocks = blocks
        self._block, self._place = NO_LINES, 0
        self.taken = 0

    def __len__(self) -> int:
        """How many there are for now; 0 at the end of the text."""
        if self._place == len(self._block):
            self._block, self._place = next(self._blocks, NO_LINES), 0
        return len(self._block) - self._place

    def take(self, count: int) -> LineBlock:
        """The next ones."""
        start, self._place = self._place, self._place + count
        self.taken += count
        return self._block.part(start, self._place)

    def count_rest(self) -> int:
        """Read on to the end."""
        return len(self) + sum(map(len, self._blocks))


@contextmanager
def _open_blocks(
    text: TextSource, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[Iterator[LineBlock]]:
    with open_line_blocks(text, count_bytes) as blocks:
        yield _segment_blocks(blocks) if is_sgm(text) else blocks


def _segment_blocks(blocks: Iterator[LineBlock]) -> Iterator[LineBlock]:
    """What stands in the segments of an SGML text, one a line."""
    lines = ([f"{line}\n" for line in block] for block in blocks)
    for segments in segment_batches(lines, BATCH_PAIRS):
        found = "".join([segment.replace("\n", " ") + "\n" for segment in segments])
        yield LineBlock(found.encode("utf-8", "surrogatepass"), errors="surrogatepass")


def _no_partners(files: LineAlignedFiles, sources: int, targets: int) -> CorpusError:
    hint = "Each line needs its partner: look for a line that is missing or split."
    if max(sources, targets) > _MOST_COMPARED:
        return CorpusError(
            "{source} has {n} lines, {target} has {m}.",
            hint=hint,
            source=files.source.name,
            n=sources,
            target=files.target.name,
            m=targets,
        )
    return CorpusError(
        "{source} has {n} lines, {target} has {m}; they seem to come apart at line {line}.",
        hint=hint,
        source=files.source.name,
        n=sources,
        target=files.target.name,
        m=targets,
        line=first_suspicious_line(_lengths(files.source), _lengths(files.target)),
    )


def _lengths(text: TextSource) -> array[int]:
    """Of the lines, in characters."""
    with _open_blocks(text) as blocks:
        return array("L", map(len, chain.from_iterable(blocks)))


def _linked(
    files: LineAlignedFiles,
    gold: GoldFile,
    languages: tuple[str, str],
    first: int,
    sides: tuple[LineBlock, LineBlock],
) -> PairBatch:
    """Pairs of tokenised sentences with their links."""
    pairs: list[SentencePair] = []
    problems: list[Problem] = []
    lines = zip(*sides, gold.take(len(sides[0])), strict=True)
    for number, (source, target, links) in enumerate(lines, first):
        record = _linked_pair(files, gold.reader, languages, number, (source, target), links)
        (problems if isinstance(record, Problem) else pairs).append(record)  # type: ignore[arg-type]
    return PairBatch(
        [pair.source for pair in pairs],
        [pair.target for pair in pairs],
        problems,
        [pair.gold for pair in pairs],
    )


def _linked_pair(
    files: LineAlignedFiles,
    reader: GoldReader,
    languages: tuple[str, str],
    number: int,
    sides: tuple[str, str],
    links: GoldLine,
) -> SentencePair | Problem:
    for file, line in zip(files.sides, sides, strict=True):
        if not is_text(line):
            return Problem(file.name, number, Reason.UNDECODABLE, readable(line).strip())
    source, target = (
        join_tokens(line.split(), language) for line, language in zip(sides, languages, strict=True)
    )
    if not source.text:
        return Problem(files.source.name, number, Reason.EMPTY, target.text)
    if not target.text:
        return Problem(files.target.name, number, Reason.EMPTY, source.text)
    if not links.text.strip():
        return SentencePair(source.text, target.text)
    try:
        gold = reader.read(source.spans, target.spans, links.text)
    except AlignmentError:
        assert files.links is not None
        text = readable(links.text).strip()
        return Problem(files.links.name, links.number, Reason.LINKS, text)
    return SentencePair(source.text, target.text, gold)
