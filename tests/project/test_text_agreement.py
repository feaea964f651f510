"""A run without gold links is held against the links of its text, if somebody found them."""

import pytest
from made_links import made_pairs

from attnstudio.project.corpus_links import find_corpus_links
from attnstudio.project.pipeline import train
from attnstudio.project.run_loading import load_run
from attnstudio.project.text_agreement import agreement_with_text, pairs_linked_by_text
from attnstudio.training.events import Validation
from attnstudio.training.stop import StopToken


@pytest.fixture
def without_gold(empty, fill):
    pairs = [f"{source}|{target}" for source, target, _ in made_pairs()]
    fill(empty, train=pairs[:120], valid=pairs[120:])
    return empty


def validations(project, run):
    events = []
    train(project, run, emit=events.append, stop=StopToken())
    return [event for event in events if isinstance(event, Validation)]


def test_it_is_measured_where_the_corpus_is_aligned_with_its_interval(without_gold, new_run):
    project = without_gold
    find_corpus_links(project, project.corpus())
    run = new_run(project, limits={"max_steps": 8})

    last = validations(project, run)[-1]

    loaded = load_run(project, run)
    pairs = pairs_linked_by_text(project, loaded.corpus)
    found, where = agreement_with_text(loaded.translator, pairs)
    assert last.scores["text_agreement"] == pytest.approx(found)
    assert (last.lowest, last.highest) == (
        {"text_agreement": pytest.approx(where.low)},
        {"text_agreement": pytest.approx(where.high)},
    )
    assert 0 <= where.low <= found <= where.high <= 1
    assert "aer" not in last.scores


def test_without_links_nothing_is_looked_for(without_gold, new_run):
    last = validations(without_gold, new_run(without_gold, limits={"max_steps": 2}))[-1]

    assert "text_agreement" not in last.scores
    assert not without_gold.links.exists()


def test_a_reversed_run_has_the_links_turned(without_gold):
    project = without_gold
    find_corpus_links(project, project.corpus())

    forward = pairs_linked_by_text(project, project.corpus())
    backward = pairs_linked_by_text(project, project.corpus(reverse=True))

    assert len(forward) == 24
    assert [pair.gold.reversed() for pair in backward] == [pair.gold for pair in forward]
    assert backward[0].source == forward[0].target
