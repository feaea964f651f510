"""What has different lengths as one padded batch, for everything that reads it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
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


def source_batch(rows: Sequence[NDArray[Any]], device: torch.device) -> SourceBatch:
    """Sources of different lengths as a batch, padded at the end with what counts as nothing.

    Args:
        rows: each (places,) ids or (places, features), all of one kind.
        device: where the batch is wanted.
    """
    longest = max(len(row) for row in rows)
    values = np.full((len(rows), longest, *rows[0].shape[1:]), PADDING_ID, dtype=rows[0].dtype)
    mask = np.zeros((len(rows), longest), dtype=np.bool_)
    for place, row in enumerate(rows):
        values[place, : len(row)] = row
        mask[place, : len(row)] = True
    return SourceBatch(torch.from_numpy(values).to(device), torch.from_numpy(mask).to(device))
