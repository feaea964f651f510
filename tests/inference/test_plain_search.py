"""The batched, cached search against one that scores whole hypotheses anew, one by one."""

import pytest
import torch

from attnstudio.inference.search import SearchOptions, search
from attnstudio.model.interface import SourceBatch
from attnstudio.model.intervention import Intervention
from attnstudio.model.packed import packed
from attnstudio.sites import CROSS, SOURCE
from attnstudio.tokenizer import END_ID, PADDING_ID, START_ID

SOURCES = ([9, 40, 7, 101, 12, 2], [33, 2], [250, 8, 8, 2])
LIMITS = (9, 6, 14)


@torch.no_grad()
def plain_search(model, source, limit, options):
    """(score, ids) of the best finished hypotheses of one sentence."""
    going, done = [(0.0, ())], []
    for length in range(1, limit + 1):
        values = torch.tensor([source] * len(going))
        encoded = model.read(
            {SOURCE: SourceBatch(values, values != PADDING_ID)}, intervention=options.intervention
        )
        inputs = torch.tensor([[START_ID, *ids] for _, ids in going])
        logits = model.decode(encoded, inputs, intervention=options.intervention).logits
        longer = [
            (total + log_prob, (*ids, token))
            for (total, ids), log_probs in zip(
                going, logits[:, -1].log_softmax(-1).tolist(), strict=True
            )
            for token, log_prob in enumerate(log_probs)
            if token not in (PADDING_ID, START_ID) and (length < limit or token == END_ID)
        ]
        longer = sorted(longer, reverse=True)[: 2 * options.beam_size]
        penalty = ((5 + length) / 6) ** options.length_penalty
        ended = [item for item in longer[: options.beam_size] if item[1][-1] == END_ID]
        done += [(total / penalty, ids) for total, ids in ended]
        done = sorted(done, reverse=True)[: options.beam_size]
        going = [item for item in longer if item[1][-1] != END_ID][: options.beam_size]
        enough = len(done) >= options.n_best
        if not going or (enough and done[options.n_best - 1][0] >= going[0][0] / penalty):
            break
    return done[: options.n_best]


def padded():
    longest = max(map(len, SOURCES))
    values = torch.tensor([ids + [PADDING_ID] * (longest - len(ids)) for ids in SOURCES])
    return SourceBatch(values, values != PADDING_ID)


def assert_found_alike(model, plain, options):
    encoded = model.read({SOURCE: padded()}, intervention=options.intervention)
    found = search(model, encoded, LIMITS, options)
    for source, limit, sequences in zip(SOURCES, LIMITS, found, strict=True):
        expected = plain_search(plain, source, limit, options)

        assert [sequence.ids for sequence in sequences] == [ids for _, ids in expected]
        assert [sequence.score for sequence in sequences] == pytest.approx(
            [score for score, _ in expected], abs=1e-4
        )
        for sequence in sequences:
            assert len(sequence.token_log_probs) == len(sequence.ids)


@pytest.mark.parametrize(
    "options",
    [
        SearchOptions(beam_size=1),
        SearchOptions(beam_size=1, length_penalty=0.6),
        SearchOptions(beam_size=4, n_best=2),
        SearchOptions(beam_size=5, n_best=5, length_penalty=0.6),
        SearchOptions(beam_size=5, length_penalty=1.0),
    ],
    ids=str,
)
@pytest.mark.parametrize("prepare", [lambda model: model, packed], ids=["as it is", "packed"])
def test_the_search_finds_what_the_plain_search_finds(model, options, prepare):
    assert_found_alike(prepare(model), model, options)


@pytest.mark.parametrize("beam_size", [1, 5])
@pytest.mark.parametrize("source", SOURCES, ids=len)
def test_one_sentence_alone_is_found_as_well(model, source, beam_size):
    options = SearchOptions(beam_size, n_best=beam_size, length_penalty=0.6)
    fast = packed(model)
    values = torch.tensor([source])
    encoded = fast.read({SOURCE: SourceBatch(values, values != PADDING_ID)})

    [sequences] = search(fast, encoded, [11], options)

    expected = plain_search(model, source, 11, options)
    assert [sequence.ids for sequence in sequences] == [ids for _, ids in expected]
    assert [sequence.score for sequence in sequences] == pytest.approx(
        [score for score, _ in expected], abs=1e-4
    )


def test_with_an_intervention_too(model):
    change = Intervention(masked={CROSS: frozenset({0})})

    assert_found_alike(packed(model), model, SearchOptions(3, n_best=3, intervention=change))
