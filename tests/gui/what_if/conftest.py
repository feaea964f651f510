"""Small trained models, and the page that asks them what if."""

import pytest
from what_if_pages import SENTENCE, settled

from attnstudio.config_text import merge_config
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.gui.inspector.page import InspectorPage
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import Studio
from attnstudio.presets import find_preset
from attnstudio.project.kept_changes import NAME
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.training.stop import StopToken

QUICK = {
    "tokenizer": {"vocabulary_size": 320},
    "training": {
        "batch_tokens": 200, "validate_every": 6, "threads": 1, "watch_sentences": 0,
        "decoded_pairs": 0,
    },
    "guidance": {"weight": 0.0},
    "limits": {"max_steps": 12},
}  # fmt: skip
MODELS = {
    "tiny": {"model": {"model_size": 16, "heads": 2, "feedforward_size": 32}},
    "bahdanau": {"model": {"embedding_size": 12, "hidden_size": 16}},
    "none": {"model": {"embedding_size": 12, "hidden_size": 16, "attention": "none"}},
}


@pytest.fixture(scope="session")
def trained(tmp_path_factory, pairs):
    project = Project.create(tmp_path_factory.mktemp("what_if") / "project", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for number, pair in enumerate(pairs):
            split = {0: Split.VALID, 1: Split.TEST}.get(number % 10, Split.TRAIN)
            writer.add(pair, split)
        project.set_corpus(writer.finish())
    for name, changes in MODELS.items():
        preset = "tiny" if name == "tiny" else "bahdanau"
        config = merge_config(merge_config(find_preset(preset).config, changes), QUICK)
        run = create_run(project, config, preset=preset, name=name)
        train(project, run, emit=lambda _: None, stop=StopToken())
    return project


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
