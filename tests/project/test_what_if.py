"""One sentence read and translated without a change of the attention and with it."""

import numpy as np
import pytest
import torch

from attnstudio.config import DecodingConfig, TokenizerConfig
from attnstudio.config_model import RecurrentConfig
from attnstudio.errors import UsageError
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.word_changes import hidden, text_difference, text_words
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SourceBatch
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.model.spec import translation_spec
from attnstudio.model.trained import TrainedModel
from attnstudio.project.what_if import NO_CHANGE, compare, read_unchanged, why_this
from attnstudio.sides.text import TextSource
from attnstudio.sites import CROSS
from attnstudio.tokenizer import END_ID, START_ID, UNKNOWN_ID, Tokenizer, train_tokenizer

SOURCE = "the dog sees a bird today"
GREEDY = DecodingConfig(beam_size=1, max_length_ratio=1.0)


@pytest.fixture(scope="module")
def translator(pairs):
    texts = [text for pair in pairs for text in (pair.source, pair.target)]
    tokenizer = Tokenizer(train_tokenizer(texts, TokenizerConfig(vocabulary_size=330)).model)
    config = RecurrentConfig(embedding_size=8, hidden_size=12)
    torch.manual_seed(11)
    model = build_model(
        config, translation_spec(tokenizer.size, tokenizer.size, shared=True)
    ).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.3)
    return Translator(TrainedModel.of(model), TextSource(tokenizer), tokenizer)


@pytest.fixture
def own(translator):
    """What the model itself translates, as a pair."""
    [found] = translator.translate([SOURCE], GREEDY)
    return translator.read_hypothesis(SOURCE, found.hypotheses[0])


def compared(translator, pair, change, decoding):
    return compare(translator, read_unchanged(translator, pair, decoding), change, decoding)


def test_the_same_target_is_weighed_twice_and_the_text_is_translated_twice(translator, own):
    change = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 0)}))
    comparison = compared(translator, own, change, GREEDY)
    assert comparison.before.target == comparison.after.target
    assert comparison.text_before == own.target_text
    [changed] = translator.translate([SOURCE], GREEDY, intervention=change)
    assert comparison.text_after == changed.text != comparison.text_before
    assert not text_difference(comparison.text_before, comparison.text_after).is_none
    [record] = translator.records([own], intervention=change)
    assert comparison.after.token_log_probs == record.token_log_probs
    assert comparison.applied.total == pytest.approx(len(own.target_ids), abs=1e-4)


def test_no_change_changes_nothing(translator, own):
    comparison = compared(translator, own, NO_CHANGE, GREEDY)
    assert comparison.text_after == comparison.text_before
    assert not comparison.differences.any()
    assert comparison.applied.is_nothing
    assert comparison.unexpected == 0.0


@pytest.mark.parametrize("query", [1, 3])
def test_a_greedy_translation_keeps_the_words_before_a_changed_row(translator, own, query):
    change = Intervention(rows={RowAddress(CROSS, 0, 0, query): (1.0,)})
    [changed] = translator.translate([SOURCE], GREEDY, intervention=change)
    assert changed.hypotheses[0].ids[:query] == own.target_ids[:query]


def test_a_hidden_word_gets_no_weight(translator, own):
    [record] = translator.records([own])
    change = Intervention(masked=hidden(record, [2]))
    comparison = compared(translator, own, change, GREEDY)
    for site in change.masked:
        assert not comparison.after.matrices[site].weights[..., 2].any()
    assert np.abs(comparison.differences).max() > 0


def test_a_source_of_which_everything_is_hidden_is_refused(translator, own):
    [record] = translator.records([own])
    everything = range(len(record.source))
    with pytest.raises(UsageError, match="nothing is left to look at"):
        compared(translator, own, Intervention(masked=hidden(record, everything)), GREEDY)


@torch.no_grad()
def test_why_one_piece_and_not_another_is_the_ratio_that_each_word_changes(translator, own):
    """Against the model itself, which reads each word's pieces as unknown ones."""
    model, tokenizer = translator._model.plain, translator._target_tokenizer
    source = [*tokenizer.encode(SOURCE), END_ID]
    beginning, this = own.target_ids[:2], own.target_ids[2]
    that = next(id_ for id_ in (40, 41) if id_ != this)

    def ratio(ids):
        values = torch.tensor([ids])
        encoded = model.read({"source": SourceBatch(values, torch.ones_like(values).bool())})
        logits = model.decode(encoded, torch.tensor([[START_ID, *beginning]])).logits[0, -1]
        return float(logits[this] - logits[that])

    [record] = translator.records([own])
    reasons = why_this(translator, SOURCE, beginning, this, that)
    assert [reason.word for reason in reasons] == SOURCE.split()
    for word, reason in zip(text_words(record.source), reasons, strict=True):
        erased = [UNKNOWN_ID if place in word else id_ for place, id_ in enumerate(source)]
        assert reason.worth == pytest.approx(ratio(source) - ratio(erased), abs=1e-4)


def test_why_a_sentence_ends_is_a_question_too(translator, own):
    reasons = why_this(translator, SOURCE, own.target_ids[:2], END_ID, own.target_ids[2])
    turned = why_this(translator, SOURCE, own.target_ids[:2], own.target_ids[2], END_ID)
    assert [reason.worth for reason in reasons] == pytest.approx(
        [-reason.worth for reason in turned], abs=1e-5
    )


def test_what_was_begun_is_begun_before_and_after(translator, own):
    other = next(
        each.id
        for each in translator.alternatives(own, 3)[1]
        if each.id not in (own.target_ids[1], END_ID)
    )
    beginning = (own.target_ids[0], other)
    [found] = translator.translate([SOURCE], GREEDY, prefixes=[beginning])
    begun = translator.read_hypothesis(SOURCE, found.hypotheses[0])
    change = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 0)}))
    unchanged = read_unchanged(translator, begun, GREEDY, begun=2)
    assert unchanged.text == begun.target_text != own.target_text
    comparison = compare(translator, unchanged, change, GREEDY)
    [after] = translator.translate([SOURCE], GREEDY, prefixes=[beginning], intervention=change)
    assert comparison.text_after == after.text
    assert after.hypotheses[0].ids[:2] == beginning


def test_nothing_is_translated_after_a_whole_beginning(translator, own):
    whole = read_unchanged(translator, own, GREEDY, begun=len(own.target_ids))
    change = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 0)}))
    comparison = compare(translator, whole, change, GREEDY)
    assert comparison.text_before == comparison.text_after == own.target_text
