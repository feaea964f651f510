"""Measures and methods by the names that commands take."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from attnstudio.errors import UsageError

_Kind = TypeVar("_Kind", bound=StrEnum)


def value_named(kind: type[_Kind], what: str, name: str | None) -> _Kind | None:
    """The value of that name; None where none is named.

    Args:
        kind: of what there is.
        what: it is, as it is called in a sentence: ``measure``.
        name: as it was given.

    Raises:
        UsageError: there is no such value.
    """
    if name is None:
        return None
    if name not in set(kind):
        raise UsageError(
            "{name} is not a {what}.",
            hint="There are: {names}.",
            name=repr(name),
            what=what,
            names=", ".join(kind),
        )
    return kind(name)
