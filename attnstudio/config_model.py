"""The models that can be built: every knob of either family, and what goes together."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from attnstudio.config_attention import (
    AttentionConfig,
    AttentionKind,
    CoverageKind,
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    RecurrentDecoderKind,
    ScoreKind,
    SourceReachKind,
    nearest_divisor,
    why_not_linear,
    why_not_together,
)
from attnstudio.config_knob import Config, Level, knob


class Cell(StrEnum):
    """The recurrent unit."""

    GRU = "gru"
    LSTM = "lstm"


class NormKind(StrEnum):
    """Where the norms of a Transformer's layers are."""

    PRE = "pre"  # Xiong et al. 2020
    POST = "post"  # Vaswani et al. 2017
    DEEP = "deep"  # post, with what came scaled up: DeepNorm (Wang et al. 2022)


def _normaliser_knob() -> Any:  # noqa: ANN401 - as `knob`
    return knob(NormaliserKind.SOFTMAX, "Weights", "How looks are shared out among the words.")


def _source_reach_knob() -> Any:  # noqa: ANN401
    return knob(
        SourceReachKind.ALL,
        "Reach",
        "How far a word that is written may look in the sentence that is read.",
    )


def _window_knob() -> Any:  # noqa: ANN401
    return knob(
        8,
        "Window",
        "How many pieces on each side may be looked at, or where a learnt span begins.",
        unit="pieces",
        ge=1,
        le=4096,
    )


def _heads_divide(size: int, heads: int, name: str) -> None:
    if size % heads:
        raise ValueError(
            f"{heads} heads do not divide a {name} of {size}; the nearest number that does is "
            f"{nearest_divisor(size, heads)}"
        )


class RecurrentConfig(Config):
    """An encoder-decoder of GRU or LSTM cells (Bahdanau et al. 2015, Luong et al. 2015)."""

    kind: Literal["recurrent"] = "recurrent"
    attention: AttentionKind = knob(
        AttentionKind.ADDITIVE,
        "Attention",
        "How it chooses which words to look at as it writes one.",
        level=Level.SIMPLE,
    )
    normaliser: NormaliserKind = _normaliser_knob()
    source_reach: SourceReachKind = _source_reach_knob()
    window: int = _window_knob()
    heads: int = knob(
        1, "Heads", "Ways to look at a sentence; must divide the hidden size.", ge=1, le=64
    )
    coverage: CoverageKind = knob(
        CoverageKind.NONE,
        "Coverage",
        "Whether it counts how much each word was looked at so far (Tu 2016).",
    )
    cell: Cell = knob(Cell.GRU, "Cell", "What keeps the sentence in mind: gru or lstm.")
    layers: int = knob(
        1, "Layers", "How many cells lie over each other, in reading and in writing.", ge=1, le=8
    )
    embedding_size: int = knob(
        256, "Embedding size", "How many numbers stand for one piece.", ge=4, le=4096
    )
    hidden_size: int = knob(
        512,
        "Hidden size",
        "How many numbers the model keeps in mind as it writes.",
        level=Level.SIMPLE,
        ge=4,
        le=4096,
    )
    input_feeding: bool = knob(
        True, "Input feeding", "Remember which words were looked at before (Luong 2015, 3.3)."
    )
    dropout: float = knob(
        0.2,
        "Dropout",
        "Share of the model that is switched off by chance, lest it learn by heart.",
        ge=0.0,
        lt=1.0,
    )

    @model_validator(mode="after")
    def _weights_are_of_something(self) -> Self:
        if self.attention is AttentionKind.NONE and self.normaliser is not NormaliserKind.SOFTMAX:
            raise ValueError(
                f"a model without attention has no looks to share out by {self.normaliser.value}; "
                f"choose an attention, or leave it at {NormaliserKind.SOFTMAX.value}"
            )
        return self

    @model_validator(mode="after")
    def _additive_looks_first(self) -> Self:
        """Without input feeding it would be concat, weight for weight."""
        if self.attention is AttentionKind.ADDITIVE and not self.input_feeding:
            raise ValueError(
                "additive attention always remembers where it looked; without input feeding "
                "choose concat, which is then the same model"
            )
        return self

    @model_validator(mode="after")
    def _linear_attention_compares_in_its_own_way(self) -> Self:
        if self.normaliser is NormaliserKind.LINEAR:
            reason = why_not_linear(self.attention, self.source_reach)
            if reason:
                raise ValueError(reason)
        return self

    @model_validator(mode="after")
    def _what_never_looks_has_no_reach(self) -> Self:
        if self.attention is AttentionKind.NONE and self.source_reach is not SourceReachKind.ALL:
            raise ValueError(
                "without attention nothing is looked at: choose an attention, or leave its reach "
                "at all"
            )
        return self

    @model_validator(mode="after")
    def _heads_divide_the_states(self) -> Self:
        _heads_divide(self.hidden_size, self.heads, "hidden size")
        return self

    @model_validator(mode="after")
    def _coverage_is_inside_a_tanh(self) -> Self:
        """Concat has one too, but looks with a state that knows the word already."""
        if self.coverage is not CoverageKind.NONE and self.attention is not AttentionKind.ADDITIVE:
            raise ValueError(
                "coverage is a part of what additive attention compares; choose additive, or no "
                "coverage"
            )
        return self

    @property
    def decoder(self) -> RecurrentDecoderKind:
        """In which order its decoder looks and moves."""
        if self.attention is AttentionKind.NONE:
            return RecurrentDecoderKind.PLAIN
        if not self.input_feeding:
            return RecurrentDecoderKind.FREE
        looks_first = self.attention is AttentionKind.ADDITIVE
        return RecurrentDecoderKind.LOOKING_FIRST if looks_first else RecurrentDecoderKind.FED

    @property
    def attends_with(self) -> AttentionConfig | None:
        """The attention of its decoder; None for one that never looks."""
        if self.attention is AttentionKind.NONE:
            return None
        return AttentionConfig(
            ScoreKind(self.attention.value),
            self.normaliser,
            reach=self.source_reach,
            window=self.window,
        )


