"""``card.toml`` in a run's folder: what is kept of a run besides what it was asked and said.

Its number stays for life, from which its colour is made: it goes with the run into the trash and
back, and no other run's end changes it. Note and tags are the person's own words about it. The card
can be deleted at any time, and what cannot be read of it costs nothing else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from attnstudio.config_text import to_toml
from attnstudio.files import read_small, write_bytes
from attnstudio.plain_values import plain_line, without_controls
from attnstudio.project.run import Run

LONGEST_NOTE = 10_000
LONGEST_TAG = 40
MOST_TAGS = 20

_NAME = "card.toml"
_MOST_RUNS = 2**31 - 1
_BETWEEN_TAGS = re.compile(r"[,，、،;；\n]")


class RunCard(BaseModel):
    """``card.toml``.

    Attributes:
        number: which of the colours is the run's; None until it has one.
        note: what the person wrote about the run, in lines.
        tags: a few words each, by which runs are found.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    number: int | None = Field(default=None, ge=0, le=_MOST_RUNS)
    note: str = ""
    tags: tuple[str, ...] = ()

    @field_validator("note", mode="before")
    @classmethod
    def _note_is_text(cls, value: object) -> str:
        return plain_note(value)[:LONGEST_NOTE] if isinstance(value, str) else ""

    @field_validator("tags", mode="before")
    @classmethod
    def _tags_are_words(cls, value: object) -> tuple[str, ...]:
        words = value if isinstance(value, list | tuple) else ()
        tags = (_tag(word)[:LONGEST_TAG].rstrip() for word in words if isinstance(word, str))
        return tuple(_each_once(tags))[:MOST_TAGS]


def plain_note(text: str) -> str:
    """A note without what is no text, its lines kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return "\n".join(without_controls(line).rstrip() for line in lines).strip()


def tags_in(text: str) -> tuple[str, ...]:
    """The tags that a person wrote, with commas between them; each once."""
    return tuple(_each_once(_tag(word) for word in _BETWEEN_TAGS.split(text)))


def read_card(run: Run) -> RunCard:
    """The card of a run; an empty one where there is none, or none that can be read."""
    try:
        content = tomllib.loads(read_small(run.folder / _NAME).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):  # nothing of the run depends on it
        return RunCard()
    try:
        return RunCard.model_validate(content)
    except ValidationError:  # of its number: the words are read whatever they are
        return RunCard.model_validate({**content, "number": None})


def write_card(run: Run, card: RunCard) -> None:
    """Keep a card.

    Raises:
        StorageError: it cannot be written.
    """
    write_bytes(run.folder / _NAME, to_toml(card).encode("utf-8"), lasting=False)


def numbers_for(cards: Mapping[str, RunCard], taken: Iterable[int]) -> dict[str, int]:
    """The smallest free numbers for the runs that have none, in their order.

    Args:
        cards: by the names of the runs, the oldest first.
        taken: numbers of runs that are not among them, such as those in the trash.
    """
    used = {card.number for card in cards.values()} | set(taken)
    without: Sequence[str] = [name for name, card in cards.items() if card.number is None]
    free = (number for number in range(len(used) + len(without)) if number not in used)
    return dict(zip(without, free, strict=False))


def _tag(word: str) -> str:
    return plain_line(word).lstrip("#").strip()


def _each_once(tags: Iterable[str]) -> list[str]:
    """Those that are no other's in other letters, without empty ones."""
    found: dict[str, str] = {}
    for tag in tags:
        if tag:
            found.setdefault(tag.casefold(), tag)
    return list(found.values())
