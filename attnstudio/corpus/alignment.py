"""Word alignments: links between source and target tokens, and the Pharaoh format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from attnstudio.errors import AlignmentError

_LINK = re.compile(r"([0-9]{1,9})([-p])([0-9]{1,9})")


class Link(NamedTuple):
    """One source token and one target token, both counted from 0."""

    source: int
    target: int


class Span(NamedTuple):
    """A token as the characters ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """The links of one sentence pair.

    Attributes:
        sure: links every annotator would draw.
        possible: links that are acceptable; always contains ``sure`` (Och and Ney 2003).
    """

    sure: frozenset[Link] = frozenset()
    possible: frozenset[Link] = field(default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "possible", self.possible | self.sure)

    @classmethod
    def from_pharaoh(cls, text: str, base: int = 0) -> Alignment:
        """Read ``0-0 1p2``: source-target, ``-`` sure and ``p`` possible.

        Args:
            text: the links.
            base: the number that the text has for the first word.

        Raises:
            AlignmentError: something that is not a link.
        """
        sure: set[Link] = set()
        possible: set[Link] = set()
        for item in text.split():
            match = _LINK.fullmatch(item)
            link = match and Link(int(match[1]) - base, int(match[3]) - base)
            if match is None or link is None or min(link) < 0:
                raise AlignmentError(
                    "{item} is not a link.",
                    hint="Write links as source-target, counted from {base}: {example}.",
                    item=repr(item),
                    base=base,
                    example=("0-0 1-2 2p3", "1-1 2-3 3p4")[base],
                )
            (sure if match[2] == "-" else possible).add(link)
        return cls(frozenset(sure), frozenset(possible))

    def to_pharaoh(self) -> str:
        """The links in order of the source, ``-`` for sure and ``p`` for possible ones."""
        return " ".join(
            f"{link.source}{'-' if link in self.sure else 'p'}{link.target}"
            for link in sorted(self.possible)
        )


@dataclass(frozen=True, slots=True)
class GoldLinks:
    """The alignment of a stored pair over tokens given as characters.

    Spans make the links meaningful in languages that are written without spaces.

    Attributes:
        source_spans: the source tokens as spans of the source sentence, left to right.
        target_spans: the same for the target.
        alignment: links between these tokens.
    """

    source_spans: tuple[Span, ...]
    target_spans: tuple[Span, ...]
    alignment: Alignment

    @classmethod
    def from_line(cls, line: str) -> GoldLinks:
        """Read what `to_line` wrote."""
        source, target, links = line.split(" ||| ")
        return cls(_parse_spans(source), _parse_spans(target), Alignment.from_pharaoh(links))

    def to_line(self) -> str:
        """``0:3 4:9 ||| 0:2 2:4 ||| 0-0 1p1``: spans of both sides and the links."""
        return " ||| ".join(
            (
                " ".join(f"{span.start}:{span.end}" for span in self.source_spans),
                " ".join(f"{span.start}:{span.end}" for span in self.target_spans),
                self.alignment.to_pharaoh(),
            )
        )

    def reversed(self) -> GoldLinks:
        """The same links read from target to source."""
        return GoldLinks(self.target_spans, self.source_spans, swap_sides(self.alignment))


def swap_sides(alignment: Alignment) -> Alignment:
    """The same links with source and target exchanged."""
    return Alignment(_swap(alignment.sure), _swap(alignment.possible))


def _swap(links: Iterable[Link]) -> frozenset[Link]:
    return frozenset(Link(link.target, link.source) for link in links)


def _parse_spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(*map(int, item.split(":"))) for item in text.split())
