import pytest
import torch

from attnstudio.inference.candidates import best_candidates, likeliest


@pytest.mark.parametrize("vocabulary", [7, 64, 200, 1000])
@pytest.mark.parametrize(("width", "most"), [(1, 1), (1, 10), (5, 10), (3, 40)])
@pytest.mark.parametrize("sentences", [1, 20])
def test_the_candidates_are_those_of_one_sort_over_everything(vocabulary, width, most, sentences):
    torch.manual_seed(5)
    logits = torch.randn(sentences * width, vocabulary)
    totals = torch.randn(sentences, width)
    log_probs = logits.log_softmax(-1)
    by_sentence = log_probs.view(sentences, width, vocabulary)
    everything = (totals.unsqueeze(-1) + by_sentence).flatten(1)
    expected = everything.sort(dim=1, descending=True)

    found = best_candidates(log_probs, totals, most)

    count = min(most, width * vocabulary)
    torch.testing.assert_close(found.totals, expected.values[:, :count])
    places = found.parents * vocabulary + found.tokens
    torch.testing.assert_close(found.totals, everything.gather(1, places))
    torch.testing.assert_close(found.log_probs, by_sentence.flatten(1).gather(1, places))
    assert all(len(set(row)) == count for row in places.tolist())


@pytest.mark.parametrize("sentences", [1, 20])
def test_what_was_ruled_out_comes_last(sentences):
    log_probs = torch.full((sentences, 130), -torch.inf)
    log_probs[:, [3, 70, 129]] = torch.tensor([1.0, 3.0, 2.0])
    found = best_candidates(log_probs, torch.zeros(sentences, 1), 4)

    assert found.tokens[:, :3].tolist() == [[70, 129, 3]] * sentences
    assert found.totals[:, 3].tolist() == [-torch.inf] * sentences


@pytest.mark.parametrize("rows", [1, 4, 5, 40])
@pytest.mark.parametrize("vocabulary", [7, 200])
def test_the_likeliest_token_has_the_highest_log_probability(rows, vocabulary):
    torch.manual_seed(3)
    log_probs = torch.randn(rows, vocabulary).log_softmax(-1)
    found = likeliest(log_probs)
    expected = log_probs.max(dim=1)

    assert found.tokens.tolist() == expected.indices.tolist()
    torch.testing.assert_close(found.log_probs, expected.values)
