"""How the heads of a checkpoint look: the same as its training told, and what they leave out."""

import numpy as np
import pytest

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import CorpusError
from attnstudio.project.head_reading import read_heads
from attnstudio.project.pipeline import train
from attnstudio.project.run_loading import load_run
from attnstudio.sites import CROSS
from attnstudio.training.head_quantities import HeadPlace, HeadQuantity, from_log
from attnstudio.training.stop import StopToken

KINDS = {
    HeadQuantity.ALPHA: {"normaliser": "learnt_entmax"},
    HeadQuantity.SPAN: {"own_reach": "span", "window": 2},
}


@pytest.fixture
def loaded(project, new_run):
    return trained(project, new_run, KINDS[HeadQuantity.ALPHA])


def trained(project, new_run, kind):
    often = {"best_metric": "bleu"}  # then nothing is left out for lack of time
    run = new_run(project, model=kind, limits={"max_steps": 2}, training=often)
    train(project, run, emit=lambda _: None, stop=StopToken())
    return load_run(project, run, checkpoint="last")


@pytest.mark.parametrize("learns", KINDS, ids=str)
def test_of_the_same_sentences_they_are_what_the_training_told(project, new_run, learns):
    loaded = trained(project, new_run, KINDS[learns])
    [event] = loaded.run.history().validations
    told = from_log(event.head_numbers)

    found = read_heads(loaded, sentences=20)

    assert found.sentences == 20
    assert found.numbers.keys() == told.keys()
    assert {place.quantity for place in told} == set(HeadQuantity) - (KINDS.keys() - {learns})
    for place, table in told.items():
        np.testing.assert_allclose(found.numbers[place], table, rtol=1e-3, atol=1e-4)


def test_the_share_of_zeros_is_that_of_all_heads_and_words_leave_marks_out(loaded):
    pairs = [loaded.corpus[i] for i in loaded.corpus.indices(Split.VALID).tolist()[:1]]
    read = [loaded.translator.read_forced(pair.source, pair.target) for pair in pairs]
    [record] = loaded.translator.records(read)
    weights = record.matrices[CROSS].weights

    found = read_heads(loaded, sentences=1)

    assert found.zero_shares[CROSS] == pytest.approx((weights == 0).mean())
    by_head = found.numbers[HeadPlace(CROSS, HeadQuantity.ZEROS)]
    np.testing.assert_allclose(by_head, (weights == 0).mean(axis=(2, 3)))
    assert sorted(word.word for word in found.words) == sorted(set(pairs[0].source.split()))
    layers, heads, places, _ = weights.shape
    assert found.looks == layers * heads * places * len(pairs[0].source.split())


def test_it_tells_how_far_it_is_and_stops_where_it_is_asked_to(loaded):
    told = []

    found = read_heads(loaded, progress=lambda done, total: told.append((done, total)))
    stopped = read_heads(loaded, should_stop=lambda: True)

    assert found.sentences == 32  # all that there are
    assert told[-1] == (32, 32)
    assert stopped is None


def test_a_part_without_pairs_is_refused(empty, fill, new_run):
    fill(empty, train=["a dog|ein Hund"] * 30, valid=["a dog|ein Hund"])
    run = new_run(empty, limits={"max_steps": 1})
    train(empty, run, emit=lambda _: None, stop=StopToken())

    with pytest.raises(CorpusError) as refusal:
        read_heads(load_run(empty, run), split=Split.TEST)

    assert refusal.value.message == "The project has no pairs to look at."