class TransformerConfig(Config):
    """A Transformer (Vaswani et al. 2017)."""

    kind: Literal["transformer"] = "transformer"
    encoder_layers: int = knob(3, "Encoder layers", "Steps of reading the sentence.", ge=1, le=48)
    decoder_layers: int = knob(3, "Decoder layers", "Steps of writing a translation.", ge=1, le=48)
    model_size: int = knob(
        256,
        "Model size",
        "How many numbers stand for each piece inside the model.",
        level=Level.SIMPLE,
        ge=4,
        le=4096,
    )
    heads: int = knob(
        4, "Heads", "Ways to look at a sentence; must divide the model size.", ge=1, le=64
    )
    score: HeadScoreKind = knob(
        HeadScoreKind.SCALED_DOT, "Comparison", "How two words are compared by a head."
    )
    normaliser: NormaliserKind = _normaliser_knob()
    positions: PositionKind = knob(
        PositionKind.SINUSOIDAL, "Positions", "How it knows where a word stands."
    )
    norm: NormKind = knob(
        NormKind.PRE, "Norm", "Where the numbers of each layer are brought to one size."
    )
    own_reach: OwnReachKind = knob(
        OwnReachKind.ALL, "Own reach", "How far a word may look in its own sentence."
    )
    source_reach: SourceReachKind = _source_reach_knob()
    window: int = _window_knob()
    feedforward_size: int = knob(
        1024,
        "Feed-forward size",
        "How wide each layer is in its middle, where it works things out.",
        ge=4,
        le=16384,
    )
    dropout: float = knob(
        0.1,
        "Dropout",
        "Share of the model that is switched off by chance, lest it learn by heart.",
        ge=0.0,
        lt=1.0,
    )
    attention_dropout: float = knob(
        0.0,
        "Attention dropout",
        "Share of the looks at other words that is switched off by chance.",
        level=Level.EXPERT,
        ge=0.0,
        lt=1.0,
    )

    @model_validator(mode="after")
    def _heads_divide_the_model(self) -> Self:
        _heads_divide(self.model_size, self.heads, "model size")
        return self

    @model_validator(mode="after")
    def _places_go_with_the_comparison(self) -> Self:
        reason = why_not_together(self.score, self.positions, self.model_size // self.heads)
        if reason:
            raise ValueError(reason)
        return self

    @model_validator(mode="after")
    def _linear_attention_compares_in_its_own_way(self) -> Self:
        if self.normaliser is NormaliserKind.LINEAR:
            reason = why_not_linear(self.score, self.source_reach, self.positions)
            if reason:
                raise ValueError(reason)
        return self

    @model_validator(mode="after")
    def _spans_are_learnt_with_softmax(self) -> Self:
        if self.own_reach is OwnReachKind.SPAN and self.normaliser is not NormaliserKind.SOFTMAX:
            raise ValueError(
                "a learnt span lets the looks of softmax fade towards its end; with other ways to "
                "share out looks choose a window"
            )
        return self

    @property
    def attends_with(self) -> AttentionConfig:
        """The attention of its decoder on what it reads: places of two texts are no distance."""
        return AttentionConfig(
            ScoreKind(self.score.value),
            self.normaliser,
            reach=self.source_reach,
            window=self.window,
        )

    @property
    def attends_itself_with(self) -> AttentionConfig:
        """The attention of a text on itself, in all layers."""
        return replace(self.attends_with, positions=self.positions, reach=self.own_reach)


ModelConfig = Annotated[RecurrentConfig | TransformerConfig, Field(discriminator="kind")]
