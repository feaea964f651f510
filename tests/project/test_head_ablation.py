"""What each head is worth, against models whose heads are switched off by hand."""

import copy

import numpy as np
import pytest
import torch

from attnstudio.config import DecodingConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import AlignmentError, CorpusError
from attnstudio.evaluation.metrics import score_translations
from attnstudio.model.interface import SourceBatch
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.project.head_ablation import AblationRequest, ablate_heads
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.pipeline import train
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE
from attnstudio.tokenizer import END_ID, START_ID
from attnstudio.training.stop import StopToken


def trained(project, config, preset="tiny"):
    run = create_run(project, config, preset=preset)
    train(project, run, emit=lambda _: None, stop=StopToken())
    return load_run(project, run)


@pytest.fixture
def loaded(project, small_config):
    return trained(project, small_config(limits={"max_steps": 12}))


def plain_model(loaded):
    return loaded.translator._model.plain


@torch.no_grad()
def loss_by_hand(loaded, model, pairs):
    """Of single sentences, without padding or batches, and without an intervention."""
    source_tokenizer = loaded.translator._source.tokenizer
    target_tokenizer = loaded.translator._target_tokenizer
    lost, tokens = 0.0, 0
    for pair in pairs:
        values = torch.tensor([[*source_tokenizer.encode(pair.source), END_ID]])
        ids = [*target_tokenizer.encode(pair.target), END_ID]
        encoded = model.read({SOURCE: SourceBatch(values, torch.ones_like(values).bool())})
        logits = model.decode(encoded, torch.tensor([[START_ID, *ids[:-1]]])).logits[0]
        lost -= float(logits.log_softmax(-1)[range(len(ids)), ids].sum())
        tokens += len(ids)
    return lost / tokens


def without_head(loaded, address):
    """The model with the columns of the output matrix at 0 that carry what a head took."""
    model = copy.deepcopy(plain_model(loaded))
    layers = model.encoder_layers if address.site == ENCODER_SELF else model.decoder_layers
    layer = layers[address.layer]
    attention = layer.cross if address.site == CROSS else layer.attention
    size = attention.output.in_features // attention.heads
    with torch.no_grad():
        attention.output.weight[:, address.head * size : (address.head + 1) * size] = 0.0
    return model


def test_the_loss_of_each_head_is_that_of_a_model_without_it(project, loaded):
    found = ablate_heads(project, loaded, AblationRequest())
    pairs = list(loaded.corpus.pairs(Split.VALID))
    assert found.sentences == len(pairs)
    whole = loss_by_hand(loaded, plain_model(loaded), pairs)
    assert found.loss == pytest.approx(whole, abs=1e-4)
    assert set(found.shapes) == {CROSS, ENCODER_SELF, DECODER_SELF}
    for site in found.shapes:
        added = found.loss_added(site)
        for layer, head in ((0, 0), (1, 1)):
            expected = loss_by_hand(
                loaded, without_head(loaded, HeadAddress(site, layer, head)), pairs
            )
            assert added[layer, head] == pytest.approx(expected - whole, abs=1e-4)
        assert (added != 0).all()


def test_the_standard_error_is_that_of_the_sentences(project, loaded):
    found = ablate_heads(project, loaded, AblationRequest(sentences=9))
    assert found.sentences == 9
    translator, corpus = loaded.translator, loaded.corpus
    valid = corpus.indices(Split.VALID)
    chosen = valid[np.linspace(0, len(valid) - 1, 9).astype(int)].tolist()
    reads = [translator.read_forced(corpus.source(i), corpus.target(i)) for i in chosen]
    change = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 1, 0)}))
    sums = [
        np.array([sum(record.token_log_probs) for record in translator.records(reads, **options)])
        for options in ({}, {"intervention": change})
    ]
    lost = sums[0] - sums[1]
    tokens = sum(len(read.target_ids) for read in reads)
    assert found.tokens == tokens
    assert found.loss_added(CROSS)[1, 0] == pytest.approx(lost.sum() / tokens, abs=1e-4)
    error = np.sqrt(9 * lost.var(ddof=1)) / tokens
    assert found.loss_error(CROSS)[1, 0] == pytest.approx(error, abs=1e-4)


def test_bleu_is_that_of_the_translations_without_the_head(project, loaded):
    found = ablate_heads(project, loaded, AblationRequest(sentences=6, bleu=True))
    corpus = loaded.corpus
    valid = corpus.indices(Split.VALID)
    chosen = valid[np.linspace(0, len(valid) - 1, 6).astype(int)].tolist()
    change = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 1)}))
    texts = loaded.translator.translate(
        [corpus.source(i) for i in chosen], DecodingConfig(beam_size=1), intervention=change
    )
    expected = score_translations(
        [each.text for each in texts], [corpus.target(i) for i in chosen], "de"
    ).bleu
    assert found.bleu_added(CROSS)[0, 1] + found.whole.bleu == pytest.approx(expected, abs=1e-6)
    assert found.aer_added(CROSS) is None


def test_links_are_held_against_those_that_were_found_where_people_drew_none(project, loaded):
    request = AblationRequest(sentences=6, aer=True)
    with pytest.raises(AlignmentError, match="None of these sentences has word links"):
        ablate_heads(project, loaded, request)
    find_corpus_links(project, loaded.corpus)
    found = ablate_heads(project, loaded, request)
    assert 0.0 < found.whole.aer <= 1.0
    assert found.reading is not None
    # nothing lies above the last layer's heads that could look elsewhere without them
    assert found.aer_added(CROSS)[-1].tolist() == [0.0, 0.0]


def test_a_recurrent_model_has_one_head_to_switch_off(project, small_config):
    loaded = trained(project, small_config("bahdanau", limits={"max_steps": 12}), "bahdanau")
    found = ablate_heads(project, loaded, AblationRequest(sentences=6))
    assert found.shapes == {CROSS: (1, 1)}
    assert found.loss_added(CROSS).shape == (1, 1)
    assert found.loss_added(CROSS)[0, 0] != 0.0


def test_it_can_be_stopped_and_says_how_far_it_is(project, loaded):
    told = []
    assert (
        ablate_heads(
            project,
            loaded,
            AblationRequest(sentences=6),
            progress=lambda *done: told.append(done),
            should_stop=lambda: len(told) >= 2,
        )
        is None
    )
    assert told == [(1, 13), (2, 13)]


def test_a_model_without_attention_has_nothing_to_switch_off(project, small_config):
    config = small_config("bahdanau", model={"attention": "none"}, limits={"max_steps": 2})
    loaded = trained(project, config, "bahdanau")
    with pytest.raises(AlignmentError, match="no attention: it has no heads to switch off"):
        ablate_heads(project, loaded, AblationRequest(sentences=6))


def test_a_split_without_pairs_is_refused(empty, fill, small_config):
    fill(empty, train=["a dog|ein Hund"] * 30, valid=["a dog|ein Hund"])
    loaded = trained(empty, small_config(limits={"max_steps": 2}))
    with pytest.raises(CorpusError, match="no pairs to try the heads on"):
        ablate_heads(empty, loaded, AblationRequest(Split.TEST))
