"""Small trained models, and the page that asks them what if."""

import pytest
from what_if_pages import SENTENCE, settled

from attnstudio.gui.inspector.page import InspectorPage
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import Studio
from attnstudio.project.kept_changes import NAME


@pytest.fixture
def studio(tmp_path):
    studio = Studio(Settings(tmp_path / "window.ini"))
    yield studio
    studio.close()


@pytest.fixture
def asked(qtbot, studio, trained):
    """A page that shows the translation of a sentence by a run, and *What if* beside it."""

    def ask(name):
        page = InspectorPage(studio, ActionRegistry(studio))
        qtbot.addWidget(page)
        page.resize(1100, 800)
        page.show()
        studio.open_project(trained.folder)
        studio.select_run(trained.run(name))
        settled(qtbot, studio)
        page.question.show_pair(SENTENCE, "")
        page.asking.translate()
        settled(qtbot, studio)
        page.panel.side.setCurrentWidget(page.what_if)
        return page

    return ask


@pytest.fixture(autouse=True)
def _forgotten(trained):
    """No test finds what another one kept."""
    yield
    (trained.folder / NAME).unlink(missing_ok=True)
