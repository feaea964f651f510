"""``config.json`` of an exported model: what it is, how it was made and how good it is.

A folder may come from a stranger: each value is checked where it is read, and what is not known is
refused, so that nothing a person would miss is passed over in silence.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from attnstudio.config import LanguageCode, PresetName, RunConfig
from attnstudio.errors import AlignmentError
from attnstudio.plain_values import plain_line, without_controls
from attnstudio.reading import Reading
from attnstudio.run_definition import RunName

FORMAT = 1

_MOST = 2**62
_LONGEST_NOTE = 10_000


def _short(text: str) -> str:
    if plain_line(text) != text or len(text) > 200:
        raise ValueError(f"{text[:80]!r} is not a short line of text")
    return text


_Line = Annotated[str, AfterValidator(_short)]
_Count = Annotated[int, Field(ge=0, le=_MOST)]


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SpecialIds(_Facts):
    """The ids of the pieces that are no text; the same in every model of this program."""

    padding: Literal[0] = 0
    start: Literal[1] = 1
    end: Literal[2] = 2
    unknown: Literal[3] = 3


class Vocabulary(_Facts):
    """How many different pieces each side has, and whether both have one tokenizer."""

    source: int = Field(ge=4, le=_MOST)
    target: int = Field(ge=4, le=_MOST)
    shared: bool


class TestScore(_Facts):
    """How a set of sentences that it did not learn from was translated.

    Attributes:
        sentences: how many.
        bleu: 0 to 100, with the signature that makes it comparable.
        chrf: the same for chrF.
    """

    sentences: _Count
    bleu: float = Field(ge=0.0, le=100.0)
    bleu_signature: _Line
    chrf: float = Field(ge=0.0, le=100.0)
    chrf_signature: _Line


class ExportFacts(_Facts):
    """``config.json``.

    Attributes:
        format: of this file.
        program: the version of the program that wrote it.
        exported_at: when, in ISO 8601.
        run: the name that the run had.
        step: of the checkpoint: how many updates it has learnt from.
        source_language: what it reads.
        target_language: what it writes.
        preset: what its settings began with.
        vocabulary: of its tokenizers.
        special_ids: of the pieces that are no text.
        parameters: how many numbers were learnt.
        training_pairs: how many sentence pairs it learnt from; None where that is not known.
        validation: what was measured at this step while it was trained, by name; may be empty.
        tests: its evaluations that were kept.
        reading: the reading of its attention that was best on gold links; None where none was.
        note: what the person wrote about it, in lines.
        tags: a few words each.
        config: every knob of the run.
    """

    format: Literal[1] = 1
    program: _Line
    exported_at: _Line
    run: RunName
    step: _Count
    source_language: LanguageCode
    target_language: LanguageCode
    preset: PresetName
    vocabulary: Vocabulary
    special_ids: SpecialIds = SpecialIds()
    parameters: _Count
    training_pairs: _Count | None = None
    validation: dict[_Line, float] = Field(default={}, max_length=64)
    tests: tuple[TestScore, ...] = Field(default=(), max_length=64)
    reading: dict[str, int | str | None] | None = None
    note: str = Field(default="", max_length=_LONGEST_NOTE)
    tags: tuple[_Line, ...] = Field(default=(), max_length=20)
    config: RunConfig

    @field_validator("reading")
    @classmethod
    def _reading_is_one(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        try:
            return None if value is None else Reading.from_mapping(value).to_mapping()
        except AlignmentError as error:
            raise ValueError(error.message) from error

    @field_validator("note")
    @classmethod
    def _note_is_text(cls, value: str) -> str:
        if "\n".join(map(without_controls, value.split("\n"))) != value:
            raise ValueError("it holds characters that are none")
        return value

    @property
    def languages(self) -> tuple[str, str]:
        """What it reads and what it writes."""
        return self.source_language, self.target_language

    @property
    def best_reading(self) -> Reading | None:
        """See ``reading``."""
        return None if self.reading is None else Reading.from_mapping(self.reading)
