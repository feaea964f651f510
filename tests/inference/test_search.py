import itertools
import math
from types import SimpleNamespace

import pytest
import torch

from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.errors import NotFiniteError
from attnstudio.inference.search import SearchOptions, length_penalty, search
from attnstudio.model.builder import build_model
from attnstudio.model.interface import Encoded, SourceBatch
from attnstudio.model.spec import translation_spec
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import END_ID, PADDING_ID, START_ID

VOCABULARY = 7
LONGEST = 4


@pytest.fixture(params=["transformer", "recurrent"])
def model(request):
    torch.manual_seed(2)
    config = (
        TransformerConfig(
            encoder_layers=1, decoder_layers=2, model_size=8, heads=2, feedforward_size=16
        )
        if request.param == "transformer"
        else RecurrentConfig(embedding_size=6, hidden_size=8)
    )
    model = build_model(config, translation_spec(VOCABULARY, VOCABULARY, shared=False)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.5)
    return model


@pytest.fixture
def source():
    values = torch.tensor([[4, 5, 6, 2], [6, 2, 0, 0], [5, 5, 2, 0]])
    return SourceBatch(values, values != PADDING_ID)


def only(source, row):
    length = int(source.mask[row].sum())
    return SourceBatch(source.values[row : row + 1, :length], source.mask[row : row + 1, :length])


@torch.no_grad()
def score_forced(model, source, ids):
    """Log probabilities of a target by teacher forcing, special tokens ruled out."""
    inputs = torch.tensor([[START_ID, *ids[:-1]]])
    logits = model.decode(model.read({SOURCE: source}), inputs).logits
    log_probs = logits.log_softmax(-1)[0]
    return [float(log_probs[step, token]) for step, token in enumerate(ids)]


def every_target():
    inner = [i for i in range(VOCABULARY) if i not in (PADDING_ID, START_ID, END_ID)]
    for length in range(LONGEST):
        for ids in itertools.product(inner, repeat=length):
            yield (*ids, END_ID)


def penalised(log_probs, alpha):
    return sum(log_probs) / ((5 + len(log_probs)) / 6) ** alpha


@pytest.mark.parametrize("alpha", [0.0, 0.6])
def test_a_wide_beam_finds_what_trying_everything_finds(model, source, alpha):
    wide = SearchOptions(beam_size=300, n_best=300, length_penalty=alpha)
    found = search(model, model.read({SOURCE: source}), [LONGEST] * 3, wide)
    for row, sequences in enumerate(found):
        scores = {
            ids: penalised(score_forced(model, only(source, row), ids), alpha)
            for ids in every_target()
        }
        best = max(scores, key=scores.__getitem__)

        assert sequences[0].ids == best
        assert sequences[0].score == pytest.approx(scores[best], abs=1e-4)
        # a beam wider than there are targets finds each once, and makes none up
        assert sorted(one.ids for one in sequences) == sorted(scores)
        best_first = sorted(scores.values(), reverse=True)
        assert [one.score for one in sequences] == pytest.approx(best_first, abs=1e-4)


def test_a_beam_of_one_takes_the_likeliest_token_each_time(model, source):
    found = search(model, model.read({SOURCE: source}), [6] * 3, SearchOptions(beam_size=1))
    for row, (sequence,) in enumerate(found):
        ids = []
        while len(ids) < 6 and END_ID not in ids:
            inputs = torch.tensor([[START_ID, *ids]])
            logits = model.decode(model.read({SOURCE: only(source, row)}), inputs).logits[0, -1]
            logits[[PADDING_ID, START_ID]] = -math.inf
            ids.append(END_ID if len(ids) == 5 else int(logits.argmax()))

        assert sequence.ids == tuple(ids)


@pytest.mark.parametrize("beam_size", [1, 3])
def test_neighbours_in_the_batch_change_nothing(model, source, beam_size):
    options = SearchOptions(beam_size, n_best=beam_size, length_penalty=0.6)
    together = search(model, model.read({SOURCE: source}), [8] * 3, options)
    alone = [
        search(model, model.read({SOURCE: only(source, row)}), [8], options)[0] for row in range(3)
    ]

    assert [[s.ids for s in row] for row in together] == [[s.ids for s in row] for row in alone]


@pytest.mark.parametrize("beam_size", [1, 2, 5])
def test_the_log_probabilities_are_those_of_the_forced_hypothesis(model, source, beam_size):
    options = SearchOptions(beam_size, n_best=beam_size, length_penalty=0.6)
    found = search(model, model.read({SOURCE: source}), [9, 4, 6], options)
    for row, sequences in enumerate(found):
        for sequence in sequences:
            expected = score_forced(model, only(source, row), sequence.ids)

            assert sequence.token_log_probs == pytest.approx(expected, abs=1e-4)


def test_hypotheses_come_best_first_and_differ(model, source):
    options = SearchOptions(beam_size=5, n_best=5)
    for sequences in search(model, model.read({SOURCE: source}), [6] * 3, options):
        scores = [sequence.score for sequence in sequences]

        assert scores == sorted(scores, reverse=True)
        assert len({sequence.ids for sequence in sequences}) == len(sequences)


