"""The names of what is made once and used by many runs: hashes of all that it depends on."""

from __future__ import annotations

import hashlib
import json

from attnstudio.config import TokenizerConfig
from attnstudio.run_definition import RunDefinition

_HASH_LENGTH = 16


def tokenizer_name(corpus: str, config: TokenizerConfig, language: str) -> str:
    """One name for both sides when they share a vocabulary; sampling does not change a model."""
    knobs = config.model_dump(mode="json", exclude={"sampling", "sampling_alpha"})
    return _hash(corpus, knobs, "shared" if config.shared else language)


def dataset_name(definition: RunDefinition) -> str:
    """The name of a run's encoded pairs."""
    return _hash(
        definition.corpus,
        *definition.encoding,
        definition.config.training.max_sentence_tokens,
    )


def _hash(*parts: object) -> str:
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
    return digest.hexdigest()[:_HASH_LENGTH]
