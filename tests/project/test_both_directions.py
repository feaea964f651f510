"""Links from two models, one of each direction."""

import numpy as np
import pytest

from attnstudio.alignment.symmetrisation import Symmetrisation, symmetrise
from attnstudio.corpus.alignment import swap_sides
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import AlignmentError
from attnstudio.interpretation.words import word_spans
from attnstudio.project.both_directions import Joining, ReadModel, align_both_ways, reverse_run
from attnstudio.project.pipeline import train
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.project.word_alignment import WordPair, align_words, weigh_words
from attnstudio.reading import Reading
from attnstudio.training.stop import StopToken


def train_run(project, config, name, *, reverse):
    run = create_run(project, config, preset="tiny", name=name, reverse=reverse)
    train(project, run, emit=lambda _: None, stop=StopToken())
    return run


@pytest.fixture
def config(small_config):
    return small_config(limits={"max_steps": 2})


@pytest.fixture
def models(project, config):
    """A model of each direction, read by a head of its own."""
    runs = [train_run(project, config, name, reverse=name == "back") for name in ("on", "back")]
    loaded = [load_run(project, run) for run in runs]
    return [ReadModel(each.translator, Reading(0, head)) for head, each in enumerate(loaded)]


def some_pairs(project):
    texts = [(pair.source, pair.target) for pair in list(project.corpus().pairs(Split.TEST))[:4]]
    pairs = [WordPair(a, b, word_spans(a), word_spans(b)) for a, b in texts]
    return [*pairs, WordPair("the dog", "", word_spans("the dog"), [])]


def test_links_are_joined_as_their_names_say(project, models):
    pairs, (on, back) = some_pairs(project), models
    turned = [WordPair(p.target, p.source, p.target_spans, p.source_spans) for p in pairs]
    [there] = align_words(on.translator, pairs, [on.reading])
    [again] = align_words(back.translator, turned, [back.reading])
    looks = weigh_words(on.translator, pairs, on.reading)
    others = weigh_words(back.translator, turned, back.reading)

    for joining in Joining:
        told = []
        found = align_both_ways(on, back, pairs, joining, progress=told.append)

        assert (len(found), found[-1].sure, told[-1]) == (5, frozenset(), 9)
        for number, alignment in enumerate(found[:-1]):
            a, b = looks[number], others[number].T
            if joining in (Joining.MEAN, Joining.PRODUCT):
                joint = (a + b) / 2 if joining is Joining.MEAN else np.sqrt(a * b)
                expected = {(s, t) for t, s in np.argwhere(joint > 0.25).tolist()}
            else:
                swapped = swap_sides(again[number])
                method = Symmetrisation(joining.value)
                expected = symmetrise(there[number].sure, swapped.sure, method)
            assert alignment.sure == expected


def test_the_run_of_the_other_direction_is_found_where_there_is_one(project, config):
    on = train_run(project, config, "on", reverse=False)
    with pytest.raises(AlignmentError, match="There is no run of the other direction"):
        reverse_run(project, on)
    back = train_run(project, config, "back", reverse=True)

    assert reverse_run(project, on).name == "back"
    assert reverse_run(project, back).name == "on"
    create_run(project, config, preset="tiny", name="untrained", reverse=True)
    assert reverse_run(project, on).name == "back"
    train_run(project, config, "more", reverse=True)
    with pytest.raises(AlignmentError, match="Several runs are of the other direction: back, more"):
        reverse_run(project, on)
