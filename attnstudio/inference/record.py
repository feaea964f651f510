"""What a model looked at while it wrote or read one translation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.tokenizer import Token

Weights = NDArray[np.floating]

ROW_SUM_TOLERANCE = 1e-3  # float16 timelines are the coarsest weights we keep


@dataclass(frozen=True, slots=True)
class AttentionRecord:
    """The attention weights of one sentence pair; every row sums to 1.

    Row *t* of ``cross`` and ``decoder_self`` holds the weights with which target token *t* was
    predicted: they were computed before that token was known.

    Attributes:
        source_text: the sentence that was encoded.
        target_text: the translation the rows belong to.
        source_tokens: as the encoder saw them, ``</s>`` included.
        target_tokens: as the decoder predicted them, ``</s>`` included if it came.
        forced: True when a person gave the target, False when the model chose it.
        cross: (layers, heads, target, source); no layers for a model without attention.
        encoder_self: (layers, heads, source, source), or None for recurrent models.
        decoder_self: (layers, heads, target, target); column *t* is the decoder's input at
            step *t*, that is ``<s>`` for 0 and target token *t* - 1 after it. None for
            recurrent models.
        token_log_probs: natural log probability of each target token.
    """

    source_text: str
    target_text: str
    source_tokens: tuple[Token, ...]
    target_tokens: tuple[Token, ...]
    forced: bool
    cross: Weights
    encoder_self: Weights | None
    decoder_self: Weights | None
    token_log_probs: tuple[float, ...]

    def __post_init__(self) -> None:
        source, target = len(self.source_tokens), len(self.target_tokens)
        _check("cross", self.cross, (target, source))
        if self.encoder_self is not None:
            _check("encoder_self", self.encoder_self, (source, source))
        if self.decoder_self is not None:
            _check("decoder_self", self.decoder_self, (target, target))
        if len(self.token_log_probs) != target:
            raise ValueError(f"{len(self.token_log_probs)} log probabilities, {target} tokens")


def _check(name: str, weights: Weights, shape: tuple[int, int]) -> None:
    if weights.ndim != 4 or weights.shape[2:] != shape:
        raise ValueError(f"{name} has shape {weights.shape}, expected (layers, heads, *{shape})")
    sums = weights.sum(axis=-1, dtype=np.float64)
    if sums.size and not np.allclose(sums, 1.0, atol=ROW_SUM_TOLERANCE):
        raise ValueError(f"a row of {name} sums to {sums.flat[np.abs(sums - 1).argmax()]:.6f}")
    weights.setflags(write=False)
