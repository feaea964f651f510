"""One sentence read and translated twice, without a change of the attention and with it."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.axes import Record
from attnstudio.config import DecodingConfig
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.reach_of_change import reach_of
from attnstudio.model.intervention import Intervention

NO_CHANGE = Intervention()  # with it a model computes as with a change, not by a faster way


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A sentence as it is read and translated without a change.

    Attributes:
        pair: a source, and the target whose words are weighed.
        record: what is looked at.
        text: what the model translates freely.
    """

    pair: PairToRead
    record: Record
    text: str


def read_unchanged(translator: Translator, pair: PairToRead, decoding: DecodingConfig) -> Unchanged:
    """What changes of a sentence are compared with: computed once for all of them."""
    return Unchanged(pair, *_read(translator, pair, NO_CHANGE, decoding))


def compare(
    translator: Translator,
    unchanged: Unchanged,
    change: Intervention,
    decoding: DecodingConfig,
) -> Comparison:
    """What a change does to a target that stays, and to what the model translates freely.

    Args:
        translator: the model.
        unchanged: the sentence without the change.
        change: of the attention.
        decoding: how translations are searched. In a beam a change may turn the words before it
            too: it decides between whole translations.

    Raises:
        UsageError: the change leaves a word nothing to look at, or gives a row too many weights.
    """
    after, text = _read(translator, unchanged.pair, change, decoding)
    before = unchanged.record
    reach = reach_of(change, before, translator.spread)
    return Comparison(change, before, after, reach, unchanged.text, text)


def _read(
    translator: Translator, pair: PairToRead, change: Intervention, decoding: DecodingConfig
) -> tuple[Record, str]:
    """The record of the target that stays, and the text of the free translation."""
    [record] = translator.records(
        [pair], max_source_tokens=decoding.max_source_tokens, intervention=change
    )
    found = translator.translate([pair.source], decoding, intervention=change)
    assert found is not None  # nothing stops it
    return record, found[0].text
