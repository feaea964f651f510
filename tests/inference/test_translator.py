import numpy as np
import pytest
import torch

from attnstudio.config import DecodingConfig
from attnstudio.errors import NotFiniteError
from attnstudio.inference.translator import Translator
from attnstudio.model.interface import SourceBatch
from attnstudio.model.intervention import Intervention
from attnstudio.model.trained import TrainedModel
from attnstudio.sides.text import TextSource
from attnstudio.sites import CROSS, SOURCE
from attnstudio.tokenizer import END_ID, START_ID

TEXTS = [
    "the dog sees a bird today",
    "my",
    "a man hears the cook today and a boy knows my dog",
    "this bird finds 😀 the man",
]


@pytest.fixture
def translator(model, tokenizer):
    return Translator(TrainedModel.of(model), TextSource(tokenizer), tokenizer)


@torch.no_grad()
def recompute(model, tokenizer, text, ids):
    """Weights of one sentence by itself, token by token through the cached step."""
    source_ids = torch.tensor([[*tokenizer.encode(text), END_ID]])
    encoded = model.read(
        {SOURCE: SourceBatch(source_ids, torch.ones_like(source_ids, dtype=torch.bool))}
    )
    state = model.start(encoded)
    rows, log_probs = [], []
    for fed, predicted in zip((START_ID, *ids[:-1]), ids, strict=True):
        step = model.step(state, torch.tensor([fed]), trace=True)
        state = step.state
        if CROSS in step.output.traces:
            rows.append(step.output.traces[CROSS].weights[0, :, :, 0].numpy())
        log_probs.append(float(step.output.logits[0, 0].log_softmax(-1)[predicted]))
    return (np.stack(rows, axis=2) if rows else None), log_probs


def test_texts_beyond_the_places_that_were_learnt_are_told(model, tokenizer, translator):
    [text] = TEXTS[:1]
    pieces = len(tokenizer.encode(text)) + 1
    if not hasattr(model, "source_positions") or not hasattr(model.source_positions, "known"):
        assert translator.places_exceeded(text, 999, 500) == 0
        return
    with torch.no_grad():
        model.source_positions.weight.zero_()[:pieces, 1] = -0.5
        model.target_positions.weight.zero_()[:7, 0] = 0.5
    assert translator.places_exceeded(text, 7, 500) == 0
    assert translator.places_exceeded(text, 8, 500) == 7
    assert translator.places_exceeded(f"{text} {text}", 7, 500) == pieces
    assert translator.places_exceeded(f"{text} {text}", 7, pieces) == 0  # the rest is not read


def test_a_forgetful_twin_is_made_once_for_each_order(translator):
    [text] = TEXTS[:1]
    twin = translator.shuffled(1)
    assert translator.shuffled(1) is twin
    other = translator.shuffled(2)
    pair = translator.read_forced(text, text)
    assert other.token_log_probs([pair]) != twin.token_log_probs([pair])
    again = translator.shuffled(1)
    assert again.token_log_probs([pair]) == twin.token_log_probs([pair])


@pytest.mark.parametrize("beam_size", [1, 4])
def test_the_attention_of_any_hypothesis_equals_a_recomputation(
    translator, model, tokenizer, beam_size
):
    config = DecodingConfig(beam_size=beam_size, n_best=beam_size, max_length_ratio=1.0)
    translations = translator.translate(TEXTS, config)
    reads = [
        translator.read_hypothesis(translation.source, hypothesis)
        for translation in translations
        for hypothesis in translation.hypotheses
    ]
    for read, record in zip(reads, translator.records(reads), strict=True):
        weights, log_probs = recompute(model, tokenizer, read.source, read.target_ids)
        if weights is None:
            assert record.sites == ()
        else:
            np.testing.assert_allclose(record.matrices[CROSS].weights, weights, atol=1e-4)
            np.testing.assert_allclose(record.matrices[CROSS].weights.sum(-1), 1.0, atol=1e-5)
        np.testing.assert_allclose(record.token_log_probs, log_probs, atol=1e-3)


