"""JSON of any size, gone through value by value in bounded memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from attnstudio.corpus.text_source import TextSource, open_text, readable
from attnstudio.errors import CorpusError

_PIECE = 1 << 16
_LARGEST_RECORD = 1 << 24  # characters
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
OPENERS = ("[", "{")  # of an array and of an object
_DECODER = json.JSONDecoder()


@contextmanager
def open_json(text: TextSource, count_bytes: Callable[[int], None]) -> Iterator[JsonScanner]:
    """A JSON file from its beginning.

    Raises:
        CorpusError: see `open_text`.
    """
    with open_text(text, count_bytes) as file:
        yield JsonScanner(file, text.name)


class JsonScanner:
    """Goes through JSON value by value, in bounded memory; the library decodes each value.

    Each method raises a CorpusError where the file is no JSON.

    Args:
        file: what is gone through, once.
        name: of the file, for a person.
    """

    def __init__(self, file: IO[str], name: str) -> None:
        self._file, self._name = file, name
        self._buffer, self._place, self._ended = "", 0, False

    def peek(self) -> str:
        """The next character that is not space; empty at the end."""
        while True:
            space = _SPACE.match(self._buffer, self._place)
            assert space is not None
            self._place = space.end()
            if self._place < len(self._buffer) or not self._more():
                return self._buffer[self._place : self._place + 1]

    def take(self, expected: str) -> str:
        """The next character, which must be one of those."""
        found = self.peek()
        if not found or found not in expected:
            raise self._damaged(f"{' or '.join(expected)} is missing")
        self._place += 1
        return found

    def value(self) -> Any:  # noqa: ANN401 - any JSON
        """The next value, whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._place)
            except (ValueError, RecursionError) as error:
                # A value that is cut off looks damaged until the rest of it is there.
                if isinstance(error, RecursionError) or not self._more():
                    raise self._damaged(str(error).partition(":")[0]) from error
                continue
            if end == len(self._buffer) and self._more():  # a number may go on
                continue
            self._place = end
            return value

    def skip(self) -> None:
        """Leave the next value out, element by element."""
        if self.peek() in OPENERS:
            for _ in self.elements():
                pass
        else:
            self.value()

    def go_to(self, keys: Sequence[str]) -> bool:
        """Go to what is below keys, one inside another; False where there is none of them."""
        for key in keys:
            for name in self.members():
                if name == key:
                    break
                self.skip()
            else:
                return False
        return True

    def members(self) -> Iterator[str]:
        """The keys of an object; each value is to be taken before the next key is asked for."""
        self.take("{")
        if self.peek() == "}":
            self._place += 1
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise self._damaged("a key is no string")
            self.take(":")
            yield key
            if self.take(",}") == "}":
                return

    def elements(self) -> Iterator[Any]:
        """The elements of an array, or the values of an object."""
        if self.peek() == "{":
            for _ in self.members():
                yield self.value()
            return
        self.take("[")
        if self.peek() == "]":
            self._place += 1
            return
        while True:
            yield self.value()
            if self.take(",]") == "]":
                return

    def _more(self) -> bool:
        """Read on; twice as much each time for a value that does not end."""
        waiting = len(self._buffer) - self._place
        if waiting > _LARGEST_RECORD:
            raise self._damaged(f"one of its values is larger than {_LARGEST_RECORD >> 20} MB")
        piece = "" if self._ended else self._file.read(max(_PIECE, waiting))
        self._ended = not piece
        self._buffer = self._buffer[self._place :] + piece
        self._place = 0
        return bool(piece)

    def _damaged(self, reason: str) -> CorpusError:
        near = readable(self._buffer[self._place : self._place + 40]).partition("\n")[0]
        return CorpusError(
            "{name} is no JSON that can be read: {reason}{near}.",
            hint="It may be cut off or damaged there: export it again.",
            name=self._name,
            reason=reason,
            near=f", at {near!r}" if near else ", at its end",
        )
