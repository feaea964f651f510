"""A file of gold links: a line a pair (Pharaoh), or a line a link (NAACL), told by its shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from attnstudio.corpus.alignment import Alignment
from attnstudio.corpus.gold_reader import GoldNotation, GoldReader
from attnstudio.corpus.naacl_links import GoldLine, NaaclLinks, is_naacl
from attnstudio.errors import AlignmentError


class GoldFile:
    """The lines of a file, each for its pair.

    Args:
        name: of the file.
        lines: that it holds.
        notation: how its links are written.

    Attributes:
        reader: makes links of the lines.

    Raises:
        AlignmentError: a line of a file with a line a link is none.
    """

    def __init__(self, name: str, lines: Iterator[str], notation: GoldNotation) -> None:
        self._name = name
        head = _up_to_the_first(lines)
        self._lines = chain(head, lines)
        self._by_link = None
        if head and is_naacl(head[-1]):
            base = 1 if notation.base is None else notation.base
            self._by_link = NaaclLinks.read(self._lines, name, base)
            notation = notation._replace(base=base)
        self.reader = GoldReader(notation)
        self._read = self._taken = 0

    def take(self, pairs: int) -> list[GoldLine]:
        """The lines of the next pairs; empty ones after the end of the file."""
        first = self._taken + 1
        self._taken += pairs
        if self._by_link is not None:
            return [self._by_link.of(pair) for pair in range(first, first + pairs)]
        texts = list(islice(self._lines, pairs))
        self._read += len(texts)
        texts += [""] * (pairs - len(texts))
        return [GoldLine(number, text) for number, text in enumerate(texts, first)]

    def alignments(self, sizes: Sequence[tuple[int, int]], pairs_name: str) -> list[Alignment]:
        """The links of all pairs.

        Args:
            sizes: how many words each pair has on either side.
            pairs_name: of the file that has the pairs.

        Raises:
            AlignmentError: they are no links of these pairs. That the whole file is misread is said
                first, else the first line that does not fit.
        """
        lines = self.take(len(sizes))
        self.refuse_other_count(pairs_name)
        found = []
        refusal = None
        for (sources, targets), line in zip(sizes, lines, strict=True):
            try:
                found.append(self.reader.read_between(sources, targets, line.text))
            except AlignmentError as error:
                refusal = refusal or AlignmentError(
                    "{file}, line {line}: {problem}",
                    hint=error.hint_template,
                    command_hint=error.command_hint_template,
                    **error.values
                    | {"file": self._name, "line": line.number, "problem": error.message},
                )
        self.reader.refuse_misread(self._name)
        if refusal is not None:
            raise refusal
        return found

    def refuse_other_count(self, pairs_name: str) -> None:
        """Refuse a file that has links of other pairs than those that were taken.

        Args:
            pairs_name: of the file that has the pairs.

        Raises:
            AlignmentError: it has.
        """
        if self._by_link is not None:
            if self._by_link.last_pair > self._taken:
                raise AlignmentError(
                    "{links} has links of pair {n}, {source} has {m} lines.",
                    hint="Pairs are counted from 1, in the order of the lines.",
                    links=self._name,
                    n=self._by_link.last_pair,
                    source=pairs_name,
                    m=self._taken,
                )
            return
        count = self._read + sum(1 for _ in self._lines)
        if count != self._taken:
            raise AlignmentError(
                "{links} has {n} lines, {source} has {m}.",
                hint="Each pair needs its line of links; an empty line means no links.",
                links=self._name,
                n=count,
                source=pairs_name,
                m=self._taken,
            )


def _up_to_the_first(lines: Iterator[str]) -> list[str]:
    """The lines up to the first that is not empty."""
    head = []
    for line in lines:
        head.append(line)
        if line.strip():
            return head
    return head
