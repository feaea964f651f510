"""Word links with one link a line: ``pair source target [S|P] [confidence]``, counted from 1.

The format of the shared tasks of Mihalcea and Pedersen 2003 (An Evaluation Exercise for Word
Alignment) and Martin, Mihalcea and Pedersen 2005. Word 0 stands for no word at all there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, Self

from attnstudio.corpus.alignment import Alignment
from attnstudio.errors import AlignmentError

_LINE = re.compile(
    r"\s*([0-9]{1,9})\s+([0-9]{1,9})\s+([0-9]{1,9})(?:\s+([SPsp]))?(?:\s+[0-9.eE+-]+)?\s*"
)


class GoldLine(NamedTuple):
    """What a file says of the links of one pair.

    Attributes:
        number: of the line in the file, from 1.
        text: the links as a Pharaoh line.
    """

    number: int
    text: str


class NaaclLinks:
    """The links of a file, by pair.

    Args:
        lines: by the number of the pair, from 1.
    """

    def __init__(self, lines: dict[int, GoldLine]) -> None:
        self._lines = lines
        self.last_pair = max(lines, default=0)

    @classmethod
    def read(cls, lines: Iterable[str], name: str, base: int) -> Self:
        """Read a file; a link to no word is none.

        Args:
            lines: of the file.
            name: of the file, for errors.
            base: the number of the first word: where it is 1, 0 stands for no word.

        Raises:
            AlignmentError: a line is no link; it is named.
        """
        first: dict[int, int] = {}
        links: dict[int, list[str]] = {}
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            match = _LINE.fullmatch(line)
            if match is None or int(match[1]) == 0:
                raise AlignmentError(
                    "{file}, line {line}: {item} is not a link.",
                    hint="Each line says pair, source word and target word, counted from 1, and S "
                    "or P: 1 2 3 S.",
                    file=name,
                    line=number,
                    item=repr(line.strip()[:80]),
                )
            pair, source, target = (int(match[place]) for place in (1, 2, 3))
            if min(source, target) < base:
                continue
            first.setdefault(pair, number)
            is_possible = (match[4] or "S").upper() == "P"
            links.setdefault(pair, []).append(f"{source}{'p' if is_possible else '-'}{target}")
        return cls({pair: GoldLine(first[pair], " ".join(found)) for pair, found in links.items()})

    def of(self, pair: int) -> GoldLine:
        """The links of a pair, counted from 1; an empty line where it has none."""
        return self._lines.get(pair, GoldLine(0, ""))


def is_naacl(line: str) -> bool:
    """Whether a line is of this format; a Pharaoh line never is."""
    return _LINE.fullmatch(line) is not None


def to_naacl(pair: int, alignment: Alignment) -> list[str]:
    """The lines of a pair, counted from 1, in order of the source."""
    return [
        f"{pair} {link.source + 1} {link.target + 1} {'S' if link in alignment.sure else 'P'}"
        for link in sorted(alignment.possible)
    ]