@pytest.mark.parametrize("beam_size", [1, 4])
@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1]], ids=["together", "alone"])
def test_the_attention_that_comes_with_a_translation_equals_a_recomputation(
    translator, model, tokenizer, beam_size, texts
):
    config = DecodingConfig(beam_size=beam_size, max_length_ratio=1.0)
    plain = translator.translate(texts, config)
    translations = translator.translate(texts, config, attention=True)
    records = translator.records(
        [translator.read_hypothesis(item.source, item.hypotheses[0]) for item in plain]
    )
    for translation, before, expected in zip(translations, plain, records, strict=True):
        ids = before.hypotheses[0].ids
        record = translation.attention
        assert before.attention is None
        assert translation.hypotheses[0].ids == ids
        assert (record.source.text, record.target.text) == (before.source, before.text)
        assert record.source.tokens == expected.source.tokens
        assert record.target.tokens == expected.target.tokens
        assert record.forced is False
        weights, log_probs = recompute(model, tokenizer, before.source, ids)
        if weights is not None:
            np.testing.assert_allclose(record.matrices[CROSS].weights, weights, atol=1e-5)
        np.testing.assert_allclose(record.token_log_probs, log_probs, atol=1e-3)
        assert record.sites == expected.sites
        for site in record.sites:
            actual, wanted = record.matrices[site].weights, expected.matrices[site].weights
            np.testing.assert_allclose(actual, wanted, atol=1e-5)


def assert_no_weight_at(place, record):
    """None of the target over the source, where the model has that."""
    if CROSS in record.matrices:
        assert np.all(record.matrices[CROSS].weights[..., place] == 0.0)


def test_the_attention_that_comes_with_a_translation_is_that_of_the_intervention(translator):
    change = Intervention(masked={CROSS: frozenset({1})})
    translations = translator.translate(TEXTS[:1], attention=True, intervention=change)

    assert_no_weight_at(1, translations[0].attention)


def test_an_empty_line_has_attention_when_it_is_asked_for(translator):
    empty, other = translator.translate(["", "the dog"], attention=True)

    assert [token.text for token in empty.attention.target.tokens] == ["</s>"]
    assert other.attention.target.text == other.text


def test_the_attention_of_a_cut_source_is_about_what_was_read(translator):
    config = DecodingConfig(beam_size=1, max_source_tokens=5)
    [translation] = translator.translate(["the dog " * 50], config, attention=True)

    assert translation.truncated
    assert len(translation.attention.source.tokens) == 5


def test_the_record_of_a_hypothesis_has_its_log_probabilities(translator):
    translation = translator.translate(TEXTS[:1], DecodingConfig(beam_size=3))[0]
    hypothesis = translation.hypotheses[0]
    record = translator.records([translator.read_hypothesis(TEXTS[0], hypothesis)])[0]

    assert record.token_log_probs[:-1] == pytest.approx(hypothesis.token_log_probs[:-1], abs=1e-3)
    assert not record.forced


def test_a_forced_record_is_about_the_given_text(translator, tokenizer):
    record = translator.records([translator.read_forced(TEXTS[0], "heute sieht der Hund")])[0]

    assert record.forced
    assert record.target.text == "heute sieht der Hund"
    assert [t.text for t in record.target.tokens] == [
        *(t.text for t in tokenizer.tokens("heute sieht der Hund")),
        "</s>",
    ]
    assert [t.text for t in record.source.tokens][-1] == "</s>"


def test_as_many_lines_come_out_as_go_in_and_empty_ones_stay_empty(translator):
    lines = ["", "the dog", "   ", "a man", ""]
    translations = translator.translate(lines, DecodingConfig(beam_size=2))

    assert len(translations) == len(lines)
    assert [translations[i].text for i in (0, 2, 4)] == ["", "", ""]


def test_the_order_of_lines_is_kept_whatever_their_length(translator):
    config = DecodingConfig(beam_size=2, batch_tokens=16)
    together = translator.translate(TEXTS, config)
    alone = [translator.translate([text], config)[0] for text in TEXTS]

    assert [t.text for t in together] == [t.text for t in alone]


def test_an_overlong_source_is_cut_and_marked(translator):
    config = DecodingConfig(beam_size=1, max_source_tokens=5)
    long, short = translator.translate(["the dog " * 50, "a"], config)

    assert (long.truncated, short.truncated) == (True, False)
    assert long.source == ("the dog " * 50).strip()
    record = translator.records(
        [translator.read_hypothesis(long.source, long.hypotheses[0])], max_source_tokens=5
    )[0]
    assert len(record.source.tokens) == 5


