"""``changes.json``: sets of changes of the attention that a person keeps by name, for any run.

It is read anew before each set that is added, so that those of another window stay. A file that
cannot be understood is never written over: what it holds may still be mended.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

from attnstudio.errors import ProjectError
from attnstudio.files import read_small, write_text
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.plain_values import plain_line, read_json
from attnstudio.sites import Site, site_named
from attnstudio.storage_errors import READ, storing

NAME = "changes.json"
MOST_SETS = 200
LONGEST_NAME = 80  # characters

_FORMAT = 1
_MOST_BYTES = 2**23
_LONGEST_WORDS = 1_000
_MOST_PLACES = 2**20  # of layers, heads or pieces: no model has so many
_SUM_TOLERANCE = 1e-3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the attention.

    Attributes:
        key: what it is of; one of the same key takes its place.
        words: what it is, for the list of changes.
        intervention: what is asked of the model.
    """

    key: str
    words: str
    intervention: Intervention


Sets = dict[str, tuple[Change, ...]]


def read_kept_changes(folder: Path) -> Sets:
    """The sets in a project's folder, by their names, in the order in which they were kept.

    Raises:
        ProjectError: the file is damaged, or was made by a newer program.
        StorageError: it is there and cannot be read.
    """
    path = folder / NAME
    with storing(path, READ):
        try:
            content = read_json(read_small(path, _MOST_BYTES).decode("utf-8"))
            return _sets(content)
        except FileNotFoundError:
            return {}
        except (ValueError, OverflowError) as error:
            raise ProjectError(
                "The kept changes in {path} cannot be read: {reason}.",
                hint="Nothing was changed there. Move the file away to keep changes again.",
                path=path,
                reason=str(error).rstrip("."),
            ) from error


def keep_changes(folder: Path, name: str, changes: Sequence[Change]) -> Sets:
    """Keep a set under a name, in place of one that has it; the others stay.

    Returns:
        All that are kept now.

    Raises:
        ProjectError: there are too many, or those that are there cannot be read.
        StorageError: the disk would not take it.
    """
    sets = read_kept_changes(folder)
    sets.pop(name, None)
    if len(sets) >= MOST_SETS:
        raise ProjectError(
            "{most} sets of changes are kept already, which is the most.",
            hint="Forget one of them first.",
            most=MOST_SETS,
        )
    sets[name] = tuple(changes)
    _write(folder, sets)
    return sets


def forget_changes(folder: Path, name: str) -> Sets:
    """Keep a set no longer; the others stay.

    Returns:
        All that are kept now.

    Raises:
        ProjectError: those that are there cannot be read.
        StorageError: the disk would not take it.
    """
    sets = read_kept_changes(folder)
    if sets.pop(name, None) is not None:
        _write(folder, sets)
    return sets


def name_for_changes(text: str) -> str:
    """A name as it is kept: one line, and no longer than a list can show."""
    return plain_line(text)[:LONGEST_NAME].strip()


# writing


def _write(folder: Path, sets: Sets) -> None:
    content = {
        "format": _FORMAT,
        "sets": [
            {"name": name, "changes": [_to_mapping(change) for change in changes]}
            for name, changes in sets.items()
        ],
    }
    write_text(folder / NAME, json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")


def _to_mapping(change: Change) -> dict[str, object]:
    asked = change.intervention
    return {
        "key": change.key,
        "words": change.words,
        "rows": [
            [address.site.name, *address[1:], list(row)] for address, row in asked.rows.items()
        ],
        "off": [[head.site.name, *head[1:]] for head in sorted(asked.ablated_heads, key=str)],
        "hidden": [[site.name, sorted(keys)] for site, keys in asked.masked.items()],
        "temperatures": [
            [head.site.name, *head[1:], value] for head, value in asked.temperatures.items()
        ],
    }


# reading: whatever the file holds


def _sets(content: object) -> Sets:
    table = _mapping(content)
    kept_format = _place(table.get("format"))
    if kept_format != _FORMAT:
        _refuse(f"it has the format {kept_format}, which this program does not know")
    found: Sets = {}
    for each in _list(table.get("sets"), _mapping):
        name = name_for_changes(_text(each.get("name")))
        if not name:
            _refuse("a set has no name")
        found[name] = tuple(_list(each.get("changes"), _change))
    if len(found) > MOST_SETS:
        _refuse(f"it holds {len(found)} sets, more than it ever does")
    return found


def _change(content: object) -> Change:
    table = _mapping(content)
    asked = Intervention(
        rows=dict(_list(table.get("rows"), _row)),
        ablated_heads=frozenset(_list(table.get("off"), _head)),
        masked=dict(_list(table.get("hidden"), _hidden)),
        temperatures=dict(_list(table.get("temperatures"), _temperature)),
    )
    if asked.is_empty:
        _refuse("a change changes nothing")
    words = plain_line(_text(table.get("words")))[:_LONGEST_WORDS]
    return Change(plain_line(_text(table.get("key"))), words, asked)


def _row(content: object) -> tuple[RowAddress, tuple[float, ...]]:
    site, layer, head, query, weights = _parts(content, 5)
    row = tuple(_list(weights, _number))
    if min(row, default=-1.0) < 0 or abs(sum(row) - 1.0) > _SUM_TOLERANCE:
        _refuse("a row of weights is no distribution")
    return RowAddress(_site(site), _place(layer), _place(head), _place(query)), row


def _head(content: object) -> HeadAddress:
    site, layer, head = _parts(content, 3)
    return HeadAddress(_site(site), _place(layer), _place(head))


def _hidden(content: object) -> tuple[Site, frozenset[int]]:
    site, keys = _parts(content, 2)
    return _site(site), frozenset(_list(keys, _place))


def _temperature(content: object) -> tuple[HeadAddress, float]:
    *head, value = _parts(content, 4)
    return _head(head), _number(value)


def _site(name: object) -> Site:
    found = site_named(_text(name))
    if found is None:
        _refuse("it names an attention that no model has")
    return found


def _mapping(content: object) -> Mapping[str, object]:
    if not isinstance(content, dict):
        _refuse("it is no table of values")
    return content


def _list(content: object, read: Callable[[object], T]) -> list[T]:
    if not isinstance(content, list):
        _refuse("a list is missing")
    return [read(each) for each in content]


def _parts(content: object, count: int) -> list[object]:
    if not isinstance(content, list) or len(content) != count:
        _refuse("an entry has too many parts or too few")
    return content


def _text(content: object) -> str:
    if not isinstance(content, str):
        _refuse("a text is missing")
    return content


def _place(content: object) -> int:
    if type(content) is not int or not 0 <= content < _MOST_PLACES:  # a bool is an int
        _refuse("a number is no place")
    return content


def _number(content: object) -> float:
    if type(content) not in (int, float) or not math.isfinite(content):  # type: ignore[arg-type]
        _refuse("a number is missing")
    return float(content)  # type: ignore[arg-type]


def _refuse(reason: str) -> NoReturn:
    raise ValueError(reason)
