"""How large a model is, and how much memory it takes to train it."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from attnstudio.config import RecurrentConfig, RunConfig, TransformerConfig
from attnstudio.model.builder import VocabularySizes, build_model, parameter_count

_BYTES = 4  # of a float
_COPIES = 4  # weights, gradients, and two averages of Adam (Kingma and Ba 2015)
_STATES_A_LAYER = 14  # kept for the backward pass, in units of the model's size; measured roughly


@dataclass(frozen=True, slots=True)
class Estimate:
    """The size of a run.

    Attributes:
        parameters: numbers that are learned.
        memory_bytes: while it trains, without what the program itself takes.
    """

    parameters: int
    memory_bytes: int


def estimate(config: RunConfig) -> Estimate:
    """Build the model without memory and count; the memory is a rough guess.

    Raises:
        ConfigError: the model cannot be built.
    """
    size = config.tokenizer.vocabulary_size
    with torch.device("meta"):
        model = build_model(config.model, VocabularySizes(size, size, config.tokenizer.shared))
    parameters = parameter_count(model)
    match config.model:
        case TransformerConfig() as shape:
            layers = shape.encoder_layers + shape.decoder_layers
            width = shape.model_size + shape.feedforward_size // 4
        case RecurrentConfig() as shape:
            layers = 2 * shape.layers
            width = 2 * shape.hidden_size
    states = config.training.batch_tokens * layers * width * _STATES_A_LAYER
    scores = 3 * config.training.batch_tokens * size  # logits, their softmax, their gradient
    return Estimate(parameters, _BYTES * (_COPIES * parameters + states + scores))
