"""Every knob of training: optimisation, validation, what is kept and when it ends."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from attnstudio.config_knob import MOST, Config, Level, knob


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


class Precision(StrEnum):
    """How many bits the matrix products of training have."""

    AUTO = "auto"
    FP32 = "fp32"
    BF16 = "bf16"


class Sharding(StrEnum):
    """What several processes that train together hold of the model."""

    NONE = "none"
    FULL = "full"


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
    sharding: Sharding = knob(
        Sharding.NONE,
        "Sharding",
        "What each of several processes holds: none (the whole model) or full (a share of it).",
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
