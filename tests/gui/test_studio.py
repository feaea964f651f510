"""What is open now."""

import pytest

from attnstudio.gui.home.sample_projects import SampleProjects
from attnstudio.gui.studio.studio import PageName
from attnstudio.project.project import Project


@pytest.fixture
def posted(studio):
    seen = []
    studio.notifier.posted.connect(seen.append)
    return seen


def test_an_opened_project_is_told_remembered_and_shows_its_last_run(studio, project, small_run):
    run = small_run()
    project.set_last_run(run)
    heard = []
    studio.project_changed.connect(heard.append)

    assert studio.open_project(project.folder)

    assert [opened.folder for opened in heard] == [project.folder]
    assert studio.run.name == run.name
    assert studio.settings.recent_projects == [project.folder]
    assert studio.settings.last_project == project.folder


def test_a_folder_that_is_no_project_is_refused_in_words(studio, project, posted, tmp_path):
    studio.open_project(project.folder)

    (tmp_path / "nothing").mkdir()
    assert not studio.open_project(tmp_path / "nothing")

    assert studio.project.folder == project.folder
    assert "is not a project" in posted[0].text


def test_a_closed_project_leaves_nothing_open(studio, project):
    studio.open_project(project.folder)

    studio.close_project()

    assert (studio.project, studio.run, studio.settings.last_project) == (None, None, None)


@pytest.mark.parametrize("name", ["en-de", "en-zh"])
def test_a_sample_becomes_a_project_the_first_time_and_is_opened_the_second(
    qtbot, studio, tmp_path, name
):
    studio.settings.set_value("projects/folder", str(tmp_path / "projects"))
    pages = []
    studio.page_requested.connect(pages.append)
    samples = SampleProjects(studio)

    for _ in range(2):
        samples.open(name)
        qtbot.waitUntil(lambda: studio.project is not None, timeout=120_000)
        folder = studio.project.folder
        studio.close_project()

    assert sum(Project.open(folder).corpus().counts().values()) == 21_500
    assert pages == [PageName.CORPUS, PageName.CORPUS]
