"""Which head a run teaches where to look."""

from __future__ import annotations

from collections.abc import Callable

from attnstudio.config import RunConfig
from attnstudio.config_attention import RecurrentDecoderKind
from attnstudio.config_guidance import GuidedStep, GuidingLinks
from attnstudio.config_model import RecurrentConfig
from attnstudio.corpus.parallel_corpus import SPLIT_CODES, ParallelCorpus, Split
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.training.events import Notice


def taught_reading(config: RunConfig) -> Reading | None:
    """The head that is taught, and the step at which it is read; None where none is.

    A head that looks after the decoder has taken the last word in is taught one step later, when it
    knows the word whose links it learns. The first kind of attention (Bahdanau et al. 2015) looks
    before that, so it learns them as the word is chosen.
    """
    guidance = config.guidance
    if not guidance.weight or why_untaught(config) is not None:
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


def why_untaught(config: RunConfig, training_pairs: int = 0) -> Notice | None:
    """Why no head is taught although that was asked for; None where one is, or nobody asked.

    Args:
        config: what was asked.
        training_pairs: how many there are; 0 asks for what settings alone decide.
    """
    guidance = config.guidance
    if not guidance.weight:
        return None
    if config.model.attends_with is None:
        return _notice("Attention is not taught here: this model has none.")
    if config.tokenizer.sampling:
        return _notice("Attention is not taught here: the words are cut anew each time.")
    if 0 < guidance.most_pairs < training_pairs:
        return _notice(
            "Attention is not taught here: it would take long to find the word links of more than "
            "{most:,} training pairs.",
            most=guidance.most_pairs,
        )
    return None


def taught_pairs(config: RunConfig, corpus: ParallelCorpus) -> Callable[[int], bool]:
    """What says of a pair whether a run learns the links that people gave it.

    On such a pair nothing can be measured: what is asked is what was told.
    """
    if taught_reading(config) is None or config.guidance.links is GuidingLinks.FOUND:
        return lambda _: False
    codes, of_training = corpus.split_codes(), SPLIT_CODES[Split.TRAIN]
    return lambda pair: bool(codes[pair] == of_training)


def _notice(template: str, **values: int) -> Notice:
    return Notice(step=0, elapsed_s=0.0, template=template, values=values)
