"""Targets whose beginning is given, against a search that scores whole hypotheses anew."""

import pytest
import torch

from attnstudio.config import DecodingConfig
from attnstudio.inference.prefixes import Prefixes
from attnstudio.inference.search import SearchOptions, search
from attnstudio.inference.translator import Translator
from attnstudio.model.interface import SourceBatch
from attnstudio.model.intervention import Intervention
from attnstudio.model.packed import packed
from attnstudio.model.trained import TrainedModel
from attnstudio.sides.text import TextSource
from attnstudio.sites import CROSS, SOURCE
from attnstudio.tokenizer import END_ID, PADDING_ID, START_ID

SOURCES = ([9, 40, 7, 101, 12, 2], [33, 2], [250, 8, 8, 2])
LIMITS = (9, 6, 14)
PREFIXES = ((17, 260, 5), (), (44,))  # of different lengths, and of words that no model begins with


@torch.no_grad()
def log_probs_of(model, source, ids):
    """(len(ids) + 1, vocabulary), of what comes after each of the ids and before the first."""
    values = torch.tensor([source])
    encoded = model.read({SOURCE: SourceBatch(values, values != PADDING_ID)})
    return model.decode(encoded, torch.tensor([[START_ID, *ids]])).logits[0].log_softmax(-1)


def plain_search(model, source, limit, options, prefix):
    """(score, ids) of the best finished hypotheses of one sentence that begin with a prefix."""
    given = log_probs_of(model, source, prefix)
    total = sum(given[place, id_].item() for place, id_ in enumerate(prefix))
    going, done = [(total, tuple(prefix))], []
    for length in range(len(prefix) + 1, limit + 1):
        longer = [
            (total + log_prob, (*ids, token))
            for total, ids in going
            for token, log_prob in enumerate(log_probs_of(model, source, ids)[-1].tolist())
            if token not in (PADDING_ID, START_ID) and (length < limit or token == END_ID)
        ]
        longer = sorted(longer, reverse=True)[: 2 * options.beam_size]
        penalty = ((5 + length) / 6) ** options.length_penalty
        ended = [item for item in longer[: options.beam_size] if item[1][-1] == END_ID]
        done += [(total / penalty, ids) for total, ids in ended]
        done = sorted(done, reverse=True)[: options.n_best]
        going = [item for item in longer if item[1][-1] != END_ID][: options.beam_size]
        enough = len(done) == options.n_best
        if not going or (enough and done[-1][0] >= going[0][0] / penalty):
            break
    return done


def found_with(model, options, prefixes):
    longest = max(map(len, SOURCES))
    values = torch.tensor([ids + [PADDING_ID] * (longest - len(ids)) for ids in SOURCES])
    encoded = model.read({SOURCE: SourceBatch(values, values != PADDING_ID)})
    return search(model, encoded, LIMITS, options, prefixes)


@pytest.mark.parametrize(
    "options",
    [
        SearchOptions(beam_size=1),
        SearchOptions(beam_size=1, length_penalty=0.6),
        SearchOptions(beam_size=4, n_best=2),
        SearchOptions(beam_size=5, n_best=5, length_penalty=0.6),
    ],
    ids=str,
)
@pytest.mark.parametrize("prepare", [lambda model: model, packed], ids=["as it is", "packed"])
def test_a_search_goes_on_from_given_beginnings(model, options, prepare):
    found = found_with(prepare(model), options, Prefixes(PREFIXES))
    for source, limit, prefix, sequences in zip(SOURCES, LIMITS, PREFIXES, found, strict=True):
        expected = plain_search(model, source, limit, options, prefix)
        assert [sequence.ids for sequence in sequences] == [ids for _, ids in expected]
        assert [sequence.score for sequence in sequences] == pytest.approx(
            [score for score, _ in expected], abs=1e-4
        )


@pytest.mark.parametrize("beam_size", [1, 4])
def test_the_log_probabilities_are_those_of_the_model_for_what_was_given_too(model, beam_size):
    found = found_with(packed(model), SearchOptions(beam_size), Prefixes(PREFIXES))
    for source, prefix, [best, *_] in zip(SOURCES, PREFIXES, found, strict=True):
        rows = log_probs_of(model, source, best.ids[:-1])
        expected = [rows[place, id_].item() for place, id_ in enumerate(best.ids)]
        assert best.ids[: len(prefix)] == prefix
        assert best.token_log_probs == pytest.approx(expected, abs=1e-4)
        assert best.score == pytest.approx(sum(expected), abs=1e-3)


