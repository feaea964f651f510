"""The attention of a model as a run is asked for it, and as models are built of it.

People choose in one box, which also offers none at all. Models are built of what there is to build:
a recurrent model has a decoder that looks or one that does not, and an attention has a score. So
the box stays one word in `config.toml` and on the command line, and nothing below the configs
meets a score that scores nothing. That nothing is looked at before it is written follows from where
the attention is: it is no choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class AttentionKind(StrEnum):
    """How a recurrent decoder looks at the source, in one box."""

    ADDITIVE = "additive"  # Bahdanau et al. 2015
    DOT = "dot"  # Luong et al. 2015
    GENERAL = "general"  # Luong et al. 2015
    CONCAT = "concat"  # Luong et al. 2015
    SCALED_DOT = "scaled_dot"  # Vaswani et al. 2017
    NONE = "none"  # Sutskever et al. 2014: no attention at all


class ScoreKind(StrEnum):
    """How well a key fits a query."""

    ADDITIVE = "additive"
    DOT = "dot"
    GENERAL = "general"
    CONCAT = "concat"
    SCALED_DOT = "scaled_dot"


class NormaliserKind(StrEnum):
    """What makes weights of scores; each has its class in `model.attention.normaliser`."""

    SOFTMAX = "softmax"
    SPARSEMAX = "sparsemax"  # Martins and Astudillo 2016
    ENTMAX15 = "entmax15"  # Peters et al. 2019, with α = 1.5
    LEARNT_ENTMAX = "learnt_entmax"  # Correia et al. 2019, with an α of each head
    LINEAR = "linear"  # Katharopoulos et al. 2020, with a score of its own


class HeadScoreKind(StrEnum):
    """How well a key fits a query in the heads of a Transformer.

    Their keys are projected in any case, so that what a paper calls general is dot here, and concat
    is additive.
    """

    SCALED_DOT = "scaled_dot"  # Vaswani et al. 2017
    DOT = "dot"
    ADDITIVE = "additive"


class PositionKind(StrEnum):
    """How a Transformer knows where a word stands."""

    SINUSOIDAL = "sinusoidal"  # Vaswani et al. 2017
    LEARNT = "learnt"  # Gehring et al. 2017
    ROTARY = "rotary"  # Su et al. 2021
    ALIBI = "alibi"  # Press et al. 2022
    RELATIVE = "relative"  # Shaw et al. 2018
    TRANSFORMER_XL = "transformer_xl"  # Dai et al. 2019
    NONE = "none"  # only the order of writing tells its decoder (Haviv et al. 2022)


class OwnReachKind(StrEnum):
    """How far a text of a Transformer may look in itself."""

    ALL = "all"
    WINDOW = "window"  # Child et al. 2019, Beltagy et al. 2020: a window that slides along
    SPAN = "span"  # Sukhbaatar et al. 2019: learnt by each head


class SourceReachKind(StrEnum):
    """How far what is written may look in what is read."""

    ALL = "all"
    WINDOW = "window"  # Luong et al. 2015, 3.2: local-m
    PREDICTED = "predicted"  # the same section: local-p


class CoverageKind(StrEnum):
    """Whether additive attention counts how much each word was looked at (Tu et al. 2016)."""

    NONE = "none"
    PLAIN = "plain"
    FERTILITY = "fertility"  # each look in parts of the words that a word is expected to become


_SCORE_NAMES = {
    "scaled_dot": "Scaled dot product",
    "dot": "Dot product",
    "additive": "Additive",
    "general": "General",
    "concat": "Concat",
    "none": "No attention",
}
_REACH_NAMES = {
    "all": "Everywhere",
    "window": "Window",
    "span": "Learnt span",
    "predicted": "Predicted place",
}
_CHOICE_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "score": _SCORE_NAMES,
        "attention": _SCORE_NAMES,
        "coverage": {
            "none": "No",
            "plain": "Coverage",
            "fertility": "Coverage with fertility",
        },
        "normaliser": {
            "softmax": "Softmax",
            "sparsemax": "Sparsemax",
            "entmax15": "1.5-entmax",
            "learnt_entmax": "Learnt entmax",
            "linear": "Linear attention",
        },
        "own_reach": _REACH_NAMES,
        "source_reach": _REACH_NAMES,
        "positions": {
            "sinusoidal": "Sinusoidal",
            "learnt": "Learnt",
            "rotary": "Rotary",
            "alibi": "ALiBi",
            "relative": "Relative",
            "transformer_xl": "Transformer-XL",
            "none": "None",
        },
    }
)
_PART_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "score": "scores",
        "attention": "scores",
        "coverage": "earlier looks",
        "normaliser": "weights",
        "own_reach": "own sentence",
        "source_reach": "source sentence",
        "positions": "positions",
    }
)


def part_name(setting: str) -> str:
    """What people read for a setting here: ``own sentence`` for ``own_reach``."""
    return _PART_NAMES[setting]


def choice_name(setting: str, value: str) -> str:
    """What people read for a value of a setting here: ``Learnt entmax`` for ``learnt_entmax``."""
    return _CHOICE_NAMES[setting][value]


LEARNT_PLACES = 512  # of each text; the start counts as one


class RecurrentDecoderKind(StrEnum):
    """In which order a recurrent decoder looks and moves."""

    PLAIN = "plain"  # it never looks (Sutskever et al. 2014)
    FREE = "free"  # its cells do not see what was looked at
    FED = "fed"  # they see what was concluded from the look before (Luong et al. 2015, 3.3)
    LOOKING_FIRST = "looking_first"  # they see what is looked at (Bahdanau et al. 2015)


@dataclass(frozen=True, slots=True)
class AttentionConfig:
    """What an attention of either family is made of.

    Attributes:
        score: how well a key fits a query.
        normaliser: what makes weights of scores.
        positions: how it knows where a query and a key stand.
        reach: how far a query may look, but for what is not written yet.
        window: how many places on each side, where the reach is none of all.
    """

    score: ScoreKind
    normaliser: NormaliserKind
    positions: PositionKind = PositionKind.NONE
    reach: OwnReachKind | SourceReachKind = SourceReachKind.ALL
    window: int = 8


def why_not_together(score: HeadScoreKind, positions: PositionKind, head_size: int) -> str:
    """The reason why heads cannot compare and know places in these ways; empty if they can.

    Args:
        score: how two words are compared.
        positions: how places are known.
        head_size: how many numbers a head compares.
    """
    match positions:
        case PositionKind.RELATIVE | PositionKind.TRANSFORMER_XL if (
            score is not HeadScoreKind.SCALED_DOT
        ):
            return (
                f"{positions.value} positions are terms of the scaled product; choose scaled_dot, "
                f"not {score.value}"
            )
        case PositionKind.ROTARY if score is HeadScoreKind.ADDITIVE:
            return (
                "rotary positions turn what is multiplied, and additive comparison adds; choose "
                "scaled_dot or dot"
            )
        case PositionKind.ROTARY if head_size % 2:
            return (
                f"rotary positions turn numbers in pairs, and each head has {head_size}; choose "
                "a model size that is an even number for each head"
            )
        case _:
            return ""


def nearest_divisor(number: int, wanted: int) -> int:
    """What divides a number and is nearest to what was wanted: so many heads are possible."""
    divisors = [divisor for divisor in range(1, number + 1) if number % divisor == 0]
    return min(divisors, key=lambda divisor: abs(divisor - wanted))


def why_not_linear(
    score: StrEnum, reach: SourceReachKind, positions: PositionKind = PositionKind.NONE
) -> str:
    """The reason why linear attention cannot be with these parts; empty if it can.

    Args:
        score: how two words are compared, of either family.
        reach: how far what is written may look in what is read.
        positions: how places are known.
    """
    if score.value != ScoreKind.SCALED_DOT.value:
        return (
            "linear attention compares words in a way of its own, between the projections of "
            "scaled_dot; choose that"
        )
    if positions not in (PositionKind.SINUSOIDAL, PositionKind.LEARNT, PositionKind.NONE):
        return (
            f"{positions.value} positions change how two words are compared, which linear "
            "attention never does one by one; choose sinusoidal, learnt or none"
        )
    if reach is SourceReachKind.PREDICTED:
        return (
            "a predicted reach changes how two words are compared, which linear attention never "
            "does one by one; choose all or window"
        )
    return ""
