"""A text that is changed in places and is otherwise written again byte for byte."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

from attnstudio.errors import DocumentError

_MARKS = (  # the longer ones first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Edit(NamedTuple):
    """What takes the place of ``text[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class ExactText:
    """The characters of a file and how they become its bytes again.

    Attributes:
        text: all characters, line ends as they are, without the byte order mark.
        encoding: as Python's codecs know it; it writes no mark of its own.
        mark: the byte order mark that the file begins with; empty where it has none.
    """

    text: str
    encoding: str
    mark: bytes = b""

    @classmethod
    def from_bytes(cls, content: bytes, encoding: str, name: str) -> Self:
        """Decode a file.

        Args:
            content: all of it.
            encoding: what it is in; a byte order mark knows better.
            name: of the file, for errors.

        Raises:
            DocumentError: it is not in that encoding, or would not become the same bytes again.
        """
        mark = b""
        for known, marked in _MARKS:
            if content.startswith(known):
                mark, encoding = known, marked
                break
        encoding = encoding.removesuffix("-sig").removesuffix("_sig")
        body = content[len(mark) :]
        try:
            text = body.decode(encoding)
            is_exact = text.encode(encoding) == body
        except UnicodeError:
            is_exact = False
        if not is_exact:
            raise DocumentError(
                "{name} is not valid {encoding}.",
                hint="Save it as UTF-8 in the program that it comes from.",
                name=name,
                encoding=encoding.upper(),
            )
        return cls(text, encoding, mark)

    def edited(self, edits: Iterable[Edit], errors: str = "strict") -> bytes:
        """The bytes of the file with some places changed.

        Args:
            edits: none of which overlap; of those at one place the first comes first.
            errors: what becomes of characters that the encoding lacks, as codecs know it.

        Raises:
            UnicodeEncodeError: the encoding lacks a character, and ``errors`` is strict.
        """
        pieces: list[str] = []
        done = 0
        for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
            assert done <= start <= end  # they do not overlap
            pieces += (self.text[done:start], text)
            done = end
        pieces.append(self.text[done:])
        return self.mark + "".join(pieces).encode(self.encoding, errors)

    def edited_or_wider(self, edits: Iterable[Edit]) -> bytes:
        """The same; all of it as UTF-8 where the encoding lacks a character of the new texts."""
        edits = list(edits)
        try:
            return self.edited(edits)
        except UnicodeEncodeError:
            return ExactText(self.text, "utf-8").edited(edits)
