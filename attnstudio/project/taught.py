"""Which head a run teaches where to look."""

from __future__ import annotations

from collections.abc import Callable

from attnstudio.axes import Reading, ReadingMethod
from attnstudio.config import RecurrentConfig, RunConfig
from attnstudio.config_attention import RecurrentDecoderKind
from attnstudio.config_guidance import GuidedStep, GuidingLinks
from attnstudio.corpus.parallel_corpus import SPLIT_CODES, ParallelCorpus, Split


def taught_reading(config: RunConfig) -> Reading | None:
    """The head that is taught, and the step at which it is read; None where none is.

    A head that looks after the decoder has taken the last word in is taught one step later, when it
    knows the word whose links it learns. The first kind of attention (Bahdanau et al. 2015) looks
    before that, so it learns them as the word is chosen.
    """
    guidance = config.guidance
    if not guidance.weight:
        return None
    layers = 1 if isinstance(config.model, RecurrentConfig) else config.model.decoder_layers
    layer = layers - 1 - guidance.layers_after
    looks_first = (
        isinstance(config.model, RecurrentConfig)
        and config.model.decoder is RecurrentDecoderKind.LOOKING_FIRST
    )
    by_itself = ReadingMethod.NAIVE if looks_first else ReadingMethod.SHIFTED
    methods = {
        GuidedStep.AUTO: by_itself,
        GuidedStep.NAIVE: ReadingMethod.NAIVE,
        GuidedStep.SHIFTED: ReadingMethod.SHIFTED,
    }
    return Reading(layer, guidance.head, methods[guidance.step])


def taught_pairs(config: RunConfig, corpus: ParallelCorpus) -> Callable[[int], bool]:
    """What says of a pair whether a run learns the links that people gave it.

    On such a pair nothing can be measured: what is asked is what was told.
    """
    if taught_reading(config) is None or config.guidance.links is GuidingLinks.FOUND:
        return lambda _: False
    codes, of_training = corpus.split_codes(), SPLIT_CODES[Split.TRAIN]
    return lambda pair: bool(codes[pair] == of_training)
