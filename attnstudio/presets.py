"""Named starting points, each with the reason for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from attnstudio.config import RunConfig, TokenizerConfig, TokenizerKind
from attnstudio.config_attention import AttentionKind
from attnstudio.config_guidance import GuidanceConfig
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.config_training import TrainingConfig
from attnstudio.errors import UsageError

DEFAULT_PRESET = "small"

# With 3,000 pairs of Multi30k a taught head links words as the text's own links do (its links
# differ from them by .10, the best of untaught attention by .52), and BLEU is 19.5, not 18.3.
_TAUGHT = GuidanceConfig(weight=1.0)

_USUAL = (
    "scaled dot product, softmax, everywhere, sinusoidal: the usual Transformer. For sentences "
    "of usual length no other kind saves much time."
)


@dataclass(frozen=True, slots=True)
class Preset:
    """A starting point for a run.

    Attributes:
        reason: one sentence: for whom and why.
        attention: which attention it has, and why.
        config: every knob.
    """

    reason: str
    attention: str
    config: RunConfig


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "tiny": Preset(
            "For the sample corpora: small enough to see an alignment form in a few minutes.",
            _USUAL,
            RunConfig(
                # BPE keeps the few words of a sample whole, where unigram cuts them: the links are
                # better (alignment error 0.15 against 0.20 after three minutes, dropout 0.2).
                tokenizer=TokenizerConfig(kind=TokenizerKind.BPE, vocabulary_size=2000),
                model=TransformerConfig(
                    encoder_layers=2,
                    decoder_layers=2,
                    model_size=128,
                    heads=4,
                    feedforward_size=512,
                    dropout=0.1,  # with 0.2, two minutes gave an alignment error of 0.11, not 0.08
                ),
                training=TrainingConfig(batch_tokens=1024, learning_rate=2e-3, warmup_steps=200),
                guidance=_TAUGHT,
            ),
        ),
        "small": Preset(
            "For tens of thousands of pairs on a processor: what a laptop learns in half an hour.",
            _USUAL,
            RunConfig(
                model=TransformerConfig(dropout=0.3),
                # After 1.9 passes of Multi30k (1,100 updates) dropout that rises gave 29 BLEU, a
                # constant rate of 0.2 gave 25: there is no repetition yet to guard against.
                training=TrainingConfig(
                    batch_tokens=1024,
                    learning_rate=2e-3,
                    warmup_steps=400,
                    average_decay=0.999,
                    dropout_epochs=10.0,
                ),
                guidance=_TAUGHT,
            ),
        ),
        "base": Preset(
            "The base Transformer of Vaswani et al. 2017, for a GPU and hundreds of thousands of "
            "pairs.",
            "scaled dot product, softmax, everywhere, sinusoidal, as in the paper; but the norm is "
            "before each part, since it then learns more surely.",
            RunConfig(
                tokenizer=TokenizerConfig(vocabulary_size=32_000),
                model=TransformerConfig(
                    encoder_layers=6,
                    decoder_layers=6,
                    model_size=512,
                    heads=8,
                    feedforward_size=2048,
                ),
                training=TrainingConfig(
                    batch_tokens=8192,
                    accumulation=3,
                    learning_rate=7e-4,
                    warmup_steps=4000,
                    validate_every=1000,
                ),
            ),
        ),
        "bahdanau": Preset(
            "The model of Bahdanau et al. 2015, in which attention began: one head, so its map "
            "is the easiest to read.",
            "additive, softmax, everywhere, one head, as in the paper: its one map is all that "
            "it looks at.",
            RunConfig(
                model=RecurrentConfig(
                    attention=AttentionKind.ADDITIVE,
                    embedding_size=256,
                    hidden_size=384,
                    dropout=0.3,
                ),
                # Four minutes of Multi30k gave 27 BLEU; half the rate and dropout at once gave 11.
                # Its only head is not taught: 3,000 pairs and 400 updates gave 12.1 BLEU with and
                # 14.8 without (three seeds), since it looks before it knows the word.
                training=TrainingConfig(
                    batch_tokens=1024, learning_rate=2e-3, warmup_steps=200, dropout_epochs=10.0
                ),
            ),
        ),
    }
)


def find_preset(name: str) -> Preset:
    """The preset of a name.

    Raises:
        UsageError: there is none; the names are listed.
    """
    if name not in PRESETS:
        raise UsageError(
            "There is no preset {name}.",
            hint="There are: {names}.",
            name=name,
            names=", ".join(PRESETS),
        )
    return PRESETS[name]
