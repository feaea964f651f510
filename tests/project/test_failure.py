import errno
import math
import os
from pathlib import Path

import pytest

from attnstudio.config_training import LimitsConfig
from attnstudio.errors import DivergedError, MemoryShortError, PeerLostError, StorageError
from attnstudio.project.failure import cause_of, failure, in_our_words, told_by
from attnstudio.project.pipeline import train
from attnstudio.project.run_creation import create_run
from attnstudio.training.events import FailureCause
from attnstudio.training.stop import StopToken


@pytest.mark.parametrize("encode", [str, os.fsencode])
def test_what_the_disk_refuses_anywhere_is_no_bug(tmp_path, encode):
    path = tmp_path / "pairs"

    told = in_our_words(OSError(errno.EIO, "Input/output error", encode(path)))

    assert isinstance(told, StorageError)
    assert told.message == f"{path} could not be used: Input/output error."
    assert told.hint
    assert cause_of(told) is FailureCause.STORAGE


def test_an_error_of_no_file_stays_what_it_is():
    error = OSError(errno.EIO, "Input/output error", 3)

    assert in_our_words(error) is error


def test_too_little_memory_is_no_bug():
    told = in_our_words(MemoryError())

    assert isinstance(told, MemoryShortError)
    assert cause_of(told) is FailureCause.MEMORY


def test_a_bug_stays_a_bug():
    error = IndexError("list index out of range")

    assert in_our_words(error) is error
    assert cause_of(error) is FailureCause.BUG


@pytest.mark.parametrize(
    ("good_until", "step", "hint"),
    [(2, 2, "Go on from it."), (1, None, "No checkpoint is from before it: train a new run")],
)
def test_a_divergence_points_to_a_good_checkpoint_only_where_there_is_one(
    project, small_config, good_until, step, hint
):
    run = create_run(project, small_config(training={"validate_every": 2}), preset="tiny")
    limits = LimitsConfig(max_steps=2)
    train(project, run, emit=lambda _: None, stop=StopToken(), limits=limits)
    assert run.checkpoints().steps == (2,)

    error = DivergedError("It diverges.", hint="Go on from it.", good_until=good_until)
    told = failure(run, error, 0.0)

    assert told.go_on_from == step
    assert told.hint.startswith(hint)


def test_an_error_is_told_as_its_templates_with_plain_values():
    error = StorageError(
        "{path} is full.", hint="{free_mb:,.0f} MB are free.", path=Path("a"), free_mb=1_234.5
    )
    told = told_by(error)

    assert (told.template, told.hint_template) == ("{path} is full.", "{free_mb:,.0f} MB are free.")
    assert told.values == {"path": "a", "free_mb": 1_234.5}


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (DivergedError("It rose to {loss:.3g}.", loss=math.inf), "It rose to inf.", ""),
        (DivergedError("Of {n!r}.", hint="{n:>4}|", n="x"), "Of 'x'.", "   x|"),
        (DivergedError("A {brace} and no value."), "A {brace} and no value.", ""),
        (IndexError("{0} out of range"), "IndexError: {0} out of range", ""),
    ],
)
def test_what_has_no_plain_values_is_told_in_its_own_words(error, message, hint):
    told = told_by(error)

    assert told.template.format(**told.values) == message
    assert told.hint_template.format(**told.values) == hint


def test_a_lost_process_is_no_fault_of_the_program():
    assert cause_of(PeerLostError("Another process has ended.")) is FailureCause.PEER
