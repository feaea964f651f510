"""Cross-entropy, and beside it how far one head looks from the words that a word translates.

Chen et al. 2016 (Guided Alignment Training for Topic-Aware Neural Machine Translation) and Garg et
al. 2019 (Jointly Learning to Align and Translate with Transformer Models) teach a head so. It is
taught at the step that chooses a word or, as Chen et al. 2020 (Accurate Word Alignment Induction
from Neural Machine Translation) read it, one step later, when the word is known.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from attnstudio.model.interface import SequenceModel
from attnstudio.model.intervention import HeadAddress
from attnstudio.training.batch import Batch
from attnstudio.training.guided_links import BatchLinks
from attnstudio.training.loss import Loss, sequence_loss

_LEAST = 1e-30  # a weight below it has no logarithm to speak of


@dataclass(frozen=True, slots=True)
class GuidedCrossEntropy:
    """The cross-entropy of the targets, and that of the links under one head's weights.

    What it reports is the cross-entropy of the targets alone, so that curves of runs with and
    without guidance are of the same measure.

    Attributes:
        smoothing: see `sequence_loss`.
        strength: how much the links count beside the targets.
        head: what is taught.
        delay: steps from the one that chooses a token to the one that is taught: 0 or 1.
    """

    smoothing: float
    strength: float
    head: HeadAddress
    delay: int

    def loss(self, model: SequenceModel, batch: Batch, *, divisor: float) -> Loss:
        """The loss of a batch.

        Raises:
            ValueError: the batch has no links.
        """
        if batch.links is None:
            raise ValueError("there are no links to teach a head")
        output = model.decode(model.read(batch.sources), batch.target_inputs, trace=self.head)
        plain = sequence_loss(output, batch, self.smoothing, divisor=divisor)
        weights = output.traces[self.head.site].weights[:, 0, self.head.head]
        guided = link_cross_entropy(weights, batch.links, delay=self.delay)
        return Loss(plain.minimised + guided * (self.strength / divisor), plain.reported)


def link_cross_entropy(weights: Tensor, links: BatchLinks, *, delay: int) -> Tensor:
    """The cross-entropy of links under the weights of a head, summed over the target tokens.

    Args:
        weights: (batch, tgt_len, src_len), of one head.
        links: of the same batch.
        delay: see `GuidedCrossEntropy`.

    Returns:
        A scalar in nats; 0 where there are no links.
    """
    examples, targets, sources = links.places.unbind(dim=1)
    likely = weights[examples, targets + delay, sources]
    return -(links.shares * likely.clamp_min(_LEAST).log()).sum()
