"""Several processes find what one finds, and what a lost one had in hand is not lost."""

import os
import signal
import subprocess
import threading
import time

import numpy as np
import pytest
import torch

from attnstudio import children as child_processes
from attnstudio.children import python_command
from attnstudio.config_attention import AttentionKind, CoverageKind, PositionKind
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.errors import NotFiniteError
from attnstudio.inference.batch_search import BatchSearch, BatchTask
from attnstudio.inference.processes import HelpingProcesses, SharedModel
from attnstudio.inference.search import SearchOptions
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
from attnstudio.model.trained import TrainedModel
from attnstudio.reading import Measure
from attnstudio.tokenizer import END_ID
from tests.support.own_children import children_started

LONG_S = 120
TRANSFORMER = TransformerConfig(
    encoder_layers=2, decoder_layers=2, model_size=16, heads=4, feedforward_size=24
)
KINDS = {
    "packed": TRANSFORMER,
    "not packed": TRANSFORMER.model_copy(update={"positions": PositionKind.RELATIVE}),
    "recurrent": RecurrentConfig(
        attention=AttentionKind.ADDITIVE,
        embedding_size=8,
        hidden_size=12,
        coverage=CoverageKind.FERTILITY,
    ),
}


class Patient(BatchSearch):
    """Searches only when the other processes have done all that they can."""

    def find(self, task):
        for thread in threading.enumerate():
            if thread.name == "translating process":
                thread.join(LONG_S)
        return super().find(task)


class Watched(list):
    """Batches that tell when one of them was handed to another process."""

    def __init__(self, tasks):
        super().__init__(tasks)
        self.handed = threading.Event()

    def __getitem__(self, number):
        if threading.current_thread().name == "translating process":
            self.handed.set()
        return super().__getitem__(number)


@pytest.fixture
def shared(tokenizer):
    return shared_model(TRANSFORMER, tokenizer)


def shared_model(config, tokenizer):
    """With weights large enough that sentences end."""
    spec = translation_spec(tokenizer.size, tokenizer.size, shared=True)
    torch.manual_seed(11)
    model = build_model(config, spec)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.3)
    return SharedModel(config, spec, model)


def own_search(shared, kind=BatchSearch):
    return kind(TrainedModel.of(shared.model))


def tasks_of(pairs, tokenizer, count=4, **asked):
    """Batches of ever longer sources."""
    texts = sorted({pair.source for pair in pairs}, key=len)[: count * 5]
    sources = [np.array([*tokenizer.encode(text), END_ID]) for text in texts]
    return [
        BatchTask(tuple(sources[i : i + 5]), (14,) * 5, SearchOptions(3, 2, 0.6), **asked)
        for i in range(0, count * 5, 5)
    ]


def everything(helpers, tasks, own, should_stop=None):
    """What was found, with a limit for what never would be."""
    end = time.monotonic() + LONG_S
    should_stop = should_stop or (lambda: time.monotonic() > end)
    return dict(helpers.search(tasks, range(len(tasks)), own, should_stop))


def same_numbers(ours, theirs):
    for mine, yours in zip(ours.sequences, theirs.sequences, strict=True):
        assert [one.ids for one in mine] == [one.ids for one in yours]
        for one, other in zip(mine, yours, strict=True):
            assert one.score == pytest.approx(other.score, abs=1e-5)
            np.testing.assert_allclose(one.token_log_probs, other.token_log_probs, atol=1e-5)
    for mine, yours in zip(ours.looks or (), theirs.looks or (), strict=True):
        of_both = [(mine.matrices, yours.matrices)]
        assert mine.measured.keys() == yours.measured.keys()
        of_both += [(mine.measured[each], yours.measured[each]) for each in mine.measured]
        for some, others in of_both:
            assert some.keys() == others.keys()
            for site in some:
                np.testing.assert_allclose(some[site].weights, others[site].weights, atol=1e-5)


@pytest.mark.parametrize("config", KINDS.values(), ids=KINDS)
def test_other_processes_find_what_this_one_finds(config, pairs, tokenizer):
    asked = {"attention": True, "measures": frozenset({Measure.NORMS})}
    tasks = tasks_of(pairs, tokenizer, **asked)
    shared = shared_model(config, tokenizer)
    with HelpingProcesses(shared, 1) as helpers:
        found = everything(helpers, tasks, own_search(shared, Patient))
        assert len(helpers.memory_bytes) == 1  # they were found there
        assert 20e6 < max(helpers.memory_bytes.values()) < 2e9

    assert list(found) != sorted(found)  # the longest come first there
    own = own_search(shared)
    for number, task in enumerate(tasks):
        same_numbers(found[number], own.find(task))


