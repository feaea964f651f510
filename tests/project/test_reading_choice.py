"""The reading of a run that its project's own pairs speak for."""

import pytest

from attnstudio.evaluation.reading import ChosenBy
from attnstudio.interpretation.words import word_spans
from attnstudio.project import reading_choice
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.pipeline import train
from attnstudio.project.reading_choice import choose_own_reading
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.training.stop import StopToken


@pytest.fixture(params=[False, True], ids=["forward", "reverse"])
def loaded(request, project, small_config):
    run = create_run(
        project, small_config(limits={"max_steps": 2}), preset="tiny", reverse=request.param
    )
    train(project, run, emit=lambda _: None, stop=StopToken())
    return load_run(project, run)


def test_without_gold_links_the_text_decides(project, loaded):
    told = []

    own = choose_own_reading(project, loaded, progress=lambda *done: told.append(done))

    assert own.by is ChosenBy.TEXT
    assert own.pairs > 100
    assert own.score.aer == min(row.aer for row in own.table)
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[-1][0] == told[-1][1]


def test_links_that_the_project_keeps_are_taken_in_the_direction_of_the_run(
    project, loaded, monkeypatch
):
    here = choose_own_reading(project, loaded)
    find_corpus_links(project, loaded.corpus)
    assert CorpusLinks.open(project, loaded.corpus.hash) is not None
    monkeypatch.delattr(reading_choice, "align_corpus")  # it must not be asked again
    held_against, choose = [], reading_choice.choose_reading

    def noting(records, golds, by, measures):
        held_against.extend(zip(records, golds, strict=True))
        return choose(records, golds, by, measures)

    monkeypatch.setattr(reading_choice, "choose_reading", noting)

    kept = choose_own_reading(project, loaded)

    assert kept.score.sure == pytest.approx(here.score.sure, rel=0.1)
    assert kept.score.aer == pytest.approx(here.score.aer, abs=0.05)
    for record, links in held_against:
        assert list(links.source_spans) == word_spans(record.source.text)
        assert list(links.target_spans) == word_spans(record.target.text)


def test_a_choice_that_is_stopped_gives_nothing(project, loaded):
    assert choose_own_reading(project, loaded, should_stop=lambda: True) is None
