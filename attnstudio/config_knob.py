"""What a knob is made of, for every config: type, default, bounds, label and one line of help."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

MOST = 1_000_000_000  # for counts that have no other bound


class Level(StrEnum):
    """From which level of the form on a field is shown."""

    SIMPLE = "simple"
    ADVANCED = "advanced"
    EXPERT = "expert"


def knob(
    default: Any,  # noqa: ANN401 - a default is of its field's type, which pydantic checks
    label: str,
    help_text: str,
    *,
    unit: str = "",
    level: Level = Level.ADVANCED,
    zero: str = "",
    **bounds: Any,  # noqa: ANN401 - passed on to pydantic's Field
) -> Any:  # noqa: ANN401 - pydantic's Field is typed so as well
    """A field of a config.

    Args:
        default: its value where nobody says another.
        label: what people read.
        help_text: what it is, in one line.
        unit: of the number.
        level: from which level of the form on it is shown.
        zero: what 0 means, in words that stand for it.
        bounds: as pydantic's ``Field`` takes them, such as ``ge=0``.
    """
    extra: dict[str, JsonValue] = {"unit": unit, "level": level.value, "zero": zero}
    return Field(
        default=default, title=label, description=help_text, json_schema_extra=extra, **bounds
    )


class Config(BaseModel):
    """What every config is: frozen, and with no other keys than its own."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False
    )
