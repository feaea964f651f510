"""Memory of a training, counted tensor by tensor: the same whatever the process held before."""

import pytest
import torch

from attnstudio.project.examples import open_examples
from attnstudio.project.naming import dataset_name
from attnstudio.project.pipeline import train
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_data import corpus_of
from attnstudio.project.run_model import model_of
from attnstudio.project.run_sides import read_sides
from attnstudio.project.update_memory import update_memory
from attnstudio.training.stop import StopToken


@pytest.fixture
def measured(project, small_config):
    """Memory of a training with these settings, and how many numbers its model has."""

    def measured(preset="tiny", **changes):
        config = small_config(preset, limits={"max_steps": 1}, **changes)
        run = create_run(project, config, preset=preset)
        train(project, run, emit=lambda _: None, stop=StopToken())
        definition = run.definition()
        sides = read_sides(project, definition)
        model = model_of(definition, sides)
        folder = project.datasets / dataset_name(definition)
        stream = open_examples(folder, definition.config, corpus_of(project, definition), sides)
        numbers = sum(parameter.numel() for parameter in model.parameters())
        return update_memory(model, stream, definition.config.training), numbers

    return measured


def test_it_is_the_same_again_whatever_was_there_before(measured):
    first, _ = measured()
    kept = torch.zeros(10_000_000)

    assert measured()[0] == first
    assert kept.numel() == 10_000_000


@pytest.mark.parametrize("preset", ["tiny", "bahdanau"])
def test_weights_gradients_and_two_averages_are_in_it(measured, preset):
    found, numbers = measured(preset)

    assert 16 * numbers < found < 16 * numbers + 2**25


def test_an_average_of_the_weights_is_one_more(measured):
    usual, numbers = measured()

    averaged, _ = measured(training={"average_decay": 0.9})

    assert averaged - usual == pytest.approx(4 * numbers, rel=0.02)


def test_twice_the_batch_keeps_about_twice_as_much(measured):
    found = []
    for tokens in (200, 400):
        memory, numbers = measured(training={"batch_tokens": tokens})
        found.append(memory - 16 * numbers)

    assert 1.6 < found[1] / found[0] < 2.4
