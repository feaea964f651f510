"""XML as programs write it, in pieces that a strict parser takes.

One bad character must not cost a whole file. What XML forbids becomes a space where it means
nothing, or the mark `SPOILT` where text was lost, so that its record is dropped and counted.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from html.entities import html5

SPOILT = "\ufdd0"  # no character of any language, but one that XML allows

_CHUNK = 1 << 16
_LONGEST_REFERENCE = 40
_LONGEST_TEXT = 1 << 20  # bytes without any tag; a file inside the file has more
_WIDE = ("utf-16", "utf-32")
_MARKS = (  # the longer ones first
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_OF_EXPAT = {"utf-8", "iso8859-1"}
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
_NO_CONTROLS = bytes(0x20 if byte in _CONTROLS else byte for byte in range(256))
# Control characters, surrogates, what Unicode says is no character, numbers beyond the last one.
_BAD_REFERENCES = re.compile(
    rb"(?:&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|5[5-7]\d{3}|6553[45]|[1-9]\d{7,})"
    rb"|[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF]"
    rb"|[1-9a-fA-F][0-9a-fA-F]{6,}));)+"
)
_NUMBER = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|(\d+));")
# An ampersand of none of the references that XML has of itself.
_OTHER_REFERENCE = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)([A-Za-z][A-Za-z0-9]*;)?"
)
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_UNDECODED = re.compile("[\ud800-\udfff]+")
_LAST_CODE = 0x10FFFF


def parser_pieces(file: io.BufferedReader, encoding: str) -> Iterator[bytes | str]:
    """Pieces for the parser without what XML forbids and programs write all the same.

    They are bytes where expat knows the encoding, else text, whose declaration it disregards.

    Args:
        file: XML in any encoding.
        encoding: the name of it where a person said it; empty where the file says it.
    """
    start = file.peek(_CHUNK)[:_CHUNK]
    name = codecs.lookup(encoding).name if encoding else encoding_of_xml(start)
    wide = codecs.getincrementaldecoder(name)("replace") if name.startswith(_WIDE) else None
    name = "utf-8-sig" if wide or (encoding and name == "utf-8") else name
    known = name in _OF_EXPAT and not encoding
    decoder = None if known else codecs.getincrementaldecoder(name)("surrogateescape")
    mender = _Mender(is_utf8=name.startswith("utf-8"))
    skipper = _Skipper()
    while piece := file.read(_CHUNK):
        piece = wide.decode(piece).encode("utf-8", "replace") if wide else piece
        piece = mender.mended(skipper.skipped(piece))
        yield _without_undecoded(decoder.decode(piece)) if decoder else piece
    piece = mender.rest()
    yield _without_undecoded(decoder.decode(piece, final=True)) if decoder else piece


class _Skipper:
    """Leaves out what is too long for any text: a file that lies in the file, as base64."""

    def __init__(self) -> None:
        self._in_text = False
        self._length = 0

    def skipped(self, piece: bytes) -> bytes:
        """A piece, or a mark instead of it."""
        last = max(piece.rfind(b"<"), piece.rfind(b">"))
        if last >= 0:
            self._in_text = piece[last] == ord(">")
            self._length = len(piece) - last
            return piece
        before, self._length = self._length, self._length + len(piece)
        if not self._in_text or self._length <= _LONGEST_TEXT:
            return piece
        return SPOILT.encode() if before <= _LONGEST_TEXT else b""


class _Mender:
    """Mends pieces that follow each other; none of what it looks for is cut in two."""

    def __init__(self, *, is_utf8: bool) -> None:
        self._is_utf8 = is_utf8
        self._waiting = b""
        self._is_first = True
        self._has_entities = False  # of its own: an unknown name may be one of them
        self._in_cdata = False

    def mended(self, piece: bytes) -> bytes:
        """The next piece, but for an end that the one after it completes."""
        piece = self._waiting + piece.translate(_NO_CONTROLS)
        if self._is_first:  # nothing may stand before a declaration, but space does
            piece = piece.removeprefix(codecs.BOM_UTF8).lstrip()
            self._is_first = False
        cut = piece.rfind(b"&", -_LONGEST_REFERENCE)
        cut = len(piece) if cut < 0 or b";" in piece[cut:] else cut
        if self._is_utf8 and cut == len(piece):
            cut -= _begun(piece)
        piece, self._waiting = piece[:cut], piece[cut:]
        return self._mend(piece)

    def rest(self) -> bytes:
        """What is left at the end."""
        return self._mend(self._waiting)

    def _mend(self, piece: bytes) -> bytes:
        self._has_entities = self._has_entities or b"<!DOCTYPE" in piece
        was_in_cdata = self._in_cdata
        opened, closed = piece.rfind(b"<![CDATA["), piece.rfind(b"]]>")
        self._in_cdata = opened > closed or (was_in_cdata and closed < 0)
        if b"&" in piece:
            if b"&#" in piece:
                piece = _BAD_REFERENCES.sub(_characters, piece)
            if not was_in_cdata and opened < 0:
                piece = _OTHER_REFERENCE.sub(self._named, piece)
        if self._is_utf8 and not piece.isascii():
            piece = _sound_utf8(piece)
        return piece

    def _named(self, reference: re.Match[bytes]) -> bytes:
        """A character of HTML that XML does not know by name, or an ampersand that stands alone."""
        name = reference[1]
        if name is None:
            return b"&amp;"
        if self._has_entities:
            return reference[0]
        text = html5.get(name.decode("ascii"))
        if text is None:
            return b"&amp;" + name
        return "".join(f"&#{ord(character)};" for character in text).encode("ascii")


def _characters(references: re.Match[bytes]) -> bytes:
    """What numbers that XML forbids stand for: two surrogates for one character, others nothing."""
    codes = [
        int(number[1], 16) if number[1] else int(number[2][:9])
        for number in _NUMBER.finditer(references[0])
    ]
    units = [chr(code) if code <= _LAST_CODE else SPOILT for code in codes]
    text = "".join(units).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return "".join(map(_reference, text)).encode("ascii")


def _reference(character: str) -> str:
    code = ord(character)
    if code < ord(" ") or code in (0xFFFE, 0xFFFF):
        return " "
    return f"&#{ord(SPOILT) if 0xD800 <= code < 0xE000 else code};"


def _begun(piece: bytes) -> int:
    """How many bytes at the end begin a character of UTF-8 that goes on in the next piece."""
    for length in range(1, 4):
        byte = piece[-length] if length <= len(piece) else 0
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return length if needed > length else 0
        if byte < 0x80:
            return 0
    return 0


def _sound_utf8(piece: bytes) -> bytes:
    for no_character in _NO_CHARACTERS:
        if no_character in piece:
            piece = piece.replace(no_character, b"")
    try:
        piece.decode()
    except UnicodeDecodeError:
        return _without_undecoded(_decoded(piece)).encode()
    return piece


def _decoded(piece: bytes) -> str:
    """Text with lone surrogates for what is none; two that were written as UTF-8 are one again."""
    try:
        text = piece.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return piece.decode("utf-8", "surrogateescape")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _without_undecoded(text: str) -> str:
    return text if text.isascii() else _UNDECODED.sub(SPOILT, text)


def encoding_of_xml(start: bytes) -> str:
    """What a file is in, by its byte order mark, its first character and its declaration.

    Raises:
        UnicodeError: nobody knows the encoding that it declares.
    """
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    declared = _DECLARED.search(start[:1024])
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        encoding = codecs.lookup(name).name
    except LookupError as error:
        raise UnicodeError(f"its encoding {name} is not known") from error
    return "utf-8-sig" if encoding.startswith(_WIDE) else encoding  # its declaration was readable
