"""Gettext's PO files: a message and its translation, with plural forms."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from itertools import islice

from attnstudio.corpus.language_codes import language_of_name
from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_bytes, open_lines
from attnstudio.errors import CorpusError

_HEADER_BYTES = 1 << 14
_LOOKED_AT_LINES = 200
_KEYWORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s*(".*"|)\s*$')
_DOMAIN = re.compile(r'domain\s*(?:"[^"]*"|[^\s"]+)\s*$')
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"\s*$')
_ESCAPE = re.compile(r"((?:\\[0-7]{1,3}|\\x[0-9a-fA-F]{1,2})+)|\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "", "b": "", "f": " ", "v": " "}
_CHARSET = re.compile(rb"charset=([A-Za-z0-9._-]+)")


@dataclass(slots=True)
class Message:
    """An entry of a PO file.

    Attributes:
        line: where it begins.
        texts: ``msgid``, ``msgid_plural``, ``msgstr``, ``msgstr[0]`` … and what they say.
        is_fuzzy: whether the file calls its translation unconfirmed.
        damaged: a line of it that is not as PO has it.
    """

    line: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False
    damaged: str = ""

    @property
    def is_header(self) -> bool:
        """Whether it describes the file."""
        return self.texts.get("msgid") == "" and "msgctxt" not in self.texts

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The singular with its translation, and the plural with the last of its forms."""
        if "msgid_plural" not in self.texts:
            yield self.texts.get("msgid", ""), self.texts.get("msgstr", "")
            return
        forms = [text for name, text in self.texts.items() if name.startswith("msgstr")]
        if len(forms) > 1:
            yield self.texts.get("msgid", ""), forms[0]
        yield self.texts["msgid_plural"], forms[-1] if forms else ""


def read_messages(
    text: TextSource, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[Message]:
    """The entries of a PO file, the header among them; obsolete ones are comments.

    Raises:
        CorpusError: the file cannot be read, or it is no PO file at all.
    """
    if not text.encoding and (encoding := _declared(text)):
        text = replaced(text, encoding=encoding)
    message, keyword, fuzzy = Message(), "", False
    with open_lines(text, count_bytes) as lines:
        for number, line in enumerate(lines, start=1):
            line = line.strip(" \t\ufeff")
            if line.startswith("#") or not line:
                # The flags above an obsolete entry are not those of the next one.
                fuzzy = (fuzzy or _is_fuzzy(line)) and not line.startswith("#~")
                keyword = ""
                continue
            if _DOMAIN.match(line):
                continue
            said = _KEYWORD.match(line)
            if said is not None and _begins_message(said[1], message):
                if message.texts:
                    yield message
                message, fuzzy = Message(number, is_fuzzy=fuzzy), False
            keyword = said[1] if said else keyword
            content = _STRING.match((said[2] or '""') if said else line)
            if content is None or not keyword:
                if not message.texts:
                    raise _damaged(text, number, line)
                message.damaged = message.damaged or line
                message.texts.setdefault(keyword or "msgid", "")
                continue
            before = "" if said else message.texts.get(keyword, "")
            message.texts[keyword] = before + _unescaped(content[1], text.encoding)
    if message.texts:
        yield message


def _begins_message(keyword: str, message: Message) -> bool:
    """Whether a keyword is that of the next entry: its context, or its text without a context."""
    if keyword == "msgctxt":
        return True
    return keyword == "msgid" and ("msgid" in message.texts or set(message.texts) != {"msgctxt"})


def _is_fuzzy(line: str) -> bool:
    return line.startswith("#,") and "fuzzy" in map(str.strip, line[2:].split(","))


def is_po(text: TextSource) -> bool:
    """Whether a file is a PO file, by its first line that is no comment."""
    with open_lines(text) as lines:
        for line in islice(lines, _LOOKED_AT_LINES):
            line = line.strip(" \t\ufeff")
            if line and not line.startswith("#"):
                return re.match(r'msg(id|ctxt)\s+"', line) is not None
    return False


def header_language(header: Message) -> str:
    """The language of the translations, as the header says; empty where it does not."""
    for line in header.texts.get("msgstr", "").split("\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "language":
            return language_of_name(value) or value.strip().partition("@")[0]
    return ""


def _declared(text: TextSource) -> str:
    """The encoding that the header names, if it is one."""
    with open_bytes(text) as file:
        found = _CHARSET.search(file.read(_HEADER_BYTES))
    name = found[1].decode("ascii") if found else ""
    try:
        codecs.lookup(name or "utf-8")
    except LookupError:
        return ""  # gettext's templates say CHARSET there
    return "" if name.lower().replace("-", "").startswith("utf") else name


def _unescaped(text: str, encoding: str) -> str:
    def character(escape: re.Match[str]) -> str:
        if escape[2]:
            return _ESCAPED.get(escape[2], escape[2])
        codes = [
            int(code[1:], 16) if code[0] == "x" else int(code, 8) & 0xFF
            for code in escape[1].split("\\")[1:]
        ]
        return bytes(codes).decode(encoding or "utf-8", "surrogateescape")

    return _ESCAPE.sub(character, text) if "\\" in text else text


def _damaged(text: TextSource, number: int, line: str) -> CorpusError:
    return CorpusError(
        "{name}:{line} is not as a PO file has it: {text}.",
        hint="Export the file again from the program that made it.",
        command_hint="Check the file with 'msgfmt --check', or export it again.",
        name=text.name,
        line=number,
        text=repr(line[:60]),
    )
