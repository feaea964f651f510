"""JSON as people keep parallel texts in it: a record a line, an array of records, or columns.

A record is flattened: ``{"translation": {"en": …}}`` has the column ``translation.en``. An array
may also be the value of a key, as in ``{"data": [{…}, …]}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import islice, zip_longest
from typing import Any, NamedTuple

from attnstudio.corpus.import_report import Counted, Problem, Reason
from attnstudio.corpus.json_scanner import OPENERS, open_json
from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_lines, open_text, readable
from attnstudio.errors import CorpusError

_LOOKED_AT_RECORDS = 200
_LOOKED_AT_CHARACTERS = 1 << 16
_DEEPEST = 4
_MOST_KEYS = 10_000  # of one object that are looked at; more are records
_SHOWN = 80
_LOOKED_AT_LINES = 20
_JSON = re.compile(r'\[\s*[\[{]|\{\s*"|\[\s*"(?:[^"\\]|\\.)*"\s*,\s*"')


class JsonShape(StrEnum):
    """How the records lie in the file."""

    LINES = "lines"  # a record a line
    ARRAY = "array"  # one array of records, at the top or below a key
    COLUMNS = "columns"  # an array or object of cells for each column


class JsonTable(NamedTuple):
    """A JSON file as a table. The columns are empty where its records are arrays."""

    text: TextSource
    shape: JsonShape
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()  # below which the array lies

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.columns

    @property
    def counted(self) -> Counted:
        """What the numbers of its rows count."""
        return Counted.LINE if self.shape == JsonShape.LINES else Counted.RECORD

    def rows(
        self, count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[tuple[int, Sequence[str]] | Problem]:
        """The records with their line, or with their number where lines mean nothing.

        Raises:
            CorpusError: the file cannot be read or is no JSON; not for one bad line among others.
        """
        if self.shape == JsonShape.COLUMNS:
            cells = [_elements(self.text, (*self.keys, key), count_bytes) for key in self.columns]
            for number, row in enumerate(zip_longest(*cells, fillvalue=""), start=1):
                yield number, tuple(map(_cell, row))
            return
        for number, record in self._records(count_bytes):
            if isinstance(record, dict):
                found = _flat(record)
                yield number, tuple(found.get(name, "") for name in self.columns)
            elif isinstance(record, list) and all(map(_is_cell, record)):
                yield number, tuple(map(_cell, record))
            else:
                text = readable(str(record))[:_SHOWN]
                yield Problem(self.text.name, number, Reason.MALFORMED, text)

    def _records(self, count_bytes: Callable[[int], None]) -> Iterator[tuple[int, object]]:
        if self.shape == JsonShape.ARRAY:
            yield from enumerate(_elements(self.text, self.keys, count_bytes), start=1)
            return
        with open_lines(self.text, count_bytes) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip(" \t\ufeff"):
                    yield number, _parsed(line)


def recognise_json(
    text: TextSource, count_bytes: Callable[[int], None] = ignore_bytes
) -> JsonTable | None:
    """How the records lie in a JSON file; None for other files.

    Args:
        text: what to look into.
        count_bytes: see `open_text`; it may be read to its end.

    Raises:
        CorpusError: the file cannot be read, or it is JSON without records.
    """
    with open_text(text) as file:
        start = file.read(_LOOKED_AT_CHARACTERS).lstrip(" \t\r\n\ufeff")
    name = text.inner_name.lower()
    if name.endswith((".jsonl", ".ndjson")) and start[:1] != "[" and _has_a_record_a_line(text):
        return _with_columns(JsonTable(text, JsonShape.LINES))
    if not _JSON.match(start):
        if name.endswith((".json", ".jsonl", ".ndjson")):
            raise _without_records(text)
        return None
    first, _, rest = start.partition("\n")
    record = _parsed(first)
    rest = rest.lstrip()
    if isinstance(record, dict | list) and (rest or _is_flat(record)):
        if rest and rest[0] not in "[{":
            return None
        return _with_columns(JsonTable(text, JsonShape.LINES))
    if start[0] == "[":
        is_array = start[1:].lstrip()[:1] in ("[", "{")
        return _with_columns(JsonTable(text, JsonShape.ARRAY)) if is_array else None
    found = _within(text, (), count_bytes)
    if found is None:
        raise _without_records(text)
    return found


def _has_a_record_a_line(text: TextSource) -> bool:
    """Whether there is one among the first lines, of which some may be damaged."""
    with open_lines(text) as lines:
        return any(isinstance(_parsed(line), dict) for line in islice(lines, _LOOKED_AT_LINES))


def _within(
    text: TextSource, keys: tuple[str, ...], count_bytes: Callable[[int], None]
) -> JsonTable | None:
    """A table below the keys of one object: the longest array of records, else columns of cells."""
    columns: list[str] = []
    names: list[Any] = []
    objects: list[str] = []
    best: JsonTable | None = None
    best_rank = (False, 0)
    members = islice(_members(text, keys, count_bytes), _MOST_KEYS)
    for key, is_object, values in members:
        if values and all(map(_is_cell, values)):
            columns.append(key)
            names = values if key == "columns" else names
            continue
        records = [value for value in values if _is_record(value)]
        rank = (bool(records) and isinstance(records[0], dict), len(records))
        if len(records) > len(values) / 2 and rank > best_rank:
            best, best_rank = JsonTable(text, JsonShape.ARRAY, keys=(*keys, key)), rank
        elif is_object and values:
            objects.append(key)
    if best is not None:
        # Arrays may have their names beside them, as pandas writes them.
        return best._replace(columns=tuple(map(_cell, names))) if names else _with_columns(best)
    if len(columns) > 1 and all(key.isdecimal() for key in columns):  # each of them is a record
        return _with_columns(JsonTable(text, JsonShape.ARRAY, keys=keys))
    if len(columns) > 1:
        return JsonTable(text, JsonShape.COLUMNS, tuple(columns), keys)
    below = objects if len(keys) < _DEEPEST else []
    return next(filter(None, (_within(text, (*keys, key), count_bytes) for key in below)), None)


def _is_cell(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _is_record(value: object) -> bool:
    """Whether a value has two texts."""
    if isinstance(value, dict):
        return len(_flat(value)) > 1
    return isinstance(value, list) and len(value) > 1 and all(map(_is_cell, value))


def _without_records(text: TextSource) -> CorpusError:
    return CorpusError(
        "{name} is JSON without records that could be pairs.",
        hint="Use an array of objects, or one object a line, with a key for each language.",
        name=text.name,
    )


def _with_columns(table: JsonTable) -> JsonTable:
    names: dict[str, None] = {}
    for _, record in islice(table._records(ignore_bytes), _LOOKED_AT_RECORDS):
        if isinstance(record, dict):
            names.update(dict.fromkeys(_flat(record)))
    if len(names) == 1:
        raise _without_records(table.text)
    return table._replace(columns=tuple(names))


def _is_flat(record: dict[str, Any] | list[Any]) -> bool:
    """Whether one line alone is one record, and not a table in itself."""
    if isinstance(record, list):
        return all(map(_is_cell, record))
    values = record.values()
    is_table = len(record) > 1 and all(isinstance(value, dict) for value in values)
    return len(_flat(record)) > 1 and not is_table and not any(isinstance(v, list) for v in values)


def _flat(record: dict[str, Any], above: str = "", depth: int = 0) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in record.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            if depth < _DEEPEST:
                flat.update(_flat(value, f"{name}.", depth + 1))
        elif not isinstance(value, list):
            flat[name] = _cell(value)
    return flat


def _cell(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _parsed(line: str) -> object:
    """A record, or the line itself where it is none."""
    try:
        return json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return line


def _elements(
    text: TextSource, keys: tuple[str, ...], count_bytes: Callable[[int], None]
) -> Iterator[Any]:
    """The elements of the array at the top, or of the array or object below some keys."""
    with open_json(text, count_bytes) as scanner:
        if scanner.go_to(keys):
            yield from scanner.elements()


def _members(
    text: TextSource, keys: tuple[str, ...], count_bytes: Callable[[int], None]
) -> Iterator[tuple[str, bool, list[Any]]]:
    """The keys of an object, whether an object is below, and the first elements of what is."""
    with open_json(text, count_bytes) as scanner:
        for name in scanner.members() if scanner.go_to(keys) else ():
            kind = scanner.peek()
            first: list[Any] = []
            if kind in OPENERS:
                for number, element in enumerate(scanner.elements()):
                    if number < _LOOKED_AT_RECORDS:
                        first.append(element)
            else:
                scanner.skip()
            yield name, kind == "{", first
