"""Which encoding the bytes of a text are in."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from attnstudio.corpus.encoding_guess import guess_encoding

_MARKS = (  # the longer ones first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_OF_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LINE_END = re.compile(rb"\r\n?|\n")
_OF_2022 = re.compile(rb"\x1b\$[@B]")
_GUESSED_BYTES = 1 << 16
_MOST_DAMAGED = 0.1  # of the lines with other than ASCII, in a text that still counts as UTF-8
_MOST_CONTROLS = 0.01
_LEAST_TO_GUESS = 6  # bytes beyond ASCII; with fewer the statistics are a lottery
_LEAST_WIDE = 32  # bytes
_NULS_OF_WIDE = 0.2  # of the bytes: every Latin letter brings one


class Encoding(NamedTuple):
    """An encoding, and what told it.

    Attributes:
        name: as Python's codecs know it.
        guessed: whether nothing but the statistics of the bytes speaks for it.
    """

    name: str
    guessed: bool = False


def find_encoding(sample: bytes) -> Encoding | None:
    """The encoding of a text, from its first bytes: byte order mark, strict UTF-8, then statistics.

    A text with few damaged lines is still UTF-8: those lines are dropped and counted when it is
    read, while any other encoding would make them wrong in silence.

    Args:
        sample: the beginning; it may end within a character.

    Returns:
        None where the bytes are no text.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Encoding(name)
    if not sample:
        return Encoding("utf-8-sig")
    if _OF_2022.search(sample):
        return Encoding("iso2022_jp", guessed=True)
    wide = _without_mark(sample)
    if wide is not None:
        return wide
    if len(_OF_BINARY.findall(sample)) > _MOST_CONTROLS * len(sample) + 1:
        return None
    if _is_utf8(sample) or len(_NOT_ASCII.findall(sample)) < _LEAST_TO_GUESS:
        return Encoding("utf-8-sig")
    telling = b"\n".join(line for line in _LINE_END.split(sample) if _NOT_ASCII.search(line))
    guessed = guess_encoding(telling[:_GUESSED_BYTES])
    return Encoding(guessed, guessed=True) if guessed else Encoding("utf-8-sig")


def _without_mark(sample: bytes) -> Encoding | None:
    """UTF-16 that does not say so: every second byte is often zero."""
    half = len(sample) // 2
    if len(sample) < _LEAST_WIDE:
        return None
    low, high = sample[1::2].count(0) / half, sample[0::2].count(0) / half
    if low > _NULS_OF_WIDE and high < low / 10:
        return Encoding("utf-16-le", guessed=True)
    if high > _NULS_OF_WIDE and low < high / 10:
        return Encoding("utf-16-be", guessed=True)
    return None


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        lines = [line for line in _LINE_END.split(sample)[:-1] if _NOT_ASCII.search(line)]
        damaged = sum(not _decodes(line) for line in lines)
        return damaged <= _MOST_DAMAGED * len(lines) and damaged < len(lines)
    return True


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
