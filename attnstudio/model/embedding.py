"""How what a model is fed becomes vectors, one for each place."""

from __future__ import annotations

from torch import Tensor, nn

from attnstudio.tokenizer import PADDING_ID


class TextEmbedding(nn.Embedding):
    """A learned vector for each id, multiplied by a scale (Vaswani et al. 2017, section 3.4).

    The scale belongs to ids: the vectors of what is no text are made in another way.

    Args:
        vocabulary: how many ids there are.
        size: of a vector.
        scale: what each number of a vector is multiplied by.
    """

    def __init__(self, vocabulary: int, size: int, *, scale: float) -> None:
        super().__init__(vocabulary, size, padding_idx=PADDING_ID)
        self.scale = scale

    def forward(self, ids: Tensor) -> Tensor:
        """(…) ids to (…, size)."""
        return super().forward(ids) * self.scale
