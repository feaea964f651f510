"""What goes between two processes comes out as it went in."""

import io

import numpy as np
import pytest

from attnstudio.inference.batch_bytes import (
    Frame,
    found_frame,
    found_of,
    read_frame,
    task_frame,
    task_of,
    write_frame,
)
from attnstudio.inference.batch_search import BatchSearch, BatchTask, FoundBatch
from attnstudio.inference.search import FoundSequence, SearchOptions
from attnstudio.model.trained import TrainedModel
from attnstudio.reading import Measure
from attnstudio.tokenizer import END_ID


def sent(frame):
    pipe = io.BytesIO()
    write_frame(pipe, frame)
    pipe.seek(0)
    return read_frame(pipe)


def task_for(tokenizer, **asked):
    texts = ("my dog", "the man sees a bird today", "a")
    sources = tuple(np.array([*tokenizer.encode(text), END_ID]) for text in texts)
    return BatchTask(sources, (12, 15, 9), SearchOptions(3, 2, 0.6), **asked)


def same_matrices(ours, theirs):
    assert ours.keys() == theirs.keys()
    for site, matrix in ours.items():
        other = theirs[site]
        np.testing.assert_array_equal(matrix.weights, other.weights)
        assert matrix.meaning is other.meaning
        assert (matrix.reached is None) == (other.reached is None)
        if matrix.reached is not None:
            np.testing.assert_array_equal(matrix.reached, other.reached)


@pytest.mark.parametrize("measures", [(), (Measure.NORMS, Measure.ALTI)])
def test_a_task_comes_out_as_it_went_in(tokenizer, measures):
    task = task_for(tokenizer, attention=True, measures=frozenset(measures))

    came = task_of(sent(task_frame(task)))

    for ours, theirs in zip(task.sources, came.sources, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert (came.most, came.options, came.attention, came.measures) == (
        task.most, task.options, task.attention, task.measures,
    )  # fmt: skip


@pytest.mark.parametrize("measures", [(), (Measure.NORMS, Measure.ALTI)])
def test_what_was_found_comes_out_to_the_last_bit(model, tokenizer, measures):
    task = task_for(tokenizer, attention=True, measures=frozenset(measures))
    found = BatchSearch(TrainedModel.of(model)).find(task)

    came = found_of(sent(found_frame(found)))

    assert came.sequences == found.sequences
    for ours, theirs in zip(found.looks, came.looks, strict=True):
        same_matrices(ours.matrices, theirs.matrices)
        assert ours.measured.keys() == theirs.measured.keys()
        for measure in ours.measured:
            same_matrices(ours.measured[measure], theirs.measured[measure])


def test_a_batch_without_attention_has_none_afterwards():
    found = FoundBatch(((FoundSequence((5, 2), -0.25, (-0.125, -0.125)),), ()))
    assert found_of(sent(found_frame(found))) == found


def test_half_a_frame_says_that_its_writer_has_ended():
    pipe = io.BytesIO()
    write_frame(pipe, Frame({"a": 1}, {"b": np.zeros(3)}))
    for length in (0, 5, len(pipe.getvalue()) - 1):
        with pytest.raises(EOFError, match="has ended"):
            read_frame(io.BytesIO(pipe.getvalue()[:length]))
