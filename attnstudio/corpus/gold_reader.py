"""Gold links as files give them: which word is the first, and which side comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from attnstudio.corpus.alignment import Alignment, GoldLinks, Link, Span, swap_sides
from attnstudio.errors import AlignmentError

_ENOUGH = 10  # lines with links: the first words of so many pairs are linked somewhere


class GoldNotation(NamedTuple):
    """How a file of gold links is to be read.

    Attributes:
        base: the number of the first word, 0 or 1; None where nobody said it: 0 in Pharaoh format,
            and a file that seems to count from 1 is refused; 1 where each link has its line.
        is_reversed: whether the word of the target comes first.
    """

    base: int | None = None
    is_reversed: bool = False


PLAIN = GoldNotation()


class MisreadGoldError(AlignmentError):
    """A file of gold links that seems to be written in another way than it was read.

    Args:
        fitting: how it seems to be written.
        template: see `AttentionStudioError`, likewise the others.
    """

    def __init__(
        self,
        fitting: GoldNotation,
        template: str,
        *,
        hint: str,
        command_hint: str,
        **values: object,
    ) -> None:
        super().__init__(template, hint=hint, command_hint=command_hint, **values)
        self.fitting = fitting


class GoldReader:
    """Reads the lines of one file, each for its pair.

    Args:
        notation: how the file is to be read.
    """

    def __init__(self, notation: GoldNotation = PLAIN) -> None:
        self._notation = notation
        self._base = notation.base or 0
        self._linked = self._misfits = self._turned_misfits = 0
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
        alignment = Alignment.from_pharaoh(line, self._base)
        if self._notation.is_reversed:
            alignment = swap_sides(alignment)
        links = alignment.possible
        self._linked += bool(links)
        self._names_first |= any(0 in link for link in links)
        leaving = _leaving(links, sources, targets)
        self._misfits += bool(leaving)
        self._turned_misfits += bool(_leaving(links, targets, sources))
        if leaving:
            raise AlignmentError(
                "Link {source}-{target} leaves the pair, which has {n} and {m} words.",
                hint="Links count the words between spaces from {base}.",
                command_hint=_BASE_HINT if self._notation.base is None else "",
                source=leaving[0].source + self._base,
                target=leaving[0].target + self._base,
                n=sources,
                m=targets,
                base=self._base,
            )
        return alignment

    def refuse_misread(self, name: str) -> None:
        """Refuse a file that seems to be written in another way than it was read.

        Args:
            name: of the file.

        Raises:
            MisreadGoldError: of many pairs with links some do not fit, and all do the other way
                round; or of a file of which nothing was said none links a first word.
        """
        if self._linked < _ENOUGH:
            return
        if self._misfits and not self._turned_misfits:
            raise MisreadGoldError(
                self._notation._replace(is_reversed=not self._notation.is_reversed),
                "{name} seems to be reversed: {n} of its {m} lines do not fit their pairs, and "
                "with source and target exchanged all of them do.",
                hint="Exchange the two texts, or the two numbers of each link.",
                command_hint="Give --gold-reversed if each link names the word of the target "
                "first, and leave it out if not.",
                name=name,
                n=self._misfits,
                m=self._linked,
            )
        if self._notation.base is None and not self._names_first:
            raise MisreadGoldError(
                self._notation._replace(base=1),
                "No link in {name} names word 0, so it seems to count words from 1.",
                hint="Links count the words between spaces from 0.",
                command_hint="If it does, give --gold-base 1, else --gold-base 0.",
                name=name,
            )


_BASE_HINT = (
    "Links count the words between spaces from {base}; if these count from 1, give --gold-base 1."
)


def _leaving(links: Iterable[Link], sources: int, targets: int) -> list[Link]:
    return sorted(link for link in links if link.source >= sources or link.target >= targets)
