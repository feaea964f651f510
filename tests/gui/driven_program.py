"""A program of its own that drives the window from inside and says how far it is, a line a time."""

import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer

from attnstudio.gui.shell import app
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import PageName


def main(deed, settings, project):
    app.Settings = partial(Settings, Path(settings))
    app.Program = partial(Driven, partial(DEEDS[deed], Path(project)))
    return app.main(["--safe-mode"])


class Driven(app.Program):
    """Does its deed when all pages are there."""

    def __init__(self, deed, *arguments):
        super().__init__(*arguments)
        self._deed = deed

    def begin(self, open_first):
        super().begin(lambda: (open_first(), self._deed(self)))


def wait(project, program):
    del project, program
    say("here")


def train(project, program):
    """Train the run that is there, and say each step."""
    studio = program.studio
    studio.open_project(project)
    studio.session.events_arrived.connect(lambda _: say(f"step {studio.session.history.step}"))
    studio.session.start(studio.project, studio.project.run())


def train_and_never_stop(project, program):
    program.studio.session.stop = lambda: say("stopping")
    train(project, program)


def show_setup(project, program):
    """Open a project, show a page and make the window another size."""
    program.studio.open_project(project)
    program.studio.go_to(PageName.SETUP)
    program.window.resize(1011, 666)
    QTimer.singleShot(1_500, lambda: say(f"there {program.window.height()}"))


def say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


DEEDS = {deed.__name__: deed for deed in (wait, train, train_and_never_stop, show_setup)}

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
