"""The model that the settings of an exported folder describe, with its weights or without."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from attnstudio.export.facts import ExportFacts
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SequenceModel
from attnstudio.model.spec import translation_spec
from attnstudio.model.weights import give_memory, load_weights


def built_without_weights(facts: ExportFacts) -> SequenceModel:
    """The model on the meta device: its tensors have names and shapes and no numbers.

    Raises:
        ConfigError: its settings do not go together.
    """
    pieces = facts.vocabulary
    spec = translation_spec(pieces.source, pieces.target, shared=pieces.shared)
    with torch.device("meta"):
        return build_model(facts.config.model, spec)


def built(facts: ExportFacts, weights: Mapping[str, Tensor]) -> SequenceModel:
    """The model on the processor, in evaluation mode and without gradients.

    Raises:
        ProjectError: the weights are another model's.
    """
    model = built_without_weights(facts)
    give_memory(model, torch.device("cpu"))
    load_weights(model, weights)
    return model.eval().requires_grad_(False)
