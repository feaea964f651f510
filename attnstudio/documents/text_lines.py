"""Plain text: each line that has words is a segment, and blank lines stay where they are.

A line is never cut into sentences: what is translated together is what a person wrote as one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attnstudio.corpus.text import clean_text
from attnstudio.documents.document import Filled, Segment
from attnstudio.documents.exact_text import Edit, ExactText

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True, slots=True)
class TextLines:
    """A text whose lines are translated.

    Attributes:
        text: all of it.
        segments: the lines that have words.
        spans: where each of them stands in the text, without spaces at its ends.
    """

    text: ExactText
    segments: tuple[Segment, ...]
    spans: tuple[tuple[int, int], ...]

    def filled(self, translations: Sequence[Filled | None]) -> bytes:
        """The text with translations for lines; None keeps a line.

        It becomes UTF-8 where its encoding lacks a character of the translations.
        """
        edits = [
            Edit(start, end, clean_text(each.text))
            for (start, end), each in zip(self.spans, translations, strict=True)
            if each is not None
        ]
        return self.text.edited_or_wider(edits)


def read_lines(text: ExactText) -> TextLines:
    """The lines of a text."""
    segments, spans = [], []
    for number, start, end in lines_of(text.text):
        line = text.text[start:end]
        if clean_text(line):
            begin = start + len(line) - len(line.lstrip())
            segments.append(Segment(clean_text(line), None, False, f"line {number}"))
            spans.append((begin, begin + len(line.strip())))
    return TextLines(text, tuple(segments), tuple(spans))


def lines_of(text: str) -> Iterator[tuple[int, int, int]]:
    """The number of each line, from 1, and where it begins and ends, without its line end."""
    for number, found in enumerate(_LINE.finditer(text), start=1):
        if found.start() < len(text):
            yield number, found.start(), found.start() + len(found[0].rstrip("\r\n"))
