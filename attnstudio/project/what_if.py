"""One sentence read and translated twice, without a change of the attention and with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Record
from attnstudio.config import DecodingConfig
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.comparison import Comparison, with_heads_off
from attnstudio.interpretation.reach_of_change import reach_of
from attnstudio.interpretation.word_changes import span_of_word, text_words
from attnstudio.model.intervention import Intervention
from attnstudio.sites import SOURCE, Analysis, analysis_site
from attnstudio.tokenizer import END_ID

NO_CHANGE = Intervention()  # with it a model computes as with a change, not by a faster way


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A sentence as it is read and translated without a change.

    Attributes:
        pair: a source, and the target whose words are weighed.
        record: what is looked at.
        text: what the model translates freely, or how it goes on from a beginning.
        begun: how many pieces of the target are that beginning.
    """

    pair: PairToRead
    record: Record
    text: str
    begun: int = 0


def read_unchanged(
    translator: Translator, pair: PairToRead, decoding: DecodingConfig, begun: int = 0
) -> Unchanged:
    """What changes of a sentence are compared with: computed once for all of them.

    Args:
        translator: the model.
        pair: a source, and the target whose words are weighed.
        decoding: how translations are searched.
        begun: how many pieces of the target a person gave: every translation begins with them.
    """
    return Unchanged(pair, *_read(translator, pair, NO_CHANGE, decoding, begun), begun)


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
    after, text = _read(translator, unchanged.pair, change, decoding, unchanged.begun)
    before = unchanged.record
    reach = reach_of(change, before, translator.spread)
    after = with_heads_off(after, change)
    return Comparison(change, before, after, reach, unchanged.text, text)


def _read(
    translator: Translator,
    pair: PairToRead,
    change: Intervention,
    decoding: DecodingConfig,
    begun: int,
) -> tuple[Record, str]:
    """The record of the target that stays, and the text of the free translation."""
    [record] = translator.records(
        [pair], max_source_tokens=decoding.max_source_tokens, intervention=change
    )
    beginning = pair.target_ids[:begun]
    if beginning and beginning[-1] == END_ID:
        return record, record.target.text  # nothing is left to translate
    found = translator.translate(
        [pair.source],
        decoding,
        intervention=change,
        prefixes=[beginning] if beginning else None,
    )
    assert found is not None  # nothing stops it
    return record, found[0].text


@dataclass(frozen=True, slots=True)
class Reason:
    """What a word of the source does for one piece rather than another.

    Attributes:
        word: as it is written.
        worth: nats by which hiding it takes more from the first piece than from the second; below
            0 it speaks for the second.
    """

    word: str
    worth: float


def why_this(
    translator: Translator, source: str, beginning: tuple[int, ...], this: int, that: int
) -> list[Reason]:
    """Why a model writes one piece and not another after the same beginning, by erasure.

    Each word of the source is replaced by ``<unk>`` in turn. What that takes from the log
    probability of one piece less what it takes from the other is the change of their ratio (Yin and
    Neubig 2022, Interpreting Language Models with Contrastive Explanations).

    Args:
        translator: the model.
        source: the text that it reads.
        beginning: target ids before the two pieces.
        this: id of the first.
        that: id of the second.

    Returns:
        One for each word of the source, in their order.
    """
    of_this, record = _erased(translator, source, (*beginning, this))
    of_that, _ = _erased(translator, source, (*beginning, that))
    return [
        Reason(
            record.source.text[slice(*span_of_word(record.source, word))],
            float((of_this - of_that)[word].sum()),
        )
        for word in text_words(record.source)
    ]


def _erased(
    translator: Translator, source: str, ids: tuple[int, ...]
) -> tuple[NDArray[np.float64], Record]:
    """What each place of the source does for the last of some target ids: (src_len,)."""
    whole = ids if ids[-1] == END_ID else (*ids, END_ID)
    pair = translator.read_ids(source, whole)
    record = translator.analyse(pair, {Analysis.ERASURE}, text_words)
    assert record is not None  # nothing stops it
    site = analysis_site(Analysis.ERASURE, SOURCE)
    found = record.matrices[site].weights[0, 0, len(ids) - 1]
    return np.asarray(found, dtype=np.float64), record
