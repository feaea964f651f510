"""Two text files whose lines are partners, and optionally a third with their gold links."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.mismatch import first_suspicious_line
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import clean_text
from attnstudio.corpus.text_source import TextSource, ignore_bytes, is_text, open_lines, readable
from attnstudio.corpus.tokenised_text import TokenisedText, join_tokens
from attnstudio.errors import AlignmentError, CorpusError

_MISSING = "\n"  # what no line can be


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

    def records(
        self, languages: tuple[str, str], count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[SentencePair | Problem]:
        """See `read_line_aligned`."""
        return read_line_aligned(self, languages, count_bytes)


def read_line_aligned(
    files: LineAlignedFiles,
    languages: tuple[str, str],
    count_bytes: Callable[[int], None] = ignore_bytes,
) -> Iterator[SentencePair | Problem]:
    """The pairs of two line-aligned files; a problem where a record was dropped.

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
    source_lengths, target_lengths, link_lines = array("L"), array("L"), 0
    with (
        open_lines(files.source, count_bytes) as sources,
        open_lines(files.target, count_bytes) as targets,
    ):
        links = _lines_or_nothing(files.links, count_bytes)
        for number, (source, target) in enumerate(
            zip_longest(sources, targets, fillvalue=_MISSING), start=1
        ):
            if source != _MISSING:
                source_lengths.append(len(source))
            if target != _MISSING:
                target_lengths.append(len(target))
            if _MISSING in (source, target):
                continue
            link_line = next(links, None) if files.links else ""
            link_lines += link_line is not None
            yield _record(files, languages, number, source, target, link_line or "")
        link_lines += sum(1 for _ in links)
    if len(source_lengths) != len(target_lengths):
        raise CorpusError(
            "{source} has {n} lines, {target} has {m}; they seem to come apart at line {line}.",
            hint="Each line needs its partner: look there for a line that is missing or split.",
            source=files.source.name,
            n=len(source_lengths),
            target=files.target.name,
            m=len(target_lengths),
            line=first_suspicious_line(source_lengths, target_lengths),
        )
    if files.links and link_lines != len(source_lengths):
        raise AlignmentError(
            "{links} has {n} lines, {source} has {m}.",
            hint="Each pair needs its line of links; an empty line means no links.",
            links=files.links.name,
            n=link_lines,
            source=files.source.name,
            m=len(source_lengths),
        )


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


def _lines_or_nothing(
    links: TextSource | None, count_bytes: Callable[[int], None]
) -> Iterator[str]:
    if links is not None:
        with open_lines(links, count_bytes) as lines:
            yield from lines


def _record(
    files: LineAlignedFiles,
    languages: tuple[str, str],
    number: int,
    source: str,
    target: str,
    links: str,
) -> SentencePair | Problem:
    for file, line in ((files.source, source), (files.target, target)):
        if not is_text(line):
            return Problem(file.name, number, Reason.UNDECODABLE, readable(line))
    if files.links is None:
        pair = SentencePair(clean_text(source), clean_text(target))
    else:
        source_tokens = join_tokens(source.split(), languages[0])
        target_tokens = join_tokens(target.split(), languages[1])
        pair = SentencePair(source_tokens.text, target_tokens.text)
    if not pair.source:
        return Problem(files.source.name, number, Reason.EMPTY, pair.target)
    if not pair.target:
        return Problem(files.target.name, number, Reason.EMPTY, pair.source)
    if files.links is None or not links.strip():
        return pair
    try:
        gold = gold_from_pharaoh(source_tokens, target_tokens, links)
    except AlignmentError:
        return Problem(files.links.name, number, Reason.LINKS, readable(links))
    return SentencePair(pair.source, pair.target, gold)
