"""A program of its own, so that it loads all by itself: from its start to a clicked word.

It writes what of Qt was loaded or made in a thread other than the main one.
"""

import gc
import json
import sys
import time
from pathlib import Path

from import_guard import ImportGuard
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from attnstudio.gui.shell.app import Program
from attnstudio.gui.shell.page_table import page_table
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import PageName, RunDraft
from attnstudio.gui.studio.training_session import SessionState

_TINY = {
    "model": {"model_size": 16, "heads": 2, "feedforward_size": 32},
    "tokenizer": {"vocabulary_size": 320},
    "training": {"threads": 1, "batch_tokens": 200, "validate_every": 5, "decoded_pairs": 2},
    "guidance": {"weight": 0.0},
    "limits": {"max_steps": 10},
}


def main(folder, project):
    application = QApplication([])
    settings = Settings(folder / "window.ini")
    settings.set_value("projects/folder", str(folder))
    with ImportGuard() as guard:
        program = Program(application, settings)
        told = []
        program.studio.notifier.posted.connect(told.append)
        program.window.show()
        opened = []
        program.begin(lambda: opened.append(program.open([])))
        wait_until(lambda: opened)
        use(program, project)
        made = made_elsewhere(application)
        program.close()
    seen = {
        "refused": guard.refused,
        "made_elsewhere": made,
        "told": [f"{one.text} {one.details}" for one in told],
    }
    sys.stdout.write(json.dumps(seen) + "\n")


def use(program, project):
    """A sample is opened, then a small project; a training, every page, a translation."""
    # here, because the program itself is to load what it needs
    from attnstudio.config_text import merge_config
    from attnstudio.corpus.sentence_pair import SentencePair
    from attnstudio.gui.inspector.page import InspectorPage
    from attnstudio.presets import find_preset

    studio, actions = program.studio, program.actions
    actions["file.sample_en_de"].trigger()
    wait_until(lambda: studio.project is not None)
    studio.open_project(project)
    config = merge_config(find_preset("tiny").config, _TINY)
    studio.setup_requested.emit(RunDraft("tiny", config))
    actions["train.start"].trigger()
    for page in page_table():
        studio.go_to(page.name)
        QTest.qWait(300)
    wait_until(lambda: studio.session.history.ending is not None)
    wait_until(lambda: studio.session.state is SessionState.IDLE)
    studio.go_to(PageName.INSPECTOR)
    [page] = program.window.findChildren(InspectorPage)
    studio.pair_requested.emit(SentencePair("the dog sees a bird today", ""))
    wait_until(lambda: page.answer is not None)


def made_elsewhere(application):
    """Objects of Qt that live in another thread than the application."""
    gc.unfreeze()
    things = [thing for thing in gc.get_objects() if issubclass(type(thing), QObject)]
    return [
        repr(thing) for thing in things if isValid(thing) and thing.thread() != application.thread()
    ]


def wait_until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        QTest.qWait(20)
        if time.monotonic() > end:
            raise TimeoutError("the program did not get there")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
