"""Every knob, declared once: type, default, bounds, label and one line of help.

The window makes its forms from these fields, the command line its ``--set`` names, and
``config.toml`` its keys. A *config* belongs to a run, or to one cleaning of a corpus; a *setting*
belongs to the machine.
Presets live in `attnstudio.presets`, files and ``--set`` in `attnstudio.config_text`.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from attnstudio import names
from attnstudio.config_attention import (
    LEARNT_PLACES,
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
from attnstudio.config_guidance import GuidanceConfig
from attnstudio.config_knob import MOST, Config, Level, knob
from attnstudio.search_defaults import DEFAULT_BEAM

# Texts from a file that become parts of paths.
LanguageCode = Annotated[str, AfterValidator(names.language)]
ContentHash = Annotated[str, AfterValidator(names.content_hash)]
PresetName = Annotated[str, AfterValidator(names.run_name)]  # which begins with it


class TokenizerKind(StrEnum):
    """How text is cut into pieces."""

    UNIGRAM = "unigram"  # Kudo 2018
    BPE = "bpe"  # Sennrich et al. 2016
    CHAR = "char"
    WORD = "word"


class Cell(StrEnum):
    """The recurrent unit."""

    GRU = "gru"
    LSTM = "lstm"


class Schedule(StrEnum):
    """How the learning rate moves after the warm-up."""

    INVERSE_SQRT = "inverse_sqrt"
    LINEAR = "linear"
    CONSTANT = "constant"


class BestMetric(StrEnum):
    """What "best checkpoint" means."""

    LOSS = "loss"
    BLEU = "bleu"


class Device(StrEnum):
    """Where the tensors live."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class NormKind(StrEnum):
    """Where the norms of a Transformer's layers are."""

    PRE = "pre"  # Xiong et al. 2020
    POST = "post"  # Vaswani et al. 2017
    DEEP = "deep"  # post, with what came scaled up: DeepNorm (Wang et al. 2022)


class Likeness(StrEnum):
    """When two sentences count as the same."""

    NONE = "none"  # never
    EXACT = "exact"  # as they are stored
    LOOSE = "loose"  # but for large and small letters, punctuation and spaces


class Precision(StrEnum):
    """How many bits the matrix products of training have."""

    AUTO = "auto"
    FP32 = "fp32"
    BF16 = "bf16"


class CleaningConfig(Config):
    """Which training pairs are dropped; validation and test pairs never are."""

    min_length: int = knob(
        1,
        "Shorter than",
        "Drop pairs with a shorter side; without spaces in a language, characters are counted.",
        unit="words",
        ge=0,
        le=MOST,
    )
    max_length: int = knob(
        200,
        "Longer than",
        "Drop pairs with a longer side; 0 for no limit.",
        unit="words",
        ge=0,
        le=MOST,
    )
    max_ratio: float = knob(
        3.0,
        "Length ratio over",
        "Drop pairs so many times off the corpus's usual ratio of characters; 0 for no limit.",
        unit="× usual",
        ge=0.0,
        le=1e6,
    )
    empty: bool = knob(True, "Without words", "Drop pairs with a side without any letter or digit.")
    identical: bool = knob(True, "Identical sides", "Drop pairs whose sides say the same.")
    duplicates: bool = knob(
        True, "Repeated pairs", "Keep the first of equal pairs; spaces and letter widths aside."
    )
    min_script: float = knob(
        0.5,
        "Own script under",
        "Drop pairs with a side of which less is in a script of its language; 0 for any.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    leaks: Likeness = knob(
        Likeness.EXACT,
        "Held-out sentences",
        "Drop pairs with a sentence of the validation or test pairs: none, exact or loose.",
    )
    min_translation: float = knob(
        0.0,
        "Translation under",
        "Drop pairs whose words translate each other so much less than is usual, by their word "
        "links; 0 for any, 0.5 finds most pairs that are no translations.",
        unit="× usual",
        ge=0.0,
        le=1.0,
    )


class TokenizerConfig(Config):
    """Subwords."""

    kind: TokenizerKind = knob(
        TokenizerKind.UNIGRAM,
        "Pieces",
        "How words are cut: unigram, bpe, char (letters) or word (not at all).",
    )
    vocabulary_size: int = knob(
        8000,
        "Vocabulary size",
        "How many different pieces the model knows; fewer by itself if the corpus is small.",
        unit="pieces",
        level=Level.SIMPLE,
        ge=16,
        le=256_000,
    )
    shared: bool = knob(True, "Shared vocabulary", "Both languages share one list of pieces.")
    byte_fallback: bool = knob(
        True,
        "Byte fallback",
        "Spell characters that it never saw as numbers, so that none is lost (unigram and bpe).",
        level=Level.EXPERT,
    )
    character_coverage: float = knob(
        0.0,
        "Character coverage",
        "Share of the characters that the model knows; 0 chooses by the kind of script.",
        level=Level.EXPERT,
        ge=0.0,
        le=1.0,
    )
    sampling: bool = knob(
        False,
        "Subword sampling",
        "Cut each sentence a little differently each time (Kudo 2018, Provilkov 2020).",
    )
    sampling_alpha: float = knob(
        0.1,
        "Sampling strength",
        "How much the cuts vary where they are sampled.",
        level=Level.EXPERT,
        gt=0.0,
        le=1.0,
    )

    @model_validator(mode="after")
    def _sampled_pieces_have_alternatives(self) -> Self:
        if self.sampling and self.kind not in (TokenizerKind.UNIGRAM, TokenizerKind.BPE):
            raise ValueError(f"sampling needs unigram or bpe pieces, not {self.kind.value}")
        return self


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


