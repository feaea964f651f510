"""The model of a run: what it reads and writes, as its definition and its tokenizers say it."""

from __future__ import annotations

from attnstudio.config import RunConfig
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SequenceModel
from attnstudio.model.spec import ModelSpec, translation_spec
from attnstudio.run_definition import RunDefinition
from attnstudio.tokenizer import Tokenizer


def model_of(definition: RunDefinition, source: Tokenizer, target: Tokenizer) -> SequenceModel:
    """A model that was not trained yet, on torch's default device."""
    shared = definition.source.tokenizer == definition.target.tokenizer
    return build_model(definition.config.model, spec_of(source, target, shared=shared))


def spec_of(source: Tokenizer, target: Tokenizer, *, shared: bool) -> ModelSpec:
    """What a model reads and writes that has these tokenizers, perhaps one for both."""
    return translation_spec(source.size, target.size, shared=shared)


def planned_spec(config: RunConfig) -> ModelSpec:
    """What a model will read and write as its settings wish, before there are tokenizers."""
    pieces = config.tokenizer
    return translation_spec(pieces.vocabulary_size, pieces.vocabulary_size, shared=pieces.shared)
