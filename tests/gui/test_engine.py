"""The engine keeps a model only while it is what the disk holds."""

import shutil
import sys

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from attnstudio.errors import RunningError
from attnstudio.gui.shell.app import Program
from attnstudio.gui.shell.toasts import Toast
from attnstudio.gui.studio.engine import Engine
from attnstudio.project.pipeline import train
from attnstudio.sites import CROSS
from attnstudio.training.stop import StopToken


@pytest.fixture
def trained(project, small_run):
    """Makes a run of this name that has a checkpoint at step 8."""

    def make(**training):
        run = small_run(limits={"max_steps": 8}, training=training)
        train(project, run, emit=lambda _: None, stop=StopToken())
        return run

    return make


def attention(loaded):
    translator = loaded.translator
    [record] = translator.records([translator.read_forced("the dog sees", "der Hund sieht")])
    return record.matrices[CROSS].weights


def test_the_same_checkpoint_is_loaded_once(project, trained):
    engine, run = Engine(), trained()

    assert engine.load_run(project, run, "last") is engine.load_run(project, run, 8)


def test_other_weights_under_the_same_name_and_step_are_loaded_anew(project, trained):
    engine, first = Engine(), trained(seed=1)
    before = attention(engine.load_run(project, first, 8))
    shutil.rmtree(first.folder)
    second = trained(seed=2)
    assert second.folder == first.folder

    after = attention(engine.load_run(project, second, 8))

    np.testing.assert_array_equal(after, attention(Engine().load_run(project, second, 8)))
    assert not np.array_equal(after, before)


def test_two_models_are_kept_and_the_one_unused_longest_goes(project, trained):
    engine, runs = Engine(), [trained(seed=seed) for seed in (1, 2, 3)]
    first, second = (engine.load_run(project, run) for run in runs[:2])
    assert engine.load_run(project, runs[0]) is first
    assert engine.load_run(project, runs[1]) is second
    assert engine.load_run(project, runs[0]) is first

    third = engine.load_run(project, runs[2])

    assert engine.load_run(project, runs[0]) is first
    assert engine.load_run(project, runs[2]) is third
    assert engine.load_run(project, runs[1]) is not second


def test_what_was_replaced_on_the_disk_takes_no_place(project, trained):
    engine, other, first = Engine(), trained(seed=1), trained(seed=2)
    kept = engine.load_run(project, other)
    engine.load_run(project, first)
    shutil.rmtree(first.folder)
    engine.load_run(project, trained(seed=3))

    assert engine.load_run(project, other) is kept


def test_a_torch_that_cannot_be_loaded_is_told_in_words(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(RunningError, match="PyTorch, which trains and translates, cannot be lo"):
        Engine().warm_up()


def test_without_an_engine_the_window_says_so_and_stays(qtbot, qapp, settings, monkeypatch):
    program = Program(qapp, settings)
    monkeypatch.setitem(sys.modules, "torch", None)

    program.warm_up()
    qtbot.waitUntil(lambda: not program.studio.tasks.running, timeout=60_000)

    monkeypatch.undo()
    words = [label.text() for label in program.window.statusBar().findChildren(QLabel)]
    assert "No engine: nothing can be trained" in words
    assert "Loading the engine…" not in words
    [told] = program.window.findChildren(Toast)
    assert any("PyTorch" in label.text() for label in told.findChildren(QLabel))
    program.close()
