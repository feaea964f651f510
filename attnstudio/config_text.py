"""Configs as people write them: TOML, ``--set`` assignments, and in words what is wrong there."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

import tomlkit
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from attnstudio.config import CleaningConfig, RunConfig, TokenizerConfig
from attnstudio.config_guidance import GuidanceConfig
from attnstudio.config_migration import migrated
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.config_training import LimitsConfig, TrainingConfig
from attnstudio.errors import ConfigError
from attnstudio.files import read_small
from attnstudio.run_definition import RunDefinition

_Fields = Mapping[str, FieldInfo]
_LARGE = re.compile(r"(?<![.\d])\d{4,}(?![.\d])")  # as a bound
_KIND_FIRST = "Each kind of model has its own settings: choose the kind first."
_KIND_BY_COMMAND = (
    "Each kind of model has its own settings: choose the kind first, with --preset bahdanau or "
    "--set model.kind=recurrent (or transformer)."
)
_Model = TypeVar("_Model", bound=BaseModel)


def merge_config(base: RunConfig, changes: Mapping[str, Any]) -> RunConfig:
    """``base`` with the changes of a nested mapping on top.

    Naming another ``model.kind`` starts the model from that kind's defaults.

    Raises:
        ConfigError: an unknown key or a value out of bounds; all problems are named.
    """
    merged = lay_over(base.model_dump(mode="json"), changes)
    return _validated(RunConfig, merged, _run_fields)


def merge_cleaning(base: CleaningConfig, changes: Mapping[str, Any]) -> CleaningConfig:
    """``base`` with some knobs set anew.

    Raises:
        ConfigError: an unknown knob or a value out of bounds; all problems are named.
    """
    merged = {**base.model_dump(mode="json"), **changes}
    return _validated(CleaningConfig, merged, lambda _: CleaningConfig.model_fields)


def _validated(
    kind: type[_Model], values: Mapping[str, Any], fields: Callable[[str], _Fields]
) -> _Model:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problems = [_Problem.read(details) for details in error.errors()]
        hint = _hint(problems, fields)
        raise ConfigError(
            "{problems}.",
            hint=hint,
            command_hint=_KIND_BY_COMMAND if hint == _KIND_FIRST else "",
            problems="; ".join(problem.text for problem in problems),
        ) from error


def lay_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two nested mappings as one; a model of another kind replaces the one below."""
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        if (
            isinstance(value, Mapping)
            and isinstance(under, Mapping)
            and not _are_of_different_kinds(under, value)
        ):
            result[key] = lay_over(under, value)
        else:
            result[key] = value
    return result


def parse_assignments(assignments: list[str]) -> dict[str, Any]:
    """Turn ``model.attention=additive`` into a nested mapping; values are read as TOML or text.

    Raises:
        ConfigError: an assignment without a dotted name or ``=``.
    """
    changes: dict[str, Any] = {}
    for assignment in assignments:
        path, separator, text = assignment.partition("=")
        *groups, name = (part.strip() for part in path.split("."))
        table = changes
        for group in groups:
            table = table.setdefault(group, {}) if isinstance(table, dict) else table
        if not separator or not groups or not all((*groups, name)) or not isinstance(table, dict):
            raise ConfigError(
                "{assignment} is not a setting.",
                hint="Write it as group.name=value, for example training.batch_tokens=1024.",
                assignment=repr(assignment),
            )
        table[name] = _parse_value(text.strip())
    return changes


def parse_cleaning(assignments: Sequence[str]) -> dict[str, Any]:
    """Turn ``max_length=100`` into a knob of `CleaningConfig` and its value.

    Raises:
        ConfigError: an assignment without a name or ``=``.
    """
    changes: dict[str, Any] = {}
    for assignment in assignments:
        name, separator, text = assignment.partition("=")
        if not separator or not name.strip():
            raise ConfigError(
                "{assignment} is not a setting.",
                hint="Write it as name=value, for example max_length=100.",
                assignment=repr(assignment),
            )
        changes[name.strip()] = _parse_value(text.strip())
    return changes


