"""What the benchmark of the inspector reckons by itself: its sentence, its medians, its table."""

import runpy
import sys
from pathlib import Path

import pytest

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.project.project import Project

_FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def inspection():
    sys.path.insert(0, str(_FOLDER))  # where its other half, `machine`, lies
    try:
        yield runpy.run_path(str(_FOLDER / "inspection.py"))
    finally:
        sys.path.remove(str(_FOLDER))


def corpus_of(folder, *held_out):
    project = Project.create(folder / "project", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        writer.add(SentencePair(words("a", 30), "of the training"), Split.TRAIN)
        for source, target in held_out:
            writer.add(SentencePair(source, target), Split.VALID)
        project.set_corpus(writer.finish())
    return project.corpus()


def words(word, times):
    return " ".join([word] * times)


def test_the_held_out_sentence_nearest_to_the_length_is_read(inspection, tmp_path):
    corpus = corpus_of(tmp_path, (words("b", 40), "x"), (words("c", 27), "y"), ("d", "z"))
    assert inspection["long_pair"](corpus, 30) == (words("c", 27), "y")


def test_a_short_sentence_is_said_again_with_its_translation(inspection, tmp_path):
    corpus = corpus_of(tmp_path, ("five words are not many", "zwei Wörter"), ("one", "eins"))
    source, target = inspection["long_pair"](corpus, 30)
    assert source == words("five words are not many", 6)
    assert target == words("zwei Wörter", 6)


def test_what_is_timed_is_done_so_often_and_told_as_a_median(inspection, monkeypatch):
    seconds = iter([0.0, 0.010, 1.0, 1.500, 2.0, 2.030])  # 10, 500 and 30 ms
    row_of, done = inspection["_timed"], []
    monkeypatch.setattr(inspection["time"], "perf_counter", lambda: next(seconds))
    monkeypatch.setattr(inspection["time"], "process_time", lambda: 0.0)
    row = row_of(lambda: done.append(1), 3)
    assert len(done) == 3
    assert (row.wall, row.processor) == (pytest.approx(30.0), 0.0)


def test_the_table_says_which_aims_are_met(inspection):
    row = inspection["Row"]
    lines = inspection["table_of"](
        [row("formula", 24.6, 48.0, 50.0), row("trust", 2001.0, 3999.0, 2000.0), row("of it", 5, 5)]
    ).splitlines()
    assert lines[2:] == [
        "| formula | 25 | 48 | 50, met |",
        "| trust | 2001 | 3999 | 2000, missed |",
        "| of it | 5 | 5 | – |",
    ]
