"""Lines that follow each other, kept as the bytes of their text until somebody wants them.

A corpus has millions of short lines, and Python is slow once a line. Most lines are stored as they
came, so a block of them is looked at and written with a few calls that run in C.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import is_normalized

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.text import NO_BREAK_SPACES

_END = ord("\n")
_SPACE = ord(" ")
_PLAIN = bytes((_END, *range(_SPACE, 0x7F)))
# In the letters of Latin (from U+00C0 to U+02FF) and Cyrillic (to U+047F) nothing is to be cleaned.
_SURE = bytes((*_PLAIN, *range(0x80, 0xC0), *range(0xC3, 0xCC), 0xD0, 0xD1))
_DOUBTS = bytes(code not in _SURE for code in range(256))
_NO_BREAK_SPACES = tuple(space.encode() for space in NO_BREAK_SPACES)
_MANY = 16  # lines for one of which it is cheaper to look at the characters of all
_WIDE_SPACE = "\u3000"  # of Chinese and Japanese: stored as it is, though Python cannot print it


class LineBlock:
    """Lines of a text, a collection of strings.

    Args:
        text: UTF-8 in which each line ends with ``\\n``; it may hold bytes that are none.
        ends: its `ends`, where they are known.
        errors: what a byte that is no text becomes, as `bytes.decode` calls it.
    """

    __slots__ = ("_ends", "_errors", "_places", "text")

    def __init__(
        self,
        text: bytes,
        ends: NDArray[np.intp] | None = None,
        errors: str = "surrogateescape",
    ) -> None:
        self.text = text
        self._ends = ends
        self._errors = errors
        self._places: NDArray[np.intp] | None = None

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

    def at(self, places: Sequence[int]) -> list[str]:
        """Some lines, in their order."""
        ends = self.ends.tolist()
        some = b"".join([self.text[ends[p - 1] if p else 0 : ends[p]] for p in places])
        return LineBlock(some, errors=self._errors).lines()

    def replaced(self, places: Sequence[int], lines: Sequence[str | None]) -> LineBlock:
        """The same block with other lines in some places, or with none where it is None."""
        ends = self.ends.tolist()
        parts, start = [], 0
        for place, line in zip(places, lines, strict=True):
            parts.append(self.text[start : ends[place - 1] if place else 0])
            if line is not None:
                parts.append(f"{line}\n".encode())
            start = ends[place]
        return LineBlock(b"".join([*parts, self.text[start:]]))

    def spaced(self) -> tuple[LineBlock, list[int]]:
        """The same lines with plain spaces for no-break ones, and which had some."""
        codes = np.frombuffer(self.text, dtype=np.uint8)
        doubts = self._doubts()
        have_some = np.zeros(len(self), dtype=np.bool_)
        text = self.text
        for space in _NO_BREAK_SPACES:
            begins = codes[doubts] == space[0]
            if not begins.any():
                continue
            starts = doubts[begins]
            for place, byte in enumerate(space[1:], start=1):
                starts = starts[codes[np.minimum(starts + place, len(codes) - 1)] == byte]
            if len(starts):
                have_some[np.searchsorted(self.ends, starts, side="right")] = True
                text = text.replace(space, b" ")
        if text is self.text:
            return self, []
        return LineBlock(text, errors=self._errors), np.flatnonzero(have_some).tolist()

    def doubtful(self) -> NDArray[np.intp]:
        """Which lines `clean_text` may not leave as they are; the others are clean text."""
        badly_edged = np.flatnonzero(self._badly_edged())
        places = self._doubts()
        # There are many in Chinese, for one, of which the bytes tell nothing.
        if len(places) * _MANY > len(self) or not self._is_utf8():
            return np.union1d(self._not_plain(), badly_edged)
        return np.union1d(np.searchsorted(self.ends, places, side="right"), badly_edged)

    def _is_utf8(self) -> bool:
        try:
            self.text.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    def _doubts(self) -> NDArray[np.intp]:
        """Where bytes are that may be of a character that is not stored as it is."""
        if self._places is None:
            doubts = np.frombuffer(self.text.translate(_DOUBTS), dtype=np.bool_)
            self._places = np.flatnonzero(doubts)
        return self._places

    def _not_plain(self) -> NDArray[np.intp]:
        """Which lines are not as they are stored, as far as their characters tell."""
        text = self.text.decode("utf-8", self._errors)
        has_wide_spaces = _WIDE_SPACE in text
        plain = text.replace(_WIDE_SPACE, "") if has_wide_spaces else text
        found = np.zeros(len(self), dtype=np.bool_)
        if has_wide_spaces:
            found |= [line != line.strip() for line in text.split("\n")[:-1]]
        if not plain.replace("\n", "").isprintable():  # what could not be decoded is not either
            found |= [not line.isprintable() for line in plain.split("\n")[:-1]]
        if not is_normalized("NFC", text):
            found |= [not is_normalized("NFC", line) for line in text.split("\n")[:-1]]
        return np.flatnonzero(found)

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


NO_LINES = LineBlock(b"")
