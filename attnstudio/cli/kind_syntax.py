"""How the kinds of a comparison are written on a command line.

``--each KEY=V1,V2`` is a kind for each value of a setting, ``--kind LABEL:KEY=V,KEY=V`` one kind of
several settings, and ``--kind LABEL:`` one that changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attnstudio.config_text import parse_assignments
from attnstudio.errors import UsageError
from attnstudio.project.kind_comparison import ComparedKind


def kinds_written(named: Sequence[str], each: Sequence[str]) -> tuple[ComparedKind, ...]:
    """The kinds that are named, then those of each value, as they were written.

    Args:
        named: ``LABEL:KEY=V,KEY=V``.
        each: ``KEY=V1,V2``; a kind is called by its value, or ``key=value`` where the value is no
            word or another kind is called so.

    Raises:
        UsageError: one is not written so.
        ConfigError: a part of it is no setting.
    """
    kinds = [_named(text) for text in named]
    values = [pair for text in each for pair in _values(text)]
    counts = Counter([*(kind.label for kind in kinds), *(value for _, value in values)])
    for key, value in values:
        is_clear = counts[value] == 1 and value[:1].isalpha() and value not in ("true", "false")
        label = value if is_clear else f"{key.rpartition('.')[2]}={value}"
        kinds.append(ComparedKind(label, parse_assignments([f"{key}={value}"])))
    return tuple(kinds)


def seeds_written(text: str) -> tuple[int, ...]:
    """The seeds in ``1,2,3``.

    Raises:
        UsageError: one of them is no number.
    """
    seeds = []
    for part in text.split(","):
        if not part.strip().isdecimal():
            raise UsageError(
                "{seed} is no seed.", hint="Give numbers, such as 1,2,3.", seed=repr(part.strip())
            )
        seeds.append(int(part))
    return tuple(seeds)


def _named(text: str) -> ComparedKind:
    label, colon, settings = text.partition(":")
    if not colon or not label.strip() or "=" in label:
        raise UsageError(
            "{text} is not a kind.",
            hint="Write it as --kind NAME:KEY=VALUE,KEY=VALUE, or NAME: alone for no change.",
            text=repr(text),
        )
    written = [part.strip() for part in settings.split(",") if part.strip()]
    return ComparedKind(label.strip(), parse_assignments(written))


def _values(text: str) -> list[tuple[str, str]]:
    key, equals, values = (part.strip() for part in text.partition("="))
    found = [value.strip() for value in values.split(",")]
    if not equals or not key or not all(found):
        raise UsageError(
            "{text} is not a setting with its values.",
            hint="Write it as --each KEY=VALUE,VALUE, such as model.normaliser=softmax,sparsemax.",
            text=repr(text),
        )
    return [(key, value) for value in found]
