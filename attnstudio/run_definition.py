"""What a run is asked: its data by hash, its sides and every knob, as ``config.toml`` holds it.

Sources are a table of named ones, so that another task can read several or none; the translation
of today reads one. Files of older formats are read through `attnstudio.config_migration`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from attnstudio import names
from attnstudio.config import ContentHash, LanguageCode, PresetName, RunConfig

SOURCE = "source"  # the only source of a translation

_MOST_STEPS = 10**18

SourceName = Annotated[str, AfterValidator(names.source_name)]
RunName = Annotated[str, AfterValidator(names.run_name)]


class TaskKind(StrEnum):
    """What a model learns."""

    TRANSLATION = "translation"


class Direction(StrEnum):
    """Which language of its corpus a translation reads."""

    FORWARD = "forward"  # the first
    REVERSE = "reverse"  # the second


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False
    )


class TextSide(_Part):
    """A side that is text.

    Attributes:
        language: its code.
        tokenizer: hash of what cuts it into pieces.
    """

    language: LanguageCode
    tokenizer: ContentHash


class Beginning(_Part):
    """The checkpoint of another run, whose weights a run begins with."""

    run: RunName
    checkpoint: int = Field(ge=0, le=_MOST_STEPS)


class RunDefinition(_Part):
    """``config.toml`` of a run.

    Attributes:
        direction: None for a run from before it was kept: its languages tell it.
        starts_from: None for a run that begins from nothing.
    """

    format: Literal[2] = 2
    task: TaskKind = TaskKind.TRANSLATION
    direction: Direction | None = None
    corpus: ContentHash
    preset: PresetName
    sources: dict[SourceName, TextSide]
    target: TextSide
    starts_from: Beginning | None = None
    config: RunConfig

    @model_validator(mode="after")
    def _a_translation_reads_one_source(self) -> Self:
        if self.sources.keys() != {SOURCE}:
            found = ", ".join(self.sources) or "nothing"
            raise ValueError(f"a translation reads one {SOURCE}, not {found}")
        return self

    @property
    def source(self) -> TextSide:
        """What a translation is made of."""
        return self.sources[SOURCE]

    @property
    def source_tokenizers(self) -> tuple[str, ...]:
        """The tokenizers of the sources that are texts."""
        return tuple(side.tokenizer for side in self.sources.values())

    @property
    def tokenizer_names(self) -> tuple[str, ...]:
        """Of all that is text, each once; the target's comes last unless a source has it too."""
        return tuple(dict.fromkeys((*self.source_tokenizers, self.target.tokenizer)))

    @property
    def languages(self) -> tuple[str, ...]:
        """Of all that is text, from what is read to what is written."""
        return (*(side.language for side in self.sources.values()), self.target.language)

    @property
    def watched_as(self) -> str:
        """The key in ``watch.toml`` of what a person wants to be watched: the language it is in."""
        return self.source.language

    @property
    def encoding(self) -> tuple[str, ...]:
        """All that says how an example of its corpus becomes ids."""
        source, target = self.source, self.target
        return source.tokenizer, target.tokenizer, source.language
