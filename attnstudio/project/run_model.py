"""The model of a run, as its definition and its tokenizers shape it."""

from __future__ import annotations

from attnstudio.model.builder import VocabularySizes, build_model
from attnstudio.model.interface import SequenceModel
from attnstudio.run_definition import RunDefinition
from attnstudio.tokenizer import Tokenizer


def model_of(definition: RunDefinition, source: Tokenizer, target: Tokenizer) -> SequenceModel:
    """A model that was not trained yet, on torch's default device."""
    shared = definition.source.tokenizer == definition.target.tokenizer
    sizes = VocabularySizes(source.size, target.size, shared)
    return build_model(definition.config.model, sizes)
