"""Two text files whose lines are partners, and optionally a third with their gold links."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain, zip_longest
from typing import NamedTuple

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.corpus.batches import BATCH_PAIRS, Batch, clean_pairs
from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.mismatch import first_suspicious_line
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.sgm_segments import is_sgm, segment_batches
from attnstudio.corpus.text_source import (
    TextSource,
    ignore_bytes,
    is_text,
    open_line_batches,
    readable,
)
from attnstudio.corpus.tokenised_text import TokenisedText, join_tokens
from attnstudio.errors import AlignmentError, CorpusError

_MOST_COMPARED = 2_000_000  # lines; more would need more memory than an import may


class LineAlignedFiles(NamedTuple):
    """Which text is which side."""

    source: TextSource
    target: TextSource
    links: TextSource | None = None

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
    ) -> Iterator[Batch]:
        """See `read_line_aligned`."""
        return read_line_aligned(self, languages, count_bytes)


def read_line_aligned(
    files: LineAlignedFiles,
    languages: tuple[str, str],
    count_bytes: Callable[[int], None] = ignore_bytes,
) -> Iterator[Batch]:
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
        AlignmentError: the number of links differs, found out at the same place.
    """
    counts = [0, 0, 0]
    texts = files.texts
    names = [text.name for text in texts]
    with ExitStack() as opened:
        readers = [opened.enter_context(_open_batches(text, count_bytes)) for text in texts]
        for batches in zip_longest(*readers, fillvalue=()):
            first = counts[0] + 1
            for side, batch in enumerate(batches):
                counts[side] += len(batch)
            common = min(map(len, batches))
            if not common:
                continue
            lines = range(first, first + common)
            sources, targets, *links = (batch[:common] for batch in batches)
            if links:
                yield _linked(files, languages, lines, sources, targets, links[0])
            else:
                yield clean_pairs(sources, targets, lines, names[0], names[1])
    if counts[0] != counts[1]:
        raise _no_partners(files, counts[0], counts[1])
    if files.links and counts[2] != counts[0]:
        raise AlignmentError(
            "{links} has {n} lines, {source} has {m}.",
            hint="Each pair needs its line of links; an empty line means no links.",
            links=files.links.name,
            n=counts[2],
            source=files.source.name,
            m=counts[0],
        )


@contextmanager
def _open_batches(
    text: TextSource, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[Iterator[list[str]]]:
    with open_line_batches(text, BATCH_PAIRS, count_bytes) as batches:
        yield segment_batches(batches, BATCH_PAIRS) if is_sgm(text) else batches


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
    with _open_batches(text) as batches:
        return array("L", map(len, chain.from_iterable(batches)))


def gold_from_pharaoh(source: TokenisedText, target: TokenisedText, links: str) -> GoldLinks:
    """Gold links between given tokens.

    Raises:
        AlignmentError: something that is not a link, or a link to a token that is not there.
    """
    gold = GoldLinks(source.spans, target.spans, Alignment.from_pharaoh(links))
    for link in gold.alignment.possible:
        if link.source >= len(gold.source_spans) or link.target >= len(gold.target_spans):
            raise AlignmentError(
                "Link {source}-{target} leaves the pair, which has {n} and {m} tokens.",
                hint="Links count the tokens between spaces from 0.",
                source=link.source,
                target=link.target,
                n=len(gold.source_spans),
                m=len(gold.target_spans),
            )
    return gold


def _linked(
    files: LineAlignedFiles,
    languages: tuple[str, str],
    lines: Sequence[int],
    sources: Sequence[str],
    targets: Sequence[str],
    links: Sequence[str],
) -> Batch:
    """Pairs of tokenised sentences with their links."""
    pairs: list[SentencePair] = []
    problems: list[Problem] = []
    for number, source, target, link_line in zip(lines, sources, targets, links, strict=True):
        record = _linked_pair(files, languages, number, (source, target), link_line)
        (problems if isinstance(record, Problem) else pairs).append(record)  # type: ignore[arg-type]
    return Batch(
        [pair.source for pair in pairs],
        [pair.target for pair in pairs],
        problems,
        [pair.gold for pair in pairs],
    )


def _linked_pair(
    files: LineAlignedFiles,
    languages: tuple[str, str],
    number: int,
    sides: tuple[str, str],
    links: str,
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
    if not links.strip():
        return SentencePair(source.text, target.text)
    try:
        gold = gold_from_pharaoh(source, target, links)
    except AlignmentError:
        assert files.links is not None
        return Problem(files.links.name, number, Reason.LINKS, readable(links).strip())
    return SentencePair(source.text, target.text, gold)
