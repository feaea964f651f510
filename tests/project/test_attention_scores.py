"""A training says at each validation how spread its attention is and what the source counts for."""

import numpy as np
import pytest

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.project.pipeline import train
from attnstudio.project.run_loading import load_run
from attnstudio.reading import Measure
from attnstudio.sites import CROSS
from attnstudio.training.events import Validation
from attnstudio.training.stop import StopToken


@pytest.fixture
def project(empty, fill):
    pairs = [f"ein Hund {word}|a dog {word}" for word in "abcdefghijklmnopqrstuvwxyz"]
    fill(empty, train=pairs, valid=["ein Hund bellt laut|a dog barks", "ein Hund a|a dog a"])
    return empty


def last_scores(project, run):
    events = []
    train(project, run, emit=events.append, stop=StopToken())
    return [event for event in events if isinstance(event, Validation)][-1].scores


def test_both_are_those_of_the_pairs_of_the_corpus(project, new_run):
    run = new_run(project, limits={"max_steps": 3})

    scores = last_scores(project, run)

    loaded = load_run(project, run)
    pairs = [loaded.corpus[i] for i in loaded.corpus.indices(Split.VALID).tolist()]
    forced = [loaded.translator.read_forced(pair.source, pair.target) for pair in pairs]
    spread, of_source = [], []
    for record in loaded.translator.records(forced, measures=[Measure.ALTI]):
        weights = record.matrices[CROSS].weights.astype(np.float64)
        entropies = -(weights * np.log(weights)).sum(axis=-1)
        spread.append(entropies.mean() / np.log(weights.shape[-1]))
        of_source.append(record.numbers_of(CROSS, Measure.ALTI).weights.sum(axis=-1).mean())
    assert scores["attention_entropy"] == pytest.approx(np.mean(spread), rel=1e-4)
    assert scores["source_share"] == pytest.approx(np.mean(of_source), rel=1e-4)
    assert 0 < scores["source_share"] < 1


def test_a_recurrent_model_has_no_share_of_the_source(project, new_run):
    run = new_run(project, model={"kind": "recurrent"}, limits={"max_steps": 2})

    scores = last_scores(project, run)

    assert 0 < scores["attention_entropy"] <= 1
    assert "source_share" not in scores
