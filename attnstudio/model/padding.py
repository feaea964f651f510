"""Ids of different lengths as one padded batch, for everything that reads known targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from attnstudio.model.interface import SourceBatch
from attnstudio.tokenizer import PADDING_ID

if TYPE_CHECKING:
    from collections.abc import Sequence


def pad_ids(rows: Sequence[Sequence[int]], device: torch.device) -> Tensor:
    """(rows, longest) ids, padded at the end."""
    longest = max(len(row) for row in rows)
    padded = [[*row, *[PADDING_ID] * (longest - len(row))] for row in rows]
    return torch.tensor(padded, dtype=torch.int64, device=device)


def source_batch(rows: Sequence[Sequence[int]], device: torch.device) -> SourceBatch:
    """Source sentences, each with its ``</s>``, as a batch."""
    values = pad_ids(rows, device)
    return SourceBatch(values, values != PADDING_ID)