class TrainingConfig(Config):
    """Optimisation, validation and what is kept."""

    batch_tokens: int = knob(
        2048,
        "Batch size",
        "How many pieces it sees, filling included, before it changes once.",
        unit="pieces",
        level=Level.SIMPLE,
        ge=16,
        le=1_000_000,
    )
    accumulation: int = knob(
        1, "Accumulation", "How many batches it sees before it changes once.", ge=1, le=1024
    )
    learning_rate: float = knob(
        1e-3,
        "Learning rate",
        "How large the steps of learning are, at their largest.",
        gt=0.0,
        le=10.0,
    )
    schedule: Schedule = knob(
        Schedule.INVERSE_SQRT, "Schedule", "How the steps of learning shrink after the warm-up."
    )
    warmup_steps: int = knob(
        400,
        "Warm-up",
        "Updates in which the steps of learning grow to their full size.",
        unit="updates",
        ge=0,
        le=MOST,
    )
    horizon_steps: int = knob(
        0,
        "Horizon",
        "Update at which a linear schedule is at zero; stopping earlier does not move it.",
        unit="updates",
        zero="none",
        ge=0,
        le=MOST,
    )
    budget_minutes: float = knob(
        0.0,
        "Time budget",
        "Train for so long, with steps that shrink to the end, and be done then; 0 for no plan.",
        unit="minutes",
        level=Level.SIMPLE,
        zero="no plan",
        ge=0.0,
        le=1e6,
    )
    adam_beta2: float = knob(
        0.98, "Adam beta 2", "How long it remembers past steps.", level=Level.EXPERT, gt=0.0, lt=1.0
    )
    weight_decay: float = knob(
        0.01, "Weight decay", "Pull of all its numbers to zero.", level=Level.EXPERT, ge=0.0, le=1.0
    )
    gradient_clip: float = knob(
        1.0,
        "Gradient clip",
        "How far one batch may pull at most (Pascanu et al. 2013); 0 for no limit.",
        level=Level.EXPERT,
        ge=0.0,
    )
    average_decay: float = knob(
        0.0,
        "Weight average",
        "Translate with the average of the last updates, and how far back it goes; 0 for none.",
        level=Level.EXPERT,
        ge=0.0,
        lt=1.0,
    )
    dropout_epochs: float = knob(
        0.0,
        "Dropout rises over",
        "Passes until dropout has its full share (Morerio 2017); 0 for at once.",
        unit="passes",
        level=Level.EXPERT,
        ge=0.0,
        le=1e6,
    )
    label_smoothing: float = knob(
        0.1, "Label smoothing", "How much it is kept from being quite sure.", ge=0.0, lt=1.0
    )
    source_masking: float = knob(
        0.0,
        "Source masking",
        "Share of what it reads that is hidden by chance (Madsen 2024); 0 for none.",
        level=Level.EXPERT,
        ge=0.0,
        le=0.5,
    )
    max_sentence_tokens: int = knob(
        128,
        "Longest sentence",
        "Sentence pairs with more pieces on a side are left out, and counted.",
        unit="pieces",
        ge=4,
        le=4096,
    )
    validate_every: int = knob(
        200,
        "Validate every",
        "Updates between two tests on sentences that it never learns from.",
        unit="updates",
        ge=1,
        le=MOST,
    )
    validation_pairs: int = knob(
        1000,
        "Validation pairs",
        "How many sentence pairs a test looks at, at most.",
        level=Level.EXPERT,
        ge=1,
        le=MOST,
    )
    decoded_pairs: int = knob(
        200,
        "Decoded pairs",
        "How many of them are translated, for BLEU and chrF; 0 for none.",
        level=Level.EXPERT,
        ge=0,
        le=MOST,
    )
    watch_sentences: int = knob(
        4, "Watch sentences", "Sentences kept at each test, with their attention.", ge=0, le=32
    )
    best_metric: BestMetric = knob(
        BestMetric.LOSS, "Best by", "What the best state of the model is chosen by: loss or bleu."
    )
    patience: int = knob(
        10,
        "Patience",
        "Stop once so many tests in a row bring nothing better; 0 for never.",
        zero="never stops",
        ge=0,
        le=MOST,
    )
    wait_for_alignment: bool = knob(
        False,
        "Wait for alignment",
        "Early stopping also waits as long as words are linked better than before.",
    )
    report_every: int = knob(
        10, "Report every", "Updates between points of a curve.", level=Level.EXPERT, ge=1, le=10
    )
    checkpoint_minutes: float = knob(
        5.0,
        "Checkpoint every",
        "How often its state is saved, besides at each test.",
        unit="minutes",
        level=Level.EXPERT,
        gt=0.0,
    )
    keep_checkpoints: int = knob(
        3, "Checkpoints kept", "How many saved states are kept beside the best one.", ge=1, le=1000
    )
    seed: int = knob(
        1,
        "Seed",
        "Where all chance of the run begins: the same number, the same run.",
        ge=0,
        lt=2**31,
    )
    device: Device = knob(
        Device.AUTO,
        "Device",
        "What computes: auto (the fastest that is here), cpu, cuda or mps.",
        level=Level.SIMPLE,
    )
    precision: Precision = knob(
        Precision.AUTO,
        "Precision",
        "How exactly it computes: fp32, bf16, or auto for what is quicker. Stays with the run.",
    )
    threads: int = knob(
        0,
        "Threads",
        "How many cores it may use; 0 for all. Stays with the run: it changes the last digits.",
        ge=0,
        le=256,
    )
    adapt_threads: bool = knob(
        True,
        "Adapt threads",
        "Use fewer cores while other programs need them, and say so; it changes the last digits.",
        level=Level.EXPERT,
    )

    @model_validator(mode="after")
    def _bleu_needs_translations(self) -> Self:
        if self.best_metric is BestMetric.BLEU and not self.decoded_pairs:
            raise ValueError("choosing the best by bleu needs some decoded pairs")
        return self

    @model_validator(mode="after")
    def _linear_schedules_have_a_horizon(self) -> Self:
        is_planned = self.budget_minutes and not self.horizon_steps
        if (
            self.schedule is Schedule.LINEAR
            and not is_planned
            and self.horizon_steps <= self.warmup_steps
        ):
            raise ValueError(
                f"a linear schedule needs a horizon after its {self.warmup_steps:,} warm-up steps"
            )
        return self


