"""What else a model thought of where it chose a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnstudio.tokenizer import PADDING_ID, START_ID, Tokenizer

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Alternative:
    """A piece that could have come next.

    Attributes:
        id: of the target's tokenizer.
        piece: as it is printed, ``▁`` for a space.
        log_prob: natural log probability.
    """

    id: int
    piece: str
    log_prob: float


def likeliest_pieces(
    log_probs: Tensor, tokenizer: Tokenizer, most: int
) -> list[tuple[Alternative, ...]]:
    """The pieces that a search would choose first at each position, best first.

    Args:
        log_probs: (tgt_len, vocabulary). What no search ever chooses, ``<pad>`` and ``<s>``, has
            its share of the probability and is not listed.
        tokenizer: of the target.
        most: how many at each position; fewer where there are fewer.
    """
    possible = log_probs.clone()
    possible[:, [PADDING_ID, START_ID]] = -float("inf")
    best = possible.topk(min(most, possible.size(1) - 2), dim=1)
    return [
        tuple(
            Alternative(id_, tokenizer.piece(id_), log_prob)
            for id_, log_prob in zip(ids, values, strict=True)
        )
        for ids, values in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]
