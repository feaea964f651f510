"""What CTranslate2 computes as we do, which is known before torch or any model is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attnstudio.config_attention import (
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import ModelConfig, NormKind, TransformerConfig

MOST_PLACES = 2048  # of a text, its start counted: it looks positions up and computes none

_COMPUTED: Mapping[str, Sequence[object]] = {
    "score": (HeadScoreKind.SCALED_DOT, HeadScoreKind.DOT),
    "normaliser": (NormaliserKind.SOFTMAX,),
    "positions": (
        PositionKind.SINUSOIDAL, PositionKind.LEARNT, PositionKind.NONE, PositionKind.ROTARY,
        PositionKind.RELATIVE,
    ),
    "norm": (NormKind.PRE, NormKind.POST),
    "own_reach": (OwnReachKind.ALL,),
    "source_reach": (SourceReachKind.ALL,),
}  # fmt: skip


def why_no_ctranslate2(config: ModelConfig) -> str:
    """What of a model it does not compute, such as ``positions = alibi``; empty where it does."""
    if not isinstance(config, TransformerConfig):
        return f"kind = {config.kind}"
    other = (name for name, known in _COMPUTED.items() if getattr(config, name) not in known)
    name = next(other, None)
    return "" if name is None else f"{name} = {getattr(config, name)}"
