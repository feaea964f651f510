"""The moving average of the weights, against the formula."""

import torch

from attnstudio.model.weights import named_weights
from attnstudio.training.averaging import WeightAverage


class Line(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.slope = torch.nn.Parameter(torch.tensor([1.0]))


def test_the_average_follows_the_formula_and_forgets_the_beginning():
    model = Line()
    average, expected = WeightAverage(model, 0.5), 1.0
    for step, value in enumerate((2.0, -3.0, 8.0, 0.5), start=1):
        with torch.no_grad():
            model.slope.fill_(value)
        average.update(step)
        decay = min(0.5, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * value
        torch.testing.assert_close(average.weights["slope"], torch.tensor([expected]))


def test_later_every_fourth_update_counts_for_four():
    model = Line()
    average = WeightAverage(model, 0.9)
    with torch.no_grad():
        model.slope.fill_(2.0)
    for step in (997, 998, 999):
        average.update(step)
    assert average.weights["slope"].item() == 1.0
    average.update(1000)

    expected = torch.tensor([2.0 - 0.9**4])
    torch.testing.assert_close(average.weights["slope"], expected)


def test_the_model_has_its_average_only_for_a_while():
    model = Line()
    average = WeightAverage(model, 0.9)
    with torch.no_grad():
        model.slope.fill_(5.0)
    average.update(1)

    with average.in_model():
        assert torch.equal(named_weights(model)["slope"], average.weights["slope"])
        assert model.slope.item() != 5.0

    assert model.slope.item() == 5.0


def test_an_average_that_was_kept_goes_on():
    model = Line()
    average = WeightAverage(model, 0.9)

    average.restore({"slope": torch.tensor([7.0])})

    assert average.weights["slope"].item() == 7.0
    assert model.slope.item() == 1.0
