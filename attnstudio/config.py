"""Every knob, declared once: type, default, bounds, label and one line of help.

The window makes its forms from these fields, the command line its ``--set`` names, and
``config.toml`` its keys. A *config* belongs to a run, or to one cleaning of a corpus; a *setting*
belongs to the machine.
The models' knobs are in `attnstudio.config_model`, those of training in
`attnstudio.config_training`. Presets live in `attnstudio.presets`, files and ``--set`` in
`attnstudio.config_text`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from attnstudio import names
from attnstudio.config_attention import LEARNT_PLACES, PositionKind
from attnstudio.config_guidance import GuidanceConfig
from attnstudio.config_knob import MOST, Config, Level, knob
from attnstudio.config_model import ModelConfig, TransformerConfig
from attnstudio.config_training import LimitsConfig, TrainingConfig
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


class Likeness(StrEnum):
    """When two sentences count as the same."""

    NONE = "none"  # never
    EXACT = "exact"  # as they are stored
    LOOSE = "loose"  # but for large and small letters, punctuation and spaces


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