class LimitsConfig(Config):
    """When to stop. Limits only stop: they never bend a schedule."""

    max_steps: int | None = knob(
        None,
        "Most updates",
        "Stop after so many updates, wherever it is; it can go on later.",
        unit="updates",
        ge=1,
        le=MOST,
    )
    max_minutes: float | None = knob(
        None,
        "Most minutes",
        "Stop after so many minutes, wherever it is; it can go on later.",
        unit="minutes",
        gt=0.0,
    )
    max_epochs: float | None = knob(
        None,
        "Most passes",
        "Stop after so many passes over the corpus, wherever it is; it can go on later.",
        unit="passes",
        gt=0.0,
    )


class DecodingConfig(Config):
    """How a translation is searched."""

    beam_size: int = knob(
        DEFAULT_BEAM,
        "Beam",
        "Hypotheses kept side by side; 1 is greedy.",
        level=Level.SIMPLE,
        ge=1,
        le=100,
    )
    n_best: int = knob(1, "N-best", "Translations returned a sentence.", ge=1, le=100)
    length_penalty: float = knob(
        0.6, "Length penalty", "Alpha of Wu et al. 2016, equation 14; 0 for none.", ge=0.0, le=5.0
    )
    max_length_ratio: float = knob(
        2.0,
        "Longest translation",
        "Target tokens allowed for each source token, plus 10.",
        level=Level.EXPERT,
        gt=0.0,
        le=20.0,
    )
    max_source_tokens: int = knob(
        500,
        "Longest source",
        "Source tokens read; a longer sentence is cut there and marked.",
        level=Level.EXPERT,
        ge=2,
        le=8192,
    )
    batch_tokens: int = knob(
        4096, "Batch size", "Source tokens decoded together.", level=Level.EXPERT, ge=16, le=MOST
    )


class RunConfig(Config):
    """Everything that decides a run besides its data."""

    tokenizer: TokenizerConfig = TokenizerConfig()
    model: ModelConfig = TransformerConfig()
    training: TrainingConfig = TrainingConfig()
    guidance: GuidanceConfig = GuidanceConfig()
    limits: LimitsConfig = LimitsConfig()

    @model_validator(mode="after")
    def _every_place_can_be_learnt(self) -> Self:
        longest = self.training.max_sentence_tokens + 1  # with the start
        learns = isinstance(self.model, TransformerConfig) and (
            self.model.positions is PositionKind.LEARNT
        )
        if learns and longest > LEARNT_PLACES:
            raise ValueError(
                f"learnt positions have {LEARNT_PLACES} places; a longest sentence of "
                f"{self.training.max_sentence_tokens} pieces needs others, such as sinusoidal"
            )
        return self

    @model_validator(mode="after")
    def _there_is_a_head_to_teach(self) -> Self:
        if not self.guidance.weight:
            return self
        layers = self.model.decoder_layers if isinstance(self.model, TransformerConfig) else 1
        heads = self.model.heads
        after, head = self.guidance.layers_after, self.guidance.head
        if after >= layers:
            raise ValueError(f"no layer to guide has {after} after it: there are {layers} in all")
        if head >= heads:
            raise ValueError(f"no head {head} to guide: the last of {heads} is {heads - 1}")
        return self
