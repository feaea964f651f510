"""The page of documents, with small trained models that translate them."""

import pytest

from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.translating.page import TranslatingPage


@pytest.fixture
def settled(qtbot, studio):
    """Waits until nothing works behind the window."""

    def wait():
        qtbot.waitUntil(lambda: not studio.tasks.running, timeout=60_000)

    return wait


@pytest.fixture
def chosen():
    """The paths that dialogs answer with: what is opened, and where it is saved."""
    return {"open": [], "save": "", "asked": []}


@pytest.fixture
def page(qtbot, studio, chosen):
    def choose_path(_parent, _title, name, kinds):
        chosen["asked"].append((name, kinds))
        return chosen["save"]

    page = TranslatingPage(
        studio, ActionRegistry(studio), ask_files=lambda *_: chosen["open"], choose_path=choose_path
    )
    qtbot.addWidget(page)
    page.resize(1000, 660)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def ready(studio, trained, page, settled):
    """The page with the project of the small models open, and one of its runs chosen."""

    def open_with(run="tiny"):
        studio.open_project(trained.folder)
        settled()
        studio.select_run(trained.run(run))
        settled()
        return page

    return open_with


@pytest.fixture
def notes(tmp_path):
    """A text with a blank line and spaces around a line."""
    path = tmp_path / "notes.txt"
    path.write_text("the dog sees a bird today\n\n  my man knows this cook \na boy hears the dog\n")
    return path


@pytest.fixture
def translated(ready, settled, notes):
    """The page when a text is translated and saved."""

    def translate(run="tiny", path=notes):
        page = ready(run)
        page.take([path])
        settled()
        page.card.translation_asked.emit()
        settled()
        return page

    return translate
