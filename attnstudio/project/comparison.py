"""How the settings of runs differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attnstudio.run_definition import RunDefinition

_MISSING = "–"


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that is not the same in all runs.

    Attributes:
        key: its name, as ``--set`` knows it.
        values: one a run; a dash where the run has no such setting.
    """

    key: str
    values: tuple[str, ...]


def differences(definitions: Sequence[RunDefinition]) -> list[Difference]:
    """Only what differs, in the order of ``config.toml``.

    The direction is left out: the languages tell it, and older runs have none.
    """
    flat = [
        _flat(definition.model_dump(mode="json", exclude={"direction"}))
        for definition in definitions
    ]
    keys = dict.fromkeys(key for values in flat for key in values)
    rows = (
        Difference(
            key.removeprefix("config."), tuple(str(values.get(key, _MISSING)) for values in flat)
        )
        for key in keys
    )
    return [row for row in rows if len(set(row.values)) > 1]


def _flat(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        name = f"{prefix}{key}"
        flat |= _flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return flat
