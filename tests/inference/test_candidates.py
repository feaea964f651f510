import pytest
import torch

from attnstudio.inference.candidates import best_candidates, likeliest, log_normalisers


@pytest.mark.parametrize("vocabulary", [7, 64, 200, 1000])
@pytest.mark.parametrize(("width", "most"), [(1, 1), (1, 10), (5, 10), (3, 40)])
@pytest.mark.parametrize("sentences", [1, 20])
def test_the_candidates_are_those_of_one_sort_over_everything(vocabulary, width, most, sentences):
    torch.manual_seed(5)
    logits = torch.randn(sentences * width, vocabulary)
    totals = torch.randn(sentences, width)
    normalisers = log_normalisers(logits).view(sentences, width)
    log_probs = logits.log_softmax(-1).view(sentences, width, vocabulary)
    everything = (totals.unsqueeze(-1) + log_probs).flatten(1)
    expected = everything.sort(dim=1, descending=True)

    found = best_candidates(logits, normalisers, totals, most)

    count = min(most, width * vocabulary)
    torch.testing.assert_close(found.totals, expected.values[:, :count])
    places = found.parents * vocabulary + found.tokens
    torch.testing.assert_close(found.totals, everything.gather(1, places))
    torch.testing.assert_close(found.log_probs, log_probs.flatten(1).gather(1, places))
    assert all(len(set(row)) == count for row in places.tolist())


@pytest.mark.parametrize("sentences", [1, 20])
def test_what_was_ruled_out_comes_last(sentences):
    logits = torch.full((sentences, 130), -torch.inf)
    logits[:, [3, 70, 129]] = torch.tensor([1.0, 3.0, 2.0])
    normalisers = log_normalisers(logits).view(-1, 1)
    found = best_candidates(logits, normalisers, torch.zeros(sentences, 1), 4)

    assert found.tokens[:, :3].tolist() == [[70, 129, 3]] * sentences
    assert found.totals[:, 3].tolist() == [-torch.inf] * sentences


def test_normalisers_are_the_logarithm_of_the_sum_of_exponentials():
    logits = torch.tensor([[0.0, 0.0], [1.0, 2.0]]).repeat(20, 1)

    torch.testing.assert_close(log_normalisers(logits), logits.logsumexp(-1))


@pytest.mark.parametrize("rows", [1, 4, 5, 40])
@pytest.mark.parametrize("vocabulary", [7, 200])
def test_the_likeliest_token_has_the_highest_logit(rows, vocabulary):
    torch.manual_seed(3)
    logits = torch.randn(rows, vocabulary)
    found = likeliest(logits)
    expected = logits.max(dim=1)

    assert found.tokens.tolist() == expected.indices.tolist()
    torch.testing.assert_close(found.logits, expected.values)
