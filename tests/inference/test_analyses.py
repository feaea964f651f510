"""Analyses that a translator makes, as they stand in the record of a pair."""

import numpy as np
import pytest
import torch

from attnstudio.attribution.work import Work
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.words import word_groups
from attnstudio.model.interface import SourceBatch
from attnstudio.model.trained import TrainedModel
from attnstudio.reading import Measure
from attnstudio.sides.text import TextSource
from attnstudio.sites import CROSS, SOURCE, Analysis, analysis_site
from attnstudio.tokenizer import END_ID, START_ID, UNKNOWN_ID

TEXT, TARGET = "the dog sees, a small bird", "der Hund sieht heute"


@pytest.fixture
def translator(model, tokenizer):
    return Translator(TrainedModel.of(model), TextSource(tokenizer), tokenizer)


@torch.no_grad()
def log_probs_of(model, ids, targets):
    source = torch.tensor([ids])
    encoded = model.read({SOURCE: SourceBatch(source, torch.ones_like(source) > 0)})
    output = model.decode(encoded, torch.tensor([[START_ID, *targets[:-1]]]))
    scores = output.logits[0].log_softmax(-1)
    return scores.gather(1, torch.tensor(targets)[:, None])[:, 0].numpy()


def test_a_record_with_analyses_is_the_record_with_more_in_it(translator):
    pair = translator.read_forced(TEXT, TARGET)
    [plain] = translator.records([pair], measures=[Measure.NORMS])
    record = translator.analyse(pair, Analysis, word_groups, measures=[Measure.NORMS])

    looks = CROSS in plain.matrices
    added = [each for each in Analysis if looks or each is not Analysis.VALUE_ZEROING]
    assert record.sites == (*plain.sites, *map(analysis_site, added))
    assert record.axes == plain.axes
    assert record.token_log_probs == plain.token_log_probs
    assert record.measured.keys() == plain.measured.keys()


def test_erasure_takes_each_word_of_the_text_away_whole(translator, model, tokenizer):
    pair = translator.read_forced(TEXT, TARGET)
    record = translator.analyse(pair, [Analysis.ERASURE], word_groups)
    found = record.matrices[analysis_site(Analysis.ERASURE)].weights[0, 0]
    ids = [*tokenizer.encode(TEXT), END_ID]
    full = log_probs_of(model, ids, pair.target_ids)
    groups = word_groups(record.source)[:-1]  # without </s>

    assert max(map(len, groups)) > 1, "some word has several pieces"
    for places in groups:
        erased = [UNKNOWN_ID if place in places else id for place, id in enumerate(ids)]
        lost = full - log_probs_of(model, erased, pair.target_ids)
        np.testing.assert_allclose(found[:, places].sum(axis=1), lost, atol=1e-4)
    assert not found[:, -1].any()


def test_faithfulness_is_asked_of_the_words_of_the_record(translator, model, tokenizer):
    pair = translator.read_forced(TEXT, TARGET)
    [record] = translator.records([pair])
    words = len(word_groups(record.source)) - 1
    found = translator.faithfulness(pair, record, word_groups, [range(words)] * len(record.target))
    ids = [*tokenizer.encode(TEXT), END_ID]
    top = [p for group in word_groups(record.source)[-3:-1] for p in group]
    erased = [UNKNOWN_ID if place in top else id for place, id in enumerate(ids)]
    wanted = np.exp(log_probs_of(model, ids, pair.target_ids))
    wanted = wanted - np.exp(log_probs_of(model, erased, pair.target_ids))

    assert words == 7  # a fifth of them is two
    np.testing.assert_allclose(found.comprehensiveness, wanted, atol=1e-5)


def test_the_analyses_of_nothing_are_all_nothing(translator):
    record = translator.analyse(translator.read_forced("", ""), Analysis, word_groups)
    assert not record.matrices[analysis_site(Analysis.ERASURE)].weights.any()


def test_a_stopped_analysis_makes_no_record(translator):
    pair = translator.read_forced(TEXT, TARGET)
    assert (
        translator.analyse(pair, Analysis, word_groups, work=Work(should_stop=lambda: True)) is None
    )
