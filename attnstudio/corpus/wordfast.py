"""Wordfast's translation memories: text with tabs, where each record says its two languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.language_codes import language_of
from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_lines, readable
from attnstudio.corpus.variants import Unit, Variant

_HEADER = re.compile(r"%\d{8}~\d{6}\t%")
_CODE = re.compile(r"&'([0-9A-Fa-f]{2,4});")
_PLACEHOLDER = re.compile(r"&t[A-Za-z];")
_SOURCE_LANGUAGE, _SOURCE, _TARGET_LANGUAGE, _TARGET = 3, 4, 5, 6  # columns


def is_wordfast(text: TextSource) -> bool:
    """Whether a text begins with the header of a Wordfast memory."""
    with open_lines(text) as lines:
        return _HEADER.match(next(lines, "").lstrip("\ufeff")) is not None


def read_wordfast(
    text: TextSource, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[Unit | Problem]:
    """The units of a memory; a problem for a record without its columns.

    Raises:
        CorpusError: the file cannot be read.
    """
    with open_lines(text, count_bytes) as lines:
        next(lines, "")  # the header
        for number, line in enumerate(lines, start=2):
            cells = line.split("\t")
            if not line.strip():
                continue
            if len(cells) <= _TARGET or not language_of(cells[_SOURCE_LANGUAGE]):
                yield Problem(text.name, number, Reason.MALFORMED, readable(line))
                continue
            yield (
                Variant(cells[_SOURCE_LANGUAGE], _plain(cells[_SOURCE])),
                Variant(cells[_TARGET_LANGUAGE], _plain(cells[_TARGET])),
            )


def _plain(text: str) -> str:
    """Without the places of codes, and with characters for their numbers."""
    text = _PLACEHOLDER.sub("", text)
    return _CODE.sub(lambda code: chr(int(code[1], 16)), text)
