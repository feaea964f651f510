"""Which source tokens each target token is taught to look at."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class BatchLinks:
    """The links of a batch.

    Attributes:
        places: example, target token and source token of each, (links, 3); the source token behind
            the last one of a text is its ``</s>``.
        shares: (links,); those of one target token sum to 1.
    """

    places: Tensor
    shares: Tensor

    def of_examples(self, first: int, end: int) -> BatchLinks:
        """The links of some neighbouring examples, which count from 0 then."""
        examples = self.places[:, 0]
        chosen = (examples >= first) & (examples < end)
        return BatchLinks(
            self.places[chosen] - self.places.new_tensor((first, 0, 0)), self.shares[chosen]
        )

    def to(self, device: torch.device) -> BatchLinks:
        """The same links on a device."""
        return BatchLinks(self.places.to(device), self.shares.to(device))


class GuidedLinks:
    """The links of all examples of a stream, worked out once an example is needed, and then kept.

    To work out those of a batch takes 14 % of the time of its update with the preset ``tiny`` and
    4 % with ``small``. All at once, those of 20,000 pairs would hold the first update up for
    seconds.

    Args:
        examples: how many there are.
        looks_of: of an example, how much of a target token's look is to lie on each source token:
            (target tokens, source tokens, ``</s>`` counted). Only what the numbers of a row are to
            each other counts; a row of zeros is not taught. None for one of which nothing is.
    """

    def __init__(
        self, examples: int, looks_of: Callable[[int], NDArray[np.float32] | None]
    ) -> None:
        self._looks_of = looks_of
        self._starts = np.full(examples, _UNKNOWN)
        self._counts = np.zeros(examples, np.int64)
        self._targets, self._sources, self._shares = array("i"), array("i"), array("f")

    def of_rows(self, rows: NDArray[np.int64]) -> BatchLinks:
        """The links of some examples, as they follow each other in a batch."""
        for row in np.unique(rows[self._starts[rows] == _UNKNOWN]).tolist():
            self._work_out(row)
        starts, counts = self._starts[rows], self._counts[rows]
        places = np.repeat(starts - np.cumsum(counts) + counts, counts)
        places += np.arange(counts.sum())
        examples = np.repeat(np.arange(len(rows)), counts)
        ends = (np.asarray(side)[places] for side in (self._targets, self._sources))
        return BatchLinks(
            torch.from_numpy(np.stack((examples, *ends), axis=1)),
            torch.from_numpy(np.asarray(self._shares)[places]),
        )

    def _work_out(self, row: int) -> None:
        looks = self._looks_of(row)
        self._starts[row] = len(self._shares)
        if looks is None:
            return
        target, source = looks.nonzero()
        shares = looks[target, source] / looks.sum(axis=1)[target]
        self._counts[row] = len(shares)
        self._targets.frombytes(target.astype(np.int32).tobytes())
        self._sources.frombytes(source.astype(np.int32).tobytes())
        self._shares.frombytes(shares.astype(np.float32).tobytes())
