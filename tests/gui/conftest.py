"""A real application without a screen, and tests that must leave nothing alive."""

import gc
import os
import shutil
import threading
import weakref

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import shiboken6
from import_guard import ImportGuard
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer, qInstallMessageHandler

from attnstudio.config_text import merge_config
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.gui.look.motion import set_still
from attnstudio.gui.look.scheme_switch import apply_colours
from attnstudio.gui.look.style_sheet import style_sheet_of
from attnstudio.gui.look.theme import DARK, LIGHT
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import Studio
from attnstudio.presets import find_preset
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.training.stop import StopToken

_HARMLESS = {
    "This plugin does not support propagateSizeHints()",  # said offscreen only
    "This plugin does not support raise()",  # the same
    "This plugin does not support grabbing the keyboard",  # the same, of a menu
    'Mouse event "MouseRelease" not accepted by receiving widget',  # said by QTest only
}


@pytest.fixture(scope="session")
def qapp_args():
    return ["attnstudio"]


@pytest.fixture(autouse=True)
def _light(qapp, _nothing_is_left):
    """Every test begins in the light scheme, where things move, and without widgets of others."""
    if qapp.styleSheet() != style_sheet_of(LIGHT):  # to dress the menus that charts leave is slow
        apply_colours(qapp, LIGHT)
    set_still(qapp, still=False)


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def colours(request, qapp):
    apply_colours(qapp, request.param)
    return request.param


@pytest.fixture(autouse=True, scope="session")
def _only_what_these_tests_make():
    """What other tests have made is left out of the search for timers, which would take seconds.

    As in the program, garbage is not searched for in workers, which must not destroy what is Qt's.

    Yields:
        The timers and threads of Qt that tests have made, as long as they live.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    yield weakref.WeakSet()
    gc.enable()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _nothing_is_left(qapp, _only_what_these_tests_make):
    """No thread and no running timer outlives a test."""
    gc.collect()  # what the test before made, which pytest held until its fixtures had ended
    gc.freeze()  # what is left: the search for timers walks only through what this test makes
    threads = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in threads]
    assert left == [], "threads left alive"
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    gc.collect()
    running = _still_running(_only_what_these_tests_make)
    if running:
        gc.unfreeze()  # what a window froze when it had loaded torch, and what tests before left
        gc.collect()  # of objects that know each other; it takes long, so only where it may help
        running = _still_running(_only_what_these_tests_make)
    assert running == []


@pytest.fixture(autouse=True)
def _qt_is_loaded_on_the_main_thread():
    """PySide makes classes while it loads, and to do so beside the event loop crashes."""
    with ImportGuard() as guard:
        yield
    assert guard.refused == []


@pytest.fixture(autouse=True)
def _qt_is_silent():
    """A message of Qt fails the test that caused it."""
    messages = []

    def hear(kind, _, text):
        if text not in _HARMLESS:
            messages.append(f"{kind.name}: {text}")

    before = qInstallMessageHandler(hear)
    yield
    qInstallMessageHandler(before)
    assert messages == []


def _still_running(made):
    """Timers and threads of Qt that are at work, whoever owns them; adds new ones to ``made``."""
    made.update(thing for thing in gc.get_objects() if type(thing) in (QTimer, QThread))
    alive = [thing for thing in made if shiboken6.isValid(thing)]
    return [t for t in alive if (t.isActive() if isinstance(t, QTimer) else t.isRunning())]


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "window.ini")


@pytest.fixture
def studio(settings):
    """What is open, with everything behind it ended when the test is over."""
    studio = Studio(settings)
    yield studio
    studio.close()


@pytest.fixture
def project(tmp_path, pairs):
    """A project of rule-made pairs in three splits."""
    project = Project.create(tmp_path / "project", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for number, pair in enumerate(pairs):
            split = {0: Split.VALID, 1: Split.TEST}.get(number % 10, Split.TRAIN)
            writer.add(pair, split)
        project.set_corpus(writer.finish())
    return project


@pytest.fixture
def small_run(project):
    """Makes runs that train in a second or two."""

    def make(preset="tiny", **changes):
        config = merge_config(find_preset(preset).config, _SMALL[preset])
        config = merge_config(config, _QUICK)
        return create_run(project, merge_config(config, changes), preset=preset)

    return make


@pytest.fixture(scope="session")
def train_models(tmp_path_factory, pairs):
    """Trains a few updates of small models, each a preset and its changes, in a new project."""

    def make(models):
        project = Project.create(tmp_path_factory.mktemp("models") / "project", "en", "de")
        with project.changing(), project.corpus_writer() as writer:
            for number, pair in enumerate(pairs):
                split = {0: Split.VALID, 1: Split.TEST}.get(number % 10, Split.TRAIN)
                writer.add(pair, split)
            project.set_corpus(writer.finish())
        for name, (preset, changes) in models.items():
            config = merge_config(merge_config(find_preset(preset).config, changes), _SHORT)
            run = create_run(project, config, preset=preset, name=name)
            train(project, run, emit=lambda _: None, stop=StopToken())
        return project

    return make


@pytest.fixture(scope="session")
def _three_models(train_models):
    """Trained once for all files that look into models."""
    return train_models(_LOOKED_INTO)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, _three_models):
    """A Transformer, a recurrent model and one without attention: a copy for each file."""
    folder = tmp_path_factory.mktemp("trained") / "project"
    shutil.copytree(_three_models.folder, folder, ignore=shutil.ignore_patterns("*.lock"))
    return Project.open(folder)


_LOOKED_INTO = {
    "tiny": ("tiny", {"model": {"model_size": 16, "heads": 2, "feedforward_size": 32}}),
    "bahdanau": ("bahdanau", {"model": {"embedding_size": 12, "hidden_size": 16}}),
    "none": (
        "bahdanau",
        {"model": {"embedding_size": 12, "hidden_size": 16, "attention": "none"}},
    ),
}
_SHORT = {
    "tokenizer": {"vocabulary_size": 320},
    "training": {
        "batch_tokens": 200, "validate_every": 6, "threads": 1, "watch_sentences": 0,
        "decoded_pairs": 0,
    },
    "guidance": {"weight": 0.0},
    "limits": {"max_steps": 12},
}  # fmt: skip
_SMALL = {
    "tiny": {"model": {"model_size": 16, "heads": 2, "feedforward_size": 32}},
    "bahdanau": {"model": {"embedding_size": 12, "hidden_size": 16}},
}
_QUICK = {
    "tokenizer": {"vocabulary_size": 320},
    "training": {
        "batch_tokens": 200, "report_every": 1, "validate_every": 8, "threads": 1,
        "watch_sentences": 1, "decoded_pairs": 4, "warmup_steps": 4,
    },
    "guidance": {"weight": 0.0},
}  # fmt: skip
