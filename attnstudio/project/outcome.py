"""``outcome.json`` in a run's folder: what came of a run that was trained for a comparison.

It is measured once, when the run has come to its end, and stays as it was then, also where the run
is trained further. It goes with the run wherever that goes. One that is damaged is measured anew.
"""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field

from attnstudio.evaluation.paired_bootstrap import COUNTS
from attnstudio.files import read_small, write_bytes
from attnstudio.project.run import Run
from attnstudio.seals import sealed_text, text_sealed

NAME = "outcome.json"
_MOST_SENTENCES = 2**17  # whose counts are kept: a larger test set is compared without them
_MOST_COUNT = 2**31


class Outcome(BaseModel):
    """What came of a run.

    Attributes:
        step: of the checkpoint that was measured, the best one.
        loss: validation loss of that checkpoint, nats per target token; None where none was told.
        bleu: of the test split, as ``attnstudio evaluate`` measures it; None without test pairs.
        chrf: likewise.
        aer: alignment error on the gold links of the test split, by the reading that validation
            chose or the head that was taught; None without gold links or attention.
        zeros: the share of places of the source that the decoder can look at and that get exactly
            nothing, of all its heads, over some test pairs with their own translations; None
            without test pairs or attention.
        tokens_per_second: median of all reports of the training, target tokens without padding,
            validation and saving not counted.
        memory_bytes: the most that the tensors of a training take at once, counted over its first
            updates, see `attnstudio.project.update_memory`: weights, gradients, the optimiser and
            what is kept of a batch; without the program. The resident memory of a process is no
            measure for several runs in it: what an earlier one has left would count as well.
        seconds: of training, validation and saving included.
        pairs: hash of the test pairs: figures of others cannot be compared.
        bleu_counts: of each test sentence all that BLEU needs, see
            `attnstudio.evaluation.paired_bootstrap.bleu_counts`; none for very many sentences.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    step: int = Field(ge=0)
    loss: float | None
    bleu: float | None = Field(ge=0.0, le=100.1)
    chrf: float | None = Field(ge=0.0, le=100.1)
    aer: float | None = Field(ge=0.0, le=1.0)
    zeros: float | None = Field(ge=0.0, le=1.0)
    tokens_per_second: float | None = Field(ge=0.0)
    memory_bytes: int = Field(ge=0)
    seconds: float = Field(ge=0.0)
    pairs: str
    bleu_counts: tuple[tuple[int, ...], ...]

    def check(self) -> None:
        """Refuse counts that are none.

        Raises:
            ValueError: a sentence has too few or too many, or one that cannot be.
        """
        if len(self.bleu_counts) > _MOST_SENTENCES:
            raise ValueError("it has more sentences than are kept")
        for row in self.bleu_counts:
            if len(row) != COUNTS or not all(0 <= count < _MOST_COUNT for count in row):
                raise ValueError("a sentence has counts that cannot be")


def keep_outcome(run: Run, outcome: Outcome) -> None:
    """Write it into the run's folder.

    Raises:
        StorageError: the disk would not take it.
    """
    if len(outcome.bleu_counts) > _MOST_SENTENCES:
        outcome = outcome.model_copy(update={"bleu_counts": ()})
    text = json.dumps(outcome.model_dump(mode="json"), allow_nan=False).encode()
    write_bytes(run.folder / NAME, sealed_text(text))


def read_outcome(run: Run) -> Outcome | None:
    """What is kept in the run's folder; None where nothing is, or it is not whole."""
    try:
        outcome = Outcome.model_validate_json(text_sealed(read_small(run.folder / NAME)))
        outcome.check()
    except (OSError, ValueError):
        return None
    return outcome
