"""Dataclasses of plain values, read from what a file holds.

A file may be damaged, of another version or a stranger's. What is read from it has the types that
its class declares, or is refused with a ``ValueError``, whatever the file holds.
"""

from __future__ import annotations

import json
import math
import re
import sys
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from itertools import chain
from typing import Any, TypeVar

_Kind = TypeVar("_Kind")

Rows = tuple[tuple[float, ...], ...]  # of equal length; what is no number is null in a file

_LARGEST = 2**63  # numbers go into columns of 64 bits
_TABLE = re.compile(r"Mapping\[str, (.+?)\]")
_NO_TEXT = {"Cc", "Cs"}
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HALF = re.compile(r"[\ud800-\udfff]")


def read_json(text: str | bytes) -> Any:  # noqa: ANN401 - JSON holds anything
    """What a JSON text holds.

    Raises:
        ValueError: it is not JSON, or nested too deeply.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def from_mapping(kind: type[_Kind], content: object) -> _Kind:
    """A dataclass of plain values; what it does not know is passed over.

    Floats may be null, which stands for those that are not finite.

    Raises:
        ValueError: a field is missing or of another type.
    """
    if not isinstance(content, Mapping):
        raise ValueError("it is no table of values")
    values = {}
    for item in fields(kind):  # type: ignore[arg-type] # any dataclass
        if item.name in content:
            values[item.name] = _value(item, content[item.name])
        elif item.default is MISSING and item.default_factory is MISSING:
            raise ValueError(f"{item.name} is missing")
    return kind(**values)


def without_controls(text: str) -> str:
    """The text without characters that are none: those of control, halves, and turns of direction.

    The last would turn round what stands beside the text.
    """
    kept = "".join(each for each in text if unicodedata.category(each) not in _NO_TEXT)
    return _TURNING.sub("", kept)


def plain_line(text: str) -> str:
    """One line of text, with one space where there was any room between words."""
    return " ".join(without_controls(" ".join(text.split())).split())


def _value(item: Field[Any], value: object) -> object:
    declared = str(item.type)  # a text, as `from __future__ import annotations` makes of types
    if value is None and declared.endswith(" | None"):
        return None
    if value is None and declared == "float":
        return math.nan
    if table := _TABLE.match(declared):
        return _table(item.name, value, table[1])
    if not _FITS[declared.split(" | ")[0]](value):
        raise ValueError(f"{item.name} is {str(value)[:40]!r}, which is not {declared}")
    return value


def _table(name: str, value: object, declared: str) -> dict[str, object]:
    """Names with values of the declared kinds, such as ``int | float | str``."""
    if not isinstance(value, Mapping) or not all(map(_is_text, value)):
        raise ValueError(f"{name} is {str(value)[:40]!r}, which is no table")
    if declared == "Rows":
        return {key: _rows(name, each) for key, each in value.items()}
    kinds = [_FITS_IN_TABLE[kind] for kind in declared.split(" | ")]
    if declared == "float":  # null stands for those that are not finite
        value = {key: math.nan if each is None else each for key, each in value.items()}
    for each in value.values():
        if not any(fits(each) for fits in kinds):
            raise ValueError(f"{name} has {str(each)[:40]!r}, which is not {declared}")
    return {key: float(each) if declared == "float" else each for key, each in value.items()}


def _rows(name: str, value: object) -> Rows:
    """Rows of numbers, one as long as the other."""
    rows: list[Any] = value if isinstance(value, list) else [value]
    if not all(isinstance(row, list) and len(row) == len(rows[0]) for row in rows):
        raise ValueError(f"{name} has {str(value)[:40]!r}, which is not rows of numbers")
    for each in chain.from_iterable(rows):
        if each is not None and not _is_number(each):
            raise ValueError(f"{name} has {str(each)[:40]!r}, which is no number")
    return tuple(tuple(math.nan if each is None else float(each) for each in row) for row in rows)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST


def _is_number(value: object) -> bool:
    """Any that a float can be; infinite ones are null in our files."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= sys.float_info.max


def _is_text(value: object) -> bool:
    """Text that can be written: JSON can spell halves of characters."""
    return isinstance(value, str) and not _HALF.search(value)


_FITS: Mapping[str, Callable[[object], bool]] = {
    "int": _is_count,
    "float": _is_number,
    "str": _is_text,
    "bool": lambda value: isinstance(value, bool),
}
_FITS_IN_TABLE: Mapping[str, Callable[[object], bool]] = {
    "int": lambda value: isinstance(value, int) and _is_number(value),  # also below 0
    "float": lambda value: _is_number(value) or (isinstance(value, float) and math.isnan(value)),
    "str": _is_text,
    "None": lambda value: value is None,
}
