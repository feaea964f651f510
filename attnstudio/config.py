"""Every knob, declared once: type, default, bounds, label and one line of help.

The window makes its forms from these fields, the command line its ``--set`` names, and
``config.toml`` its keys. A *config* belongs to a run, or to one cleaning of a corpus; a *setting*
belongs to the machine.
Presets live in `attnstudio.presets`, files and ``--set`` in `attnstudio.config_text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    field_validator,
    model_validator,
)

from attnstudio import names

# Texts from a file that become parts of paths.
LanguageCode = Annotated[str, AfterValidator(names.language)]
ContentHash = Annotated[str, AfterValidator(names.content_hash)]
PresetName = Annotated[str, AfterValidator(names.run_name)]  # which begins with it

_MOST = 1_000_000_000  # for counts that have no other bound


class TokenizerKind(StrEnum):
    """How text is cut into pieces."""

    UNIGRAM = "unigram"  # Kudo 2018
    BPE = "bpe"  # Sennrich et al. 2016
    CHAR = "char"
    WORD = "word"


class AttentionKind(StrEnum):
    """How a recurrent decoder scores a source position."""

    ADDITIVE = "additive"  # Bahdanau et al. 2015
    DOT = "dot"  # Luong et al. 2015
    GENERAL = "general"  # Luong et al. 2015
    CONCAT = "concat"  # Luong et al. 2015
    SCALED_DOT = "scaled_dot"  # Vaswani et al. 2017
    NONE = "none"  # Sutskever et al. 2014: no attention at all


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


class Level(StrEnum):
    """From which level of the form on a field is shown."""

    SIMPLE = "simple"
    ADVANCED = "advanced"
    EXPERT = "expert"


def _knob(
    default: Any,  # noqa: ANN401 - a default is of its field's type, which pydantic checks
    label: str,
    help_text: str,
    *,
    unit: str = "",
    level: Level = Level.ADVANCED,
    zero: str = "",
    **bounds: Any,  # noqa: ANN401 - passed on to pydantic's Field
) -> Any:  # noqa: ANN401 - pydantic's Field is typed so as well
    extra: dict[str, JsonValue] = {"unit": unit, "level": level.value, "zero": zero}
    return Field(
        default=default, title=label, description=help_text, json_schema_extra=extra, **bounds
    )


class _Config(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False
    )


class CleaningConfig(_Config):
    """Which training pairs are dropped; validation and test pairs never are."""

    min_length: int = _knob(
        1,
        "Shorter than",
        "Drop pairs with a shorter side; without spaces in a language, characters are counted.",
        unit="words",
        ge=0,
        le=_MOST,
    )
    max_length: int = _knob(
        200,
        "Longer than",
        "Drop pairs with a longer side; 0 for no limit.",
        unit="words",
        ge=0,
        le=_MOST,
    )
    max_ratio: float = _knob(
        3.0,
        "Length ratio over",
        "Drop pairs so many times off the corpus's usual ratio of characters; 0 for no limit.",
        unit="× usual",
        ge=0.0,
        le=1e6,
    )
    empty: bool = _knob(
        True, "Without words", "Drop pairs with a side without any letter or digit."
    )
    identical: bool = _knob(True, "Identical sides", "Drop pairs whose sides say the same.")
    duplicates: bool = _knob(
        True, "Repeated pairs", "Keep the first of equal pairs; spaces and letter widths aside."
    )
    min_script: float = _knob(
        0.5,
        "Own script under",
        "Drop pairs with a side of which less is in a script of its language; 0 for any.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    leaks: Likeness = _knob(
        Likeness.EXACT,
        "Held-out sentences",
        "Drop pairs with a sentence of the validation or test pairs: none, exact or loose.",
    )


class TokenizerConfig(_Config):
    """Subwords."""

    kind: TokenizerKind = _knob(
        TokenizerKind.UNIGRAM, "Pieces", "How text is cut: unigram, bpe, char or word."
    )
    vocabulary_size: int = _knob(
        8000,
        "Vocabulary size",
        "Different pieces of text that the model knows; fewer by itself if the corpus is small.",
        unit="pieces",
        level=Level.SIMPLE,
        ge=16,
        le=256_000,
    )
    shared: bool = _knob(
        True, "Shared vocabulary", "One vocabulary for both languages instead of one each."
    )
    byte_fallback: bool = _knob(
        True,
        "Byte fallback",
        "Spell unknown characters as bytes, so that none is lost (unigram and bpe).",
        level=Level.EXPERT,
    )
    character_coverage: float = _knob(
        0.0,
        "Character coverage",
        "Share of the corpus's characters in the vocabulary; 0 chooses by script.",
        level=Level.EXPERT,
        ge=0.0,
        le=1.0,
    )
    sampling: bool = _knob(
        False,
        "Subword sampling",
        "Cut each training sentence a little differently every time (Kudo 2018, Provilkov 2020).",
    )
    sampling_alpha: float = _knob(
        0.1,
        "Sampling strength",
        "unigram: smoothing of the sampled segmentations; bpe: share of merges dropped.",
        level=Level.EXPERT,
        gt=0.0,
        le=1.0,
    )

    @model_validator(mode="after")
    def _sampled_pieces_have_alternatives(self) -> Self:
        if self.sampling and self.kind not in (TokenizerKind.UNIGRAM, TokenizerKind.BPE):
            raise ValueError(f"sampling needs unigram or bpe pieces, not {self.kind.value}")
        return self


class RecurrentConfig(_Config):
    """An encoder-decoder of GRU or LSTM cells (Bahdanau et al. 2015, Luong et al. 2015)."""

    kind: Literal["recurrent"] = "recurrent"
    attention: AttentionKind = _knob(
        AttentionKind.ADDITIVE,
        "Attention",
        "How a source position is scored: additive, dot, general, concat, scaled_dot or none.",
        level=Level.SIMPLE,
    )
    cell: Cell = _knob(Cell.GRU, "Cell", "The recurrent unit: gru or lstm.")
    layers: int = _knob(
        1, "Layers", "Recurrent layers of the encoder and of the decoder.", ge=1, le=8
    )
    embedding_size: int = _knob(
        256, "Embedding size", "Numbers that stand for one piece.", ge=4, le=4096
    )
    hidden_size: int = _knob(
        512,
        "Hidden size",
        "Numbers that the model keeps in mind as it writes; more learn more, and slower.",
        level=Level.SIMPLE,
        ge=4,
        le=4096,
    )
    input_feeding: bool = _knob(
        True, "Input feeding", "Let the decoder's cell see what was attended to (Luong 3.3)."
    )
    dropout: float = _knob(
        0.2,
        "Dropout",
        "Share of the model switched off by chance, lest it learn by heart.",
        ge=0.0,
        lt=1.0,
    )


class TransformerConfig(_Config):
    """A pre-norm Transformer (Vaswani et al. 2017; Xiong et al. 2020 for the norm's place)."""

    kind: Literal["transformer"] = "transformer"
    encoder_layers: int = _knob(3, "Encoder layers", "Layers that read the source.", ge=1, le=48)
    decoder_layers: int = _knob(3, "Decoder layers", "Layers that write the target.", ge=1, le=48)
    model_size: int = _knob(
        256,
        "Model size",
        "Numbers that stand for each piece inside the model; more learn more, and slower.",
        level=Level.SIMPLE,
        ge=4,
        le=4096,
    )
    heads: int = _knob(
        4, "Heads", "Attentions side by side in a layer; must divide the model size.", ge=1, le=64
    )
    feedforward_size: int = _knob(
        1024,
        "Feed-forward size",
        "Numbers in the wide middle of a layer; often four model sizes.",
        ge=4,
        le=16384,
    )
    dropout: float = _knob(
        0.1,
        "Dropout",
        "Share of the model switched off by chance, lest it learn by heart.",
        ge=0.0,
        lt=1.0,
    )
    attention_dropout: float = _knob(
        0.0,
        "Attention dropout",
        "Share of attention weights dropped while training.",
        level=Level.EXPERT,
        ge=0.0,
        lt=1.0,
    )

    @model_validator(mode="after")
    def _heads_divide_the_model(self) -> Self:
        if self.model_size % self.heads:
            raise ValueError(f"{self.heads} heads do not divide a model size of {self.model_size}")
        return self


ModelConfig = Annotated[RecurrentConfig | TransformerConfig, Field(discriminator="kind")]


class TrainingConfig(_Config):
    """Optimisation, validation and what is kept."""

    batch_tokens: int = _knob(
        2048,
        "Batch size",
        "Pieces seen before the model changes once, filling included, of the longer side.",
        unit="tokens",
        level=Level.SIMPLE,
        ge=16,
        le=1_000_000,
    )
    accumulation: int = _knob(
        1, "Accumulation", "Batches summed up before one update.", ge=1, le=1024
    )
    learning_rate: float = _knob(
        1e-3,
        "Learning rate",
        "How far each update changes the model, at its highest.",
        gt=0.0,
        le=10.0,
    )
    schedule: Schedule = _knob(
        Schedule.INVERSE_SQRT, "Schedule", "After the warm-up: inverse_sqrt, linear or constant."
    )
    warmup_steps: int = _knob(
        400,
        "Warm-up",
        "Updates over which the learning rate rises.",
        unit="updates",
        ge=0,
        le=_MOST,
    )
    horizon_steps: int = _knob(
        0,
        "Horizon",
        "Update at which a linear schedule reaches zero; stopping earlier does not move it.",
        unit="updates",
        zero="none",
        ge=0,
        le=_MOST,
    )
    budget_minutes: float = _knob(
        0.0,
        "Time budget",
        "Train for so long, with steps that grow smaller, and be done then; 0 for no plan.",
        unit="minutes",
        level=Level.SIMPLE,
        zero="no plan",
        ge=0.0,
        le=1e6,
    )
    adam_beta2: float = _knob(
        0.98, "Adam beta 2", "Memory of the squared gradients.", level=Level.EXPERT, gt=0.0, lt=1.0
    )
    weight_decay: float = _knob(
        0.01, "Weight decay", "AdamW's pull of weights to zero.", level=Level.EXPERT, ge=0.0, le=1.0
    )
    gradient_clip: float = _knob(
        1.0,
        "Gradient clip",
        "Longest gradient allowed (Pascanu et al. 2013); 0 for no limit.",
        level=Level.EXPERT,
        ge=0.0,
    )
    average_decay: float = _knob(
        0.0,
        "Weight average",
        "Memory of the moving average of the weights that is kept to translate; 0 for none.",
        level=Level.EXPERT,
        ge=0.0,
        lt=1.0,
    )
    dropout_epochs: float = _knob(
        0.0,
        "Dropout rises over",
        "Passes over the corpus until dropout has its full rate (Morerio 2017); 0 for at once.",
        unit="epochs",
        level=Level.EXPERT,
        ge=0.0,
        le=1e6,
    )
    label_smoothing: float = _knob(
        0.1, "Label smoothing", "Probability spread over all pieces (Szegedy 2016).", ge=0.0, lt=1.0
    )
    max_sentence_tokens: int = _knob(
        128,
        "Longest sentence",
        "Pairs with more tokens on a side are left out of training (and counted).",
        unit="tokens",
        ge=4,
        le=4096,
    )
    validate_every: int = _knob(
        200,
        "Validate every",
        "Updates between two tests on sentences it never learns from.",
        unit="updates",
        ge=1,
        le=_MOST,
    )
    validation_pairs: int = _knob(
        1000,
        "Validation pairs",
        "Most sentence pairs used in such a test.",
        level=Level.EXPERT,
        ge=1,
        le=_MOST,
    )
    decoded_pairs: int = _knob(
        200,
        "Decoded pairs",
        "Most sentences translated in such a test, for BLEU and chrF; 0 for none.",
        level=Level.EXPERT,
        ge=0,
        le=_MOST,
    )
    watch_sentences: int = _knob(
        4, "Watch sentences", "Validation sentences whose attention is kept over time.", ge=0, le=32
    )
    best_metric: BestMetric = _knob(
        BestMetric.LOSS, "Best by", "What the best checkpoint is chosen by: loss or bleu."
    )
    patience: int = _knob(
        10,
        "Patience",
        "Stop once so many tests on other sentences in a row bring nothing better; 0 for never.",
        zero="never stops",
        ge=0,
        le=_MOST,
    )
    report_every: int = _knob(
        10, "Report every", "Updates between two reported losses.", level=Level.EXPERT, ge=1, le=10
    )
    checkpoint_minutes: float = _knob(
        5.0,
        "Checkpoint every",
        "Longest time between two checkpoints; every validation keeps one as well.",
        unit="minutes",
        level=Level.EXPERT,
        gt=0.0,
    )
    keep_checkpoints: int = _knob(
        3, "Checkpoints kept", "Newest checkpoints kept beside the best one.", ge=1, le=1000
    )
    seed: int = _knob(
        1,
        "Seed",
        "Where all chance of the run begins: the same number, the same run.",
        ge=0,
        lt=2**31,
    )
    device: Device = _knob(
        Device.AUTO,
        "Device",
        "What computes: auto (the fastest that is here), cpu, cuda or mps.",
        level=Level.SIMPLE,
    )
    precision: Precision = _knob(
        Precision.AUTO,
        "Precision",
        "Of matrix products: fp32, bf16, or auto for the faster here. Part of the run once chosen.",
    )
    threads: int = _knob(
        0,
        "Threads",
        "Processor threads; 0 takes the physical cores. Part of the run: it changes float sums.",
        ge=0,
        le=256,
    )
    adapt_threads: bool = _knob(
        True,
        "Adapt threads",
        "Use fewer threads while other programs slow them down, and say so: it changes float sums.",
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


class LimitsConfig(_Config):
    """When to stop. Limits only stop: they never bend a schedule."""

    max_steps: int | None = _knob(
        None,
        "Most updates",
        "Stop after so many updates, wherever it is; it can go on later.",
        unit="updates",
        ge=1,
        le=_MOST,
    )
    max_minutes: float | None = _knob(
        None,
        "Most minutes",
        "Stop after so many minutes, wherever it is; it can go on later.",
        unit="minutes",
        gt=0.0,
    )
    max_epochs: float | None = _knob(
        None,
        "Most passes",
        "Stop after so many passes over the corpus, wherever it is; it can go on later.",
        unit="passes",
        gt=0.0,
    )


class DecodingConfig(_Config):
    """How a translation is searched."""

    beam_size: int = _knob(
        5, "Beam", "Hypotheses kept side by side; 1 is greedy.", level=Level.SIMPLE, ge=1, le=100
    )
    n_best: int = _knob(1, "N-best", "Translations returned a sentence.", ge=1, le=100)
    length_penalty: float = _knob(
        0.6, "Length penalty", "Alpha of Wu et al. 2016, equation 14; 0 for none.", ge=0.0, le=5.0
    )
    max_length_ratio: float = _knob(
        2.0,
        "Longest translation",
        "Target tokens allowed for each source token, plus 10.",
        level=Level.EXPERT,
        gt=0.0,
        le=20.0,
    )
    max_source_tokens: int = _knob(
        500,
        "Longest source",
        "Source tokens read; a longer sentence is cut there and marked.",
        level=Level.EXPERT,
        ge=2,
        le=8192,
    )
    batch_tokens: int = _knob(
        4096, "Batch size", "Source tokens decoded together.", level=Level.EXPERT, ge=16, le=_MOST
    )


class RunConfig(_Config):
    """Everything that decides a run besides its data."""

    tokenizer: TokenizerConfig = TokenizerConfig()
    model: ModelConfig = TransformerConfig()
    training: TrainingConfig = TrainingConfig()
    limits: LimitsConfig = LimitsConfig()


class RunDefinition(_Config):
    """``config.toml`` of a run: its data by hash, its direction and every knob.

    A run from before there was a choice of precision goes on in fp32, in which it began.
    """

    format: Literal[1] = 1
    source_language: LanguageCode
    target_language: LanguageCode
    corpus: ContentHash
    source_tokenizer: ContentHash
    target_tokenizer: ContentHash
    preset: PresetName
    config: RunConfig

    @field_validator("config", mode="before")
    @classmethod
    def _precision_was_fp32(cls, config: Any) -> Any:  # noqa: ANN401 - what a file holds
        if not isinstance(config, Mapping) or not isinstance(config.get("training"), Mapping):
            return config
        return {**config, "training": {"precision": Precision.FP32.value, **config["training"]}}
