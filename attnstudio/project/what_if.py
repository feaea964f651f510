"""One sentence read and translated twice, without a change of the attention and with it."""

from __future__ import annotations

from attnstudio.config import DecodingConfig
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.reach_of_change import reach_of
from attnstudio.model.intervention import Intervention

NO_CHANGE = Intervention()  # with it a model computes as with a change, not by a faster way


def compare(
    translator: Translator,
    pair: PairToRead,
    change: Intervention,
    decoding: DecodingConfig,
) -> Comparison:
    """What a change does to a target that stays, and to what the model translates freely.

    Args:
        translator: the model.
        pair: a source, and the target whose words are weighed before and after.
        change: of the attention.
        decoding: how translations are searched. In a beam a change may turn the words before it
            too: it decides between whole translations.

    Raises:
        UsageError: the change leaves a word nothing to look at, or gives a row too many weights.
    """
    before, after = (
        translator.records(
            [pair], max_source_tokens=decoding.max_source_tokens, intervention=intervention
        )[0]
        for intervention in (NO_CHANGE, change)
    )
    texts = [
        found[0].text
        for intervention in (NO_CHANGE, change)
        if (found := translator.translate([pair.source], decoding, intervention=intervention))
    ]
    return Comparison(
        change, before, after, reach_of(change, before, translator.spread), texts[0], texts[1]
    )
