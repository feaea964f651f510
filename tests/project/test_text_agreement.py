"""A run without gold links is held against the links of its text, if somebody found them."""

import pytest
from made_links import made_pairs

from attnstudio.evaluation.bootstrap import Interval
from attnstudio.evaluation.reading import ChosenBy, choose_reading
from attnstudio.project import validation
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.pipeline import train
from attnstudio.project.reading_choice import choose_own_reading
from attnstudio.project.run_loading import load_run
from attnstudio.project.text_agreement import agreement_with_text, pairs_linked_by_text
from attnstudio.project.validation import Validator
from attnstudio.training import trainer
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


@pytest.mark.parametrize(("waits", "ends_at"), [(False, 3), (True, 4)])
def test_it_chooses_the_checkpoint_that_aligns_and_can_be_waited_for(
    without_gold, new_run, monkeypatch, waits, ends_at
):
    project = without_gold
    find_corpus_links(project, project.corpus())
    agreements = iter([0.2, 0.5, 0.4, 0.3])
    losses = iter([3.0, 4.0, 4.0, 4.0])
    monkeypatch.setattr(
        validation, "agreement_with_text", lambda *_: (next(agreements), Interval(0, 1))
    )
    monkeypatch.setattr(
        Validator, "_forced_loss", lambda *_: validation._ForcedLoss(next(losses), 0.5)
    )
    monkeypatch.setattr(trainer, "VALIDATION_SHARE", 1e9)  # each update is validated
    training = {"validate_every": 1, "patience": 2, "wait_for_alignment": waits}
    run = new_run(project, training=training)

    assert validations(project, run)[-1].step == ends_at
    index = run.checkpoints()
    assert (index.best, index.aligned, index.aligned_by) == (1, 2, ChosenBy.TEXT)
    assert choose_own_reading(project, load_run(project, run)).by is index.aligned_by


def test_where_a_head_is_taught_that_head_is_measured(without_gold, new_run):
    project = without_gold
    find_corpus_links(project, project.corpus())
    guidance = {"weight": 0.5, "head": 1, "layers_after": 1}
    run = new_run(project, guidance=guidance, limits={"max_steps": 8})

    last = validations(project, run)[-1]

    loaded = load_run(project, run)
    pairs = pairs_linked_by_text(project, loaded.corpus)
    records = loaded.translator.records(
        [loaded.translator.read_forced(pair.source, pair.target) for pair in pairs]
    )
    choice = choose_reading(records, [pair.gold for pair in pairs], ChosenBy.TEXT)
    taught = choice.error_of(records[0].taught)
    assert last.scores["text_agreement"] == pytest.approx(1 - taught)
    assert taught > choice.score.aer  # else the test could not tell the two apart


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