def test_a_source_is_cut_only_where_it_is_longer_than_allowed(translator, tokenizer):
    text = "the dog sees a bird today"
    fitting = len(tokenizer.encode(text)) + 1  # and </s>

    for most, is_cut in ((fitting, False), (fitting - 1, True)):
        config = DecodingConfig(beam_size=1, max_source_tokens=most)
        [translation] = translator.translate([text], config)
        assert translation.truncated is is_cut


def test_a_stopped_translation_gives_nothing(translator):
    assert translator.translate(TEXTS, should_stop=lambda: True) is None


def test_progress_ends_at_the_number_of_lines(translator):
    done = []
    translator.translate([*TEXTS, ""], DecodingConfig(batch_tokens=16), progress=done.append)

    assert done == sorted(done)
    assert done[-1] == 5


def test_a_masked_source_position_gets_no_weight(translator):
    pair = translator.read_forced(TEXTS[0], "heute sieht der Hund")
    record = translator.records([pair], intervention=Intervention(masked={CROSS: frozenset({1})}))[
        0
    ]

    assert_no_weight_at(1, record)


def test_attention_that_is_no_numbers_is_said_in_words(model, tokenizer):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.view(-1)[0] = torch.nan
    translator = Translator(TrainedModel.of(model), TextSource(tokenizer), tokenizer)

    with pytest.raises(NotFiniteError, match=r"^The model gives no numbers"):
        translator.translate(TEXTS, attention=True)
    if model_attends(model):
        with pytest.raises(NotFiniteError, match=r"^The model gives no numbers"):
            translator.records([translator.read_forced(TEXTS[0], TEXTS[1])])


def model_attends(model):
    ids = torch.tensor([[4, END_ID]])
    encoded = model.read({SOURCE: SourceBatch(ids, ids != 0)})
    return CROSS in model.look(encoded, torch.tensor([[START_ID]]))


class NotToBeAsked(torch.nn.Module):
    """A form of a model that has its weights, names its source and answers nothing else."""

    def __init__(self, model):
        super().__init__()
        self.sources = model.sources
        self.weight = next(model.parameters())


@pytest.mark.parametrize("changes", [False, True])
def test_changed_attention_is_asked_of_the_plain_form_and_all_else_of_the_fast(
    model, tokenizer, changes
):
    both = TrainedModel.of(model)
    other = NotToBeAsked(model)
    trained = TrainedModel(both.plain, other) if changes else TrainedModel(other, both.fast)
    change = Intervention(masked={CROSS: frozenset({1})}) if changes else None
    translator = Translator(trained, TextSource(tokenizer), tokenizer)

    [found] = translator.translate(TEXTS[:1], attention=True, intervention=change)
    pair = translator.read_hypothesis(found.source, found.hypotheses[0])
    [read] = translator.records([pair], intervention=change)

    np.testing.assert_allclose(read.token_log_probs, found.attention.token_log_probs, atol=1e-3)


def test_a_source_is_cut_once_and_its_pieces_only_where_they_are_seen(
    translator, tokenizer, monkeypatch
):
    cuts = []

    def noting(name, plain):
        def note(_, given):
            texts = given if name == "encode_all" else [given]
            cuts.extend((name, text) for text in texts)
            return plain(given)

        return note

    for name in ("cut", "encode", "encode_all"):
        monkeypatch.setattr(type(tokenizer), name, noting(name, getattr(tokenizer, name)))

    translator.translate(TEXTS[:2])
    [first, _] = translator.translate(TEXTS[:2], attention=True)

    assert cuts == [(name, text) for name in ("encode_all", "cut") for text in TEXTS[:2]]
    monkeypatch.undo()
    assert first.attention.source.tokens[:-1] == tuple(tokenizer.tokens(TEXTS[0]))


def test_a_source_that_just_fits_is_not_cut(translator, tokenizer):
    places = len(tokenizer.encode(TEXTS[0])) + 1

    assert not translator.is_cut(TEXTS[0], places)
    assert translator.is_cut(TEXTS[0], places - 1)
