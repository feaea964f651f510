"""``card.toml`` in a run's folder: what is kept of a run besides what it was asked and said.

Its number stays for life, from which its colour is made: it goes with the run into the trash and
back, and no other run's end changes it. The card can be deleted at any time.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attnstudio.config_text import to_toml
from attnstudio.files import read_small, write_bytes
from attnstudio.project.run import Run

_NAME = "card.toml"
_MOST_RUNS = 2**31 - 1


class RunCard(BaseModel):
    """``card.toml``.

    Attributes:
        number: which of the colours is the run's; None until it has one.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    number: int | None = Field(default=None, ge=0, le=_MOST_RUNS)


def read_card(run: Run) -> RunCard:
    """The card of a run; an empty one where there is none, or none that can be read."""
    try:
        content = tomllib.loads(read_small(run.folder / _NAME).decode("utf-8-sig"))
        return RunCard.model_validate(content)
    except (OSError, ValueError, ValidationError):  # nothing of the run depends on it
        return RunCard()


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
