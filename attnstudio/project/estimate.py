"""How large a model is, and how much memory it takes to train it."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from attnstudio.config import RunConfig
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.model.builder import build_model, parameter_count
from attnstudio.project.run_model import planned_spec

_FIRST_UPDATE = 90 << 20  # pairs, tokenizers, and what torch loads for its first step; measured
_FIRST_VALIDATION = 110 << 20  # translating, scoring, writing; measured
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
    """Build the model without memory and count; its memory is a guess from measured runs.

    Raises:
        ConfigError: the model cannot be built.
    """
    with torch.device("meta"):
        model = build_model(config.model, planned_spec(config))
    parameters = parameter_count(model)
    weights = _COPIES + bool(config.training.average_decay)
    taken = _FIRST_UPDATE + _BYTES * weights * parameters + batch_bytes(config)
    return Estimate(parameters, taken + validation_bytes(parameters))


def batch_bytes(config: RunConfig) -> int:
    """What an update keeps of its batch until the gradients are there; a rough guess."""
    match config.model:
        case TransformerConfig() as shape:
            layers = shape.encoder_layers + shape.decoder_layers
            width = shape.model_size + shape.feedforward_size // 4
        case RecurrentConfig() as shape:
            layers = 2 * shape.layers
            width = 2 * shape.hidden_size
    tokens = config.training.batch_tokens
    states = tokens * layers * width * _STATES_A_LAYER
    scores = 3 * tokens * config.tokenizer.vocabulary_size  # logits, softmax, their gradient
    return _BYTES * (states + scores)


def validation_bytes(parameters: int) -> int:
    """What validations and checkpoints take beside the updates; measured roughly."""
    return _FIRST_VALIDATION + 2 * parameters
