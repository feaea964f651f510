"""Which engine translates: our own, or CTranslate2 where it is there and pays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from attnstudio.config import DecodingConfig
from attnstudio.errors import UsageError
from attnstudio.export.ct2_limits import why_no_ctranslate2
from attnstudio.export.ct2_process import is_installed
from attnstudio.project.usable_run import UsableRun
from attnstudio.reading import Measure

_MOST_PENALTY = 1.0  # of a larger one our choice is often none of the likeliest few
_FEW_LINES = 200  # its process and the conversion take about as long as we take for these


class Engine(StrEnum):
    """What translates."""

    AUTO = "auto"  # CTranslate2 where it is there, finds the same and pays
    OWN = "own"
    CTRANSLATE2 = "ctranslate2"


@dataclass(frozen=True, slots=True)
class Sharing:
    """By how many processes our own engine translated lines.

    Attributes:
        processes: this one among them.
        bytes_each: the most memory that one of the others had to itself; 0 where there was none.
    """

    processes: int
    bytes_each: int = 0


def why_own(
    run: UsableRun,
    config: DecodingConfig,
    *,
    attention: bool = False,
    measures: Collection[Measure] = (),
) -> str:
    """Why CTranslate2 cannot do what is asked, as the end of a sentence; empty where it can."""
    if not is_installed():
        return "it is not installed"
    if reason := why_no_ctranslate2(run.found.definition.config.model):
        return f"it does not compute {reason} as we do"
    if attention or measures:
        return "it does not give all the attention"
    if config.length_penalty > _MOST_PENALTY:
        return "it keeps too few translations where lengths count as much"
    if config.n_best > 1:
        return "it does not find several translations as we do"
    return ""


def chosen_engine(
    wished: Engine,
    run: UsableRun,
    lines: int,
    config: DecodingConfig,
    *,
    attention: bool = False,
    measures: Collection[Measure] = (),
) -> Engine:
    """Which engine it will be.

    Raises:
        UsageError: CTranslate2 was asked for and cannot do it.
    """
    if wished is Engine.OWN:
        return wished
    reason = why_own(run, config, attention=attention, measures=measures)
    if wished is Engine.CTRANSLATE2:
        if reason:
            raise UsageError(
                "CTranslate2 cannot translate this with run {name}: {reason}.",
                hint="Use Attention Studio's own engine."
                if is_installed()
                else "Install it with: pip install 'attnstudio[ct2]'",
                name=run.found.run.name,
                reason=reason,
            )
        return wished
    if reason or lines < _FEW_LINES or not run.is_on_processor:
        return Engine.OWN
    return Engine.CTRANSLATE2
