"""From the choices of a config to the parts of an attention."""

from __future__ import annotations

from attnstudio.config_attention import (
    AttentionConfig,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    ScoreKind,
    SourceReachKind,
)
from attnstudio.model.attention.alibi import Alibi
from attnstudio.model.attention.normaliser import (
    Entmax15,
    LearntEntmax,
    Normaliser,
    Share,
    Softmax,
    Sparsemax,
)
from attnstudio.model.attention.positions import NoPositions, PositionScheme
from attnstudio.model.attention.predicted_reach import PredictedWindow
from attnstudio.model.attention.reach import Everything, Reach, SoFar, Window
from attnstudio.model.attention.relative import Relative
from attnstudio.model.attention.rotary import Rotary
from attnstudio.model.attention.score import Dot, FeatureDot, ScaledDot, ScoreFunction, Tanh
from attnstudio.model.attention.span import LearntSpan
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.attention.transformer_xl import TransformerXl


def _position_scheme(kind: PositionKind, head_size: int, heads: int) -> PositionScheme:
    """What places bring to the scores of one layer."""
    match kind:
        case PositionKind.SINUSOIDAL | PositionKind.LEARNT | PositionKind.NONE:
            return NoPositions()
        case PositionKind.ROTARY:
            return Rotary()
        case PositionKind.ALIBI:
            return Alibi()
        case PositionKind.RELATIVE:
            return Relative(head_size)
        case PositionKind.TRANSFORMER_XL:
            return TransformerXl(heads * head_size, heads)


def attention_spec(
    attention: AttentionConfig,
    size: int,
    *,
    heads: int = 1,
    is_causal: bool = False,
    vectors: int = 1,
) -> AttentionSpec:
    """What an attention computes with queries and keys of a size.

    Args:
        attention: its parts.
        size: of queries and keys.
        heads: how many share it.
        is_causal: whether nothing is looked at before it is written.
        vectors: how many heads have a v of their own, where the score has one; 1 for a shared one.
    """
    score = _score(attention, size, vectors)
    reach = _reach(attention, size, heads=heads, is_causal=is_causal)
    positions = _position_scheme(attention.positions, size, heads)
    return AttentionSpec(score, _normaliser(attention.normaliser, heads), reach, positions)


def _score(attention: AttentionConfig, size: int, vectors: int) -> ScoreFunction:
    """How well keys of a size fit queries; shares of linear attention have a score of their own."""
    if attention.normaliser is NormaliserKind.LINEAR:
        return FeatureDot()
    match attention.score:
        case ScoreKind.ADDITIVE | ScoreKind.CONCAT:
            return Tanh(size, vectors)
        case ScoreKind.DOT | ScoreKind.GENERAL:
            return Dot()
        case ScoreKind.SCALED_DOT:
            return ScaledDot()


def _normaliser(kind: NormaliserKind, heads: int) -> Normaliser:
    """What makes weights of the scores of the heads of one layer."""
    match kind:
        case NormaliserKind.SOFTMAX:
            return Softmax()
        case NormaliserKind.SPARSEMAX:
            return Sparsemax()
        case NormaliserKind.ENTMAX15:
            return Entmax15()
        case NormaliserKind.LEARNT_ENTMAX:
            return LearntEntmax(heads)
        case NormaliserKind.LINEAR:
            return Share()


def _reach(attention: AttentionConfig, size: int, *, heads: int, is_causal: bool) -> Reach:
    """How far queries of a size may look."""
    match attention.reach:
        case OwnReachKind.ALL | SourceReachKind.ALL:
            return SoFar() if is_causal else Everything()
        case OwnReachKind.WINDOW | SourceReachKind.WINDOW:
            return Window(attention.window, is_causal)
        case OwnReachKind.SPAN:
            return LearntSpan(heads, attention.window, is_causal=is_causal)
        case SourceReachKind.PREDICTED:
            return PredictedWindow(size, attention.window)