def test_the_batches_are_shared_between_several(pairs, tokenizer, shared):
    tasks = tasks_of(pairs, tokenizer, count=12)
    with HelpingProcesses(shared, 2) as helpers:
        found = everything(helpers, tasks, own_search(shared, Patient))
    own = own_search(shared)
    assert sorted(found) == list(range(12))
    for number, task in enumerate(tasks):
        same_numbers(found[number], own.find(task))


def test_the_same_processes_search_again(pairs, tokenizer, shared):
    tasks = tasks_of(pairs, tokenizer, count=6)
    own = own_search(shared)
    with children_started() as children, HelpingProcesses(shared, 1) as helpers:
        [process] = children()
        first = everything(helpers, tasks[:3], own_search(shared, Patient))
        second = everything(helpers, tasks[3:], own_search(shared, Patient))
        assert children() == {process}
        assert set(helpers.memory_bytes) == {process.pid}  # it helped both times
        assert list(second) != sorted(second)
    for number, task in enumerate(tasks):
        same_numbers(first[number] if number < 3 else second[number - 3], own.find(task))


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_process_that_ended_between_two_searches_is_left_out(pairs, tokenizer, shared, caplog):
    tasks = tasks_of(pairs, tokenizer)
    own = own_search(shared)
    with children_started() as children, HelpingProcesses(shared, 1) as helpers:
        everything(helpers, tasks, own_search(shared, Patient))
        for child in children():
            child.kill()
            child.wait(LONG_S)  # with all of its threads
        found = everything(helpers, tasks, own)
    for number, task in enumerate(tasks):
        same_numbers(found[number], own.find(task))
    assert list(found) == sorted(found)
    assert "ended with code" not in caplog.text


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_what_a_killed_process_had_in_hand_is_searched_here(pairs, tokenizer, shared, caplog):
    tasks = Watched(tasks_of(pairs, tokenizer))

    class Killing(BatchSearch):
        def find(self, task):
            assert tasks.handed.wait(LONG_S)
            for child in children():
                child.send_signal(signal.SIGKILL)
            return super().find(task)

    with children_started() as children, HelpingProcesses(shared, 1) as helpers:
        found = everything(helpers, tasks, own_search(shared, Killing))

    own = own_search(shared)
    assert sorted(found) == list(range(len(tasks)))
    for number, task in enumerate(tasks):
        same_numbers(found[number], own.find(task))
    assert f"ended with code -{signal.SIGKILL.value}" in caplog.text


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_what_a_hanging_process_had_in_hand_is_searched_here(
    pairs, tokenizer, shared, caplog, monkeypatch
):
    monkeypatch.setattr(child_processes, "_HANGS_S", 1.0)
    tasks = Watched(tasks_of(pairs, tokenizer))

    class Stopping(BatchSearch):
        def find(self, task):
            assert tasks.handed.wait(LONG_S)
            for child in children():
                child.send_signal(signal.SIGSTOP)
            return super().find(task)

    with children_started() as children, HelpingProcesses(shared, 1) as helpers:
        found = everything(helpers, tasks, own_search(shared, Stopping))

    assert sorted(found) == list(range(len(tasks)))
    assert f"ended with code -{signal.SIGKILL.value}" in caplog.text


def test_what_is_wrong_with_the_model_is_said_here(pairs, tokenizer, shared, caplog):
    with torch.no_grad():
        next(shared.model.parameters()).fill_(torch.nan)
    tasks = tasks_of(pairs, tokenizer)
    with (
        HelpingProcesses(shared, 1) as helpers,
        pytest.raises(NotFiniteError, match="gives no numbers"),
    ):
        everything(helpers, tasks, own_search(shared, Patient))
    assert "NotFiniteError" in caplog.text  # what the other process said


def test_a_stop_ends_the_processes_at_once(pairs, tokenizer, shared):
    tasks = Watched(tasks_of(pairs, tokenizer))
    with children_started() as children, HelpingProcesses(shared, 2) as helpers:
        started = children()
        found = everything(helpers, tasks, own_search(shared), should_stop=lambda: True)
    assert found == {}
    assert len(started) == 2
    assert not any(child.is_running() for child in started)


_KILLED = """
import os, signal, tempfile, torch
tempfile.tempdir = sys.argv[1]
from attnstudio.config_model import TransformerConfig
from attnstudio.inference.processes import HelpingProcesses, SharedModel
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
config = TransformerConfig(model_size=16, heads=4, feedforward_size=24)
spec = translation_spec(40, 40, shared=True)
with HelpingProcesses(SharedModel(config, spec, build_model(config, spec)), 2):
    folders = [path for path, _, files in os.walk(sys.argv[1]) if "model.safetensors" in files]
    print(folders, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_killed_program_leaves_no_weights_behind(tmp_path):
    said = subprocess.run(
        python_command(_KILLED, str(tmp_path)), stdout=subprocess.PIPE, check=False
    ).stdout.decode()

    assert str(tmp_path) in said
    until = time.monotonic() + LONG_S
    while list(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []
