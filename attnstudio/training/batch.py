"""Examples that are trained on together, and where a trainer gets them from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnstudio.model.interface import SourceBatch
from attnstudio.tokenizer import PADDING_ID
from attnstudio.training.guided_links import BatchLinks


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples of similar length, padded.

    Attributes:
        sources: what is read, by the name of its axis; values (batch, src_len, …). None for a model
            that only writes.
        target_inputs: ``<s>`` and the target, (batch, tgt_len).
        target_outputs: the target and ``</s>``, (batch, tgt_len); padding id where there is none.
        target_places: where the real ones lie in the flattened outputs, (target_tokens,).
        links: where target tokens are to look; None where nothing is taught.
    """

    sources: Mapping[str, SourceBatch]
    target_inputs: Tensor
    target_outputs: Tensor
    target_places: Tensor
    links: BatchLinks | None = None

    @property
    def target_tokens(self) -> int:
        """Real target tokens, ``</s>`` counted."""
        return len(self.target_places)

    def __len__(self) -> int:
        return len(self.target_outputs)

    def split(self, parts: int) -> list[Batch]:
        """So many batches of neighbouring examples, each no longer than it needs to be.

        At least one example is in each, so there may be fewer.
        """
        if parts == 1:
            return [self]
        rows = torch.arange(len(self)).tensor_split(min(parts, len(self)))
        return [self._rows(int(part[0]), int(part[-1]) + 1) for part in rows]

    def _rows(self, first: int, end: int) -> Batch:
        outputs = self.target_outputs[first:end]
        tgt_len = int((outputs != PADDING_ID).sum(dim=1).max())
        outputs = outputs[:, :tgt_len]
        return Batch(
            {name: _rows_of(source, first, end) for name, source in self.sources.items()},
            self.target_inputs[first:end, :tgt_len],
            outputs,
            (outputs != PADDING_ID).flatten().nonzero().squeeze(1),
            None if self.links is None else self.links.of_examples(first, end),
        )

    def to(self, device: torch.device) -> Batch:
        """The same batch on a device."""
        if device.type == "cpu":
            return self
        return Batch(
            {
                name: SourceBatch(source.values.to(device), source.mask.to(device))
                for name, source in self.sources.items()
            },
            self.target_inputs.to(device),
            self.target_outputs.to(device),
            self.target_places.to(device),
            None if self.links is None else self.links.to(device),
        )


class ExampleStream(Protocol):
    """What a trainer trains on: examples in an order that repeats with its arguments.

    The order says nothing of where training stands, so that a trainer can go on from any place.
    """

    def epoch_batches(self, epoch: int, *, batch_tokens: int, seed: int) -> list[NDArray[np.int64]]:
        """The rows of every batch of one pass, in order; equal arguments give equal batches.

        Args:
            epoch: which pass, counted from 0.
            batch_tokens: how large a batch may be: examples times the length of the longest.
            seed: of the run.
        """
        ...

    def batch(self, rows: NDArray[np.int64], *, draw: int) -> Batch:
        """The examples of these rows as tensors, on the processor.

        Args:
            rows: as `epoch_batches` gave them.
            draw: number of this draw, for what is drawn anew each time an example is seen.
        """
        ...


def _rows_of(source: SourceBatch, first: int, end: int) -> SourceBatch:
    mask = source.mask[first:end]
    src_len = int(mask.sum(dim=1).max())
    return SourceBatch(source.values[first:end, :src_len], mask[:, :src_len])