def test_no_hypothesis_is_longer_than_its_sentence_allows(model, source):
    limits = [1, 3, 2]
    found = search(
        model, model.read({SOURCE: source}), limits, SearchOptions(beam_size=4, n_best=2)
    )
    for limit, sequences in zip(limits, found, strict=True):
        assert sequences
        for sequence in sequences:
            assert len(sequence.ids) <= limit
            assert sequence.ids.index(END_ID) == len(sequence.ids) - 1


class MarkovModel:
    """A decoder whose next token depends on the last one alone, by a table of probabilities."""

    def __init__(self, table):
        self._log_probs = torch.tensor(table).log()

    def parameters(self):
        yield self._log_probs

    def start(self, _encoded):
        return self

    def select_beams(self, _rows, _sentences):
        return self

    def step(self, state, tokens, intervention=None):
        assert intervention is None
        return SimpleNamespace(
            state=state, output=SimpleNamespace(logits=self._log_probs[tokens].unsqueeze(1))
        )


def test_a_beam_goes_on_while_its_unfinished_may_win_by_the_length_penalty():
    first, second = 4, 5
    table = [[1 / VOCABULARY] * VOCABULARY for _ in range(VOCABULARY)]
    table[START_ID] = [0.0, 0.0, 0.37, 0.06, 0.5, 0.04, 0.03]
    table[first] = [0.0, 0.0, 0.1, 0.1, 0.1, 0.6, 0.1]
    table[second] = [0.0, 0.0, 0.99, 0.003, 0.003, 0.002, 0.002]
    for row in table:
        assert sum(row) == pytest.approx(1.0)
    # What ended at once has log 0.37 = -0.99. What goes on has log 0.5 * 0.6 = -1.20, less than
    # that, but -0.88 by the penalty of its length, and -0.68 once it has ended.
    options = SearchOptions(beam_size=2, length_penalty=2.0)

    [[found]] = search(MarkovModel(table), Encoded({}), [6], options)

    assert found.ids == (first, second, END_ID)
    assert found.score == pytest.approx(math.log(0.5 * 0.6 * 0.99) / (8 / 6) ** 2)


def test_two_hypotheses_that_end_take_no_place_from_those_that_go_on():
    unknown, first, second, third = 3, 4, 5, 6
    table = [[1 / VOCABULARY] * VOCABULARY for _ in range(VOCABULARY)]
    table[START_ID] = [0.0, 0.0, 0.004, 0.003, 0.5, 0.49, 0.003]
    table[first] = [0.0, 0.0, 0.45, 0.0, 0.0, 0.0, 0.55]
    table[second] = [0.0, 0.0, 0.5, 0.4, 0.05, 0.05, 0.0]
    table[third] = [0.0, 0.0, 0.3, 0.2, 0.2, 0.2, 0.1]
    table[unknown] = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    # In order: 0.275 goes on, 0.245 and 0.225 end, 0.196 goes on, which wins in the end.
    options = SearchOptions(beam_size=2, length_penalty=3.0)

    [[found]] = search(MarkovModel(table), Encoded({}), [6], options)

    assert found.ids == (second, unknown, END_ID)


def test_what_ends_outside_the_beam_is_not_found():
    first, second = 4, 5
    table = [[1 / VOCABULARY] * VOCABULARY for _ in range(VOCABULARY)]
    table[START_ID] = [0.0, 0.0, 0.2, 0.0, 0.5, 0.3, 0.0]
    table[first] = table[second] = [0.0, 0.0, 0.04, 0.24, 0.24, 0.24, 0.24]

    [[found]] = search(MarkovModel(table), Encoded({}), [2], SearchOptions(beam_size=2))

    assert found.ids == (first, END_ID)


@pytest.mark.parametrize("beam_size", [1, 2])
def test_what_stands_for_no_text_is_never_written(beam_size):
    table = [[1 / VOCABULARY] * VOCABULARY for _ in range(VOCABULARY)]
    table[START_ID] = [0.45, 0.45, 0.02, 0.02, 0.04, 0.01, 0.01]
    table[4] = [0.45, 0.45, 0.06, 0.01, 0.01, 0.01, 0.01]

    [[found]] = search(MarkovModel(table), Encoded({}), [6], SearchOptions(beam_size))

    assert not {PADDING_ID, START_ID} & set(found.ids)


def test_the_length_penalty_is_that_of_wu_et_al():
    assert [length_penalty(length, 0.0) for length in (1, 7)] == [1.0, 1.0]
    assert [length_penalty(length, 0.5) for length in (1, 7)] == pytest.approx([1.0, math.sqrt(2)])


@pytest.mark.parametrize("beam_size", [1, 3])
@pytest.mark.parametrize("spoilt", [math.nan, math.inf])
def test_scores_that_are_no_numbers_are_said_and_never_translated(model, source, beam_size, spoilt):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.view(-1)[0] = spoilt

    with pytest.raises(NotFiniteError, match=r"^The model gives no numbers as scores.* earlier"):
        search(
            model, model.read({SOURCE: source}), [LONGEST] * 3, SearchOptions(beam_size=beam_size)
        )
