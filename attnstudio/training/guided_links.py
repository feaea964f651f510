"""Which source tokens each target token is taught to look at."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


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
    """The links of all examples of a stream, kept in flat arrays."""

    def __init__(self) -> None:
        self._starts = array("q", [0])
        self._targets, self._sources, self._shares = array("i"), array("i"), array("f")

    def __len__(self) -> int:
        return len(self._starts) - 1

    @property
    def count(self) -> int:
        """How many links there are."""
        return len(self._shares)

    def add(self, looks: NDArray[np.float32] | None) -> None:
        """Add the links of the next example.

        Args:
            looks: how much of a target token's look is to lie on each source token: (target tokens,
                source tokens, ``</s>`` counted). Only what the numbers of a row are to each other
                counts; a row of zeros is not taught. None for an example of which nothing is.
        """
        if looks is not None:
            target, source = looks.nonzero()
            shares = looks[target, source] / looks.sum(axis=1)[target]
            self._targets.frombytes(target.astype(np.int32).tobytes())
            self._sources.frombytes(source.astype(np.int32).tobytes())
            self._shares.frombytes(shares.astype(np.float32).tobytes())
        self._starts.append(self.count)

    def of_rows(self, rows: NDArray[np.int64]) -> BatchLinks:
        """The links of some examples, as they follow each other in a batch."""
        starts = np.asarray(self._starts)
        counts = starts[rows + 1] - starts[rows]
        places = np.repeat(starts[rows] - np.cumsum(counts) + counts, counts)
        places += np.arange(counts.sum())
        examples = np.repeat(np.arange(len(rows)), counts)
        ends = (np.asarray(side)[places] for side in (self._targets, self._sources))
        return BatchLinks(
            torch.from_numpy(np.stack((examples, *ends), axis=1)),
            torch.from_numpy(np.asarray(self._shares)[places]),
        )
