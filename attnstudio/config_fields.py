"""The knobs as a form needs them: what each is called, takes and means."""

from __future__ import annotations

import types
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from attnstudio.config import CleaningConfig, RunConfig, TokenizerConfig
from attnstudio.config_guidance import GuidanceConfig
from attnstudio.config_knob import Level
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.config_training import LimitsConfig, TrainingConfig
from attnstudio.knob_effects import EFFECTS

_NO_BOUND = 1e9
_FIRST = "training.budget_minutes"  # of what ends a run: most people need no other
_ENDS = (_FIRST, "training.patience")


class FieldKind(StrEnum):
    """How a knob is set."""

    WHOLE = "whole"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One knob.

    Attributes:
        path: its name for ``--set``, such as ``training.learning_rate``.
        label: what people read.
        help: what it is, in one line.
        effect: what comes of turning it, and when to leave it alone; empty for a cleaning.
        unit: of the number; may be empty.
        level: from which level of the form on it is shown.
        kind: how it is set.
        choices: the values of a CHOICE.
        optional: whether it may be left empty.
        zero: what 0 means, in words that stand for it; empty where it is a number like others.
        group: what it is about: a table of ``config.toml``, or ``limits`` for all that ends a run.
        bounds: the range in words, such as ``1 to 64``; empty where there is none.
    """

    path: str
    label: str
    help: str
    effect: str
    unit: str
    level: Level
    kind: FieldKind
    choices: tuple[str, ...]
    optional: bool
    zero: str
    group: str
    bounds: str


def describe_fields(model_kind: str, *, with_single: bool = False) -> list[FieldDescription]:
    """Every knob, a group after another; those of a model are of the given kind.

    Args:
        model_kind: recurrent or transformer.
        with_single: whether what has a single value counts, of which there is nothing to choose.
    """
    groups: dict[str, type[BaseModel]] = {
        "limits": LimitsConfig,
        "model": RecurrentConfig if model_kind == "recurrent" else TransformerConfig,
        "guidance": GuidanceConfig,
        "training": TrainingConfig,
        "tokenizer": TokenizerConfig,
    }
    fields = [
        _describe(f"{group}.{name}", field)
        for group, config in groups.items()
        for name, field in config.model_fields.items()
        if (group, name) != ("model", "kind") and (with_single or not _has_one_value(field))
    ]
    order = list(groups)
    return sorted(fields, key=lambda field: (order.index(field.group), field.path != _FIRST))


def describe_cleaning() -> list[FieldDescription]:
    """Every knob of a cleaning."""
    return [_describe(name, field) for name, field in CleaningConfig.model_fields.items()]


def value_of(config: BaseModel, path: str) -> Any:  # noqa: ANN401 - fields are of many types
    """The value of a knob; choices as text, None where the config has no such knob."""
    value: Any = config
    for name in path.split("."):
        value = getattr(value, name, None)
    return value.value if isinstance(value, Enum) else value


def changed_fields(base: RunConfig, config: RunConfig) -> dict[str, Any]:
    """What must be set to come from one config to another, by name.

    Naming another kind of model starts from that kind's defaults, so it comes first.
    """
    changes: dict[str, Any] = {}
    kind = config.model.kind
    if base.model.kind != kind:
        changes["model.kind"] = kind
        fresh = RecurrentConfig() if kind == "recurrent" else TransformerConfig()
        base = base.model_copy(update={"model": fresh})
    for field in describe_fields(kind):
        value = value_of(config, field.path)
        if value != value_of(base, field.path):
            changes[field.path] = value
    return changes


def _describe(path: str, field: FieldInfo) -> FieldDescription:
    plain, optional = _without_none(field.annotation)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    choices: tuple[str, ...] = ()
    if isinstance(plain, type) and issubclass(plain, Enum):
        kind, choices = FieldKind.CHOICE, tuple(str(member.value) for member in plain)
    elif plain is bool:
        kind = FieldKind.SWITCH
    else:
        kind = FieldKind.WHOLE if plain is int else FieldKind.NUMBER
    return FieldDescription(
        path=path,
        label=field.title or path,
        help=field.description or "",
        effect=EFFECTS.get(path, ""),
        unit=str(extra.get("unit", "")),
        level=Level(str(extra.get("level", Level.ADVANCED.value))),
        kind=kind,
        choices=choices,
        optional=optional,
        zero=str(extra.get("zero", "")),
        group="limits" if path in _ENDS else path.partition(".")[0],
        bounds=_bounds(field),
    )


def _has_one_value(field: FieldInfo) -> bool:
    plain, _ = _without_none(field.annotation)
    return isinstance(plain, type) and issubclass(plain, Enum) and len(plain) == 1


def _without_none(annotation: Any) -> tuple[Any, bool]:  # noqa: ANN401 - a type of any form
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [part for part in get_args(annotation) if part is not type(None)]
        return inner[0], True
    return annotation, False


def _bounds(field: FieldInfo) -> str:
    """``1 to 64``, ``above 0``; bounds that only keep nonsense out are not said."""
    found = {
        name: getattr(bound, name)
        for bound in field.metadata
        for name in ("ge", "gt", "le", "lt")
        if getattr(bound, name, None) is not None
    }
    low = f"above {_number(found['gt'])}" if "gt" in found else ""
    low = _number(found["ge"]) if "ge" in found else low
    high = _number(found["le"]) if found.get("le", _NO_BOUND) < _NO_BOUND else ""
    high = f"below {_number(found['lt'])}" if found.get("lt", _NO_BOUND) < _NO_BOUND else high
    if low and high:
        return f"{low} to {high}"
    return f"at least {low}" if "ge" in found and low else low or high


def _number(bound: float) -> str:
    """``1,000,000``, never ``1e+06``."""
    return f"{int(bound):,}" if bound == int(bound) else f"{bound:g}"
