"""Many lines are translated as the translator alone would do it, by one process or by several."""

import threading

import numpy as np
import pytest
import torch

from attnstudio.config import DecodingConfig
from attnstudio.inference.processes import HelpingProcesses
from attnstudio.project import own_engine
from attnstudio.project.bulk import BulkTranslator, translate_bulk
from attnstudio.project.engines import Engine, Sharing
from attnstudio.project.own_engine import Helpers, fast_batch_tokens, helpers_that_pay
from attnstudio.project.pipeline import train
from attnstudio.project.run_loading import load_run
from attnstudio.training.stop import StopToken
from tests.support.own_children import children_started

SMALL_BATCHES = DecodingConfig(beam_size=2, n_best=2, batch_tokens=64)


@pytest.fixture
def loaded(project, new_run):
    run = new_run(project, limits={"max_steps": 8})
    train(project, run, emit=lambda _: None, stop=StopToken())
    return load_run(project, run, threads=1)


@pytest.fixture
def texts(pairs):
    return ["", *(pair.source for pair in pairs[:60])]


class Told(list):
    """What was told, as a callback takes it."""

    __call__ = list.append


def same_translations(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        assert [each.ids for each in one.hypotheses] == [each.ids for each in other.hypotheses]
        assert [each.text for each in one.hypotheses] == [each.text for each in other.hypotheses]
        scores = [[each.score for each in item.hypotheses] for item in (one, other)]
        np.testing.assert_allclose(*scores, atol=1e-5)
        assert (one.source, one.truncated) == (other.source, other.truncated)
        assert (one.attention is None) == (other.attention is None)
        if one.attention is not None:
            assert one.attention.axes == other.attention.axes
            assert one.attention.matrices.keys() == other.attention.matrices.keys()
            for site, matrix in one.attention.matrices.items():
                expected = other.attention.matrices[site].weights
                np.testing.assert_allclose(matrix.weights, expected, atol=1e-5)


@pytest.mark.parametrize("processes", [None, 1])
def test_a_few_lines_are_translated_by_this_process(loaded, texts, processes):
    progress, sharing = Told(), Told()

    found = translate_bulk(
        loaded, texts, SMALL_BATCHES, processes=processes, progress=progress, on_shared=sharing
    )

    assert found == loaded.translator.translate(texts, SMALL_BATCHES)
    assert progress[-1] == len(texts)
    assert sharing == [Sharing(1)]


def test_two_processes_translate_as_one_does_with_the_attention(loaded, texts):
    progress, sharing = Told(), Told()
    repeated = texts * 6

    found = translate_bulk(
        loaded,
        repeated,
        SMALL_BATCHES,
        attention=True,
        processes=2,
        progress=progress,
        on_shared=sharing,
    )

    same_translations(found, loaded.translator.translate(repeated, SMALL_BATCHES, attention=True))
    assert progress == sorted(progress)
    assert progress[-1] == len(repeated)
    assert sharing[0].processes in (1, 2)  # all may be done before the other one has started


def test_processes_stay_for_all_parts_and_end_with_the_last(loaded, texts, monkeypatch):
    counts = Told()

    def start(shared, count):
        counts(count)
        return HelpingProcesses(shared, count)

    monkeypatch.setattr(own_engine, "HelpingProcesses", start)
    parts, done = (texts[:20], texts[20:40], texts[40:]), Told()
    with children_started() as children:
        with BulkTranslator(loaded, SMALL_BATCHES, lines=len(texts), processes=2) as translator:
            found = [translator.translate(part) for part in parts]
            read = translator.read(texts, measures=(), progress=done)
            started = children()
        assert children() == set()

    assert counts == [1]
    assert len(started) == 1
    assert done[-1] == len(texts)
    same_translations(
        [each for part in found for each in part], loaded.translator.translate(texts, SMALL_BATCHES)
    )
    expected = loaded.translator.translate(texts, SMALL_BATCHES, attention=True)
    same_translations(read, expected)


def test_processes_that_paid_for_one_part_help_with_the_others(loaded, texts, monkeypatch):
    chosen = Told()

    def pay(*_, **__):
        chosen(1)
        return Helpers(processes=1)

    monkeypatch.setattr(own_engine, "helpers_that_pay", pay)
    monkeypatch.setattr(own_engine, "_TRIAL_S", 0.0)
    many = texts * 5
    with BulkTranslator(
        loaded, SMALL_BATCHES, lines=2 * len(many), engine=Engine.OWN
    ) as translator:
        found = [translator.translate(many) for _ in range(2)]

    assert chosen == [1]  # they are there: nothing has to be tried
    for part in found:
        same_translations(part, loaded.translator.translate(many, SMALL_BATCHES))


def test_the_threads_are_as_they_were_afterwards(loaded, texts):
    torch.set_num_threads(3)
    try:
        translate_bulk(loaded, texts, SMALL_BATCHES, processes=2)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(1)


def test_a_stop_gives_no_translations(loaded, texts):
    for processes in (None, 2):
        assert translate_bulk(loaded, texts, processes=processes, should_stop=lambda: True) is None


def test_many_lines_that_are_soon_done_stay_with_this_process(loaded, texts):
    sharing = Told()
    many = texts * 5

    found = translate_bulk(loaded, many, SMALL_BATCHES, engine=Engine.OWN, on_shared=sharing)

    same_translations(found, loaded.translator.translate(many, SMALL_BATCHES))
    assert sharing == [Sharing(1)]


def test_where_no_other_process_can_start_this_one_does_it_all(
    loaded, texts, monkeypatch, tmp_path, caplog
):
    nowhere = tmp_path / "nowhere"
    monkeypatch.setattr("tempfile.tempdir", str(nowhere))

    found = translate_bulk(loaded, texts, SMALL_BATCHES, processes=2)

    same_translations(found, loaded.translator.translate(texts, SMALL_BATCHES))
    assert "no other process translates" in caplog.text


@pytest.mark.parametrize(
    ("work_s", "free_cores", "free_bytes", "processes", "threads"),
    [
        (0.1, 8, 64e9, 0, 0),  # nobody notices
        (3.0, 8, 64e9, 0, 1),  # done before another process has started
        (11.0, 8, 64e9, 0, 1),
        (16.0, 8, 64e9, 2, 0),
        (600.0, 8, 64e9, 7, 0),
        (600.0, 1, 64e9, 0, 0),  # others need the cores
        (600.0, 8, 1e9, 2, 0),  # half of the memory is left to others
        (600.0, 8, 0.1e9, 0, 1),
    ],
)
def test_as_many_help_as_pay(work_s, free_cores, free_bytes, processes, threads):
    found = helpers_that_pay(work_s, free_cores=free_cores, free_bytes=free_bytes, bytes_each=250e6)
    assert found == Helpers(processes=processes, threads=threads)


def test_two_threads_translate_as_one_does_with_the_attention(loaded, texts, monkeypatch):
    chosen = Helpers(threads=1)
    monkeypatch.setattr("attnstudio.project.own_engine.helpers_that_pay", lambda *_, **__: chosen)
    monkeypatch.setattr("attnstudio.project.own_engine._TRIAL_S", 0.0)
    searched = []
    find = type(loaded.translator.search).find

    def watched(search, task):
        searched.append(threading.current_thread().name)
        return find(search, task)

    monkeypatch.setattr("attnstudio.inference.batch_search.BatchSearch.find", watched)
    many = texts * 5

    found = translate_bulk(loaded, many, SMALL_BATCHES, attention=True)

    assert "translating thread" in searched
    same_translations(found, loaded.translator.translate(many, SMALL_BATCHES, attention=True))


@pytest.mark.parametrize(
    ("beam_size", "vocabulary", "lines", "tokens"),
    [
        (5, 8000, 10_000, 1125),  # 75 lines of 15 tokens: 75 * 5 * 8000 scores are 12 MB
        (1, 8000, 10_000, 4096),  # no more than is asked for
        (5, 2000, 10_000, 4096),
        (1, 8000, 2_000, 1250),  # in 24 batches
        (100, 32_000, 10_000, 512),  # products of a few rows are slow
    ],
)
def test_batches_fit_into_caches_and_are_many(beam_size, vocabulary, lines, tokens):
    config = DecodingConfig(beam_size=beam_size)
    assert fast_batch_tokens(60 * lines, lines, config, vocabulary) == tokens
