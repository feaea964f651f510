"""Files of gold links, which count words from 0 (Pharaoh) or from 1 (NAACL and GIZA++)."""

from __future__ import annotations

from collections.abc import Sequence

from attnstudio.corpus.alignment import Alignment, GoldLinks, Span
from attnstudio.errors import AlignmentError

_ENOUGH = 10  # lines with links: the first words of so many pairs are linked somewhere


class GoldReader:
    """Reads the lines of one file, each for its pair.

    Args:
        base: the number of the first word, 0 or 1; None to take 0 and to refuse, at the end, a
            file that seems to count from 1.
    """

    def __init__(self, base: int | None = None) -> None:
        self._base = base
        self._linked = 0
        self._names_first = False

    def read(
        self, source_spans: Sequence[Span], target_spans: Sequence[Span], line: str
    ) -> GoldLinks:
        """The links of one pair.

        Args:
            source_spans: its source tokens.
            target_spans: its target tokens.
            line: its line, such as ``0-0 1p2``.

        Raises:
            AlignmentError: something that is not a link, or a link to a token that is not there.
        """
        alignment = self.read_between(len(source_spans), len(target_spans), line)
        return GoldLinks(tuple(source_spans), tuple(target_spans), alignment)

    def read_between(self, sources: int, targets: int, line: str) -> Alignment:
        """The same, where it is only known how many tokens there are on either side."""
        alignment = Alignment.from_pharaoh(line, self._base or 0)
        links = alignment.possible
        self._linked += bool(links)
        self._names_first |= any(0 in link for link in links)
        for link in sorted(links):
            if link.source >= sources or link.target >= targets:
                raise AlignmentError(
                    "Link {source}-{target} leaves the pair, which has {n} and {m} words.",
                    hint="Links count the words between spaces from 0.",
                    command_hint="Links count the words between spaces from 0; if these count "
                    "from 1, give --gold-base 1.",
                    source=link.source + (self._base or 0),
                    target=link.target + (self._base or 0),
                    n=sources,
                    m=targets,
                )
        return alignment

    def refuse_other_base(self, name: str) -> None:
        """Refuse a file of which nothing was said and which seems to count from 1.

        Args:
            name: of the file.

        Raises:
            AlignmentError: of many pairs with links none links a first word.
        """
        if self._base is None and self._linked >= _ENOUGH and not self._names_first:
            raise AlignmentError(
                "No link in {name} names word 0, so it seems to count words from 1.",
                hint="Links count the words between spaces from 0.",
                command_hint="If it does, give --gold-base 1, else --gold-base 0.",
                name=name,
            )
