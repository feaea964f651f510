"""What may come next, and how probable it is: what every search asks before each token."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from attnstudio.errors import NotFiniteError
from attnstudio.model.interface import DecoderOutput
from attnstudio.tokenizer import END_ID, PADDING_ID, START_ID

NEVER = -torch.inf


def log_probs_of(output: DecoderOutput) -> Tensor:
    """(rows, vocabulary) of the next token, where its scores lay: they fill the caches already."""
    scores = output.logits.squeeze(1).float()
    return torch.log_softmax(scores, dim=-1, out=scores)


def scores_are_no_numbers() -> NotFiniteError:
    """What is to be said of a model that cannot choose between pieces any more."""
    return NotFiniteError(
        "The model gives no numbers as scores: its training has gone wrong.",
        hint="Use an earlier checkpoint, or go on from one with a lower learning rate.",
    )


def rows_at_limit(at_limit: Sequence[bool], width: int, device: torch.device) -> Tensor | None:
    """Which rows may get no longer, of sentences with ``width`` each; None where all may."""
    if not any(at_limit):
        return None
    return torch.tensor(at_limit, device=device).repeat_interleave(width)


def rule_out(log_probs: Tensor, at_limit: Tensor | None) -> None:
    """Only what may come next is possible; at its limit a row can only end."""
    log_probs[:, PADDING_ID] = log_probs[:, START_ID] = NEVER
    if at_limit is not None:
        log_probs[at_limit, :END_ID] = NEVER
        log_probs[at_limit, END_ID + 1 :] = NEVER