@pytest.mark.parametrize("length", [0, 1, 2, 4])
def test_the_models_own_beginning_gives_the_very_same_translation(model, length):
    options = SearchOptions(1, length_penalty=0.6)
    free = found_with(model, options, None)
    beginnings = [best.ids[:-1][:length] for [best] in free]
    again = found_with(model, options, Prefixes(beginnings))
    assert again == free


@pytest.mark.parametrize("length", [0, None])
def test_a_beam_that_is_given_nothing_or_all_finds_what_it_found(model, length):
    """Between the two it may find better: all its hypotheses go on from what is given."""
    options = SearchOptions(5, length_penalty=0.6)
    free = [best for best, *_ in found_with(model, options, None)]
    beginnings = [best.ids[:-1][:length] for best in free]
    again = [best for best, *_ in found_with(model, options, Prefixes(beginnings))]
    if length == 0:
        assert again == free
    for one, other in zip(again, free, strict=True):
        assert one.ids[: len(other.ids) - 1] == other.ids[:-1]
        assert one.score >= other.score - 1e-5


@pytest.mark.parametrize("id_", [PADDING_ID, START_ID, END_ID])
def test_what_stands_for_no_text_is_no_beginning(id_):
    with pytest.raises(ValueError, match="stands for no text"):
        Prefixes([(5, id_)])


def test_a_prefix_leaves_room_to_end(model):
    with pytest.raises(ValueError, match="a prefix of 6 ids where 6 are the most"):
        found_with(model, SearchOptions(1), Prefixes([(), (5,) * 6, ()]))


# by the translator


@pytest.fixture
def translator(model, tokenizer):
    return Translator(TrainedModel.of(model), TextSource(tokenizer), tokenizer)


TEXTS = ["the dog sees a bird today", "", "my"]
SHORT = DecodingConfig(beam_size=3, max_length_ratio=1.0)


def test_each_line_begins_as_it_is_told(translator):
    beginnings = [(17, 260, 5), (8,), ()]
    free = translator.translate(TEXTS, SHORT)
    given = translator.translate(TEXTS, SHORT, prefixes=beginnings)
    assert given[0].hypotheses[0].ids[:3] == beginnings[0]
    assert given[1].text == ""  # an empty line stays empty
    assert given[2] == free[2]


def test_a_prefix_longer_than_a_translation_may_be_still_ends(translator):
    [translation] = translator.translate(["my"], SHORT, prefixes=[(17,) * 60])
    assert translation.hypotheses[0].ids == (*(17,) * 60, END_ID)


@torch.no_grad()
def test_alternatives_are_the_likeliest_pieces_of_each_position(translator, model, tokenizer):
    text, target = "the dog sees a bird today", "my bird"
    pair = translator.read_forced(text, target)
    found = translator.alternatives(pair, 4)
    source = [*tokenizer.encode(text), END_ID]
    rows = log_probs_of(model, source, pair.target_ids[:-1]).numpy()
    assert len(found) == len(pair.target_ids)
    for alternatives, row in zip(found, rows, strict=True):
        order = [id_ for id_ in row.argsort()[::-1] if id_ not in (PADDING_ID, START_ID)][:4]
        assert [each.id for each in alternatives] == order
        assert [each.log_prob for each in alternatives] == pytest.approx(row[order], abs=1e-4)
        assert [each.piece for each in alternatives] == [tokenizer.piece(id_) for id_ in order]


def test_alternatives_of_a_changed_attention_are_others_where_there_is_one(translator):
    pair = translator.read_forced("the dog sees a bird today", "my bird")
    plain = translator.alternatives(pair, 3, intervention=Intervention())  # computed as changed
    changed = translator.alternatives(
        pair, 3, intervention=Intervention(masked={CROSS: frozenset({0, 1})})
    )
    attends = bool(translator.records([pair])[0].matrices)
    assert (plain != changed) is attends
