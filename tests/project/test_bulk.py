"""Many lines are translated as the translator alone would do it."""

import pytest

from attnstudio.config import DecodingConfig
from attnstudio.project.bulk import translate_bulk
from attnstudio.project.pipeline import train
from attnstudio.project.run_loading import load_run
from attnstudio.training.stop import StopToken


@pytest.fixture
def loaded(project, new_run):
    run = new_run(project, limits={"max_steps": 8})
    train(project, run, emit=lambda _: None, stop=StopToken())
    return load_run(project, run)


@pytest.fixture
def texts(pairs):
    return ["", *(pair.source for pair in pairs[:20])]


def test_bulk_translations_are_those_of_the_translator(loaded, texts):
    config = DecodingConfig(beam_size=2, n_best=2)
    done = []

    found = translate_bulk(loaded, texts, config, progress=done.append)

    assert found == loaded.translator.translate(texts, config)
    assert done[-1] == len(texts)


def test_a_stop_gives_no_translations(loaded, texts):
    assert translate_bulk(loaded, texts, should_stop=lambda: True) is None
