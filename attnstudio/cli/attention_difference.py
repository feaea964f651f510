"""The attention of one checkpoint beside that of another, for ``attend --against``."""

from __future__ import annotations

from dataclasses import dataclass, replace

from attnstudio.axes import Record
from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import ModelChoice
from attnstudio.errors import UsageError
from attnstudio.inference.reader import PairToRead
from attnstudio.interpretation.difference import with_difference
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import difference_site


@dataclass(frozen=True, slots=True)
class Compared:
    """What is written of two checkpoints.

    Attributes:
        record: of the one, with the differences beside its attention.
        reading: the difference where the attention was read.
        step: of the other.
    """

    record: Record
    reading: Reading
    step: int


def refuse_mixed(against: str | None, *, asks_more: bool) -> None:
    """Refuse to compare checkpoints and something else at once.

    Raises:
        UsageError: both are asked for.
    """
    if against is not None and asks_more:
        raise UsageError(
            "Checkpoints are compared as they are.",
            hint="Leave --against away, or the change or the method.",
        )


def against_checkpoint(
    output: Output, choice: ModelChoice, pair: PairToRead, record: Record, reading: Reading
) -> Compared:
    """Read the same pair with another checkpoint.

    Args:
        output: is told of a checkpoint that had to be passed over.
        choice: the other checkpoint of the same run.
        pair: the sentence and what the model wrote, or was given.
        record: its attention.
        reading: what of it is looked at.

    Raises:
        AlignmentError: there is no attention to compare.
    """
    other = choice.load(output)
    [there] = other.translator.records([pair])
    site = difference_site(reading.site)
    shown = replace(reading, site=site, method=ReadingMethod.NAIVE, measure=Measure.WEIGHTS)
    return Compared(with_difference(record, there), shown, other.step)