def read_config_file(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        ConfigError: the file is missing or not TOML.
    """
    return _tables(path, lambda: path.read_bytes())


def _tables(path: Path, read: Callable[[], bytes]) -> dict[str, Any]:
    try:
        return tomllib.loads(read().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            "{path} could not be read: {reason}.",
            hint="Check the name and the folder.",
            path=path,
            reason=error.strerror or error,
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            "{path} is not TOML: {reason}.",
            hint="A config file has tables like [training] with lines like batch_tokens = 1024.",
            path=path,
            reason=str(error).rstrip("."),
        ) from error


def to_toml(definition: BaseModel) -> str:
    """The TOML text of a config; settings without a value are left out."""
    return tomlkit.dumps(definition.model_dump(mode="json", exclude_none=True))


def read_definition(path: Path) -> RunDefinition:
    """The definition that a run's ``config.toml`` of any format holds.

    Raises:
        ConfigError: the file is missing, not TOML, of a newer format or holds something else.
    """
    try:
        return RunDefinition.model_validate(migrated(_tables(path, lambda: read_small(path)), path))
    except ValidationError as error:
        problems = [_Problem.read(details).text for details in error.errors()]
        raise ConfigError(
            "{path} is not the config of a run: {problems}.",
            hint="It was changed by hand, or made by a newer Attention Studio: update it.",
            path=path,
            problems="; ".join(problems),
        ) from error


def _parse_value(text: str) -> Any:  # noqa: ANN401 - TOML values are of many types
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _are_of_different_kinds(below: Mapping[str, Any], above: Mapping[str, Any]) -> bool:
    return "kind" in below and "kind" in above and below["kind"] != above["kind"]


class _Problem(NamedTuple):
    """One thing that is wrong with a config.

    Attributes:
        name: the setting, dotted.
        model_kind: the kind of model the setting was given to, if it is one of a model's.
        text: what is wrong, the name included.
        is_unknown: no such setting.
    """

    name: str
    model_kind: str
    text: str
    is_unknown: bool = False

    @classmethod
    def read(cls, details: ErrorDetails) -> Self:
        """From pydantic's words to ours."""
        place = [str(part) for part in details["loc"]]
        model_kind = ""
        if "model" in place[:-1]:  # pydantic puts the union's tag there: model.transformer.heads
            model_kind = place.pop(place.index("model") + 1)
        name, value = ".".join(place), details["input"]
        match details["type"]:
            case "extra_forbidden":
                of_what = f" of a {model_kind} model" if model_kind else ""
                return cls(name, model_kind, f"{name} is not a setting{of_what}", is_unknown=True)
            case "missing":
                return cls(name, model_kind, f"{name} is missing")
            case "union_tag_invalid" | "union_tag_not_found":
                kind = value.get("kind") if isinstance(value, Mapping) else value
                text = f"{name}.kind must be recurrent or transformer, not {kind!r}"
                return cls(f"{name}.kind", model_kind, text)
            case "value_error":
                of_what = f"{name}: " if name else ""  # what is wrong between tables has no name
                return cls(name, model_kind, f"{of_what}{details['ctx']['error']}")
            case "model_type" | "model_attributes_type":
                return cls(name, model_kind, f"{name} must be a table of settings")
            case _ if isinstance(value, Mapping):
                return cls(name, model_kind, f"{name} is one value, not a table")
            case _:
                return cls(name, model_kind, f"{name} must be {_demand(details)}, not {value!r}")


def _demand(details: ErrorDetails) -> str:
    match details["type"].partition("_")[0]:
        case "int":
            return "a whole number"
        case "float":
            return "a number"
        case "bool":
            return "true or false"
    words = details["msg"].removeprefix("Input should be ")
    for theirs, ours in (("greater than", "above"), ("less than", "below")):
        words = words.replace(f"{theirs} or equal to", "at least" if ours == "above" else "at most")
        words = words.replace(theirs, ours)
    return _LARGE.sub(lambda number: f"{int(number[0]):,}", words)


def _hint(problems: Sequence[_Problem], fields_of: Callable[[str], _Fields]) -> str:
    first = next((problem for problem in problems if problem.is_unknown), problems[0])
    fields = fields_of(first.model_kind)
    if not first.is_unknown:
        field = fields.get(first.name)
        return (field and field.description) or "Change it, or what it depends on."
    group, _, name = first.name.rpartition(".")
    same = [other for other in fields if other.endswith(f".{name}")]
    if not same and name in RecurrentConfig.model_fields | TransformerConfig.model_fields:
        return _KIND_FIRST
    neighbours = [other for other in fields if other.rpartition(".")[0] == group]
    near = same or difflib.get_close_matches(first.name, neighbours, n=1, cutoff=0.7)
    if near:
        return f"Did you mean {near[0]}?"
    known = ", ".join(neighbours) or "the groups tokenizer, model, training, guidance and limits"
    return f"There are: {known}."


def _run_fields(model_kind: str) -> _Fields:
    groups: dict[str, type[BaseModel]] = {
        "tokenizer": TokenizerConfig,
        "model": RecurrentConfig if model_kind == "recurrent" else TransformerConfig,
        "training": TrainingConfig,
        "guidance": GuidanceConfig,
        "limits": LimitsConfig,
    }
    return {
        f"{group}.{name}": field
        for group, config in groups.items()
        for name, field in config.model_fields.items()
    }
