"""A run reads its corpus in its direction, whichever format says so."""

import pytest

from attnstudio.errors import ProjectError
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_data import corpus_of, is_reversed
from attnstudio.run_definition import Direction, TextSide


@pytest.fixture(params=[False, True], ids=["forward", "reverse"])
def reverse(request):
    return request.param


@pytest.fixture
def definition(project, small_config, reverse):
    return create_run(project, small_config(), preset="tiny", reverse=reverse).definition()


@pytest.mark.parametrize("is_stored", [True, False])
def test_the_direction_is_stored_or_told_by_the_languages(project, definition, reverse, is_stored):
    assert definition.direction is (Direction.REVERSE if reverse else Direction.FORWARD)
    if not is_stored:
        definition = definition.model_copy(update={"direction": None})

    corpus = corpus_of(project, definition)

    assert is_reversed(project, definition) is reverse
    assert corpus.source_language == ("de" if reverse else "en") == definition.source.language
    assert corpus.source(0).startswith("heute") is reverse


def test_a_direction_that_lies_is_refused(project, definition, reverse):
    other = Direction.FORWARD if reverse else Direction.REVERSE

    with pytest.raises(ProjectError, match="but its corpus does not"):
        corpus_of(project, definition.model_copy(update={"direction": other}))


def test_a_language_that_the_corpus_lacks_is_refused(project, definition):
    french = TextSide(language="fr", tokenizer=definition.target.tokenizer)

    with pytest.raises(ProjectError, match=r"from \w\w to fr, but its corpus does not"):
        corpus_of(project, definition.model_copy(update={"target": french}))
