"""What belongs to the person's machine."""

from pathlib import Path

import pytest

from attnstudio.gui.look.theme import Scheme
from attnstudio.gui.studio.settings import Settings


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.ini"


def test_settings_outlive_the_program(path):
    settings = Settings(path)
    settings.scheme = Scheme.DARK
    settings.last_project = Path("/home/ann/语料 😀")
    settings.set_value("curves/smoothing", 0.9)
    settings.save()

    again = Settings(path)

    assert again.scheme is Scheme.DARK
    assert again.last_project == Path("/home/ann/语料 😀")
    assert again.value("curves/smoothing", 0.6) == 0.9


def test_what_was_never_set_has_its_default(path):
    settings = Settings(path)

    assert settings.scheme is Scheme.SYSTEM
    assert settings.last_project is None
    assert settings.recent_projects == []
    assert settings.value("a/number", 7) == 7
    assert settings.bytes_value("window/geometry").isEmpty()


def test_a_scheme_that_does_not_exist_counts_as_none(path):
    settings = Settings(path)
    settings.set_value("look/scheme", "purple")

    assert settings.scheme is Scheme.SYSTEM


@pytest.mark.parametrize("count", [1, 3])
def test_recent_projects_have_the_last_one_first_and_each_once(path, count):
    settings = Settings(path)
    folders = [Path(f"/projects/{number}") for number in range(count)]
    for folder in (*folders, folders[0]):
        settings.add_recent(folder)
    settings.save()

    assert Settings(path).recent_projects == [folders[0], *reversed(folders[1:])]


def test_at_most_twenty_projects_are_remembered_and_one_can_be_forgotten(path):
    settings = Settings(path)
    for number in range(25):
        settings.add_recent(Path(f"/projects/{number}"))

    settings.forget(Path("/projects/24"))

    assert settings.recent_projects == [Path(f"/projects/{n}") for n in range(23, 4, -1)]
