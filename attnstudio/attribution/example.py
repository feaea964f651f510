"""One source and one target of a model, as every attribution asks about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from attnstudio.model.interface import SequenceModel, SourceBatch
from attnstudio.model.intervention import Intervention
from attnstudio.tokenizer import START_ID, UNKNOWN_ID

_PLACES_TOGETHER = 2048  # of sources or targets: their scores of 8,000 pieces take 64 MB

Words = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Example:
    """A source that is a text, and the known target whose pieces are asked about.

    Attributes:
        axis: the name of the source.
        source: (1, src_len) ids, without padding.
        targets: (1, tgt_len) ids, ``</s>`` included.
        words: places of the source, those of a word together; the others are never erased.
        intervention: a change of the attention that holds for all that is asked.
    """

    axis: str
    source: Tensor
    targets: Tensor
    words: Words
    intervention: Intervention | None = None

    @property
    def inputs(self) -> Tensor:
        """(1, tgt_len) ids that the decoder is fed to predict the targets."""
        start = torch.full_like(self.targets[:, :1], START_ID)
        return torch.cat((start, self.targets[:, :-1]), dim=1)

    def sources_of(self, ids: Tensor) -> Mapping[str, SourceBatch]:
        """(rows, src_len) ids as a model reads them."""
        return {self.axis: SourceBatch(ids, torch.ones_like(ids, dtype=torch.bool))}

    def without(self, words: Sequence[int]) -> Tensor:
        """(src_len,) ids with every piece of these words unknown: as long, so that places stay."""
        erased = self.source[0].clone()
        erased[[place for word in words for place in self.words[word]]] = UNKNOWN_ID
        return erased


def log_probs_of(model: SequenceModel, example: Example, sources: Tensor) -> Tensor:
    """How likely the target is to a model that reads other sources of the same length.

    Args:
        model: in evaluation mode.
        example: whose target is predicted.
        sources: (rows, src_len) ids.

    Returns:
        (rows, tgt_len) natural log probability of each target piece, whatever came before it being
        the target itself.
    """
    return torch.cat(list(log_probs_in_parts(model, example, sources)))


def log_probs_in_parts(model: SequenceModel, example: Example, sources: Tensor) -> Iterator[Tensor]:
    """The same, some rows at a time, for who may want no more of it meanwhile."""
    longest = max(example.targets.size(1), sources.size(1))
    for part in torch.split(sources, max(1, _PLACES_TOGETHER // longest)):
        yield _log_probs(model, example, part)


def _log_probs(model: SequenceModel, example: Example, sources: Tensor) -> Tensor:
    rows, change = len(sources), example.intervention
    encoded = model.read(example.sources_of(sources), intervention=change)
    output = model.decode(encoded, example.inputs.expand(rows, -1), intervention=change)
    return chosen(output.logits, example.targets.expand(rows, -1))


def chosen(logits: Tensor, targets: Tensor) -> Tensor:
    """(rows, tgt_len) log probability of (rows, tgt_len) ids under (rows, tgt_len, vocabulary)."""
    scores = logits.float()
    picked = scores.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    return picked - scores.logsumexp(dim=-1)
