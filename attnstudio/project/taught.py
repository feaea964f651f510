"""Which head a run teaches where to look."""

from __future__ import annotations

from attnstudio.axes import Reading, ReadingMethod
from attnstudio.config import RecurrentConfig, RunConfig
from attnstudio.config_attention import RecurrentDecoderKind
from attnstudio.config_guidance import GuidedStep


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
