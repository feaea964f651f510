"""Lines that follow each other, kept as the bytes of their text until somebody wants them.

A corpus has millions of short lines, and Python is slow once a line. Most lines are stored as they
came, so a block of them is looked at and written with a few calls that run in C.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

_END = ord("\n")
_SPACE = ord(" ")
_PLAIN = bytes((_END, *range(_SPACE, 0x7F)))
_FIRST_LOOKED_AT = 0xCC  # begins U+0300, before which NFC leaves every character as it is
# In the letters of Latin (from U+00C0 to U+02FF) and Cyrillic (to U+047F) nothing is to be cleaned.
_SURE = bytes((*_PLAIN, *range(0x80, 0xC0), *range(0xC3, _FIRST_LOOKED_AT), 0xD0, 0xD1))
_DOUBTS = bytes(code not in _SURE for code in range(256))


class LineBlock:
    """Lines of a text, a collection of strings.

    Args:
        text: UTF-8 in which each line ends with ``\\n``; it may hold bytes that are none.
        ends: its `ends`, where they are known.
        errors: what a byte that is no text becomes, as `bytes.decode` calls it.
    """

    __slots__ = ("_ends", "_errors", "text")

    def __init__(
        self,
        text: bytes,
        ends: NDArray[np.intp] | None = None,
        errors: str = "surrogateescape",
    ) -> None:
        self.text = text
        self._ends = ends
        self._errors = errors

    @property
    def ends(self) -> NDArray[np.intp]:
        """Where each line ends and the next begins."""
        if self._ends is None:
            self._ends = line_ends(self.text)
        return self._ends

    def __len__(self) -> int:
        return len(self.ends)

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines())

    def __contains__(self, line: object) -> bool:
        return line in self.lines()

    def lines(self) -> list[str]:
        """All lines without their ends."""
        return self.text.decode("utf-8", self._errors).split("\n")[:-1]

    def part(self, start: int, end: int) -> LineBlock:
        """The lines from ``start`` to before ``end``."""
        ends = self.ends[start:end]
        first = int(self.ends[start - 1]) if start else 0
        last = int(ends[-1]) if len(ends) else first
        return LineBlock(self.text[first:last], ends - first, self._errors)

    def is_clean(self) -> bool:
        """Whether `clean_text` would leave every line as it is, and each has text."""
        if self._badly_edged().any():
            return False
        beyond = self.text.translate(None, _PLAIN)
        if not beyond:
            return True
        try:
            text = self.text.decode("utf-8")
        except UnicodeDecodeError:
            return False
        if not beyond.decode("utf-8").isprintable():
            return False
        highest = np.frombuffer(beyond, dtype=np.uint8).max()
        return bool(highest < _FIRST_LOOKED_AT) or unicodedata.is_normalized("NFC", text)

    def is_text(self) -> bool:
        """Whether all bytes are UTF-8."""
        try:
            self.text.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    def doubtful(self) -> NDArray[np.intp]:
        """Which lines may not be clean; the others are if they are UTF-8."""
        doubts = np.frombuffer(self.text.translate(_DOUBTS), dtype=np.bool_)
        places = np.flatnonzero(doubts)
        if len(places) > len(self):  # as in Chinese, of which the bytes tell nothing
            return np.arange(len(self))
        lines = np.searchsorted(self.ends, places, side="right")
        return np.union1d(lines, np.flatnonzero(self._badly_edged()))

    def _badly_edged(self) -> NDArray[np.bool_]:
        """Of each line, whether it is empty or has a space or control character at an end."""
        codes = np.frombuffer(self.text, dtype=np.uint8)
        first = np.empty_like(codes, shape=len(self))
        first[:1], first[1:] = codes[:1], codes[self.ends[:-1]]
        # Before an end stands the end of the line before if a line is empty; before the end of an
        # empty first line, at -1, its own.
        return (codes[self.ends - 2] <= _SPACE) | (first <= _SPACE)


def line_ends(text: bytes) -> NDArray[np.intp]:
    """The places after each ``\\n``."""
    return np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == _END) + 1


def as_block(lines: Sequence[str] | LineBlock) -> LineBlock:
    """Lines of text, free of line ends, as a block."""
    if isinstance(lines, LineBlock):
        return lines
    return LineBlock("\n".join((*lines, "")).encode("utf-8") if lines else b"")


def joined_blocks(blocks: Sequence[LineBlock]) -> LineBlock:
    """All the lines of some blocks of text."""
    return LineBlock(b"".join([block.text for block in blocks]))


NO_LINES = LineBlock(b"")
