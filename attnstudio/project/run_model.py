"""The model of a run: what it reads and writes, as settings wish it or as tokenizers made it."""

from __future__ import annotations

from attnstudio.config import RunConfig
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SequenceModel
from attnstudio.model.spec import ModelSpec, translation_spec
from attnstudio.project.run_sides import RunSides
from attnstudio.project.taught import taught_reading
from attnstudio.run_definition import RunDefinition


def model_of(definition: RunDefinition, sides: RunSides) -> SequenceModel:
    """A model that was not trained yet, on torch's default device."""
    model = build_model(definition.config.model, sides.spec)
    model.taught = taught_reading(definition.config)
    return model


def planned_spec(config: RunConfig) -> ModelSpec:
    """What a model will read and write as its settings wish, before there are tokenizers."""
    pieces = config.tokenizer
    return translation_spec(pieces.vocabulary_size, pieces.vocabulary_size, shared=pieces.shared)
